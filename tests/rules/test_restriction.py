"""When a restriction is in force, until when it can be ratified, and what its votes come to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.deadlines import Calendar, last_moment
from reviews.rules.quorum import Around, Tally, Voter, tally
from reviews.rules.restriction import IN_FORCE, Moments, Phase, Verdict, by_board, by_one, phase
from reviews.rules.states import CommitteeRole, Vote
from tests.rules.packs import PACK

BY = datetime(2026, 3, 9, 16, tzinfo=UTC)
SOME = datetime(2026, 3, 4, 10, tzinfo=UTC)
MOMENTS = st.integers(0, 366 * 24).map(lambda hours: SOME + timedelta(hours=hours))
BEFORE, AFTER = BY - timedelta(seconds=1), BY + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("ratified", "ended", "now", "found"),
    [
        (None, None, BEFORE, Phase.WAITS),
        (None, None, BY, Phase.WAITS),
        (None, None, AFTER, Phase.LAPSED),
        (SOME, None, BEFORE, Phase.RATIFIED),
        (SOME, None, AFTER, Phase.RATIFIED),
        (None, SOME, BEFORE, Phase.ENDED),
        (None, SOME, AFTER, Phase.ENDED),
        (SOME, SOME, BEFORE, Phase.ENDED),
        (SOME, SOME, AFTER, Phase.ENDED),
    ],
)
def test_phase_of_every_combination(
    ratified: datetime | None, ended: datetime | None, now: datetime, found: Phase
) -> None:
    assert phase(Moments(BY, ratified, ended), now=now) is found
    assert (found in IN_FORCE) is (found in (Phase.WAITS, Phase.RATIFIED))


def test_last_moment_is_the_end_of_the_fifth_business_day_where_the_committee_works() -> None:
    berlin = Calendar(zone="Europe/Berlin", closures=frozenset({date(2026, 3, 4)}))
    zone = ZoneInfo("Europe/Berlin")
    placed = datetime(2026, 3, 2, 23, 30, tzinfo=zone)
    assert last_moment(berlin, placed, business_days=5) == datetime(2026, 3, 10, 17, tzinfo=zone)
    assert last_moment(berlin, datetime(2026, 3, 28, 9, tzinfo=zone), business_days=5) == datetime(
        2026, 4, 3, 17, tzinfo=zone
    )


@given(MOMENTS, st.integers(1, 20))
def test_there_is_always_time_to_ratify(placed: datetime, days: int) -> None:
    assert last_moment(Calendar(), placed, business_days=days) > placed


BOARD = [Voter(f"m{n}", CommitteeRole.MEMBER, f"u{n}", frozenset({"cyber"})) for n in range(7)]
AROUND = Around("cyber", frozenset({"cyber"}), frozenset({"authors"}))


def count(votes: str) -> Tally:
    """A tier 3 board of seven: y and n by the order of its people, a dot for who is still to vote."""
    words = {"y": Vote.FOR, "n": Vote.AGAINST}
    said = {voter.key: words[one] for voter, one in zip(BOARD, votes, strict=True) if one in words}
    return tally(PACK.tier(3), BOARD, said, above_ceiling=False, around=AROUND)


@pytest.mark.parametrize(
    ("votes", "found"),
    [
        (".......", Verdict.OPEN),
        ("yyy....", Verdict.OPEN),
        ("yyyn...", Verdict.OPEN),
        ("yyyy...", Verdict.RATIFIED),
        ("yyynn..", Verdict.OPEN),
        ("nnn....", Verdict.OPEN),
        ("nnnn...", Verdict.REFUSED),
        ("yyynnn.", Verdict.OPEN),
        ("yyynnny", Verdict.RATIFIED),
        ("yyynnnn", Verdict.REFUSED),
    ],
)
def test_board_ratifies_once_nothing_can_change_it(votes: str, found: Verdict) -> None:
    assert by_board(count(votes)) is found


@pytest.mark.parametrize("votes", [{}, {"m0": Vote.FOR}, {"m0": Vote.AGAINST}, {"m0": Vote.FOR, "m1": Vote.FOR}])
def test_too_few_refuse_nothing(votes: dict[str, Vote]) -> None:
    """Two are left of a board that needs five: whatever they say, the restriction lapses by its date."""
    found = tally(PACK.tier(4), BOARD[:2], votes, above_ceiling=False, around=AROUND)
    assert (found.is_settled, found.quorum_met, by_board(found)) == (True, False, Verdict.OPEN)


@pytest.mark.parametrize("said", list(product("yn.", repeat=3)))
def test_one_person_ratifies_and_only_all_of_them_refuse(said: tuple[str, ...]) -> None:
    words = {"y": Vote.FOR, "n": Vote.AGAINST}
    votes = {str(number): words[one] for number, one in enumerate(said) if one in words}
    found = by_one([str(number) for number in range(3)], votes | {"gone": Vote.FOR})
    expected = Verdict.RATIFIED if "y" in said else Verdict.REFUSED if set(said) == {"n"} else Verdict.OPEN
    assert found is expected


def test_where_nobody_is_left_nothing_is_refused() -> None:
    assert by_one([], {"gone": Vote.AGAINST}) is Verdict.OPEN
