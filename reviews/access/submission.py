"""Who sees how much of a case, and who may move it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access._ties import relations
from reviews.access.committee import check_acts_as_coordinator
from reviews.models import Submission
from reviews.rules import visibility
from reviews.rules.errors import Denied, NotNow
from reviews.rules.states import EDITABLE, ROUND_CLOSED, State
from reviews.rules.visibility import Level, Relation, Sight


def relation(user: User, submission: Submission) -> Relation:
    """What this person is to this case, in one query."""
    return relations(user, [submission])[submission.pk]


def sight(user: User, submission: Submission) -> Sight:
    """How far this person sees into this case now; once, for a page that only reads (``committee.read_once``)."""
    kept = submission.board.sights if submission.board is not None else {}
    if user.pk not in kept:
        kept[user.pk] = sights(user, [submission])[submission.pk]
    return kept[user.pk]


def sights(user: User, submissions: Sequence[Submission]) -> dict[int, Sight]:
    """As ``sight`` for many cases, by their key, still in one query."""
    if not user.is_active:
        return {submission.pk: Sight() for submission in submissions}
    found = relations(user, submissions)
    return {case.pk: visibility.sight(found[case.pk], case_facts(case)) for case in submissions}


def case_facts(submission: Submission) -> visibility.CaseFacts:
    """What of the case itself matters for sight."""
    return visibility.CaseFacts(
        was_submitted=submission.submitted_at is not None,
        deliberation_opened=submission.deliberation_opened_at is not None,
        round_closed=State(submission.state) in ROUND_CLOSED,
    )


def can_view(user: User, submission: Submission, level: Level = Level.SUMMARY) -> bool:
    """Whether this person sees the case at least at ``level``."""
    return sight(user, submission).level >= level


def is_author(user: User, submission: Submission) -> bool:
    """Whether the case is this person's own."""
    return submission.created_by_id == user.pk or submission.contributors.filter(user=user).exists()


def author_keys(submission: Submission) -> frozenset[int]:
    """Everybody who wrote the case, by key, whether or not their account is open."""
    people = submission.contributors.exclude(user=None).values_list("user", flat=True)
    return frozenset({submission.created_by_id, *people})


def check_is_author(user: User, submission: Submission) -> None:
    """Only those who wrote the case, with an open account. Raises ``Denied``."""
    if not (user.is_active and is_author(user, submission)):
        raise Denied(_("Only the authors of this case can do this."), code="author_only")


def check_can_edit(user: User, submission: Submission) -> None:
    """Authors edit a draft or a returned case. Raises ``Denied`` or ``NotNow``."""
    check_is_author(user, submission)
    if State(submission.state) not in EDITABLE:
        raise NotNow(_("This revision was submitted and is frozen."), code="frozen")


def check_can_submit(user: User, submission: Submission) -> None:
    """An author submits their own draft or returned case. Raises ``Denied`` or ``NotNow``."""
    check_can_edit(user, submission)


def check_can_split(user: User, submission: Submission) -> None:
    """Authors split a draft or a returned case. Raises ``Denied`` or ``NotNow``."""
    check_can_edit(user, submission)


def check_can_withdraw(user: User, submission: Submission) -> None:
    """An author withdraws their own case. Raises ``Denied``."""
    check_is_author(user, submission)


def check_can_return(user: User, submission: Submission) -> None:
    """The coordinator returns a case to its authors. Raises ``Denied``."""
    check_acts_as_coordinator(user, submission)
