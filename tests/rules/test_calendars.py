"""Countries whose holidays are known, their days, and days put together into stretches."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import calendars
from reviews.rules.calendars import Stretch
from reviews.rules.deadlines import Calendar, is_working_day


def test_countries_are_iso_codes_in_the_order_of_their_names() -> None:
    found = calendars.countries()
    assert (found["DE"], found["GB"], found["TT"], found["IM"]) == (
        "Germany", "United Kingdom", "Trinidad and Tobago", "Isle of Man",
    )  # fmt: skip
    assert all(len(code) == 2 and code.isupper() for code in found)
    assert list(found.values()) == sorted(found.values())


def test_holidays_of_a_stretch_with_both_ends() -> None:
    assert calendars.public_holidays("DE", date(2026, 12, 25), date(2027, 1, 1)) == (
        (date(2026, 12, 25), "Christmas Day"),
        (date(2026, 12, 26), "Second Day of Christmas"),
        (date(2027, 1, 1), "New Year's Day"),
    )
    assert calendars.public_holidays("", date(2026, 1, 1), date(2026, 12, 31)) == ()
    with pytest.raises(ValueError, match="XX"):
        calendars.public_holidays("XX", date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize("country", ["DE", "FR", "GB", "JP", "US", "AE", "IL", "BR", "IN", "AG"])
def test_what_is_listed_is_what_deadlines_leave_out(country: str) -> None:
    everyday = Calendar(country=country, weekdays=frozenset(range(7)))
    listed = {day for day, _name in calendars.public_holidays(country, date(2026, 1, 1), date(2026, 12, 31))}
    year = (date(2026, 1, 1) + timedelta(days=number) for number in range(365))
    free = {day for day in year if not is_working_day(everyday, day)}
    assert listed == free


def test_days_under_one_label_are_put_together() -> None:
    winter = [(date(2026, 12, day), "Winter") for day in (24, 25, 26)]
    found = calendars.stretches([(date(2026, 12, 28), ""), *reversed(winter), (date(2026, 12, 27), "Move")])
    assert found == (
        Stretch(date(2026, 12, 24), date(2026, 12, 26), "Winter"),
        Stretch(date(2026, 12, 27), date(2026, 12, 27), "Move"),
        Stretch(date(2026, 12, 28), date(2026, 12, 28), ""),
    )
    assert [stretch.days for stretch in found] == [3, 1, 1]


@given(st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 3, 1)), st.sampled_from(["", "a"])))
def test_stretches_hold_exactly_the_days_given(days: dict[date, str]) -> None:
    found = calendars.stretches(days.items())
    told = {
        date.fromordinal(number): stretch.label
        for stretch in found
        for number in range(stretch.first.toordinal(), stretch.last.toordinal() + 1)
    }
    assert told == days
    assert sum(stretch.days for stretch in found) == len(days)
