"""Who may be bound by a condition, who owes it, who proves it, and who answers a proof."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.comment import authors
from reviews.access.committee import acting, check_not_excluded, holders
from reviews.models import Condition, ConditionProof, Submission
from reviews.rules import condition as rules
from reviews.rules.errors import Denied
from reviews.rules.states import RUNNING, CommitteeRole


@dataclass(frozen=True)
class Bound:
    """Whom the conditions of a case can bind: the authors with an open account, and whoever runs it."""

    authors: tuple[User, ...]
    runners: tuple[User, ...]

    @property
    def everybody(self) -> tuple[User, ...]:
        """The authors first, nobody twice."""
        return tuple(dict.fromkeys((*self.authors, *self.runners)))

    def owing(self, condition: Condition) -> list[User]:
        """Who owes a condition now: its owner, or all authors where there is none or where the owner is gone."""
        writers, runners = ({person.pk for person in people} for people in (self.authors, self.runners))
        keys = rules.owed_by(condition.owner_id, writers, runners)
        return [person for person in self.everybody if person.pk in keys]


def bound(submission: Submission) -> Bound:
    """Whom the conditions of this case can bind now."""
    return Bound(authors(submission), tuple(holders(submission, RUNNING)))


def asked(submission: Submission, condition: Condition) -> list[User]:
    """Who is asked to look at the proof that waits: the coordinator or who stands in; the chair where none of them may.

    The condition comes ``with_waiting``.
    """
    without = {key for key in (condition.waiting_by, condition.owner_id) if key is not None}
    found = acting(submission, CommitteeRole.COORDINATOR, without=without)
    return found or acting(submission, CommitteeRole.CHAIR, without=without)


def check_can_prove(user: User, submission: Submission, condition: Condition) -> None:
    """Whoever owes it. Raises ``Denied``."""
    if user not in bound(submission).owing(condition):
        raise Denied(_("Somebody else owes the proof of this condition."), code="not_owed")


def check_can_answer(user: User, submission: Submission, proof: ConditionProof) -> None:
    """Whoever runs the case, but neither the owner of the condition nor who gave the proof. Raises ``Denied``."""
    check_not_excluded(user, submission)
    if user not in holders(submission, RUNNING):
        raise Denied(_("Only those who run this case answer a proof."), code="runners_only")
    if user.pk in (proof.given_by_id, proof.condition.owner_id):
        raise Denied(_("Somebody else has to see that your condition is met."), code="own_condition")
