"""When an open case counts as stuck, and why: one reason, the one that has to be cleared first."""

from __future__ import annotations

from enum import StrEnum

STILL_DAYS = 5  # business days without a move


class Why(StrEnum):
    """Why a case does not move."""

    VACANT = "vacant"
    LATE = "late"
    PAUSED = "paused"
    STILL = "still"


def why(*, vacant: bool, late: bool, paused: bool, days: int) -> Why | None:
    """The reason, None for a case that moves.

    ``vacant``: it waits for a role that nobody may fill; ``days``: business days since it last moved. Neither a date
    nor an answer helps where nobody may act, so that comes first.
    """
    if vacant:
        return Why.VACANT
    if late:
        return Why.LATE
    if days < STILL_DAYS:
        return None
    return Why.PAUSED if paused else Why.STILL
