"""Who restricts a decision in an emergency, who ratifies that, and which two people lift it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import acts_as, check_not_excluded, holders
from reviews.models import Decision, Restriction, Submission
from reviews.rules.errors import Denied
from reviews.rules.pack import Tier
from reviews.rules.states import RUNNING, VOTING, CommitteeRole


def check_can_place(user: User, submission: Submission) -> None:
    """The chair, or who acts as chair where the chair stands outside the case. Raises ``Denied``."""
    if not acts_as(user, submission, CommitteeRole.CHAIR):
        raise Denied(_("Only the chair restricts a decision at once."), code="chair_only")


def tier_of(decision: Decision) -> Tier:
    """The tier that the decision was taken in; its rules say who ratifies."""
    return decision.revision.policy.pack.tier(decision.tier)


def may_ratify(submission: Submission, decision: Decision, placed_by: int) -> list[User]:
    """Who could ratify a restriction that is placed now.

    The voting members where the tier has a board vote; elsewhere also the deputy, and never who placed it.
    """
    if tier_of(decision).quorum is not None:
        return holders(submission, VOTING)
    people = holders(submission, VOTING | {CommitteeRole.DEPUTY_CHAIR})
    return [person for person in people if person.pk != placed_by]


def ratifiers(restriction: Restriction, submission: Submission) -> list[User]:
    """Of those who could ratify when it was placed, those who still may; nobody joins them."""
    could = set(restriction.board["ratifiers"])
    people = may_ratify(submission, restriction.decision, restriction.placed_by_id)
    return [person for person in people if person.public_id in could]


def check_can_ratify(user: User, submission: Submission, restriction: Restriction) -> None:
    """One of its ``ratifiers``. Raises ``Denied``."""
    check_not_excluded(user, submission)
    if all(person.pk != user.pk for person in ratifiers(restriction, submission)):
        raise Denied(_("Others ratify this restriction."), code="ratifiers_only")


def check_can_ask_lift(user: User, submission: Submission) -> None:
    """Who acts as chair asks for it. Raises ``Denied``."""
    if not acts_as(user, submission, CommitteeRole.CHAIR):
        raise Denied(_("Only the chair asks to lift a restriction."), code="chair_only")


def second_people(submission: Submission, asked_by: int | None) -> list[User]:
    """Who may confirm that a restriction is lifted: a voting member or who runs the committee, not who asked."""
    return [person for person in holders(submission, VOTING | RUNNING) if person.pk != asked_by]


def check_can_answer_lift(user: User, submission: Submission, restriction: Restriction) -> None:
    """Another person than who asked, since lifting permits again. Raises ``Denied``."""
    check_not_excluded(user, submission)
    if user.pk == restriction.lift_asked_by_id:
        raise Denied(_("You asked for it, so somebody else confirms."), code="second_person")
    if all(person.pk != user.pk for person in second_people(submission, restriction.lift_asked_by_id)):
        raise Denied(_("A voting member or somebody who runs the committee confirms this."), code="second_person")
