"""The conditions of a decision: how far each is, which are late, which stage waits for which, and whom they bind."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.condition import Facts, Progress, is_late, late, owed_by, progress, required, wants_proof

TODAY = date(2026, 3, 2)
RUNGS = ("vetted_api", "hosted_public", "gated_weights")


@pytest.mark.parametrize(
    ("is_met", "is_given", "found"),
    [
        (False, False, Progress.OPEN),
        (False, True, Progress.GIVEN),
        (True, False, Progress.MET),
        (True, True, Progress.MET),
    ],
)
def test_a_proof_alone_meets_nothing(is_met: bool, is_given: bool, found: Progress) -> None:
    assert progress(Facts(is_met, is_given)) is found


def test_late_is_what_is_not_met_after_its_day_whether_or_not_a_proof_waits() -> None:
    for is_met, is_given, days in product([False, True], [False, True], [None, -1, 0, 1]):
        due = TODAY + timedelta(days) if days is not None else None
        found = is_late(Facts(is_met, is_given, due), TODAY)
        assert found is (not is_met and days == -1)


def test_late_counts_each_one() -> None:
    passed, met = Facts(due=TODAY - timedelta(1)), Facts(is_met=True, due=TODAY - timedelta(9))
    assert late((), TODAY) == 0
    assert late((passed, met, Facts(), Facts(due=TODAY), passed), TODAY) == 2


@pytest.mark.parametrize(
    ("rung", "waiting"),
    [
        ("vetted_api", [1, 1, 1]),
        ("hosted_public", [0, 1, 1]),
        ("gated_weights", [0, 0, 1]),
        ("open_weights", [0, 0, 0]),
        ("", [0, 0, 0]),
    ],
)
def test_a_stage_waits_for_its_own_conditions_and_for_those_of_earlier_ones(rung: str, waiting: list[int]) -> None:
    one = Facts(part="model", rung=rung) if rung else Facts()
    assert [required([one], "model", RUNGS, order) for order in (1, 2, 3)] == waiting
    assert [required([one], "paper", RUNGS, order) for order in (1, 2, 3)] == [0, 0, 0]
    met = Facts(is_met=True, part="model", rung=rung)
    assert [required([met], "model", RUNGS, order) for order in (1, 2, 3)] == [0, 0, 0]
    given_proof = Facts(is_given=True, part="model", rung=rung)
    assert [required([given_proof, one], "model", RUNGS, order) for order in (1, 2, 3)] == [2 * n for n in waiting]


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(RUNGS)), max_size=8))
def test_a_later_stage_never_waits_for_fewer(found: list[tuple[bool, str]]) -> None:
    facts = [Facts(is_met=is_met, part="model", rung=rung) for is_met, rung in found]
    counts = [required(facts, "model", RUNGS, order) for order in (1, 2, 3)]
    assert counts == sorted(counts)
    assert counts[-1] == sum(not is_met for is_met, _rung in found)


@pytest.mark.parametrize(
    ("owner", "found"),
    [
        (None, {1, 2}),
        (1, {1}),
        (7, {7}),
        # Gone: no author any more, runs nothing, or stands aside by now.
        (9, {1, 2}),
    ],
)
def test_a_condition_binds_its_owner_or_the_authors_together(owner: int | None, found: set[int]) -> None:
    assert owed_by(owner, {1, 2}, {7, 8}) == found


def test_a_proof_is_wanted_of_what_is_open_and_has_a_day_or_a_stage_that_waits() -> None:
    cells = [Facts(*one) for one in product((True, False), (True, False), (None, TODAY), ("",), ("", "vetted_api"))]
    assert [one for one in cells if wants_proof(one)] == [
        Facts(rung="vetted_api"), Facts(due=TODAY), Facts(due=TODAY, rung="vetted_api"),
    ]  # fmt: skip
