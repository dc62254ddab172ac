"""Staged releases as facts: what is open, what comes next, and why it is still shut."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reviews.models import Condition, Decision, ReleasePlan, Stage, Submission
from reviews.rules import gates
from reviews.rules.gates import StageFacts


def stage_facts(plan: ReleasePlan) -> tuple[StageFacts, ...]:
    """The stages of a plan as facts (one query unless prefetched)."""
    return tuple(StageFacts(stage.order, stage.opened_at) for stage in plan.stages.all())


def reason_shut(plan: ReleasePlan, order: int, *, now: datetime) -> str:
    """The code of what keeps a stage shut now; empty when it can open."""
    decision = plan.decision
    today = decision.submission.committee.day_of(now)
    valid = decision.valid_until_date
    late = [c for c in decision.conditions.all() if c.met_at is None and c.due_date and c.due_date < today]
    return gates.reason_shut(
        stage_facts(plan),
        order,
        now=now,
        dwell_days=plan.dwell_days,
        in_force=decision.effective_at is not None and (valid is None or today <= valid),
        open_holds=sum(hold.cleared_at is None for hold in decision.revision.holds.all()),
        open_conditions=len(late),
    )


def shut_text(code: str, plan: ReleasePlan, zone: str) -> str:
    """Why a stage is shut, in words for a button."""
    earliest = gates.earliest_opening(stage_facts(plan), dwell_days=plan.dwell_days)
    day = date_format(earliest.astimezone(ZoneInfo(zone)), "j M Y, H:i T") if earliest else ""
    return {
        "already_open": _("This stage is open already."),
        "not_next": _("The stages open in order; an earlier one comes first."),
        "not_in_force": _("The decision is not in force."),
        "held": _("A hold is open; the officer named must clear it first."),
        "conditions_open": _("A condition is past its date and not met."),
        "dwell": _("The stage before must stand for %(days)d days, until %(day)s.")
        % {"days": plan.dwell_days, "day": day},
    }[code]


def plans(submission: Submission) -> tuple[Decision | None, list[ReleasePlan]]:
    """The decision in force with its conditions, and its plans with their stages."""
    rows = Decision.objects.filter(submission=submission, effective_at__isnull=False, sent_back_at=None)
    found = (
        rows.select_related("revision__policy", "submission__committee", "motion")
        .prefetch_related("parts", "conditions__met_by", "revision__holds")
        .order_by("-revision__number", "-pk")
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


def condition(public_id: str) -> Condition | None:
    """One condition with what its page needs; whoever asks must still be checked."""
    return Condition.objects.select_related("decision__submission").filter(public_id=public_id).first()
