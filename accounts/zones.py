"""Time zones by name, and moments told with theirs. The list of the zones that exist is read from the disk once, since
every page asks for one."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

MINUS = "\u2212"


@cache
def names() -> frozenset[str]:
    """The zones that this machine knows."""
    return frozenset(available_timezones())


def named(name: str) -> ZoneInfo | None:
    """The zone of that name, or nothing when there is none."""
    return ZoneInfo(name) if name in names() else None


def short(local: datetime) -> str:
    """``CET``; where a zone has no letters, its distance from UTC such as ``UTC+05:30``."""
    name = local.tzname() or "UTC"
    if name[:1] in "+-":
        offset = name[1:]
        return f"UTC{name[0].replace('-', MINUS)}{offset[:2]}{':' + offset[2:] if len(offset) > 2 else ''}"
    return name


def clock(local: datetime) -> str:
    """``17:00 CET``."""
    return f"{local:%H:%M} {short(local)}"
