"""How dates, numbers, sizes and digests are written, everywhere the same.

Dates read ``Wed 25 Nov, 17:00 CET``, with the year when it is not this one; scores have one decimal; minus is a
minus sign; units follow a space. No markup here: the template tags add it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

from django.utils import formats, timezone

from accounts import zones

MINUS = zones.MINUS
ELLIPSIS = "\u2026"
NARROW = "\u00a0"


def zone_named(name: str) -> tzinfo | None:
    """The zone of that name, or nothing when there is none."""
    return zones.named(name)


def this_moment() -> datetime:
    """Now, for pages that were not given a moment; only decides whether a year is printed."""
    return timezone.now()


def day(value: date, *, now: datetime, year: bool = False) -> str:
    """``Wed 25 Nov``; with the year when asked or when it is not this one."""
    pattern = "D j M Y" if year or value.year != now.year else "D j M"
    return formats.date_format(value, pattern)


def moment(value: datetime, *, zone: tzinfo, now: datetime, year: bool = False) -> str:
    """``Wed 25 Nov, 17:00 CET`` in the reader's zone."""
    local = value.astimezone(zone)
    return f"{day(local.date(), now=now.astimezone(zone), year=year)}, {zones.clock(local)}"


def zone_short(local: datetime) -> str:
    """``CET``; where a zone has no letters, its distance from UTC such as ``UTC+05:30``."""
    return zones.short(local)


def zone_long(zone: tzinfo, now: datetime) -> str:
    """``Europe/Berlin (CET)``."""
    short = zone_short(now.astimezone(zone))
    name = str(zone)
    return short if name == short else f"{name} ({short})"


def machine(value: datetime) -> str:
    """The moment for ``<time datetime>``, in UTC."""
    return value.astimezone(UTC).replace(microsecond=0).isoformat()


def number(value: float, *, decimals: int = 1, sign: bool = False) -> str:
    """A number with a fixed count of decimals and a proper minus; ``sign`` adds one in front, with a space."""
    rounded = round(float(value), decimals)
    text = formats.number_format(abs(rounded), decimal_pos=decimals)
    if sign:
        return f"{MINUS if rounded < 0 else '+'}{NARROW}{text}"
    return f"{MINUS}{text}" if rounded < 0 else text


def exact(value: float, *, sign: bool = False) -> str:
    """A number with the decimals that it has, six at most: what a policy says, so that sums can be done again."""
    text = f"{abs(float(value)):.6f}".rstrip("0")
    return number(value, decimals=len(text.partition(".")[2]), sign=sign)


def size(count: int) -> str:
    """A file size in powers of a thousand: ``412 kB``, ``4.27 GB``."""
    if count < 1000:
        return f"{count}{NARROW}B"
    amount, units = count / 1000, ["kB", "MB", "GB", "TB", "PB"]
    while amount >= 999.5 and len(units) > 1:
        amount, units = amount / 1000, units[1:]
    decimals = 0 if units[0] == "kB" or amount >= 99.95 else 1 if amount >= 9.995 else 2
    return f"{formats.number_format(round(amount, decimals), decimal_pos=decimals)}{NARROW}{units[0]}"


def digest(value: str) -> tuple[str, str]:
    """A digest as its algorithm and its shortened hex: head, ellipsis, tail. Short ones stay whole."""
    algorithm, colon, rest = value.rpartition(":")
    hexed = rest if colon else value
    short = hexed if len(hexed) <= 24 else f"{hexed[:12]}{ELLIPSIS}{hexed[-8:]}"
    return algorithm or "sha256", short
