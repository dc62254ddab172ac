"""Proposing reviewers: one optimum over all open cases, with the reasons for each seat and for each that stays empty.

Facts in, proposal out. No hard rule gives way: authors, conflicts, absences, load, one seat a person and case, and the
expertise and the external members that a tier asks for. Among all proposals that keep them the one with the most
seats wins; among those the one that is worth the most; of equals, the one to which the seed leads.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np

from reviews.rules import matching_model as model
from reviews.rules.matching_facts import Bar, Case, Facts, Person, bar, may_fill, repeats, worth
from reviews.rules.matching_seats import Opening, opening

NEXT_BEST = 3


@dataclass(frozen=True)
class Alternative:
    """Somebody else for a seat, and what the proposal would be worth less with them in it."""

    person: str
    cost: int
    load_after: int


@dataclass(frozen=True)
class Seat:
    """One proposed seat and why. ``knows`` are the domains of the case that the person knows, the leading one first;
    ``load_after`` counts this proposal."""

    case: str
    seat: str
    person: str
    knows: tuple[str, ...]
    is_external: bool
    load_after: int
    cap: int
    repeats: int
    worth: int
    next_best: tuple[Alternative, ...] = ()


@dataclass(frozen=True)
class Shortage:
    """A seat of a case that nobody can take. ``known`` people have what it asks for; ``shut`` says why they cannot,
    with how many each; the others are needed elsewhere in this proposal."""

    case: str
    seat: str
    external: bool
    known: int
    shut: tuple[tuple[str, int], ...]

    @property
    def needed_elsewhere(self) -> int:
        """How many could take it, were they not needed for other seats."""
        return self.known - sum(count for _, count in self.shut)


@dataclass(frozen=True)
class Proposal:
    """The seats in the order of the cases given, what is short, and how good it is provably."""

    seats: tuple[Seat, ...]
    shortages: tuple[Shortage, ...]
    worth: int
    bound: int
    is_proven: bool


def propose(
    facts: Facts,
    *,
    kept: Collection[tuple[str, str]] = (),
    seed: int = 0,
    limits: model.Limits | None = None,
    next_best: int = NEXT_BEST,
    explained: Collection[str] | None = None,
) -> Proposal:
    """The best assignment of people to the open seats of these cases.

    ``kept`` are pairs of case and person that stand already; what the rules do not allow of them is left out.
    ``next_best`` is how many others each seat names; ``explained`` are the cases whose seats do, None for all.
    """
    fixed = _allowed(facts, kept)
    load = {one.key: one.load + sum(one.key == person for _, person in fixed) for one in facts.people}
    desk = _Desk(_around(facts, fixed, load), seed)
    found = model.solve(desk.instance(), wanted=sum(one.open for one in desk.openings), seed=seed, limits=limits)
    pairs = [*fixed, *((desk.openings[row].case.key, desk.people[column].key) for row, column in found.pairs)]
    gained = total(facts, pairs)
    others = {case.key: next_best for case in facts.cases if explained is None or case.key in explained}
    seats, shortages = _all_told(facts, pairs, others)
    return Proposal(seats, shortages, gained, gained + found.bound - found.worth, found.is_proven)


def total(facts: Facts, pairs: Collection[tuple[str, str]]) -> int:
    """What these pairs are worth together, with what they add to desks."""
    cases, people = {one.key: one for one in facts.cases}, {one.key: one for one in facts.people}
    taken = Counter(person for _, person in pairs)
    steps = sum(
        facts.weights.step(people[key].load + nth, people[key].cap)
        for key, number in taken.items()
        for nth in range(1, number + 1)
    )
    return sum(worth(facts, cases[case], people[person]) for case, person in pairs) - steps


def _allowed(facts: Facts, kept: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of the pairs that should stand, those that may stand together."""
    cases, people = {one.key: one for one in facts.cases}, {one.key: one for one in facts.people}
    fixed: list[tuple[str, str]] = []
    for key, name in sorted(set(kept)):
        case, person = cases.get(key), people.get(name)
        if case is None or person is None or bar(case, person):
            continue
        here = [people[other] for reference, other in fixed if reference == key]
        has_room = sum(other == name for _, other in fixed) < person.room
        if has_room and opening(case, people).takes([*here, person]):
            fixed.append((key, name))
    return fixed


def _around(facts: Facts, fixed: Sequence[tuple[str, str]], load: Mapping[str, int]) -> Facts:
    """The facts once these pairs stand."""
    return replace(
        facts,
        cases=tuple(
            replace(case, seated=case.seated | {person for key, person in fixed if key == case.key})
            for case in facts.cases
        ),
        people=tuple(replace(person, load=load[person.key]) for person in facts.people),
    )


def _all_told(
    facts: Facts, pairs: Iterable[tuple[str, str]], others: Mapping[str, int]
) -> tuple[tuple[Seat, ...], tuple[Shortage, ...]]:
    people = {one.key: one for one in facts.people}
    load = {one.key: one.load for one in facts.people}
    taken: dict[str, list[Person]] = defaultdict(list)
    for key, name in pairs:
        taken[key].append(people[name])
        load[name] += 1
    seats: list[Seat] = []
    shortages: list[Shortage] = []
    for case in facts.cases:
        filling, empty = _told(facts, opening(case, people), taken[case.key], load, others.get(case.key, 0))
        seats += filling
        shortages += empty
    return tuple(seats), tuple(shortages)


