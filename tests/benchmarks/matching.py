"""How long the best assignment takes, how much memory it needs, and how good it is, beside a full min-cost flow.

``python -m tests.benchmarks.matching [--large]`` makes its instances from a seed and prints a line for each: time,
peak memory, pairs in the model, worth, what the proof leaves open, and the worst case's fit. ``flow`` is OR-Tools'
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
from typing import Any

import numpy as np

from reviews.rules.matching_model import SHUT, Instance, solve

SEATS, TOPICS, SEED = 3, 20, 7
SIZES = ((200, 100, 8), (2_000, 300, 24))
LARGE = (10_000, 1_500, 24)


def instance(cases: int, people: int, cap: int, *, with_rules: bool) -> Instance:
    """Fits of sparse topics and noise, two pairs in a hundred in conflict.

    With rules, each case wants an expert in its leading topic, somebody with a skill that a quarter has, anybody, and
    of these one external, whom three of ten are; and each further review costs a person more than the one before.
    """
    chance = np.random.default_rng(SEED)
    of_cases, of_people = (
        chance.dirichlet(np.full(TOPICS, 0.3), count).astype(np.float32) for count in (cases, people)
    )
    leading, knows = of_cases.argmax(axis=1), of_people > 0.08
    skilled, external = chance.random(people) < 0.25, chance.random(people) < 0.3
    of_cases /= np.linalg.norm(of_cases, axis=1, keepdims=True)
    of_people /= np.linalg.norm(of_people, axis=1, keepdims=True)
    noise = chance.random((cases, people), dtype=np.float32)
    worth = np.rint(700 * (of_cases @ of_people.T) + 300 * noise).astype(np.int32)
    conflict = chance.random((cases, people), dtype=np.float32) < 0.02
    if not with_rules:
        kind = np.where(conflict, SHUT, 0).astype(np.int16)
        one = np.ones((cases, 1), dtype=bool)
        return Instance(worth, kind, np.arange(cases), np.full(cases, SEATS), one, ((0,) * cap,) * people)
    kind = (knows[:, leading].T + 2 * skilled + 4 * external).astype(np.int16)
    kind[conflict] = SHUT
    expert, skill, outside = (np.arange(8) & bit > 0 for bit in (1, 2, 4))
    marks = np.array([np.ones(8, dtype=bool), ~expert & ~skill, ~skill, ~expert, ~outside])
    rows, most = np.repeat(np.arange(cases), len(marks)), np.tile([SEATS, 1, 2, 2, 2], cases)
    steps = tuple(300 * (2 * nth - 1) // (2 * cap) for nth in range(1, cap + 1))
    return Instance(worth, kind, rows, most, np.tile(marks, (cases, 1)), (steps,) * people)


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
    fits: dict[int, int] = dict.fromkeys(range(cases), 0)
    for case, person in pairs:
        fits[case] += int(given.worth[case, person])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return (
        f"{cases:>6} x {people:<5} {method:<6} {wall:8.2f} {busy:8.2f} {peak:6} {columns:>11,} "
        f"{len(pairs):>7,}/{most:<7,} {total:>11,} {gap:>6} {min(fits.values()):>6}"
    )


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Print the table."""
    say(
        f"{'cases x people':<14} {'method':<6} {'wall s':>8} {'busy s':>8} {'MiB':>6} {'pairs':>11} "
        f"{'seats':>15} {'worth':>11} {'gap':>6} {'worst':>6}"
    )
    for size in (*SIZES, *([LARGE] if "--large" in sys.argv else [])):
        for method in ("plain", "rules", "flow"):
            if method == "flow" and importlib.util.find_spec("ortools") is None:
                continue
            words = [sys.executable, "-m", "tests.benchmarks.matching", "--one", method, *map(str, size)]
            say(subprocess.run(words, check=True, capture_output=True, text=True).stdout.rstrip())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        say(one(sys.argv[2], *map(int, sys.argv[3:6])))
    else:
        main()
