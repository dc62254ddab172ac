"""Working days and due moments by the wall calendar of 2026, and against an oracle that walks day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.deadlines import (
    Calendar,
    Occasion,
    Pause,
    business_days_between,
    days_on_clock,
    due_moment,
    end_of_day,
    has_lapsed,
    is_paused,
    is_working_day,
    months_later,
    occasions,
    shift,
    step_moment,
)
from reviews.rules.pack import Reminder, Step
from tests.rules.packs import PACK

BERLIN = Calendar("Europe/Berlin")
GERMAN = Calendar("Europe/Berlin", country="DE")
UTC_OFFICE = Calendar()
TOKYO = Calendar("Asia/Tokyo")


def berlin(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of 2026 on the clock in Berlin."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Berlin"))


def utc(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of 2026 in UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("calendar", "day", "works"),
    [
        (BERLIN, date(2026, 3, 2), True),
        (BERLIN, date(2026, 3, 7), False),
        (BERLIN, date(2026, 3, 8), False),
        (BERLIN, date(2026, 4, 3), True),
        (GERMAN, date(2026, 4, 3), False),
        (GERMAN, date(2026, 12, 25), False),
        (GERMAN, date(2026, 12, 24), True),
        (Calendar(closures=frozenset({date(2026, 12, 24)})), date(2026, 12, 24), False),
        (Calendar(weekdays=frozenset({6, 0, 1, 2, 3})), date(2026, 3, 8), True),
        (Calendar(weekdays=frozenset({6, 0, 1, 2, 3})), date(2026, 3, 6), False),
        (Calendar(country="US"), date(2026, 11, 26), False),
        (Calendar(country="US"), date(2026, 7, 3), False),
    ],
)
def test_is_working_day(calendar: Calendar, day: date, works: bool) -> None:
    assert is_working_day(calendar, day) is works


def test_closures_of_one_committee_do_not_close_another() -> None:
    day = date(2026, 3, 3)
    assert is_working_day(Calendar(country="DE", closures=frozenset({day})), day) is False
    assert is_working_day(Calendar(country="DE"), day) is True


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (berlin(3, 2), 1, berlin(3, 3, 17)),
        (berlin(3, 2), 5, berlin(3, 9, 17)),
        (berlin(3, 2, 23, 59), 1, berlin(3, 3, 17)),
        (berlin(3, 6, 16), 1, berlin(3, 9, 17)),
        (berlin(3, 7), 1, berlin(3, 9, 17)),
        (berlin(3, 8, 22), 1, berlin(3, 9, 17)),
        (berlin(3, 7), 2, berlin(3, 10, 17)),
        (berlin(3, 2), 0, berlin(3, 2, 17)),
        (berlin(3, 2, 17), 0, berlin(3, 2, 17)),
        (berlin(3, 2, 17, 1), 0, berlin(3, 3, 17)),
        (berlin(3, 7), 0, berlin(3, 9, 17)),
        (berlin(3, 2), -3, berlin(3, 2, 17)),
        (berlin(3, 27), 1, berlin(3, 30, 17)),
        (berlin(10, 23), 1, berlin(10, 26, 17)),
    ],
)
def test_due_moment(start: datetime, days: int, expected: datetime) -> None:
    assert due_moment(BERLIN, start, days) == expected


def test_due_moment_is_seventeen_on_the_local_clock_on_both_sides_of_the_change() -> None:
    assert due_moment(BERLIN, berlin(3, 27), 0) == utc(3, 27, 16)
    assert due_moment(BERLIN, berlin(3, 27), 1) == utc(3, 30, 15)
    assert due_moment(BERLIN, berlin(10, 23), 0) == utc(10, 23, 15)
    assert due_moment(BERLIN, berlin(10, 23), 1) == utc(10, 26, 16)


def test_due_moment_skips_holidays_and_closures() -> None:
    # Good Friday and Easter Monday 2026 are 3 and 6 April.
    assert due_moment(GERMAN, berlin(4, 2), 1) == berlin(4, 7, 17)
    closed = Calendar("Europe/Berlin", country="DE", closures=frozenset({date(2026, 4, 7)}))
    assert due_moment(closed, berlin(4, 2), 1) == berlin(4, 8, 17)


def test_due_moment_counts_from_the_day_it_is_at_the_committee() -> None:
    late_on_monday_in_utc = utc(3, 2, 20)
    assert due_moment(UTC_OFFICE, late_on_monday_in_utc, 1) == utc(3, 3, 17)
    assert due_moment(TOKYO, late_on_monday_in_utc, 1) == utc(3, 4, 8)


def test_due_moment_while_paused_is_none() -> None:
    assert due_moment(BERLIN, berlin(3, 2), 5, [Pause(berlin(3, 3))]) is None
    assert is_paused([Pause(berlin(3, 3), berlin(3, 4))]) is False
    assert is_paused([Pause(berlin(3, 3), berlin(3, 4)), Pause(berlin(3, 5))]) is True


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        # Tuesday noon to Wednesday noon holds Tuesday's end: one day later.
        (berlin(3, 3, 12), berlin(3, 4, 12), berlin(3, 6, 17)),
        # Within one day: no end of day lies in it.
        (berlin(3, 3, 9), berlin(3, 3, 16), berlin(3, 5, 17)),
        # Until exactly 17:00: that end of day counts again.
        (berlin(3, 3, 9), berlin(3, 3, 17), berlin(3, 5, 17)),
        # From exactly 17:00: that end of day lies in the pause.
        (berlin(3, 3, 17), berlin(3, 3, 18), berlin(3, 6, 17)),
        # Over a weekend only: Friday's end is not in it.
        (berlin(3, 6, 18), berlin(3, 8, 12), berlin(3, 5, 17)),
        # A whole week.
        (berlin(3, 3, 9), berlin(3, 10, 9), berlin(3, 12, 17)),
        # Before the start.
        (berlin(2, 20), berlin(2, 27), berlin(3, 5, 17)),
    ],
)
def test_due_moment_leaves_out_days_that_end_in_a_pause(since: datetime, until: datetime, expected: datetime) -> None:
    assert due_moment(BERLIN, berlin(3, 2), 3, [Pause(since, until)]) == expected


def test_overlapping_pauses_count_once() -> None:
    twice = [Pause(berlin(3, 3, 9), berlin(3, 5, 9)), Pause(berlin(3, 4, 9), berlin(3, 5, 9))]
    assert due_moment(BERLIN, berlin(3, 2), 3, twice) == due_moment(BERLIN, berlin(3, 2), 3, twice[:1])


def test_calendar_without_working_days() -> None:
    with pytest.raises(ValueError, match="working weekday"):
        due_moment(Calendar(weekdays=frozenset()), berlin(3, 2), 1)


calendars = st.builds(
    Calendar,
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Auckland"]),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.sampled_from(["", "DE", "US"]),
    st.frozensets(st.dates(date(2026, 3, 1), date(2026, 4, 30)), max_size=4),
)
moments = st.integers(0, 275 * 24 * 60).map(lambda minutes: utc(3, 1, 0) + timedelta(minutes=minutes))
closed_pauses = st.lists(
    st.builds(lambda since, hours: Pause(since, since + timedelta(hours=hours)), moments, st.integers(0, 400)),
    max_size=3,
)


def walk(calendar: Calendar, start: datetime, days: int, pauses: list[Pause]) -> datetime:
    """The due moment by listing every end of day from the start's own day on."""
    zone = ZoneInfo(calendar.zone)
    first = start.astimezone(zone).date()
    ends = [
        datetime.combine(first + timedelta(days=number), time(17), tzinfo=zone) for number in range(3000)
        if is_working_day(calendar, first + timedelta(days=number))
    ]  # fmt: skip
    ends = [end for end in ends if not any(p.since <= end < (p.until or end + timedelta(1)) for p in pauses)]
    if days == 0:
        return next(end for end in ends if end >= start)
    return [end for end in ends if end.date() > first][days - 1]


