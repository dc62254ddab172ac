"""Working days, due moments, and which reminder is due. Every function takes the moment it is asked about.

Due means the end of that working day (17:00) in the committee's zone. While the authors owe an answer no due
moment runs, for anybody: pauses are facts, due moments follow from them.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from reviews.rules.pack import Reminder, Step

END_OF_DAY = time(17)
MAX_DAYS = 3660


@dataclass(frozen=True)
class Calendar:
    """A committee's working calendar. ``weekdays`` counts Monday as 0; ``country`` is an ISO code or empty."""

    zone: str = "UTC"
    weekdays: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    country: str = ""
    closures: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Pause:
    """A stretch in which the authors owed something. ``until`` is None while they still do."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Occasion:
    """One reminder that is due now: the step of the ladder, its place, and its moment."""

    index: int
    step: Step
    moment: datetime


@lru_cache(maxsize=64)
def _days(calendar: Calendar) -> holidays.HolidayBase:
    days = holidays.country_holidays(calendar.country) if calendar.country else holidays.HolidayBase()
    days.weekend = set(range(7)) - set(calendar.weekdays)
    for closed in calendar.closures:
        days[closed] = "closed"
    return days


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Whether the committee works on that day."""
    return day.weekday() in calendar.weekdays and day not in _days(calendar)


def end_of_day(calendar: Calendar, day: date) -> datetime:
    """The moment at which that day ends for deadlines."""
    return datetime.combine(day, END_OF_DAY, tzinfo=ZoneInfo(calendar.zone))


def is_paused(pauses: Sequence[Pause]) -> bool:
    """Whether the authors owe something now."""
    return any(pause.until is None for pause in pauses)


def due_moment(
    calendar: Calendar, start: datetime, business_days: int, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """The end of the ``business_days``-th working day after ``start``, not counting days that end in a pause.

    None while a pause is open: nothing is due then. Raises ``ValueError`` for a calendar without working days.
    """
    if is_paused(pauses):
        return None
    if not calendar.weekdays:
        raise ValueError("A calendar needs at least one working weekday.")
    day = start.astimezone(ZoneInfo(calendar.zone)).date()
    left = max(business_days, 0)
    if left == 0 and _counts(calendar, day, pauses) and start <= end_of_day(calendar, day):
        return end_of_day(calendar, day)
    left = max(left, 1)
    for _ in range(MAX_DAYS):
        day += timedelta(days=1)
        if _counts(calendar, day, pauses):
            left -= 1
            if left == 0:
                return end_of_day(calendar, day)
    raise ValueError("No working day within ten years.")


def last_moment(calendar: Calendar, start: datetime, *, business_days: int) -> datetime:
    """As ``due_moment`` for what hangs on a decided case: no pause moves it, since its authors owe nothing."""
    found = due_moment(calendar, start, business_days)
    assert found is not None, "no pause was given"
    return found


def _counts(calendar: Calendar, day: date, pauses: Sequence[Pause]) -> bool:
    if not is_working_day(calendar, day):
        return False
    end = end_of_day(calendar, day)
    return not any(p.since <= end and (p.until is None or end < p.until) for p in pauses)


def shift(calendar: Calendar, moment: datetime, business_days: int) -> datetime:
    """The same clock time, that many working days later (or earlier, when negative)."""
    if business_days == 0:
        return moment
    local = moment.astimezone(ZoneInfo(calendar.zone))
    step = 1 if business_days > 0 else -1
    day, left = local.date(), abs(business_days)
    for _ in range(MAX_DAYS):
        day += timedelta(days=step)
        if is_working_day(calendar, day):
            left -= 1
            if left == 0:
                return local.replace(year=day.year, month=day.month, day=day.day)
    raise ValueError("No working day within ten years.")


def business_days_between(calendar: Calendar, first: datetime, second: datetime) -> int:
    """Working days from the local day of ``first`` to that of ``second``; negative when it lies before."""
    zone = ZoneInfo(calendar.zone)
    start, end = first.astimezone(zone).date(), second.astimezone(zone).date()
    sign = 1 if end >= start else -1
    low, high = min(start, end), max(start, end)
    count = sum(is_working_day(calendar, low + timedelta(days=n)) for n in range(1, (high - low).days + 1))
    return sign * count


def days_on_clock(calendar: Calendar, start: datetime, now: datetime, pauses: Sequence[Pause] = ()) -> int:
    """Working days that have ended since ``start``, leaving out those that ended in a pause."""
    zone = ZoneInfo(calendar.zone)
    first, last = start.astimezone(zone).date(), now.astimezone(zone).date()
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(_counts(calendar, day, pauses) and end_of_day(calendar, day) <= now for day in days)


def months_later(day: date, months: int) -> date:
    """The same day that many months on; the last of the month where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def step_moment(calendar: Calendar, step: Step, *, start: datetime, due: datetime) -> datetime:
    """When a step of the ladder is due."""
    anchor = start if step.anchor == "start" else due
    if step.unit == "h":
        return anchor + timedelta(hours=step.amount)
    return shift(calendar, anchor, step.amount)


def occasions(
    reminder: Reminder, calendar: Calendar, *, start: datetime, due: datetime, now: datetime
) -> dict[str, Occasion]:
    """For each role that should have heard by now, the latest step that names it.

    Missed steps fold into that one; whether it was sent already is the outbox's unique key, not a question here.
    """
    found: dict[str, Occasion] = {}
    for index, step in enumerate(reminder.steps):
        moment = step_moment(calendar, step, start=start, due=due)
        if moment > now:
            continue
        for role in step.to:
            known = found.get(role)
            if known is None or moment >= known.moment:
                found[role] = Occasion(index, step, moment)
    return found


def has_lapsed(reminder: Reminder, calendar: Calendar, *, start: datetime, due: datetime, now: datetime) -> bool:
    """Whether an offer of this duty has run out (the pack's ``lapses``)."""
    if reminder.lapses is None:
        return False
    return step_moment(calendar, reminder.lapses, start=start, due=due) < now
