"""The numbers of an assignment and its optimum: arrays in, seats and a proof out. What they mean is said elsewhere.

One model. A pair of a case and a person is worth something; each further case costs a person a little more than the
one before; rows bound how many people of some kinds a case takes. Everything is a ceiling, so nobody seated is always
allowed and a seat that cannot be filled stays empty instead of failing the whole.

HiGHS solves it over the best pairs only. The prices of that solution then judge every pair that was left out: one
that would pay is let in, until none is. What the prices bound is therefore true of all pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reviews.rules.matching_program import NEAR, Floats, Instance, Ints, Limits, Prices, Program

SHUT = -1  # the kind of a person who may not have the case
FILLING = 100_000  # what a filled seat is worth beyond its pair, more than any pair
BEST = 12  # so many pairs of a case are let in at first, and so many of each kind on it
OF_A_KIND = 2
FIRST_GAP = 8  # what whole seats may lose against shares before more pairs are tried
LET_IN = 10  # pairs of one case that are let in at a time
CELLS = 2_000_000  # pairs that are judged at a time, so that memory stays flat


@dataclass(frozen=True)
class Solved:
    """``pairs`` of case and person. ``worth`` counts pairs and steps; no other solution that fills as many seats is
    worth more than ``bound``, and none fills more than ``most``."""

    pairs: tuple[tuple[int, int], ...]
    worth: int
    bound: int
    most: int
    columns: int = 0

    @property
    def is_proven(self) -> bool:
        """Whether nothing better exists."""
        return self.worth >= self.bound and len(self.pairs) >= self.most


def solve(instance: Instance, *, wanted: int, seed: int = 0, limits: Limits | None = None) -> Solved:
    """As many seats as can be filled, ``wanted`` at most; of all ways to do that one that is worth the most."""
    if not wanted or not (instance.kind != SHUT).any():
        return Solved((), 0, 0, 0)
    search = _Search(instance, seed=seed, limits=limits or Limits())
    pairs, bound, most = search.best(filling=FILLING)
    if len(pairs) < min(wanted, most):
        reached, most = search.count_most()
        if reached > len(pairs):
            pairs, bound, _ = search.best(filling=FILLING, at_least=reached)
    return search.solved(pairs, bound - FILLING * len(pairs), most=min(wanted, most))


class _Search:
    """The pairs that are in the model so far, and the walk from few of them to a proof about all."""

    def __init__(self, instance: Instance, *, seed: int, limits: Limits) -> None:
        self.instance, self.seed, self.limits = instance, seed, limits
        cases, people = instance.worth.shape
        self.inside = np.zeros((cases, people), dtype=bool)
        if instance.worth.size <= limits.whole:
            self.inside[:] = instance.kind != SHUT
        else:
            self._let_in_best()

    def best(self, *, filling: int, at_least: int = 0) -> tuple[list[tuple[int, int]], int, int]:
        """The best pairs, each worth ``filling`` more than by itself; a bound on what any could be worth, and one on
        how many there could be."""
        pairs, bound, prices = self._best(self.instance.worth, filling, at_least, self.instance.steps)
        return pairs, bound, self._at_most(prices, filling)

    def count_most(self) -> tuple[int, int]:
        """How many seats were filled when nothing else counts, and how many no solution passes."""
        level = np.broadcast_to(np.zeros((1, 1), dtype=np.int64), self.instance.worth.shape)
        pairs, bound, _ = self._best(level, 1, 0, tuple((0,) * len(steps) for steps in self.instance.steps))
        return len(pairs), bound

    def solved(self, pairs: list[tuple[int, int]], bound: int, *, most: int) -> Solved:
        """The result in numbers of the instance, without what filling was worth."""
        worth = _worth(self.instance, pairs)
        return Solved(tuple(sorted(pairs)), worth, max(bound, worth), most, int(self.inside.sum()))

    def _best(
        self, worth: NDArray[Any], filling: int, at_least: int, steps: tuple[tuple[int, ...], ...]
    ) -> tuple[list[tuple[int, int]], int, Prices]:
        program = Program(self.instance, steps, at_least, seed=self.seed, limits=self.limits)
        case, person = np.nonzero(self.inside)
        program.add(case, person, worth[case, person] + filling)
        while True:
            program.relax()
            prices = program.prices()
            over = self._let_in(program, worth, filling, prices)
            if over is not None:
                break
        bound = floor(program.objective + over + NEAR)
        if program.is_whole():
            return program.chosen(), bound, prices
        # A pair can better what was reached only if its price is off by less than what is missing to the bound.
        short = FIRST_GAP
        while True:
            self._let_in(program, worth, filling, prices, short)
            found = program.round(short)
            if found is not None and bound - found[0] <= short:
                return program.chosen(), max(found[0], min(bound, floor(found[1] + NEAR))), prices
            if short > abs(bound):
                return [], bound, prices
            short = max(2 * short, bound - found[0] if found is not None else 0)

    def _let_in(
        self, program: Program, worth: NDArray[Any], filling: int, prices: Prices, short: float = 0.0
    ) -> float | None:
        """Let in what pays; None where something was let in, else what pays too little to count."""
        case, person, over = self._paying(worth, filling, prices, short)
        if not case.size:
            return over
        self.inside[case, person] = True
        program.add(case, person, worth[case, person] + filling)
        return None

    def _at_most(self, prices: Prices, filling: int) -> int:
        """How many seats can be filled at all, as far as prices in whole fillings can say: any prices bound it."""
        instance = self.instance
        whole = Prices(np.rint(prices.person / filling), np.rint(prices.row / filling), 0.0)
        bound = float(whole.row @ instance.row_most) + float(whole.person @ [len(steps) for steps in instance.steps])
        on_cases = whole.on_cases(instance)
        for part in _parts(instance.worth.shape):
            kind = instance.kind[part]
            left = 1 - whole.person - on_cases[part][np.arange(kind.shape[0])[:, None], kind]
            bound += float(np.where(kind == SHUT, 0, left).clip(min=0).sum())
        return round(bound)

    def _paying(self, worth: NDArray[Any], filling: int, prices: Prices, short: float) -> tuple[Ints, Ints, float]:
        """Pairs outside whose worth reaches their price, or falls short by less than ``short``; and the sum of what
        is too little to count, by which the bound has to grow."""
        found: list[tuple[Ints, Ints]] = []
        over, on_cases = 0.0, prices.on_cases(self.instance)
        for part in _parts(self.inside.shape):
            kind = self.instance.kind[part]
            rows = np.arange(kind.shape[0])[:, None]
            gain = worth[part] + (filling - prices.person - prices.every) - on_cases[part][rows, kind]
            gain[self.inside[part] | (kind == SHUT)] = -np.inf
            over += float(gain[(gain > 0) & (gain <= NEAR)].sum())
            if short:
                case, person = np.nonzero(gain >= -short)
            else:
                case, person = _top(gain, LET_IN, above=NEAR)
            found.append((case + part.start, person))
        return np.concatenate([one for one, _ in found]), np.concatenate([two for _, two in found]), over

    def _let_in_best(self) -> None:
        """The best pairs of each case, of each kind of person on it, and of each person."""
        instance = self.instance
        cases, people = instance.worth.shape
        kinds = [int(kind) for kind in np.unique(instance.kind) if kind != SHUT]
        for part in _parts(instance.worth.shape):
            worth = np.where(instance.kind[part] == SHUT, -np.inf, instance.worth[part])
            case, person = _top(worth, BEST)
            self.inside[case + part.start, person] = True
            for kind in kinds if len(kinds) > 1 else ():
                case, person = _top(np.where(instance.kind[part] == kind, worth, -np.inf), OF_A_KIND)
                self.inside[case + part.start, person] = True
        each = max(1, BEST * cases // people // 2)
        for part in _parts((people, cases)):
            worth = np.where(instance.kind[:, part] == SHUT, -np.inf, instance.worth[:, part]).T
            person, case = _top(worth, each)
            self.inside[case, person + part.start] = True


def _worth(instance: Instance, pairs: Sequence[tuple[int, int]]) -> int:
    load = [0] * instance.worth.shape[1]
    for _, person in pairs:
        load[person] += 1
    steps = sum(sum(prices[:taken]) for prices, taken in zip(instance.steps, load, strict=True))
    return sum(int(instance.worth[pair]) for pair in pairs) - steps


def _parts(shape: tuple[int, int]) -> Iterator[slice]:
    height = max(1, CELLS // max(shape[1], 1))
    return (slice(start, min(start + height, shape[0])) for start in range(0, shape[0], height))


def _top(gain: Floats, count: int, *, above: float = -np.inf) -> tuple[Ints, Ints]:
    """The places of the highest numbers of each line that pass ``above``."""
    if count < gain.shape[1]:
        place = np.argpartition(-gain, count - 1, axis=1)[:, :count]
    else:
        place = np.broadcast_to(np.arange(gain.shape[1]), gain.shape)
    line = np.broadcast_to(np.arange(gain.shape[0])[:, None], place.shape)
    passed = gain[line, place] > above
    return line[passed], place[passed]


__all__ = ["SHUT", "Instance", "Limits", "Solved", "solve"]