@given(calendars, moments, st.integers(0, 30), closed_pauses)
def test_due_moment_is_what_walking_day_by_day_finds(
    calendar: Calendar, start: datetime, days: int, pauses: list[Pause]
) -> None:
    found = due_moment(calendar, start, days, pauses)
    assert found is not None
    assert found == walk(calendar, start, days, pauses)
    assert found >= start
    assert found.astimezone(ZoneInfo(calendar.zone)).time() == time(17)


@given(calendars, moments, st.integers(0, 20), closed_pauses, st.integers(0, 200))
def test_longer_pause_never_makes_anything_due_earlier(
    calendar: Calendar, start: datetime, days: int, pauses: list[Pause], longer: int
) -> None:
    stretched = [Pause(p.since, (p.until or p.since) + timedelta(hours=longer)) for p in pauses]
    before, after = due_moment(calendar, start, days, pauses), due_moment(calendar, start, days, stretched)
    without = due_moment(calendar, start, days)
    assert before is not None
    assert after is not None
    assert without is not None
    assert without <= before <= after


@given(calendars, moments, st.integers(0, 20), closed_pauses)
def test_more_days_are_later(calendar: Calendar, start: datetime, days: int, pauses: list[Pause]) -> None:
    fewer, more = due_moment(calendar, start, days, pauses), due_moment(calendar, start, days + 2, pauses)
    assert fewer is not None
    assert more is not None
    assert fewer < more


