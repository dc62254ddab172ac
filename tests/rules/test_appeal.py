"""When an appeal can be filed, who hears it, and what the judges' votes come to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.appeal import Facts, Hearing, Opinion, Status, count, falls_short, hearing, why_not
from reviews.rules.deadlines import Calendar, last_moment
from tests.rules.packs import PACK

RULE = PACK.decision.appeal
BY = datetime(2026, 3, 16, 16, tzinfo=UTC)
WORDS = {"u": Opinion.UPHOLD, "d": Opinion.DISMISS}


@pytest.mark.parametrize(
    ("in_force", "is_open", "short", "before", "late"),
    list(product([True, False], [False, True], [True, False], [0, 1], [False, True])),
)
def test_why_an_appeal_cannot_be_filed(in_force: bool, is_open: bool, short: bool, before: int, late: bool) -> None:
    now = BY + timedelta(seconds=1) if late else BY
    expected = ""
    for code, holds in (
        ("too_late", late),
        ("open", is_open),
        ("used_up", before > 0),
        ("nothing_to_appeal", not short),
        ("not_in_force", not in_force),
    ):
        expected = code if holds else expected
    assert why_not(Facts(in_force, is_open, short, before, BY), RULE, now=now) == expected


def test_a_policy_may_allow_a_second_appeal_of_a_version() -> None:
    assert why_not(Facts(True, False, True, 1, BY), replace(RULE, per_version=2), now=BY) == ""


@pytest.mark.parametrize(
    ("parts", "conditions", "short"),
    [
        ([("full", "open", "open")], 0, False),
        ([("full", "open", "open")], 1, True),
        ([("full", "open", "open"), ("staged", "open", "open")], 0, True),
        ([("full", "open", "open"), ("withheld", "open", "internal")], 0, True),
        ([("full", "open", "hosted")], 0, True),
    ],
)
def test_what_gives_less_than_was_asked(parts: list[tuple[str, str, str]], conditions: int, short: bool) -> None:
    assert falls_short(parts, conditions=conditions) is short


def test_days_end_where_the_committee_works_also_over_the_change_of_the_clock() -> None:
    zone = ZoneInfo("Europe/Berlin")
    signed = datetime(2026, 3, 20, 23, 30, tzinfo=zone)
    found = last_moment(Calendar(zone="Europe/Berlin"), signed, business_days=10)
    assert found == datetime(2026, 4, 3, 17, tzinfo=zone)


@pytest.mark.parametrize(
    ("tier", "members", "found"),
    [
        (0, 2, Hearing(True, 2)),
        (0, 1, Hearing(False, 2)),
        (1, 5, Hearing(True, 2)),
        (2, 3, Hearing(True, 3)),
        (2, 2, Hearing(False, 3)),
        (3, 7, Hearing(False, 3)),
        (4, 0, Hearing(False, 3)),
    ],
)
def test_who_hears_it(tier: int, members: int, found: Hearing) -> None:
    assert hearing(RULE, PACK.tier(tier), members=members) == found


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("...", Status.OPEN),
        ("u..", Status.OPEN),
        ("uu.", Status.UPHELD),
        ("ud.", Status.OPEN),
        ("dd.", Status.DISMISSED),
        ("udu", Status.UPHELD),
        ("udd", Status.DISMISSED),
        ("uu", Status.OPEN),
        ("", Status.OPEN),
    ],
)
def test_panel_of_three(said: str, status: Status) -> None:
    people = [str(number) for number in range(len(said))]
    opinions = {key: WORDS[one] for key, one in zip(people, said, strict=True) if one in WORDS}
    assert count(people, opinions | {"gone": Opinion.UPHOLD}, RULE, size=3).status is status


@given(st.lists(st.sampled_from("ud."), min_size=1, max_size=9), st.integers(1, 5))
def test_result_stands_whatever_those_say_who_are_out(said: list[str], size: int) -> None:
    people = [str(number) for number in range(len(said))]
    opinions = {key: WORDS[one] for key, one in zip(people, said, strict=True) if one in WORDS}
    found = count(people, opinions, RULE, size=size).status
    if len(people) < size:
        assert found is Status.OPEN
        return
    ends = set()
    for rest in (Opinion.UPHOLD, Opinion.DISMISS):
        whole = {key: opinions.get(key, rest) for key in people}
        ends.add(count(people, whole, RULE, size=size).status)
    assert Status.OPEN not in ends
    assert found is (ends.pop() if len(ends) == 1 else Status.OPEN)
    if all(one in WORDS for one in said):
        assert found is (Status.UPHELD if said.count("u") * 2 > len(said) else Status.DISMISSED)
