"""Staged releases as facts: what is open, what comes next, and why it is still shut."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.models import Decision, Hold, ReleasePlan, Stage, Submission
from reviews.queries import clearance
from reviews.queries.condition import with_proofs
from reviews.queries.head import Head
from reviews.rules import condition, gates
from reviews.rules.clearance import Clearance
from reviews.rules.gates import StageFacts


def stage_facts(plan: ReleasePlan) -> tuple[StageFacts, ...]:
    """The stages of a plan as facts (one query unless prefetched)."""
    return tuple(StageFacts(stage.order, stage.opened_at) for stage in plan.stages.all())


def reason_shut(
    plan: ReleasePlan, order: int, submission: Submission, found: Clearance, holds: Iterable[Hold], *, now: datetime
) -> str:
    """The code of what keeps a stage shut now; empty when it can open.

    ``found`` is what the clearance of the plan's decision is worth, ``holds`` are those of its revision.
    """
    return gates.reason_shut(
        stage_facts(plan),
        order,
        now=now,
        dwell_days=plan.dwell_days,
        standing=found.standing,
        open_holds=sum(hold.cleared_at is None for hold in holds),
        late_conditions=_late(plan, submission, now),
        required_conditions=_required(plan, order),
        appeal_open=found.is_appealed and plan.decision.revision.policy.pack.decision.appeal.release_frozen,
    )


def _late(plan: ReleasePlan, submission: Submission, now: datetime) -> int:
    """How many conditions are past their day by the calendar of the committee, and not met."""
    return condition.late((row.facts for row in plan.decision.conditions.all()), submission.committee.day_of(now))


def _required(plan: ReleasePlan, order: int) -> int:
    """How many conditions are still to be met before a stage of this plan opens."""
    facts = (row.facts for row in plan.decision.conditions.all())
    return condition.required(facts, plan.part, [stage.rung for stage in plan.stages.all()], order)


def shut_now(plan: ReleasePlan, order: int, submission: Submission, *, now: datetime) -> str:
    """As ``reason_shut`` for one plan, with everything read anew."""
    found = clearance.of_decision(plan.decision, submission, now=now)
    return reason_shut(plan, order, submission, found, plan.decision.revision.holds.all(), now=now)


def may_open(head: Head) -> bool:
    """Whether the next stage of any plan can be opened now."""
    if head.cleared is None:
        return False
    found, holds = head.cleared.clearance, head.decided_holds
    upcoming = [(plan, gates.next_stage(stage_facts(plan))) for plan in head.plans]
    return any(
        stage is not None and not reason_shut(plan, stage.order, head.submission, found, holds, now=head.now)
        for plan, stage in upcoming
    )


def shut_text(code: str, stage: Stage, submission: Submission, zone: str, *, now: datetime) -> str:
    """Why a stage is shut, in words for a button; of conditions it says how many."""
    plan = stage.plan
    if code == "conditions_late":
        late = _late(plan, submission, now)
        text = ngettext(
            "%(n)d condition is past its date and not met.", "%(n)d conditions are past their date and not met.", late
        )
        return text % {"n": late}
    if code == "conditions_required":
        left = _required(plan, stage.order)
        text = ngettext(
            "%(n)d condition must be met before this stage.", "%(n)d conditions must be met before this stage.", left
        )
        return text % {"n": left}
    earliest = gates.earliest_opening(stage_facts(plan), dwell_days=plan.dwell_days)
    day = date_format(earliest.astimezone(ZoneInfo(zone)), "j M Y, H:i T") if earliest else ""
    return {
        "already_open": _("This stage is open already."),
        "not_next": _("The stages open in order; an earlier one comes first."),
        "not_in_force": _("The decision is not in force."),
        "stale": _("The clearance is stale: files, answers or contributors changed since the decision."),
        "expired": _("The clearance has expired."),
        "superseded": _("A later decision took the place of this one."),
        "revoked": _("The clearance was revoked."),
        "restricted": _("An emergency restriction is in force."),
        "appeal_open": _("The decision is under appeal; nothing more is released until that is decided."),
        "held": _("A hold is open; the officer named must clear it first."),
        "dwell": _("The stage before must stand for %(days)d days, until %(day)s.")
        % {"days": plan.dwell_days, "day": day},
    }[code]


def plans(submission: Submission) -> tuple[Decision | None, list[ReleasePlan]]:
    """The decision that rules with its conditions, and its plans with their stages."""
    rows = clearance.ruling().filter(submission=submission)
    found = (
        rows.select_related("revision__policy", "submission__committee", "motion")
        .prefetch_related("parts", *with_proofs(), "revision__holds")
        .first()
    )
    if found is None:
        return None, []
    made = list(found.plans.prefetch_related("stages__opened_by"))
    for plan in made:
        plan.decision = found
    return found, made


def stage(public_id: str) -> Stage | None:
    """One stage with what its page needs; whoever asks must still be checked."""
    rows = Stage.objects.select_related("plan__decision__submission__committee", "plan__decision__revision__policy")
    return rows.filter(public_id=public_id).first()
