"""Drawing up and completing a decision record, whichever path led to it. No permission is checked here."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from reviews.actions import _appeals, _letters, _restrictions, _transition
from reviews.models import (
    Condition,
    Decision,
    DecisionPart,
    Motion,
    MotionCondition,
    MotionPart,
    Pause,
    ReleasePlan,
    Review,
    Revision,
    SignOff,
    Stage,
    Submission,
)
from reviews.notices import decision as notices
from reviews.notices import letter as letter_notices
from reviews.queries import clearance
from reviews.queries import motion as board
from reviews.queries import record as snapshots
from reviews.queries.round import path_of, working_tier
from reviews.rules import gates, record
from reviews.rules.deadlines import months_later
from reviews.rules.pack import Pack
from reviews.rules.quorum import Tally
from reviews.rules.states import Basis, MotionKind, MotionStatus, Outcome, PartKind, Recommendation
from reviews.rules.workflow import Actor


def system_motion(revision: Revision, filed: Sequence[Review], *, now: datetime) -> Motion:
    """A carried motion that nobody put: what the reviewers recommend alike, or the system path's full release."""
    basis = path_of(revision)
    motion = Motion.objects.create(
        revision=revision,
        number=revision.motions.count() + 1,
        kind=MotionKind.DECIDE,
        basis=basis,
        status=MotionStatus.CARRIED,
        rationale=_(_RATIONALE[basis]),
        valid_months=revision.policy.pack.tier(working_tier(revision)).review_valid_months,
        put_at=now,
        closed_at=now,
    )
    judged = next((review for review in filed if review.recommendation == Recommendation.JUDGE), None)
    verdict = {part.kind: part for part in judged.parts.all()} if judged is not None else {}
    for part in revision.parts.all():
        said = verdict.get(part.kind)
        outcome = said.outcome if said is not None else Outcome.FULL
        rung = said.rung if said is not None else part.requested_rung
        MotionPart.objects.create(
            motion=motion,
            kind=part.kind,
            outcome=outcome,
            rung=rung,
            first_rung=first_open_rung(revision.policy.pack, part.kind, rung) if outcome == Outcome.STAGED else "",
        )
    texts = [line.strip("-* \t") for review in filed for line in review.conditions.splitlines()]
    for order, text in enumerate(dict.fromkeys(text for text in texts if text), start=1):
        MotionCondition.objects.create(motion=motion, order=order, text=text)
    return motion


_RATIONALE = {
    Basis.SYSTEM: gettext_noop(
        "The answers give the lowest tier, no trigger fired and nothing is held; an author attested them."
    ),
    Basis.REVIEWER: gettext_noop("The reviewer cleared the release as it was requested."),
    Basis.REVIEWERS: gettext_noop("The reviewers, each on their own, recommend the same."),
}


def first_open_rung(pack: Pack, part: str, last: str) -> str:
    """Where a climb starts when nobody named a rung: the first one on which somebody outside has access."""
    rungs = pack.ladder(part)
    outside = [rung.value for rung in rungs if rung.reversibility > 0]
    order = pack.rung(part, last).order
    return next((value for value in outside if pack.rung(part, value).order <= order), last)


def open_decision(
    submission: Submission, motion: Motion, *, tally: Tally | None, by: User | None, now: datetime
) -> Decision:
    """The record of a carried motion, bound to the revision's manifest digest, with one open seat per signature."""
    revision = motion.revision
    pack = revision.policy.pack
    tier = pack.tier(working_tier(revision))
    decision = Decision.objects.create(
        submission=submission,
        revision=revision,
        motion=motion,
        basis=motion.basis,
        manifest_digest=revision.manifest_digest,
        contributors_digest=clearance.contributors_digest(submission),
        tier=tier.tier,
        rationale=motion.rationale,
        override_reason=motion.override_reason,
        benefits=motion.benefits,
        alternatives=motion.alternatives,
        board=board.counted(motion, submission, now=now) if tally is not None else board.snapshot(submission),
        tally=tally_as_json(tally),
        finalised_at=now,
        finalised_by=by,
    )
    requested = {part.kind: part.requested_rung for part in revision.parts.all()}
    for part in motion.parts.all():
        DecisionPart.objects.create(
            decision=decision,
            kind=part.kind,
            outcome=part.outcome,
            requested_rung=requested[part.kind],
            granted_rung=part.rung,
            ceiling_rung=tier.ceiling(part.kind),
        )
    for condition in motion.conditions.all():
        Condition.objects.create(
            decision=decision,
            order=condition.order,
            text=condition.text,
            due_date=condition.due_date,
            owner_id=condition.owner_id,
            before_part=condition.before_part,
            before_rung=condition.before_rung,
            evidence=condition.evidence,
        )
    also = tally.also if tally is not None else ()
    for seat in dict.fromkeys((*tier.sign_off, *also)):
        SignOff.objects.create(decision=decision, seat=seat, opened_at=now)
    return decision


