"""How long the best assignment takes, how much memory it needs, and how good it is, beside a full min-cost flow.

``python -m tests.benchmarks.matching [--large]`` makes its instances from a seed and prints a line for each: time,
peak memory, pairs in the model, worth, what the proof leaves open, the worst case's fit, and the optimum where it is
known from other solvers. ``plain`` knows conflicts and desks, ``rules`` all rules; ``propose`` is the whole of a
proposal on the facts of ``rules``, from facts to who would be next in every seat, ``page`` names these for the cases
of one page, as the screen does. ``flow`` is OR-Tools'
min-cost flow over all pairs, which knows conflicts and desks and no other rule; it runs where OR-Tools is installed
(``pip install ortools``). Each line is a process of its own. ``--large`` adds 10,000 cases and 1,500 people.
"""

from __future__ import annotations

import importlib.util
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reviews.rules.matching import propose
from reviews.rules.matching_facts import ANYBODY, LEVELS, Case, Facts, Person
from reviews.rules.matching_model import SHUT, Instance, solve

SEATS, TOPICS, SEED = 3, 20, 7
SIZES = ((200, 100, 8), (2_000, 300, 24))
LARGE = (10_000, 1_500, 24)
KNOWN = {SIZES[1]: 4_649_558, LARGE: 25_149_173}  # optima of these instances without rules, found by other solvers
PATIENCE = 4_000_000  # pairs for which a whole proposal is made; reading facts takes its time for each
PAGE = 15  # cases
DAY = date(2026, 1, 5)


@dataclass(frozen=True)
class Drawn:
    """What chance says of cases (rows) and people (columns)."""

    worth: NDArray[np.int32]
    conflict: NDArray[np.bool_]
    leading: NDArray[np.int64]
    knows: NDArray[np.bool_]
    skilled: NDArray[np.bool_]
    external: NDArray[np.bool_]


def draw(cases: int, people: int) -> Drawn:
    """Fits of sparse topics and noise, two pairs in a hundred in conflict; a quarter of the people have a skill that
    is wanted, three of ten are external. What makes the plain instance is drawn first, so that it is a known one."""
    chance = np.random.default_rng(SEED)
    of_cases, of_people = (
        chance.dirichlet(np.full(TOPICS, 0.3), count).astype(np.float32) for count in (cases, people)
    )
    leading, knows = of_cases.argmax(axis=1), of_people > 0.08
    of_cases /= np.linalg.norm(of_cases, axis=1, keepdims=True)
    of_people /= np.linalg.norm(of_people, axis=1, keepdims=True)
    noise = chance.random((cases, people), dtype=np.float32)
    worth = np.rint(700 * (of_cases @ of_people.T) + 300 * noise).astype(np.int32)
    conflict = chance.random((cases, people), dtype=np.float32) < 0.02
    return Drawn(worth, conflict, leading, knows, chance.random(people) < 0.25, chance.random(people) < 0.3)


