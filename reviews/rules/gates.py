"""The release ladder: in which order the stages of a part open, and what keeps the next one shut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reviews.rules.clearance import Standing
from reviews.rules.pack import Rung


@dataclass(frozen=True)
class StageFacts:
    """One rung of a plan. ``order`` counts from 1."""

    order: int
    opened_at: datetime | None = None


def stages_between(ladder: Sequence[Rung], first: str, last: str) -> tuple[Rung, ...]:
    """The rungs from ``first`` up to ``last``, both included. Raises ``ValueError`` when they stand in wrong order."""
    values = [rung.value for rung in ladder]
    low, high = values.index(first), values.index(last)
    if low > high:
        raise ValueError("The first stage lies above the last one.")
    return tuple(ladder[low : high + 1])


def next_stage(stages: Sequence[StageFacts]) -> StageFacts | None:
    """The lowest stage that has not been opened."""
    return next((stage for stage in sorted(stages, key=lambda s: s.order) if stage.opened_at is None), None)


def earliest_opening(stages: Sequence[StageFacts], *, dwell_days: int) -> datetime | None:
    """When the next stage may open at the earliest; None when nothing is open yet."""
    opened = [stage.opened_at for stage in stages if stage.opened_at is not None]
    return max(opened) + timedelta(days=dwell_days) if opened else None


def reason_shut(
    stages: Sequence[StageFacts],
    order: int,
    *,
    now: datetime,
    dwell_days: int,
    standing: Standing,
    open_holds: int,
    late_conditions: int,
    required_conditions: int,
    appeal_open: bool = False,
) -> str:
    """A code that says why stage ``order`` cannot open now; empty when it can.

    ``late_conditions`` are past their day, ``required_conditions`` asked for before this stage or an earlier one, and
    neither are met; a rung that cannot be undone asks for no less. Codes: ``already_open``, ``not_next``, any standing
    but ``in_force``, ``appeal_open``, ``held``, ``conditions_late``, ``conditions_required``, ``dwell``.
    """
    upcoming = next_stage(stages)
    if upcoming is None or any(s.order == order and s.opened_at for s in stages):
        return "already_open"
    if upcoming.order != order:
        return "not_next"
    if standing is not Standing.IN_FORCE:
        return str(standing)
    if appeal_open:
        return "appeal_open"
    if open_holds:
        return "held"
    if late_conditions:
        return "conditions_late"
    if required_conditions:
        return "conditions_required"
    earliest = earliest_opening(stages, dwell_days=dwell_days)
    return "dwell" if earliest is not None and now < earliest else ""