def tally_as_json(tally: Tally | None) -> dict[str, object]:
    """A count as a decision keeps it; empty for paths without a vote."""
    if tally is None:
        return {}
    return {**asdict(tally), "quorum_met": tally.quorum_met, "carried": tally.carried}


def complete(submission: Submission, decision: Decision, move: str, *, by: User | None, now: datetime) -> None:
    """Bring a fully signed decision into force: its record and its letters are written, validity runs, plans are laid
    out, the authors are told.

    A decision of the case that ruled until now is superseded; its rows stay as they are, and what was in force beside
    it ends. From here on the database lets nothing of this one be changed. A question that is still open needs no
    answer any more, so its pause ends.
    """
    before = clearance.ruling().filter(submission=submission).select_related("revision").first()
    if before is not None:
        decision.supersedes, decision.supersedes_reason = before, _why_anew(decision, before)
    months = decision.motion.valid_months or decision.revision.policy.pack.tier(decision.tier).review_valid_months
    decision.effective_at = now
    decision.valid_until_date = months_later(submission.committee.day_of(now), months)
    decision.record = record.text_of(snapshots.build(decision, submission))
    decision.record_sha256 = record.digest(decision.record)
    decision.save(
        update_fields=[
            "effective_at", "valid_until_date", "supersedes", "supersedes_reason", "record", "record_sha256",
        ]
    )  # fmt: skip
    for part in decision.motion.parts.all():
        if part.outcome == Outcome.STAGED:
            _lay_out(decision, part)
    actor = Actor.SYSTEM if decision.basis == Basis.SYSTEM else Actor.SIGNATORY
    letters = _letters.write(decision, submission, now=now)
    _transition.apply(submission, move, actor=actor, by=by, now=now, record_sha256=decision.record_sha256,
                      letters=letters, **facts(decision))  # fmt: skip
    Pause.objects.filter(submission=submission).end(now)
    if before is not None:
        _restrictions.overtake(submission, now=now)
        _appeals.overtake(submission, now=now)
    notices.completed(decision, submission, now=now)
    letter_notices.ready(decision, submission, now=now)


def _why_anew(decision: Decision, before: Decision) -> str:
    """Why a case was decided again: what the revision after the one decided before was opened for."""
    opened = Revision.objects.filter(submission=decision.submission_id, number__gt=before.revision.number)
    reasons = opened.order_by("number").values_list("return_reason", flat=True)
    numbers = {"before": before.revision.number, "now": decision.revision.number}
    text = _("Revision %(now)d was decided; revision %(before)d had been decided before.") % numbers
    return next((reason for reason in reasons if reason), text)


def facts(decision: Decision) -> dict[str, object]:
    """What the audit log keeps of a decision: codes and digests."""
    return {
        "decision": decision.public_id,
        "revision": decision.revision.number,
        "manifest": decision.manifest_digest,
        "basis": decision.basis,
        "parts": {part.kind: [part.outcome, part.granted_rung] for part in decision.parts.all()},
    }


def _lay_out(decision: Decision, part: MotionPart) -> None:
    pack = decision.revision.policy.pack
    plan = ReleasePlan.objects.create(
        decision=decision, part=part.kind, dwell_days=pack.decision.gate_dwell_days_default
    )
    for order, rung in enumerate(gates.stages_between(pack.ladder(part.kind), part.first_rung, part.rung), start=1):
        Stage.objects.create(plan=plan, order=order, rung=rung.value)


def is_sampled(submission: Submission, percent: int) -> bool:
    """Whether a tier-0 case falls into the audit sample: fixed for a case, and not to be foreseen by its authors."""
    message = f"audit-sample:{submission.reference}".encode()
    drawn = hmac.digest(settings.SECRET_KEY.encode(), message, "sha256")
    return int.from_bytes(drawn[:8], "big") % 100 < percent


def lowest_rung(pack: Pack, part: PartKind) -> str:
    """The rung of a withheld part: nothing leaves the house."""
    closed = [rung.value for rung in pack.ladder(part) if rung.reversibility == 0]
    return closed[-1]