def instance(cases: int, people: int, cap: int, *, with_rules: bool) -> Instance:
    """The arrays of the model.

    With rules, each case wants an expert in its leading topic, somebody with the skill, anybody, and of these one
    external; and each further review costs a person more than the one before.
    """
    drawn = draw(cases, people)
    if not with_rules:
        kind = np.where(drawn.conflict, SHUT, 0).astype(np.int16)
        one = np.ones((cases, 1), dtype=bool)
        return Instance(drawn.worth, kind, np.arange(cases), np.full(cases, SEATS), one, ((0,) * cap,) * people)
    kind = (drawn.knows[:, drawn.leading].T + 2 * drawn.skilled + 4 * drawn.external).astype(np.int16)
    kind[drawn.conflict] = SHUT
    expert, skill, outside = (np.arange(8) & bit > 0 for bit in (1, 2, 4))
    marks = np.array([np.ones(8, dtype=bool), ~expert & ~skill, ~skill, ~expert, ~outside])
    rows, most = np.repeat(np.arange(cases), len(marks)), np.tile([SEATS, 1, 2, 2, 2], cases)
    steps = tuple(300 * (2 * nth - 1) // (2 * cap) for nth in range(1, cap + 1))
    return Instance(drawn.worth, kind, rows, most, np.tile(marks, (cases, 1)), (steps,) * people)


def facts(cases: int, people: int, cap: int) -> Facts:
    """The instance with rules as the program reads it from its rows, so that both have one optimum."""
    drawn = draw(cases, people)
    found = tuple(
        Person(
            key=f"p{column:05}",
            domains={f"t{topic}": LEVELS for topic in np.nonzero(drawn.knows[column])[0]},
            skills=frozenset({"security"} if drawn.skilled[column] else ()),
            is_external=bool(drawn.external[column]),
            cap=cap,
        )
        for column in range(people)
    )
    wanting = tuple(
        Case(
            key=f"c{row:05}",
            seats=("expert_top_domain", "security_or_policy", ANYBODY),
            first=DAY,
            last=DAY,
            external=1,
            leading=f"t{drawn.leading[row]}",
            barred={found[column].key: "personal" for column in np.nonzero(drawn.conflict[row])[0]},
        )
        for row in range(cases)
    )
    fits = {(case.key, person.key): fit
            for case, line in zip(wanting, drawn.worth.tolist(), strict=True)
            for person, fit in zip(found, line, strict=True)}  # fmt: skip
    return Facts(wanting, found, fits=fits)


def flow(given: Instance) -> list[tuple[int, int]]:
    """The optimum of a plain instance over all pairs."""
    from ortools.graph.python import min_cost_flow

    cases, people = given.worth.shape
    case, person = np.nonzero(given.kind != SHUT)
    source, sink = cases + people, cases + people + 1
    graph: Any = min_cost_flow.SimpleMinCostFlow()
    count, cap = case.size, len(given.steps[0])

    def arcs(tail: Any, head: Any, capacity: Any, cost: Any) -> None:
        graph.add_arcs_with_capacity_and_unit_cost(
            tail.astype(np.int32), head.astype(np.int32), capacity.astype(np.int64), cost.astype(np.int64)
        )

    arcs(cases + person, case, np.ones(count), -given.worth[case, person])
    arcs(np.full(people, source), cases + np.arange(people), np.full(people, cap), np.zeros(people))
    arcs(np.arange(cases), np.full(cases, sink), np.full(cases, SEATS), np.zeros(cases))
    graph.set_node_supply(source, SEATS * cases)
    graph.set_node_supply(sink, -SEATS * cases)
    assert graph.solve() == graph.OPTIMAL
    taken = graph.flows(np.arange(count, dtype=np.int32)) > 0
    return list(zip(case[taken].tolist(), person[taken].tolist(), strict=True))


def one(method: str, cases: int, people: int, cap: int) -> str:
    """One line of the table."""
    if method in ("propose", "page"):
        return _proposed(method, cases, people, cap)
    given = instance(cases, people, cap, with_rules=method == "rules")
    begun, busy = time.perf_counter(), time.process_time()
    if method == "flow":
        pairs: Sequence[tuple[int, int]] = flow(given)
        total = sum(int(given.worth[pair]) for pair in pairs)
        columns, gap, most = int((given.kind != SHUT).sum()), "0", len(pairs)
    else:
        found = solve(given, wanted=SEATS * cases)
        pairs, total, columns, most = found.pairs, found.worth, found.columns, found.most
        gap = str(found.bound - found.worth) if found.is_proven else f"{found.bound - found.worth}!"
    wall, busy = time.perf_counter() - begun, time.process_time() - busy
    known = KNOWN.get((cases, people, cap)) if method != "rules" else None
    worst = _worst(cases, [(case, int(given.worth[case, person])) for case, person in pairs])
    return _line((cases, people), method, wall, busy, f"{columns:,}", f"{len(pairs):,}/{most:,}", total, gap, worst,
                 f"{known:,}" if known else "-")  # fmt: skip


def _proposed(method: str, cases: int, people: int, cap: int) -> str:
    """The whole of a proposal from its facts, with who would be next in every seat or in those of one page."""
    given = facts(cases, people, cap)
    here = {case.key for case in given.cases[:PAGE]} if method == "page" else None
    begun, busy = time.perf_counter(), time.process_time()
    found = propose(given, explained=here)
    wall, busy = time.perf_counter() - begun, time.process_time() - busy
    gap = f"{found.bound - found.worth}{'' if found.is_proven else '!'}"
    worst = _worst(cases, [(int(seat.case[1:]), seat.worth) for seat in found.seats])
    seats = f"{len(found.seats):,}/{len(found.seats) + len(found.shortages):,}"
    return _line((cases, people), method, wall, busy, "-", seats, found.worth, gap, worst, "-")


def _worst(cases: int, fits: Sequence[tuple[int, int]]) -> int:
    found = dict.fromkeys(range(cases), 0)
    for case, fit in fits:
        found[case] += fit
    return min(found.values())


def _line(
    size: tuple[int, int], method: str, wall: float, busy: float, columns: str, seats: str, worth: int, gap: str,
    worst: int, known: str,
) -> str:  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return (
        f"{size[0]:>6} x {size[1]:<5} {method:<7} {wall:8.2f} {busy:8.2f} {peak:6} {columns:>11} {seats:>15} "
        f"{worth:>11,} {gap:>6} {worst:>6} {known:>11}"
    )


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Print the table."""
    say(
        f"{'cases x people':<14} {'method':<7} {'wall s':>8} {'busy s':>8} {'MiB':>6} {'pairs':>11} "
        f"{'seats':>15} {'worth':>11} {'gap':>6} {'worst':>6} {'known':>11}"
    )
    has_flow = importlib.util.find_spec("ortools") is not None
    for size in (*SIZES, *([LARGE] if "--large" in sys.argv else [])):
        methods = ["plain", "rules", *(["propose", "page"] if size[0] * size[1] <= PATIENCE else [])]
        for method in [*methods, *(["flow"] if has_flow else [])]:
            words = [sys.executable, "-m", "tests.benchmarks.matching", "--one", method, *map(str, size)]
            say(subprocess.run(words, check=True, capture_output=True, text=True).stdout.rstrip())
    if not has_flow:
        say("OR-Tools is not installed, so its full min-cost flow is not beside these (pip install ortools).")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        say(one(sys.argv[2], *map(int, sys.argv[3:6])))
    else:
        main()
