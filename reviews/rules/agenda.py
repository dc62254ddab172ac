"""In which order a meeting takes its items so that people leave the room as rarely as possible.

Whoever stands aside from a case is out of the room while it is talked about. Everybody is in the room when the meeting
begins. What counts first is how often somebody leaves it; then how often somebody comes back, so that who has left for
good may go home; then age: of several orders that are equally good the one with the oldest case first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

# Up to here the best order is computed; beyond, a good one is looked for.
EXACT_UP_TO = 12


@dataclass(frozen=True)
class Item:
    """One item: who must be out of the room, its ``age`` (the smaller the older, then the reference), how long it is
    planned to take, and the place that it keeps, from 0, if it keeps one."""

    key: str
    out: frozenset[str] = frozenset()
    age: tuple[str, str] = ("", "")
    minutes: int = 0
    place: int | None = None


@dataclass(frozen=True)
class Step:
    """What happens before an item begins: who leaves, who comes back, and after how many minutes that is."""

    key: str
    leaves: tuple[str, ...]
    returns: tuple[str, ...]
    starts_after: int


@dataclass(frozen=True)
class Walk:
    """One order, step by step, with how often somebody leaves and comes back in all."""

    steps: tuple[Step, ...]
    leavings: int
    returns: int

    @property
    def order(self) -> tuple[str, ...]:
        """The items by their keys."""
        return tuple(step.key for step in self.steps)


@dataclass(frozen=True)
class Arranged:
    """The order found, and beside it what the order by age alone would cost. ``is_exact``: there is no better one."""

    walk: Walk
    by_age: Walk
    is_exact: bool


def walk(items: Sequence[Item], attendees: Collection[str]) -> Walk:
    """What taking the items in this order asks of those who attend."""
    there, before, minutes = frozenset(attendees), frozenset[str](), 0
    steps: list[Step] = []
    for item in items:
        out = item.out & there
        steps.append(Step(item.key, tuple(sorted(out - before)), tuple(sorted(before - out)), minutes))
        before, minutes = out, minutes + item.minutes
    return Walk(tuple(steps), sum(len(step.leaves) for step in steps), sum(len(step.returns) for step in steps))


def arrange(items: Iterable[Item], attendees: Collection[str], *, keep: Sequence[str] = ()) -> Arranged:
    """The order in which people leave least. It does not hang on the order in which ``items`` come.

    ``keep`` is the order that stands now; it stays where nothing found is better. Raises ``ValueError`` where two
    items keep one place, or an item keeps a place that is not there.
    """
    ranked = sorted(items, key=lambda item: (item.age, item.key))
    table = _Table(ranked, attendees)
    by_age = table.filled(table.free)
    found = table.best() if len(ranked) <= EXACT_UP_TO else table.good(by_age)
    kept = table.as_kept(keep)
    if kept is not None and table.cost(kept) <= table.cost(found):
        found = kept
    return Arranged(
        walk=walk([ranked[number] for number in found], attendees),
        by_age=walk([ranked[number] for number in by_age], attendees),
        is_exact=len(ranked) <= EXACT_UP_TO,
    )


class _Table:
    """The items by their rank in age, and what it costs that one follows another.

    A cost is one number: leavings weigh more than all the returns that there could be.
    """

    def __init__(self, ranked: Sequence[Item], attendees: Collection[str]) -> None:
        self.keys = [item.key for item in ranked]
        count = len(ranked)
        people = {person: 1 << number for number, person in enumerate(sorted(set(attendees)))}
        out = [sum(people[person] for person in item.out if person in people) for item in ranked]
        weight = count * len(people) + 1
        self.first = [one.bit_count() * weight for one in out]
        self.next = [[(b & ~a).bit_count() * weight + (a & ~b).bit_count() for b in out] for a in out]
        self.fixed = {item.place: number for number, item in enumerate(ranked) if item.place is not None}
        if len(self.fixed) != sum(item.place is not None for item in ranked):
            raise ValueError("Two items keep one place.")
        if any(not 0 <= place < count for place in self.fixed):
            raise ValueError("An item keeps a place that is not there.")
        held = set(self.fixed.values())
        self.free = [number for number in range(count) if number not in held]

    def filled(self, free: Iterable[int]) -> list[int]:
        """An order of all items from one of those that keep no place."""
        others = iter(free)
        count = len(self.keys)
        return [self.fixed[place] if place in self.fixed else next(others) for place in range(count)]

    def cost(self, order: Sequence[int]) -> int:
        """What an order costs."""
        if not order:
            return 0
        return self.first[order[0]] + sum(self.next[a][b] for a, b in pairwise(order))

    def as_kept(self, keep: Sequence[str]) -> list[int] | None:
        """The order that stands now by ranks; None where it is of other items or moves one that keeps its place."""
        rank = {key: number for number, key in enumerate(self.keys)}
        order = [rank[key] for key in keep if key in rank]
        if sorted(order) != list(range(len(self.keys))):
            return None
        return order if all(order[place] == number for place, number in self.fixed.items()) else None

    def _allowed(self, place: int, taken: int) -> list[int]:
        if place in self.fixed:
            return [self.fixed[place]]
        return [number for number in self.free if not taken >> number & 1]

    def best(self) -> list[int]:
        """The best order there is (Held and Karp): for each set of items that were taken, and the last of them, what
        the rest costs at least. Read from the front, the oldest item that keeps the cost comes first."""
        count = len(self.keys)
        everything = (1 << count) - 1
        never = self.cost(range(count)) + sum(map(sum, self.next)) + sum(self.first) + 1
        rest = [[never] * count for _ in range(everything + 1)]
        rest[everything] = [0] * count
        for taken in range(everything - 1, 0, -1):
            ways = self._allowed(taken.bit_count(), taken)
            ways = [number for number in ways if not taken >> number & 1]
            for last in range(count):
                if taken >> last & 1:
                    after = self.next[last]
                    rest[taken][last] = min((after[one] + rest[taken | 1 << one][one] for one in ways), default=never)
        order: list[int] = []
        taken = 0
        while len(order) < count:
            costs = self.next[order[-1]] if order else self.first
            ways = self._allowed(len(order), taken)
            order.append(min(ways, key=lambda one: (costs[one] + rest[taken | 1 << one][one], one)))
            taken |= 1 << order[-1]
        return order

    def good(self, by_age: list[int]) -> list[int]:
        """A good order of many items: from each item on always the nearest one next, and the order by age, each of
        them improved by turning stretches round until no turn gains anything; the best of these."""
        starts = [by_age, *(self._nearest(start) for start in self.free)]
        return min((self._improved(start) for start in starts), key=lambda order: (self.cost(order), order))

    def _nearest(self, start: int) -> list[int]:
        order: list[int] = []
        left = [number for number in self.free if number != start]
        waiting: int | None = start
        for place in range(len(self.keys)):
            if place in self.fixed:
                order.append(self.fixed[place])
            elif waiting is not None:
                order.append(waiting)
                waiting = None
            else:
                near = min(left, key=lambda one: (self.next[order[-1]][one], one))
                left.remove(near)
                order.append(near)
        return order

    def _improved(self, order: list[int]) -> list[int]:
        held = set(self.fixed.values())
        free = [number for number in order if number not in held]
        cost = self.cost(order)
        while True:
            turned = self._turned(free, cost)
            if turned is None:
                return self.filled(free)
            free, cost = turned

    def _turned(self, free: list[int], cost: int) -> tuple[list[int], int] | None:
        for first in range(len(free) - 1):
            for last in range(first + 1, len(free)):
                tried = [*free[:first], *reversed(free[first : last + 1]), *free[last + 1 :]]
                now = self.cost(self.filled(tried))
                if now < cost:
                    return tried, now
        return None