@pytest.mark.parametrize(
    ("moment", "days", "expected"),
    [
        (berlin(3, 6, 17), 1, berlin(3, 9, 17)),
        (berlin(3, 9, 17), -1, berlin(3, 6, 17)),
        (berlin(3, 9, 17), -5, berlin(3, 2, 17)),
        (berlin(3, 7, 11), 0, berlin(3, 7, 11)),
        (berlin(3, 7, 11), 1, berlin(3, 9, 11)),
        (berlin(3, 7, 11), -1, berlin(3, 6, 11)),
        (berlin(3, 27, 17), 1, berlin(3, 30, 17)),
    ],
)
def test_shift_keeps_the_clock_time(moment: datetime, days: int, expected: datetime) -> None:
    assert shift(BERLIN, moment, days) == expected


@given(calendars, moments, st.integers(-15, 15))
def test_shift_on_working_days_can_be_undone(calendar: Calendar, moment: datetime, days: int) -> None:
    start = shift(calendar, moment, 1)
    assert shift(calendar, shift(calendar, start, days), -days).date() == start.date()


@pytest.mark.parametrize(
    ("first", "second", "days"),
    [
        (berlin(3, 2, 9), berlin(3, 2, 23), 0),
        (berlin(3, 2), berlin(3, 3), 1),
        (berlin(3, 6), berlin(3, 9), 1),
        (berlin(3, 6), berlin(3, 8), 0),
        (berlin(3, 2), berlin(3, 16), 10),
        (berlin(3, 9), berlin(3, 6), -1),
        (berlin(3, 9, 1), berlin(3, 9, 0), 0),
    ],
)
def test_business_days_between(first: datetime, second: datetime, days: int) -> None:
    assert business_days_between(BERLIN, first, second) == days


@given(calendars, moments, moments)
def test_business_days_between_is_antisymmetric(calendar: Calendar, first: datetime, second: datetime) -> None:
    assert business_days_between(calendar, first, second) == -business_days_between(calendar, second, first)


@given(calendars, moments, st.integers(1, 30))
def test_business_days_between_counts_what_due_moment_gave(calendar: Calendar, start: datetime, days: int) -> None:
    due = due_moment(calendar, start, days)
    assert due is not None
    assert business_days_between(calendar, start, due) == days


