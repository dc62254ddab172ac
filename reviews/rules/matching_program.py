"""The linear program of an assignment in HiGHS: some pairs are in it, more can be let in, shares can be made whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import highspy
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NEAR = 1e-6


@dataclass(frozen=True)
class Instance:
    """``worth`` and ``kind`` have a row for each case and a column for each person.

    Row ``i`` says: of the people whose kind is marked in ``marks[i]``, case ``row_case[i]`` takes ``row_most[i]`` at
    most. Rows are sorted by case. ``steps`` has, for each person, what the first further case costs, the second and so
    on, never falling; there are as many as the person has room for.
    """

    worth: NDArray[Any]
    kind: NDArray[np.int16]
    row_case: Ints
    row_most: Ints
    marks: NDArray[np.bool_]
    steps: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Limits:
    """How much work a proof may take, counted in what the solver does and so the same on every machine. An instance
    with at most ``whole`` pairs is solved with all of them at once."""

    nodes: int = 5_000
    whole: int = 40_000


@dataclass(frozen=True)
class Prices:
    """What a seat costs: its person, the rows of its case that its person counts in, and any seat at all."""

    person: Floats
    row: Floats
    every: float

    def on_cases(self, instance: Instance) -> Floats:
        """What each kind of person costs on each case."""
        found = np.zeros((instance.worth.shape[0], instance.marks.shape[1]))
        np.add.at(found, instance.row_case, self.row[:, None] * instance.marks)
        return found


class _Quiet(highspy.Highs):
    """HiGHS without the callbacks of its wrapper, since setting them up prints a banner."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()


class Program:
    """The linear program in HiGHS. Rows first, one for each person, the case rows, and one for all pairs; then the
    steps of load; then pairs as they come."""

    def __init__(
        self, instance: Instance, steps: tuple[tuple[int, ...], ...], at_least: int, *, seed: int, limits: Limits
    ) -> None:
        self.instance = instance
        self.people = instance.worth.shape[1]
        self.first = np.searchsorted(instance.row_case, np.arange(instance.worth.shape[0] + 1))
        self.case, self.person = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        self.margin = np.empty(0)
        self.at_least = at_least
        self.highs = _Quiet()
        for name, value in (
            ("output_flag", False),
            ("threads", 1),
            ("parallel", "off"),
            ("random_seed", seed % 2_147_483_647),
            ("mip_max_nodes", limits.nodes),
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 1 - 10 * NEAR),  # all worth is whole, so less than one is none
        ):
            self.highs.setOptionValue(name, value)
        self.highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        rows = self.people + len(instance.row_case)
        infinite = highspy.kHighsInf
        lower, upper = np.full(rows, -infinite), np.zeros(rows)
        upper[self.people :] = instance.row_most
        self._add_rows(lower, upper)
        if at_least:
            self._add_rows(np.array([float(at_least)]), np.array([infinite]))
        self._add_steps(steps)

    def add(self, case: Ints, person: Ints, worth: Ints) -> None:
        """Let pairs into the program."""
        where, which = [person], [np.arange(case.size)]
        kind = self.instance.kind[case, person]
        first, count = self.first[case], self.first[case + 1] - self.first[case]
        for place in range(int(count.max(initial=0))):
            here = np.nonzero(place < count)[0]
            row = first[here] + place
            marked = self.instance.marks[row, kind[here]]
            where.append(self.people + row[marked])
            which.append(here[marked])
        if self.at_least:
            where.append(np.full(case.size, self.people + len(self.instance.row_case)))
            which.append(np.arange(case.size))
        rows, columns = np.concatenate(where), np.concatenate(which)
        order = np.lexsort((rows, columns))
        self._add_columns(worth, np.ones(case.size), rows[order], columns[order], np.ones(rows.size))
        self.case, self.person = np.concatenate([self.case, case]), np.concatenate([self.person, person])

    def relax(self) -> None:
        """Solve with shares of seats allowed, from where the last solution stood."""
        self.highs.run()
        status = self.highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"the relaxed assignment ended with {self.highs.modelStatusToString(status)}")

    def round(self, short: float) -> tuple[int, float] | None:
        """Solve with whole seats where the last prices leave a choice: what is priced out or in by more than ``short``
        stays as it is. The objective that was reached, and what cannot be passed; None where nothing was found."""
        count = self.case.size
        columns = np.arange(self.steps, self.steps + count, dtype=np.int32)
        margin = np.concatenate([self.margin, np.zeros(count - self.margin.size)])
        self.highs.changeColsBounds(count, columns, (margin > short).astype(float), (margin >= -short).astype(float))
        self.highs.changeColsIntegrality(count, columns, np.full(count, highspy.HighsVarType.kInteger))
        self.highs.run()
        info = self.highs.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        return round(self.objective), float(info.mip_dual_bound)

    @property
    def objective(self) -> float:
        """What the last solution is worth."""
        return float(self.highs.getInfo().objective_function_value)

    def prices(self) -> Prices:
        """The prices of the last relaxed solution."""
        solution = self.highs.getSolution()
        self.margin = np.array(solution.col_dual)[self.steps :]
        dual = np.array(solution.row_dual)
        return Prices(
            dual[: self.people],
            dual[self.people : self.people + len(self.instance.row_case)],
            float(dual[-1]) if self.at_least else 0.0,
        )

    def is_whole(self) -> bool:
        """Whether the last solution shares no seat."""
        shares = self._shares()
        return bool(np.all(np.minimum(shares, 1 - shares) < NEAR))

    def chosen(self) -> list[tuple[int, int]]:
        """The pairs of the last solution."""
        taken = self._shares() > 0.5
        return list(zip(self.case[taken].tolist(), self.person[taken].tolist(), strict=True))

    def _shares(self) -> Floats:
        return cast("Floats", np.array(self.highs.getSolution().col_value)[self.steps :])

    def _add_rows(self, lower: Floats, upper: Floats) -> None:
        none = np.empty(0, dtype=np.int32)
        self.highs.addRows(lower.size, lower, upper, 0, np.zeros(lower.size, np.int32), none, np.empty(0))

    def _add_steps(self, steps: tuple[tuple[int, ...], ...]) -> None:
        """One column for each price of a person, as wide as that price holds."""
        cost, width, owner = [], [], []
        for person, prices in enumerate(steps):
            for price, times in _runs(prices):
                cost.append(-price)
                width.append(times)
                owner.append(person)
        self.steps = len(cost)
        numbers = np.arange(self.steps)
        self._add_columns(np.array(cost), np.array(width), np.array(owner), numbers, np.full(self.steps, -1.0))

    def _add_columns(self, cost: Ints, upper: NDArray[Any], rows: Ints, columns: Ints, values: Floats) -> None:
        starts = np.searchsorted(columns, np.arange(cost.size)).astype(np.int32)
        self.highs.addCols(
            cost.size, cost.astype(float), np.zeros(cost.size), upper.astype(float),
            rows.size, starts, rows.astype(np.int32), values,
        )  # fmt: skip


def _runs(prices: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Each price and how often it follows itself."""
    start = 0
    for end in range(1, len(prices) + 1):
        if end == len(prices) or prices[end] != prices[start]:
            yield prices[start], end - start
            start = end


__all__ = ["NEAR", "Floats", "Instance", "Ints", "Limits", "Prices", "Program"]
