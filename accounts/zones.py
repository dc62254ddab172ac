"""Time zones by name. The list of the zones that exist is read from the disk once, since every page asks for one."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones


@cache
def names() -> frozenset[str]:
    """The zones that this machine knows."""
    return frozenset(available_timezones())


def named(name: str) -> ZoneInfo | None:
    """The zone of that name, or nothing when there is none."""
    return ZoneInfo(name) if name in names() else None
