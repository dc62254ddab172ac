"""The ladder of a staged release: which stage comes next, and every reason that keeps it shut."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.clearance import Standing
from reviews.rules.gates import StageFacts, earliest_opening, next_stage, reason_shut, stages_between
from tests.rules.packs import PACK

DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
DWELL = 30


def stages(*opened: datetime | None) -> tuple[StageFacts, ...]:
    return tuple(StageFacts(number, moment) for number, moment in enumerate(opened, start=1))


def why(facts: tuple[StageFacts, ...], order: int, *, now: datetime = DAY, **changes: Any) -> str:
    """The reason, with everything else in order."""
    given_facts = {"dwell_days": DWELL, "standing": Standing.IN_FORCE, "open_holds": 0, "late_conditions": 0,
                   "required_conditions": 0, **changes}  # fmt: skip
    return reason_shut(facts, order, now=now, **given_facts)


NONE_OPEN = stages(None, None, None)
FIRST_OPEN = stages(DAY, None, None)
ALL_OPEN = stages(DAY, DAY + timedelta(30), DAY + timedelta(60))
LATER = DAY + timedelta(days=DWELL)


@pytest.mark.parametrize(
    ("facts", "order", "now", "changes", "reason"),
    [
        (NONE_OPEN, 1, DAY, {}, ""),
        (NONE_OPEN, 2, DAY, {}, "not_next"),
        (NONE_OPEN, 3, DAY, {}, "not_next"),
        (NONE_OPEN, 1, DAY, {"standing": Standing.NOT_IN_FORCE}, "not_in_force"),
        (NONE_OPEN, 1, DAY, {"open_holds": 1}, "held"),
        (NONE_OPEN, 1, DAY, {"late_conditions": 2}, "conditions_late"),
        (NONE_OPEN, 1, DAY, {"required_conditions": 1}, "conditions_required"),
        (NONE_OPEN, 1, DAY, {"late_conditions": 1, "required_conditions": 1}, "conditions_late"),
        (NONE_OPEN, 1, DAY, {"standing": Standing.STALE, "open_holds": 1, "late_conditions": 1}, "stale"),
        (NONE_OPEN, 1, DAY, {"open_holds": 1, "late_conditions": 1}, "held"),
        (NONE_OPEN, 1, DAY, {"open_holds": 1, "required_conditions": 1}, "held"),
        (FIRST_OPEN, 1, LATER, {}, "already_open"),
        (FIRST_OPEN, 2, DAY, {}, "dwell"),
        (FIRST_OPEN, 2, LATER - timedelta(seconds=1), {}, "dwell"),
        (FIRST_OPEN, 2, LATER, {}, ""),
        (FIRST_OPEN, 2, LATER, {"late_conditions": 1}, "conditions_late"),
        (FIRST_OPEN, 2, DAY, {"required_conditions": 1}, "conditions_required"),
        (FIRST_OPEN, 3, LATER, {}, "not_next"),
        (ALL_OPEN, 1, LATER, {}, "already_open"),
        (ALL_OPEN, 3, LATER, {}, "already_open"),
        (ALL_OPEN, 4, LATER, {}, "already_open"),
    ],
)
def test_reason_shut(
    facts: tuple[StageFacts, ...], order: int, now: datetime, changes: dict[str, Any], reason: str
) -> None:
    assert why(facts, order, now=now, **changes) == reason


def test_clock_set_back_opens_nothing_and_reopens_nothing() -> None:
    assert why(FIRST_OPEN, 2, now=DAY - timedelta(days=400)) == "dwell"
    assert why(FIRST_OPEN, 1, now=DAY - timedelta(days=400)) == "already_open"


def test_order_of_the_rows_does_not_matter() -> None:
    assert next_stage(tuple(reversed(FIRST_OPEN))) == StageFacts(2)
    assert next_stage(ALL_OPEN) is None
    assert next_stage(()) is None


def test_earliest_opening_counts_from_the_latest_stage() -> None:
    assert earliest_opening(NONE_OPEN, dwell_days=DWELL) is None
    assert earliest_opening(FIRST_OPEN, dwell_days=DWELL) == DAY + timedelta(30)
    assert earliest_opening(ALL_OPEN, dwell_days=DWELL) == DAY + timedelta(90)


@pytest.mark.parametrize(
    ("first", "last", "values"),
    [
        ("vetted_api", "gated_weights", ["vetted_api", "hosted_public", "gated_weights"]),
        ("vetted_api", "vetted_api", ["vetted_api"]),
        ("fully_closed", "trusted_testers", ["fully_closed", "internal", "trusted_testers"]),
    ],
)
def test_stages_between(first: str, last: str, values: list[str]) -> None:
    assert [rung.value for rung in stages_between(PACK.ladder("model"), first, last)] == values


def test_stages_between_in_wrong_order() -> None:
    with pytest.raises(ValueError, match="above the last"):
        stages_between(PACK.ladder("model"), "open_weights", "vetted_api")


def test_stages_between_unknown_rung() -> None:
    with pytest.raises(ValueError, match="moon"):
        stages_between(PACK.ladder("model"), "vetted_api", "moon")


@given(
    st.integers(1, 6),
    st.lists(st.tuples(st.integers(1, 7), st.integers(-40, 40)), max_size=25),
    st.integers(0, 35),
)
def test_whatever_is_tried_stages_open_in_order_and_after_their_dwell(
    count: int, attempts: list[tuple[int, int]], dwell: int
) -> None:
    opened: dict[int, datetime] = {}
    now = DAY
    for order, days in attempts:
        now += timedelta(days=days)
        facts = tuple(StageFacts(number, opened.get(number)) for number in range(1, count + 1))
        if not why(facts, order, now=now, dwell_days=dwell):
            assert opened.keys() == set(range(1, order))
            assert all(now >= moment + timedelta(days=dwell) for moment in opened.values())
            opened[order] = now
    assert list(opened) == list(range(1, len(opened) + 1))


def test_a_stage_opens_only_when_nothing_at_all_speaks_against_it() -> None:
    for standing, holds, late, required, waited in product(Standing, [0, 1], [0, 1], [0, 2], [True, False]):
        now = LATER if waited else DAY
        counts = {"open_holds": holds, "late_conditions": late, "required_conditions": required}
        found = why(FIRST_OPEN, 2, now=now, standing=standing, **counts)
        nothing = not (holds or late or required)
        assert (found == "") is (standing is Standing.IN_FORCE and nothing and waited)
        assert standing is Standing.IN_FORCE or found == standing