def swap_cost(facts: Facts, case: Case, before: Person, after: Person, load: Mapping[str, int]) -> int:
    """What a proposal loses when one person takes another's seat; ``load`` counts the proposal."""
    step = facts.weights.step
    loses = worth(facts, case, before) - step(load[before.key], before.cap)
    return loses - worth(facts, case, after) + step(load[after.key] + 1, after.cap)


class _Desk:
    """Facts as numbers. Rows and columns are sorted by key, people of equal worth by the seed: the order in which
    facts were given says nothing."""

    def __init__(self, facts: Facts, seed: int) -> None:
        self.facts = facts
        self.people = sorted(facts.people, key=lambda one: (_drawn(seed, one.key), one.key))
        by_key = {one.key: one for one in facts.people}
        self.openings = [opening(case, by_key) for case in sorted(facts.cases, key=lambda one: one.key)]

    def instance(self) -> model.Instance:
        """The model of these facts. A kind of person is the set of open seats that they fill, and whether external."""
        shape = len(self.openings), len(self.people)
        value, kind = np.zeros(shape, dtype=np.int64), np.full(shape, model.SHUT, dtype=np.int16)
        kinds: dict[tuple[frozenset[str], bool], int] = {}
        for row, one in enumerate(self.openings):
            for column, person in enumerate(self.people):
                if bar(one.case, person) or not (fills := one.fills(person)):
                    continue
                kind[row, column] = kinds.setdefault((fills, person.is_external), len(kinds))
                value[row, column] = worth(self.facts, one.case, person)
        rows = [(number, most, marks) for number, one in enumerate(self.openings) for most, marks in _rows(one, kinds)]
        steps = tuple(
            tuple(self.facts.weights.step(nth, one.cap) for nth in range(one.load + 1, one.cap + 1))
            for one in self.people
        )
        return model.Instance(
            value,
            kind,
            np.array([case for case, _, _ in rows], dtype=np.int64),
            np.array([most for _, most, _ in rows], dtype=np.int64),
            np.array([marks for _, _, marks in rows], dtype=bool).reshape(len(rows), len(kinds)),
            steps,
        )


def _rows(one: Opening, kinds: Mapping[tuple[frozenset[str], bool], int]) -> Iterator[tuple[int, list[bool]]]:
    """The ceilings of one case that any kind of person meets."""
    for some, most in one.rules():
        marks = [fills <= some for fills, _ in kinds]
        if any(marks):
            yield most, marks
    if one.external:
        yield one.open - one.external, [not external for _, external in kinds]


def _drawn(seed: int, key: str) -> str:
    return sha256(f"{seed}:{key}".encode()).hexdigest()


def _told(
    facts: Facts, one: Opening, people: Sequence[Person], load: Mapping[str, int], next_best: int
) -> tuple[list[Seat], list[Shortage]]:
    """The seats of one case as they are told, and those that stay empty."""
    new = {person.key for person in people}
    sits = one.sitting(people)
    seats = [
        Seat(
            case=one.case.key,
            seat=kind,
            person=person.key,
            knows=tuple(key for key in _by_weight(one.case) if person.depth(key)),
            is_external=person.is_external,
            load_after=load[person.key],
            cap=person.cap,
            repeats=repeats(one.case, person),
            worth=worth(facts, one.case, person),
            next_best=_next_best(facts, one, people, person, load)[:next_best] if next_best else (),
        )
        for kind, person in zip(one.seats, sits, strict=True)
        if person is not None and person.key in new
    ]
    empty = [kind for kind, person in zip(one.seats, sits, strict=True) if person is None]
    external = max(one.external - sum(person.is_external for person in people), 0)
    outside = [False] * (len(empty) - external) + [True] * external
    return seats, [
        _short(facts, one.case, kind, people, external=is_external)
        for kind, is_external in zip(empty, outside, strict=True)
    ]


def _by_weight(case: Case) -> list[str]:
    return sorted(case.chosen | ({case.leading} - {""}), key=lambda key: (key != case.leading, key))


def _next_best(
    facts: Facts, one: Opening, people: Sequence[Person], person: Person, load: Mapping[str, int]
) -> tuple[Alternative, ...]:
    """Who could take a seat instead, with everybody else where they are; the cheapest first."""
    others = [other for other in people if other.key != person.key]
    here = {other.key for other in people}
    found = [
        Alternative(other.key, swap_cost(facts, one.case, person, other, load), load[other.key] + 1)
        for other in facts.people
        if other.key not in here
        and load[other.key] < other.cap
        and not bar(one.case, other)
        and one.takes([*others, other])
    ]
    return tuple(sorted(found, key=lambda each: (each.cost, each.person)))


def _short(facts: Facts, case: Case, seat: str, people: Iterable[Person], *, external: bool) -> Shortage:
    here = {person.key for person in people}
    shut: dict[str, int] = defaultdict(int)
    known = 0
    for person in facts.people:
        if not may_fill(case, person, seat) or (external and not person.is_external):
            continue
        reason = Bar.SEATED if person.key in here else bar(case, person)
        if reason == Bar.ELSEWHERE:
            continue
        known += 1
        if reason:
            shut[str(reason)] += 1
    return Shortage(case.key, seat, external, known, tuple(sorted(shut.items(), key=lambda row: (-row[1], row[0]))))


__all__ = ["Alternative", "Proposal", "Seat", "Shortage", "propose", "swap_cost", "total"]
