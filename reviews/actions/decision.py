"""Finalising, signing, sending back, and looking again. The chair's finalising is the chair's signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from audit.log import digest
from reviews.access import decision as access
from reviews.access.committee import excluded, roles_on
from reviews.actions import _ties, _transition
from reviews.actions._motions import STILL_OPEN
from reviews.actions._progress import advance
from reviews.actions._records import complete, facts, open_decision
from reviews.actions._transition import action
from reviews.models import Conflict, Decision, Motion, SignOff, Submission
from reviews.notices import decision as notices
from reviews.notices import motion as motion_notices
from reviews.queries import motion as board
from reviews.rules import quorum
from reviews.rules.errors import NotNow, Refused, RuleBroken, Stale
from reviews.rules.states import AssignmentStatus, Basis, CommitteeRole, MotionKind, MotionStatus, Outcome, State
from reviews.rules.workflow import Actor

DECIDED = gettext_noop(
    "Somebody finalised this case a moment ago. Nothing was decided twice; have a look at the decision."
)


@action
def finalise(*, motion: Motion, version: int, by: User, now: datetime) -> Decision:
    """Close a carried ballot into a decision record and sign the first seat.

    Recomputes the tally with the people who are eligible at this moment. Raises ``Stale`` for the second of two
    who finalise at once, ``RuleBroken`` where the motion has not carried, votes that are out could still change that,
    or a hold keeps a release shut.
    """
    submission = _transition.lock(motion.revision.submission)
    motion.refresh_from_db()
    seat = _first_seat(motion)
    access.check_can_fill(by, submission, seat, motion)
    if submission.version != version:
        raise Stale(_(DECIDED) if _is_decided(motion) else _(_transition.CHANGED), code="stale")
    if motion.status != MotionStatus.OPEN or motion.kind != MotionKind.DECIDE:
        raise NotNow(_("This ballot is closed already."), code="ballot_closed")
    count = board.tally(motion, submission, now=now)
    if not count.carried:
        raise RuleBroken(_not_carried(count.quorum_met), code="not_carried")
    if not quorum.may_carry(count, is_late=board.is_late(motion, submission, now=now)):
        raise RuleBroken(_(STILL_OPEN), code="still_open")
    _check_holds(motion)
    Motion.objects.filter(pk=motion.pk).update(status=MotionStatus.CARRIED, closed_at=now, closed_by=by)
    motion.refresh_from_db()
    decision = open_decision(submission, motion, tally=count, by=by, now=now)
    _transition.apply(submission, "finalise", actor=Actor.CHAIR, by=by, now=now, **facts(decision))
    motion_notices.closed(motion, submission, now=now)
    _sign(submission, decision, seat, by=by, now=now)
    return decision


@action
def sign(*, decision: Decision, seat: str, version: int, by: User, now: datetime) -> Decision:
    """Sign one open seat; the last signature brings the decision into force."""
    submission = _transition.lock(decision.submission)
    return _sign_as_shown(submission, decision, seat, version=version, by=by, now=now)


@dataclass(frozen=True)
class Pick:
    """One seat to sign, with the version of its case that the signatory saw."""

    decision: Decision
    seat: str
    version: int


@dataclass(frozen=True)
class Together:
    """What came of signing several at once: those that were signed, and those that were not, each with why."""

    signed: tuple[Decision, ...]
    left: tuple[tuple[Decision, Refused], ...]


@action
def sign_together(*, picks: Sequence[Pick], by: User, now: datetime) -> Together:
    """Sign several seats on several cases, each as ``sign`` does and as it was shown. One that cannot be signed, or
    that somebody changed meanwhile, is left as it is and takes nothing from the others.

    Raises ``RuleBroken`` where none was chosen.
    """
    if not picks:
        raise RuleBroken(_("Tick at least one that you have read."), code="none", field="pick")
    cases = {case.pk: case for case in _transition.lock_all({pick.decision.submission_id for pick in picks})}
    signed: list[Decision] = []
    left: list[tuple[Decision, Refused]] = []
    for pick in sorted(picks, key=lambda one: one.decision.submission_id):
        submission = cases[pick.decision.submission_id]
        try:
            with transaction.atomic():
                _sign_as_shown(submission, pick.decision, pick.seat, version=pick.version, by=by, now=now)
        except Refused as refused:
            left.append((pick.decision, refused))
        else:
            signed.append(pick.decision)
    return Together(tuple(signed), tuple(left))


def _sign_as_shown(
    submission: Submission, decision: Decision, seat: str, *, version: int, by: User, now: datetime
) -> Decision:
    decision = Decision.objects.select_related("motion", "revision").get(pk=decision.pk)
    access.check_can_sign(by, submission, decision, seat)
    _transition.check_seen(version, submission.version)
    if submission.state != State.SIGN_OFF or decision.sent_back_at is not None:
        raise NotNow(_("This decision is not open for signatures."), code="wrong_state")
    _check_holds(decision.motion)
    _check_stands(submission, decision)
    _sign(submission, decision, seat, by=by, now=now)
    return decision


@action
def look_again(*, submission: Submission, finding: str, by: User, now: datetime) -> Decision:
    """Note what looking again at a decision came to after somebody who had a part in it stepped aside. The decision
    stays as it is; changing it is a new one.

    Raises ``RuleBroken`` without a finding, ``NotNow`` where nothing unsettles the decision.
    """
    submission = _transition.lock(submission)
    access.check_can_look_again(by, submission)
    rows = Conflict.objects.to_look_at().filter(submission=submission).select_related("unsettles")
    waiting = list(rows.order_by("pk"))
    if not waiting:
        raise NotNow(_("Nothing asks for another look at this decision."), code="nothing_to_look_at")
    if not finding.strip():
        raise RuleBroken(_("Write down what you found; it stays on the record."), code="finding", field="finding")
    Conflict.objects.filter(pk__in=[row.pk for row in waiting]).update(
        looked_at=now, looked_by=by, finding=finding.strip()
    )
    decision = waiting[-1].unsettles
    assert decision is not None
    _transition.note(
        submission, "decision.looked_again", by=by, now=now, decision=decision.public_id,
        conflicts=[row.public_id for row in waiting], finding=digest(finding),
    )  # fmt: skip
    return decision


@action
def send_back(*, decision: Decision, reason: str, version: int, by: User, now: datetime) -> Submission:
    """Refuse a signature with a reason: back to the board, or to review where the tier has no board vote.

    A case that reviewers decided alike comes before the board for the first time by this.
    """
    submission = _transition.lock(decision.submission)
    decision = Decision.objects.select_related("motion", "revision").get(pk=decision.pk)
    if submission.state != State.SIGN_OFF or decision.sent_back_at is not None:
        raise NotNow(_("This decision is not open for signatures."), code="wrong_state")
    access.check_can_send_back(by, submission, decision)
    _transition.check_seen(version, submission.version)
    if not reason.strip():
        raise RuleBroken(_("Say why; the board works with it."), code="reason", field="reason")
    decision.sent_back_at, decision.sent_back_by, decision.sent_back_reason = now, by, reason.strip()
    decision.save(update_fields=["sent_back_at", "sent_back_by", "sent_back_reason"])
    has_vote = decision.revision.policy.pack.tier(decision.tier).quorum is not None
    opens = has_vote and submission.deliberation_opened_at is None
    if opens:
        # Somebody joined the committee or changed units since the case was submitted; nobody with a tie may read it.
        _ties.detect(submission, now=now)
    freed = {} if has_vote else {"replaced": _free_seats(decision, now=now)}
    _transition.apply(
        submission,
        "send_back" if has_vote else "send_back_to_review",
        actor=Actor.SIGNATORY,
        by=by,
        now=now,
        decision=decision.public_id,
        reason=digest(reason),
        **freed,
    )
    notices.sent_back(decision, submission, opened=opens, now=now)
    if has_vote:
        advance(submission, now=now)
    return submission


def _free_seats(decision: Decision, *, now: datetime) -> list[str]:
    """A reviewer's recommendation that was sent back no longer counts; the coordinator asks somebody else.

    Returns the identifiers of the seats that became free.
    """
    done = decision.revision.assignments.filter(status=AssignmentStatus.DONE)
    seats = list(done.order_by("pk").values_list("public_id", flat=True))
    done.end(AssignmentStatus.REPLACED, now)
    return seats


def _sign(submission: Submission, decision: Decision, seat: str, *, by: User, now: datetime) -> None:
    role = seat if seat in roles_on(by, submission) else str(CommitteeRole.DEPUTY_CHAIR)
    seats = SignOff.objects.filter(decision=decision, seat=seat, signed_at=None)
    if seats.update(signed_at=now, signed_by=by, signed_as=role) != 1:
        raise Stale(_("This seat was signed a moment ago."), code="signed")
    if decision.sign_offs.filter(signed_at=None).exists():
        _transition.note(
            submission, "decision.signed", by=by, now=now, decision=decision.public_id, seat=seat, role=role
        )
        notices.awaits_signature(decision, submission, now=now)
        return
    complete(submission, decision, "complete", by=by, now=now)


def _first_seat(motion: Motion) -> str:
    if motion.basis != Basis.BOARD:
        raise NotNow(_("This motion needs no vote; it waits for its signature."), code="no_vote")
    return str(CommitteeRole.CHAIR)


def _is_decided(motion: Motion) -> bool:
    return Decision.objects.filter(motion=motion).exists()


def _not_carried(quorum_met: bool) -> str:
    if not quorum_met:
        return _("The quorum is not reached yet.")
    return _("This motion has not carried.")


def _check_stands(submission: Submission, decision: Decision) -> None:
    """What a decision rests on is counted anew where a voter or reviewer stepped aside after it was drawn up.

    A vote is counted as it was then, without those who stepped aside (``queries.motion.recount``): who joined or left
    the committee since had no part in it. The count that the decision keeps stays the one that the chair signed; the
    conflict stands beside it in the case's history.
    """
    if decision.basis == Basis.BOARD:
        out = User.objects.filter(pk__in=excluded(submission)).values_list("public_id", flat=True)
        stands = not set(out) & set(decision.board["voters"]) or board.recount(decision, submission).carried
    else:
        needed = decision.revision.policy.pack.tier(decision.tier).reviewers
        stands = decision.revision.assignments.filter(status=AssignmentStatus.DONE).count() >= needed
    if not stands:
        raise RuleBroken(
            _("Somebody whom this decision rests on has stepped aside since. Send it back."), code="rests_on_recused"
        )


def _check_holds(motion: Motion) -> None:
    """Open holds keep everything permissive shut; withholding is always possible."""
    permissive = motion.parts.exclude(outcome=Outcome.WITHHELD).exists()
    held = motion.revision.holds.filter(cleared_at=None)
    if permissive and held.exists():
        roles = ", ".join(role.replace("_", " ") for role in held.values_list("role", flat=True))
        raise RuleBroken(
            _("A hold is open: the %(roles)s must clear it before anything is released.") % {"roles": roles},
            code="held",
        )