@given(calendars, moments, st.integers(1, 20), closed_pauses)
def test_days_on_clock_reach_the_number_at_the_due_moment(
    calendar: Calendar, start: datetime, days: int, pauses: list[Pause]
) -> None:
    due = due_moment(calendar, start, days, pauses)
    assert due is not None
    assert days_on_clock(calendar, start, due, pauses) == days
    assert days_on_clock(calendar, start, due - timedelta(seconds=1), pauses) == days - 1


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 2), 12, date(2027, 3, 2)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 12, 15), 0, date(2026, 12, 15)),
        (date(2026, 10, 31), 24, date(2028, 10, 31)),
    ],
)
def test_months_later(day: date, months: int, expected: date) -> None:
    assert months_later(day, months) == expected


START, DUE = berlin(3, 2, 10), berlin(3, 6, 17)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (Step("start", 1, "d"), berlin(3, 3, 10)),
        (Step("start", 5, "d"), berlin(3, 9, 10)),
        (Step("due", 0, "d"), berlin(3, 6, 17)),
        (Step("due", -3, "d"), berlin(3, 3, 17)),
        (Step("due", 2, "d"), berlin(3, 10, 17)),
        (Step("due", 12, "h"), berlin(3, 7, 5)),
        (Step("start", -2, "h"), berlin(3, 2, 8)),
    ],
)
def test_step_moment(step: Step, expected: datetime) -> None:
    assert step_moment(BERLIN, step, start=START, due=DUE) == expected


LADDER = Reminder(
    "file_review",
    None,
    (
        Step("due", -3, "d", ("responsible",)),
        Step("due", 0, "d", ("responsible",)),
        Step("due", 2, "d", ("responsible", "coordinator")),
        Step("due", 5, "d", ("coordinator", "chair")),
    ),
)


def due_now(now: datetime) -> dict[str, int]:
    """The place of the step that each role hears now."""
    found = occasions(LADDER, BERLIN, start=START, due=DUE, now=now)
    return {role: occasion.index for role, occasion in found.items()}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (berlin(3, 3, 16, 59), {}),
        (berlin(3, 3, 17), {"responsible": 0}),
        (berlin(3, 6, 17), {"responsible": 1}),
        (berlin(3, 10, 17), {"responsible": 2, "coordinator": 2}),
        (berlin(3, 13, 17), {"responsible": 2, "coordinator": 3, "chair": 3}),
        (berlin(12, 1), {"responsible": 2, "coordinator": 3, "chair": 3}),
    ],
)
def test_missed_steps_fold_into_the_latest_one_for_each_role(now: datetime, expected: dict[str, int]) -> None:
    assert due_now(now) == expected


def test_occasion_carries_its_step_and_moment() -> None:
    found = occasions(LADDER, BERLIN, start=START, due=DUE, now=berlin(3, 3, 18))
    assert found == {"responsible": Occasion(0, LADDER.steps[0], berlin(3, 3, 17))}


def test_steps_written_in_another_order_fold_the_same_way() -> None:
    turned = Reminder("file_review", None, tuple(reversed(LADDER.steps)))
    now = berlin(3, 13, 17)
    moments_of = [
        {
            role: found.moment
            for role, found in occasions(ladder, BERLIN, start=START, due=DUE, now=now).items()
        }
        for ladder in (LADDER, turned)
    ]  # fmt: skip
    assert moments_of[0] == moments_of[1]


def test_offer_lapses_after_its_last_moment() -> None:
    ladder = PACK.reminder("accept_offer")
    assert ladder.lapses == Step("due", 1, "d")
    facts = {"start": START, "due": berlin(3, 4, 17)}
    assert has_lapsed(ladder, BERLIN, now=berlin(3, 5, 17), **facts) is False
    assert has_lapsed(ladder, BERLIN, now=berlin(3, 5, 17, 1), **facts) is True


def test_duty_without_lapse_never_lapses() -> None:
    assert has_lapsed(LADDER, BERLIN, start=START, due=DUE, now=berlin(12, 1)) is False


def test_end_of_day_is_the_committees() -> None:
    assert end_of_day(TOKYO, date(2026, 3, 2)) == utc(3, 2, 8)
