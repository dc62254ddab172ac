"""Putting a motion, voting on it, taking it back, closing a ballot that did not carry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from audit.log import digest
from reviews.access import motion as access
from reviews.access.committee import excluded
from reviews.actions import _offers, _ties, _transition
from reviews.actions._motions import STILL_OPEN, Proposal, faults, whole
from reviews.actions._progress import advance
from reviews.actions._revisions import reopen
from reviews.actions._terms import Term, keep
from reviews.actions._terms import faults as term_faults
from reviews.actions._transition import action
from reviews.models import Ballot, Motion, MotionPart, Submission
from reviews.notices import motion as notices
from reviews.notices import submission as submission_notices
from reviews.queries import motion as board
from reviews.queries.round import working_tier
from reviews.rules import quorum
from reviews.rules.errors import NotNow, RuleBroken
from reviews.rules.states import Basis, MotionKind, MotionStatus, State, Vote
from reviews.rules.workflow import Actor

CLOSED = gettext_noop(
    "The ballot was closed while you were writing. Your vote was not counted; what you wrote is still here."
)

DISSENT = gettext_noop("A dissent goes with a vote against, or with abstaining.")

__all__ = [
    "Proposal", "Term", "cast", "close_lost", "faults", "finalise_return", "put", "put_return", "take_back",
    "term_faults",
]  # fmt: skip


@action
def put(
    *, submission: Submission, proposals: Sequence[Proposal], conditions: Sequence[Term] = (), rationale: str,
    override_reason: str = "", benefits: str = "", alternatives: str = "", valid_months: int | None = None,
    version: int, by: User, now: datetime,
) -> Motion:  # fmt: skip
    """Put a motion to decide. One is open at a time; a rung above the ceiling needs a written reason.

    Raises ``RuleBroken`` for the first of its ``faults``.
    """
    submission = _lock_deliberation(submission, version, by, now)
    revision = submission.revision
    assert revision is not None
    tier = revision.policy.pack.tier(working_tier(revision))
    for fault in faults(revision, proposals, tier=tier.tier, rationale=rationale, override_reason=override_reason):
        raise fault
    months = _months(valid_months, most=tier.review_valid_months)
    terms = [term for term in conditions if term.text.strip()]
    today = submission.committee.day_of(now)
    for fault in term_faults(submission, revision, proposals, terms, today=today):
        raise fault
    motion = _create(submission, MotionKind.DECIDE, rationale, by, now)
    motion.override_reason, motion.valid_months = override_reason.strip(), months
    motion.benefits, motion.alternatives = benefits.strip(), alternatives.strip()
    motion.save(update_fields=["override_reason", "valid_months", "benefits", "alternatives"])
    for part in whole(revision, proposals):
        MotionPart.objects.create(
            motion=motion, kind=part.kind, outcome=part.outcome, rung=part.rung, first_rung=part.first_rung
        )
    keep(motion, terms)
    _note_put(submission, motion, by, now)
    return motion


@action
def put_return(*, submission: Submission, rationale: str, version: int, by: User, now: datetime) -> Motion:
    """Put a motion to return the case to its authors; it yields no decision record."""
    submission = _lock_deliberation(submission, version, by, now)
    if not rationale.strip():
        raise RuleBroken(_("Tell the authors what to change."), code="rationale", field="rationale")
    motion = _create(submission, MotionKind.RETURN, rationale, by, now)
    _note_put(submission, motion, by, now)
    return motion


@action
def cast(*, motion: Motion, vote: Vote, reason: str = "", is_dissent: bool = False, by: User, now: datetime) -> Ballot:
    """Vote, or vote anew while the ballot is open. Against and abstaining need a reason."""
    submission = _transition.lock(motion.revision.submission)
    access.check_can_vote(by, submission)
    motion.refresh_from_db()
    if motion.status != MotionStatus.OPEN or submission.state != State.DELIBERATION:
        raise NotNow(_(CLOSED), code="ballot_closed")
    if vote is not Vote.FOR and not reason.strip():
        raise RuleBroken(_("Please say why, in a sentence."), code="reason", field="reason")
    if vote is Vote.FOR and is_dissent:
        raise RuleBroken(_(DISSENT), code="dissent",
                         field="is_dissent")  # fmt: skip
    ballot, is_new = Ballot.objects.update_or_create(
        motion=motion,
        voter=by,
        defaults={"vote": vote, "reason": reason.strip(), "is_dissent": is_dissent, "cast_at": now},
    )
    _transition.note(
        submission, "ballot.cast", by=by, now=now, motion=motion.public_id, again=not is_new, reason=digest(reason)
    )
    return ballot


@action
def take_back(*, motion: Motion, by: User, now: datetime) -> Motion:
    """The mover takes an open motion back; its ballots stay with it and count for nothing else."""
    submission = _transition.lock(motion.revision.submission)
    access.check_can_withdraw(by, submission, motion)
    _close(submission, motion, MotionStatus.WITHDRAWN, "motion.taken_back", by, now)
    advance(submission, now=now)
    return motion


@action
def close_lost(*, motion: Motion, by: User, now: datetime) -> Motion:
    """Close a ballot that did not carry: where the votes that are out cannot carry it, or late with its quorum.

    Nobody is left to take it back when its mover stepped aside. Raises ``RuleBroken`` for a ballot that is still open
    to come out either way, or that carries.
    """
    submission = _transition.lock(motion.revision.submission)
    access.check_can_close(by, submission, motion)
    count = board.tally(motion, submission, now=now)
    if count.carried:
        raise RuleBroken(_("This motion carries; finalise it instead."), code="carries")
    late, mover_is_out = board.is_late(motion, submission, now=now), motion.put_by_id in excluded(submission)
    if not quorum.may_close_lost(count, is_late=late, mover_is_out=mover_is_out):
        if not count.quorum_met:
            raise RuleBroken(_("The quorum is not reached yet."), code="no_quorum")
        raise RuleBroken(_(STILL_OPEN), code="still_open")
    _close(submission, motion, MotionStatus.LOST, "motion.lost", by, now)
    notices.closed(motion, submission, now=now)
    advance(submission, now=now)
    return motion


@action
def finalise_return(*, motion: Motion, version: int, by: User, now: datetime) -> Submission:
    """The chair closes a carried motion to return; the authors get the case back with its reason.

    As for a decision, not while votes that are out could change the result.
    """
    submission = _transition.lock(motion.revision.submission)
    access.check_can_close(by, submission, motion)
    _transition.check_seen(version, submission.version)
    motion.refresh_from_db()
    if motion.kind != MotionKind.RETURN:
        raise RuleBroken(_("This motion decides; it is finalised as a decision."), code="kind")
    count = board.tally(motion, submission, now=now)
    if not count.carried:
        raise RuleBroken(_("This motion has not carried yet."), code="not_carried")
    if not quorum.may_carry(count, is_late=board.is_late(motion, submission, now=now)):
        raise RuleBroken(_(STILL_OPEN), code="still_open")
    _close(submission, motion, MotionStatus.CARRIED, "motion.carried", by, now)
    seats = _offers.lapse_live(submission, now=now)
    _transition.apply(
        submission, "return_by_motion", actor=Actor.CHAIR, by=by, now=now, motion=motion.public_id, lapsed=seats
    )
    reopen(submission, reason=motion.rationale, now=now)
    submission_notices.returned(submission, now=now)
    return submission


def _months(given: int | None, *, most: int) -> int:
    """The validity as proposed, or the tier's own where nothing was; never longer than the tier allows."""
    if given is None:
        return most
    if not 1 <= given <= most:
        text = _("Give a number of months from 1 to %(most)d; longer is not possible in this tier.") % {"most": most}
        raise RuleBroken(text, code="valid_months", field="valid_months")
    return given


