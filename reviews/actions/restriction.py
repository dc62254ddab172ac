"""Emergency restrictions: placed by the chair, ratified or refused by a vote, lifted by two people.

A restriction takes away and gives nothing: it neither changes the decision nor opens a stage.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from audit.log import digest
from reviews.access import restriction as access
from reviews.actions import _restrictions, _ties, _transition
from reviews.actions._transition import action
from reviews.models import Decision, Restriction, RestrictionVote, Submission
from reviews.notices import restriction as notices
from reviews.queries import restriction as queries
from reviews.rules.errors import NotNow, RuleBroken
from reviews.rules.restriction import IN_FORCE, Ending, Phase, phase
from reviews.rules.states import Vote

WHY_NOT = {
    "not_in_force": gettext_noop("No decision is in force, and nothing is open, so there is nothing to restrict."),
    "restricted": gettext_noop("This decision is restricted already."),
    "refused": gettext_noop("The board has just refused to restrict this decision. Ask for a re-review instead."),
    "nothing_released": gettext_noop("This decision releases nothing, so there is nothing to restrict."),
}
OVER = gettext_noop("The vote on this restriction is over.")


def check_placeable(submission: Submission, now: datetime) -> Decision:
    """The decision that can be restricted now. Raises ``NotNow``."""
    found = queries.ruling(submission)
    code = queries.why_not(found, submission, now=now)
    if found is None or code:
        raise NotNow(_(WHY_NOT[code]), code=code)
    return found


@action
def place(*, submission: Submission, reason: str, by: User, now: datetime) -> Restriction:
    """Nothing rests on the decision from now on, until the board lets the restriction go.

    Those who vote on it read the case from now on, also where its deliberation never opened; nobody with a tie to its
    authors is among them.
    """
    submission = _transition.lock(submission)
    access.check_can_place(by, submission)
    decision = check_placeable(submission, now)
    if not reason.strip():
        raise RuleBroken(_("Give the reason; board and authors read it."), code="reason", field="reason")
    _restrictions.close_lapsed(submission, now=now)
    _ties.detect_voters(submission, now=now)
    row = Restriction.objects.create(
        submission=submission,
        decision=decision,
        reason=reason.strip(),
        board={
            "ratifiers": [one.public_id for one in access.may_ratify(submission, decision, by.pk)],
            "by_vote": access.tier_of(decision).quorum is not None,
        },
        placed_at=now,
        placed_by=by,
        ratify_by=queries.ratify_by(decision, submission, now=now),
    )
    if submission.deliberation_opened_at is None:
        submission.deliberation_opened_at = now
        submission.save(update_fields=["deliberation_opened_at"])
    _transition.note(
        submission,
        "restriction.placed",
        by=by,
        now=now,
        restriction=row.public_id,
        decision=decision.public_id,
        reason=digest(reason),
        ratify_by=row.ratify_by.isoformat(),
    )
    notices.placed(row, submission, now=now)
    return row


@action
def vote(*, restriction: Restriction, vote: Vote, reason: str = "", by: User, now: datetime) -> RestrictionVote:
    """Ratify or refuse, or say something else while the vote is open. A refusal needs a reason.

    With the vote after which nothing can change the result it is written down.
    """
    submission = _transition.lock(restriction.submission)
    access.check_can_ratify(by, submission, restriction)
    _check_phase(restriction, now, Phase.WAITS)
    if vote not in (Vote.FOR, Vote.AGAINST):
        raise RuleBroken(_("Choose whether the restriction stands."), code="vote", field="vote")
    if vote is Vote.AGAINST and not reason.strip():
        raise RuleBroken(_("Please say why, in a sentence."), code="reason", field="reason")
    row, is_new = RestrictionVote.objects.update_or_create(
        restriction=restriction, voter=by, defaults={"vote": vote, "reason": reason.strip(), "cast_at": now}
    )
    _transition.note(
        submission,
        "restriction.voted",
        by=by,
        now=now,
        restriction=restriction.public_id,
        again=not is_new,
        reason=digest(reason),
    )
    _restrictions.settle(submission, now=now)
    return row


@action
def ask_lift(*, restriction: Restriction, reason: str, by: User, now: datetime) -> Restriction:
    """The chair asks to lift it; it stands until a second person confirms, since lifting permits again."""
    submission = _transition.lock(restriction.submission)
    access.check_can_ask_lift(by, submission)
    _check_phase(restriction, now, *IN_FORCE)
    if restriction.lift_asked_at is not None:
        raise NotNow(_("Somebody asked for it already; a second person confirms."), code="asked")
    if not reason.strip():
        raise RuleBroken(_("Say why it can be lifted; a second person reads it."), code="reason", field="reason")
    restriction.lift_asked_at, restriction.lift_asked_by, restriction.lift_reason = now, by, reason.strip()
    restriction.save(update_fields=["lift_asked_at", "lift_asked_by", "lift_reason"])
    _transition.note(
        submission, "restriction.lift_asked", by=by, now=now, restriction=restriction.public_id, reason=digest(reason)
    )
    notices.lift_asked(restriction, submission, now=now)
    return restriction


@action
def answer_lift(*, restriction: Restriction, lifts: bool, by: User, now: datetime) -> Restriction:
    """A second person lifts the restriction, or keeps it; then it can be asked for again."""
    submission = _transition.lock(restriction.submission)
    restriction.refresh_from_db()
    access.check_can_answer_lift(by, submission, restriction)
    _check_phase(restriction, now, *IN_FORCE)
    if restriction.lift_asked_at is None:
        raise NotNow(_("Nobody asks to lift this restriction."), code="not_asked")
    if lifts:
        restriction.lifted_by, restriction.ended_at, restriction.ending = by, now, Ending.LIFTED
        restriction.save(update_fields=["lifted_by", "ended_at", "ending"])
        _transition.note(submission, "restriction.lifted", by=by, now=now, restriction=restriction.public_id)
        notices.ended(restriction, submission, now=now)
        return restriction
    restriction.lift_asked_at, restriction.lift_asked_by, restriction.lift_reason = None, None, ""
    restriction.save(update_fields=["lift_asked_at", "lift_asked_by", "lift_reason"])
    _transition.note(submission, "restriction.kept", by=by, now=now, restriction=restriction.public_id)
    return restriction


def _check_phase(restriction: Restriction, now: datetime, *wanted: Phase) -> None:
    restriction.refresh_from_db()
    found = phase(restriction.moments, now=now)
    if found in wanted:
        return
    if found is Phase.RATIFIED:
        raise NotNow(_(OVER), code="over")
    raise NotNow(_("This restriction is in force no longer."), code="ended")
