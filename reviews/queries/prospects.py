"""What leadership asks of all cases: which stand still and why, and what comes in the next ninety days.

Facts of heads that were read already. Labels, tiers and days only: no title, no person, no hazard.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from reviews.queries import listing, vacancy
from reviews.queries.head import Head
from reviews.queries.heads import Boards
from reviews.queries.release import stage_facts
from reviews.rules import gates, standstill
from reviews.rules.standstill import Why
from reviews.rules.states import TERMINAL
from reviews.rules.workflow import Owner

AHEAD = timedelta(days=90)


@dataclass(frozen=True)
class Stuck:
    """An open case that does not move. ``days`` are business days: past its date, otherwise since anything happened."""

    reference: str
    label: str
    tier: int | None
    state: str
    why: Why
    owner: Owner
    days: int


class What(StrEnum):
    """What a day in the near future brings."""

    DECISION = "decision"
    CONDITION = "condition"
    STAGE = "stage"
    EXPIRY = "expiry"


@dataclass(frozen=True)
class Coming:
    """One day of one case. ``rung`` is the stage that may open then, in the pack's words."""

    day: date
    what: What
    reference: str
    label: str
    rung: str = ""


def stuck(heads: Iterable[Head], boards: Boards) -> tuple[Stuck, ...]:
    """The open cases that are late, wait for a role that nobody fills, or had no move for days; the longest first."""
    found = [row for head in heads if head.state not in TERMINAL and (row := _stuck(head, boards)) is not None]
    return tuple(sorted(found, key=lambda row: (-row.days, row.reference)))


def _stuck(head: Head, boards: Boards) -> Stuck | None:
    case, passed = head.submission, listing.dates_passed(head)
    days = -head.business_days_to(moved_at(head))
    reason = standstill.why(
        vacant=bool(vacancy.roles(head, boards)), late=bool(passed), paused=head.is_paused, days=days
    )
    if reason is None:
        return None
    if reason is Why.LATE:
        days = -head.business_days_to(min(passed))
    return Stuck(case.reference, case.label, head.tier_number, head.state, reason, head.owner, days)


def moved_at(head: Head) -> datetime:
    """When anything last brought the case on: an answer, a piece of evidence, a review, a vote, a signature.

    Says neither what it was nor who did it.
    """
    moments: list[datetime | None] = [head.submission.state_entered_at, head.seat_ended_at]
    moments += [row.asked_at for row in head.open_inquiries]
    moments += [pause.until for pause in head.pauses]
    for seat in head.seats:
        moments += [seat.offered_at, seat.answered_at, seat.done_at]
    for piece in head.evidence:
        moments += [piece.given_at, piece.waived_at]
    moments += [hold.cleared_at for hold in head.holds]
    if head.open_motion is not None:
        moments += [head.open_motion.put_at, *(ballot.cast_at for ballot in head.open_motion.ballots.all())]
    if head.decision is not None:
        moments += [seat.signed_at for seat in head.decision.sign_offs.all()]
    return max(moment for moment in moments if moment is not None)


def coming(heads: Sequence[Head]) -> tuple[Coming, ...]:
    """What is due, may open or ends in the next ninety days, the nearest first."""
    found = [row for head in heads for row in _coming(head)]
    return tuple(sorted(found, key=lambda row: (row.day, row.reference, row.what)))


def _coming(head: Head) -> Iterable[Coming]:
    zone = ZoneInfo(head.submission.committee.time_zone)
    first = head.now.astimezone(zone).date()
    for day, what, rung in _days(head, zone):
        if first <= day <= first + AHEAD:
            yield Coming(day, what, head.submission.reference, head.submission.label, rung)


def _days(head: Head, zone: ZoneInfo) -> Iterable[tuple[date, What, str]]:
    if head.decision_due is not None:
        yield _day(head.decision_due, zone), What.DECISION, ""
    if head.cleared is None:
        return
    decision, holds = head.cleared.decision, head.cleared.clearance.holds
    if decision.valid_until_date is not None:
        yield decision.valid_until_date, What.EXPIRY, ""
    for condition in decision.conditions.all():
        if condition.met_at is None and condition.due_date is not None:
            yield condition.due_date, What.CONDITION, ""
    for plan in head.plans:
        facts = stage_facts(plan)
        upcoming = gates.next_stage(facts)
        earliest = gates.earliest_opening(facts, dwell_days=plan.dwell_days)
        if holds and upcoming is not None and earliest is not None:
            rung = next(stage.rung for stage in plan.stages.all() if stage.order == upcoming.order)
            yield _day(earliest, zone), What.STAGE, decision.revision.policy.pack.rung(plan.part, rung).label


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