def _lock_deliberation(submission: Submission, version: int, by: User, now: datetime) -> Submission:
    submission = _transition.lock(submission)
    access.check_can_put(by, submission)
    _transition.check_seen(version, submission.version)
    if submission.state != State.DELIBERATION:
        raise NotNow(_("Motions are put during deliberation."), code="wrong_state")
    # Whoever joined the board since it met votes without a tie, and so does the mover.
    if _ties.detect(submission, now=now):
        access.check_can_put(by, submission)
        advance(submission, now=now)
    return submission


def _create(submission: Submission, kind: MotionKind, rationale: str, by: User, now: datetime) -> Motion:
    revision = submission.revision
    assert revision is not None
    if revision.motions.filter(status=MotionStatus.OPEN).exists():
        raise NotNow(_("Another motion is being voted on. One is open at a time."), code="motion_open")
    return Motion.objects.create(
        revision=revision,
        number=revision.motions.count() + 1,
        kind=kind,
        basis=Basis.BOARD,
        rationale=rationale.strip(),
        board=board.snapshot(submission),
        put_at=now,
        put_by=by,
    )


def _note_put(submission: Submission, motion: Motion, by: User, now: datetime) -> None:
    parts = {part.kind: [part.outcome, part.rung] for part in motion.parts.all()}
    _transition.note(
        submission,
        "motion.put",
        by=by,
        now=now,
        motion=motion.public_id,
        kind=motion.kind,
        parts=parts,
        rationale=digest(motion.rationale),
        benefits=digest(motion.benefits),
        alternatives=digest(motion.alternatives),
    )
    notices.put(motion, submission, now=now)


def _close(submission: Submission, motion: Motion, status: MotionStatus, event: str, by: User, now: datetime) -> None:
    rows = Motion.objects.filter(pk=motion.pk, status=MotionStatus.OPEN)
    if rows.update(status=status, closed_at=now, closed_by=by) != 1:
        raise NotNow(_("This ballot is closed already."), code="ballot_closed")
    motion.refresh_from_db()
    _transition.note(submission, event, by=by, now=now, motion=motion.public_id)
