"""The model: few pairs and all pairs lead to one optimum, shares are rounded, and work is limited."""

from __future__ import annotations

import numpy as np
import pytest

from reviews.rules.matching_model import SHUT, Instance, Limits, solve


def instance(seed: int, *, cases: int = 60, people: int = 25, cap: int = 6, seats: int = 2) -> Instance:
    """Two kinds of people, of whom each case takes one of the first kind at most; a tenth of the pairs is shut."""
    chance = np.random.default_rng(seed)
    kind = np.where(chance.random((cases, people)) < 0.1, SHUT, np.arange(people) % 3 // 2).astype(np.int16)
    return Instance(
        worth=chance.integers(0, 1000, (cases, people)),
        kind=kind,
        row_case=np.repeat(np.arange(cases), 2),
        row_most=np.tile([seats, 1], cases),
        marks=np.tile(np.array([[True, True], [True, False]]), (cases, 1)),
        steps=tuple(tuple(range(0, 50 * cap, 50)) for _ in range(people)),
    )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("cap", [3, 6, 9])
def test_few_pairs_and_their_prices_lead_to_the_optimum_of_all_pairs(seed: int, cap: int) -> None:
    given = instance(seed, cap=cap)
    few, every = (solve(given, wanted=120, seed=seed, limits=Limits(whole=whole)) for whole in (0, 10_000))
    assert (len(few.pairs), few.worth, few.bound, few.most) == (len(every.pairs), every.worth, every.bound, every.most)
    assert few.is_proven
    assert few.columns < every.columns


def test_no_pair_that_is_open_is_no_seat() -> None:
    given = instance(1)
    shut = Instance(
        given.worth, np.full_like(given.kind, SHUT), given.row_case, given.row_most, given.marks, given.steps
    )
    assert solve(shut, wanted=120).pairs == ()


def test_nobody_takes_more_than_they_have_room_for() -> None:
    found = solve(instance(4, cap=2), wanted=120)
    assert len(found.pairs) == found.most == 50
    assert np.bincount([person for _, person in found.pairs]).max() == 2


def test_as_many_seats_as_possible_are_filled_however_little_their_pairs_are_worth() -> None:
    """The relaxed solution splits some seats, and a pair costs more than a seat brings."""
    marks = ["11111", "01101", "00101", "11111", "11110", "11110", "01111", "10111", "11111", "11010"]
    given = Instance(
        worth=np.array([
            [-79339, -396153, -182058, -247074, -300503],
            [-51847, -348379, -227531, -344719, -313499],
            [-324237, -116217, -361806, -65582, -366128],
        ]),
        kind=np.array([[3, 2, 1, SHUT, 0], [2, 1, 4, 1, 0], [SHUT, 4, 3, 4, 2]], dtype=np.int16),
        row_case=np.array([0, 0, 0, 1, 1, 1, 1, 1, 2, 2]),
        row_most=np.array([1, 0, 2, 2, 2, 1, 1, 1, 2, 0]),
        marks=np.array([[mark == "1" for mark in row] for row in marks]),
        steps=((0, 4, 4), (0, 4, 5), (1, 4, 4), (2, 3, 4), (0, 2, 3)),
    )  # fmt: skip
    found = solve(given, wanted=9)
    assert (len(found.pairs), found.most, found.is_proven) == (4, 4, True)


def entangled(seed: int, *, cases: int = 20, people: int = 15, kinds: int = 20, rows: int = 12) -> Instance:
    """Each case bounds many overlapping sets of kinds, so that whole seats are hard to find by shares."""
    chance = np.random.default_rng(seed)
    marks = chance.random((cases * rows, kinds)) < 0.3
    return Instance(
        worth=chance.integers(0, 1000, (cases, people)),
        kind=chance.integers(0, kinds, (cases, people)).astype(np.int16),
        row_case=np.repeat(np.arange(cases), rows),
        row_most=np.ones(cases * rows, dtype=np.int64),
        marks=marks,
        steps=((0, 0, 0, 0),) * people,
    )


def test_a_limit_that_is_met_is_said() -> None:
    """Few nodes leave a solution that keeps every rule, and a bound that the optimum does not pass."""
    given = entangled(4)
    short, again = (solve(given, wanted=60, limits=Limits(nodes=1)) for _ in range(2))
    best = solve(given, wanted=60)
    assert short == again
    assert (short.is_proven, best.is_proven) == (False, True)
    assert (len(short.pairs), short.most) == (len(best.pairs), best.most) == (60, 60)
    assert short.worth <= best.worth <= short.bound
    assert short.bound > best.bound
