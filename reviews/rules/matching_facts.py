"""What is known when reviewers are proposed: cases with open seats, people, and what the soft goals weigh.

Plain facts. Whether somebody may have a case at all is said here, since model and explanation both ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from reviews.rules.seating import Seated, fills

LEVELS = 3  # the highest level of expertise in a domain, that of an expert
ANYBODY = "generalist"  # the seat that everybody fills


class Bar(StrEnum):
    """Why a person may not have a case, beyond the reasons that the facts of a case name."""

    ELSEWHERE = "elsewhere"  # reviews for another committee
    SEATED = "seated"
    ABSENT = "absent"
    FULL = "full"


@dataclass(frozen=True)
class Weights:
    """What the soft goals are worth against each other. Everything hard comes before any of them."""

    leading: int = 500  # knows the leading domain, at the highest level
    others: int = 200  # knows all other domains of the case
    record: int = 100  # answered every offer so far
    apart: int = 120  # for each earlier review of these authors, three at most
    own_unit: int = 150  # comes from an author's unit
    load: int = 300  # the last case that somebody has room for
    tier: int = 50  # a seat of a case one tier higher goes first where there are not enough people

    def step(self, nth: int, cap: int) -> int:
        """What the ``nth`` open review costs somebody who takes ``cap``: the fuller a desk, the more each adds."""
        return self.load * (2 * nth - 1) // (2 * cap)


@dataclass(frozen=True)
class Case:
    """A case that needs reviewers between two days.

    ``seats`` are all seats of its tier in the words of the pack; ``seated`` are the people who have one already.
    ``barred`` names, by person, why they may not: an author, a conflict, an answer that they gave.
    """

    key: str
    seats: tuple[str, ...]
    first: date
    last: date
    external: int = 0
    leading: str = ""
    chosen: frozenset[str] = frozenset()
    tier: int = 0
    committee: str = ""
    units: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()
    seated: frozenset[str] = frozenset()
    barred: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Person:
    """Somebody who reviews. ``paired`` counts, by author, the reviews of other cases of theirs.

    ``domains`` holds the levels that somebody confirmed, ``stated`` those that only the person names. ``load`` and
    ``cap`` are over all open work. An empty ``committees`` means all of them.
    """

    key: str
    domains: Mapping[str, int] = field(default_factory=dict)
    skills: frozenset[str] = frozenset()
    is_external: bool = False
    unit: str = ""
    committees: frozenset[str] = frozenset()
    load: int = 0
    cap: int = 4
    absences: tuple[tuple[date, date], ...] = ()
    paired: Mapping[str, int] = field(default_factory=dict)
    asked: int = 0
    answered: int = 0
    stated: Mapping[str, int] = field(default_factory=dict)

    @property
    def room(self) -> int:
        """How many more cases this person takes."""
        return max(self.cap - self.load, 0)

    @property
    def seated(self) -> Seated:
        """What counts for seats: the domains of which somebody confirmed that this person is an expert."""
        return Seated(frozenset(key for key, level in self.domains.items() if level >= LEVELS), self.skills)

    def depth(self, domain: str) -> int:
        """How much this person knows of a domain, from 0 to twice ``LEVELS``: what is confirmed counts double."""
        return max(2 * min(self.domains.get(domain, 0), LEVELS), min(self.stated.get(domain, 0), LEVELS))


@dataclass(frozen=True)
class Facts:
    """Everything that a proposal follows from. ``fits``, where given, replaces what a pair is worth by itself."""

    cases: tuple[Case, ...]
    people: tuple[Person, ...]
    weights: Weights = field(default_factory=Weights)
    fits: Mapping[tuple[str, str], int] = field(default_factory=dict)


def bar(case: Case, person: Person) -> str:
    """Why this person may not have this case; empty where they may."""
    if person.committees and case.committee not in person.committees:
        return Bar.ELSEWHERE
    if person.key in case.barred:
        return case.barred[person.key]
    if person.key in case.seated:
        return Bar.SEATED
    if any(first <= case.last and case.first <= last for first, last in person.absences):
        return Bar.ABSENT
    return "" if person.room else Bar.FULL


def may_fill(case: Case, person: Person, seat: str) -> bool:
    """Whether this person's knowledge fills a seat of the case."""
    return fills(person.seated, seat, leading=case.leading, chosen=case.chosen)


def repeats(case: Case, person: Person) -> int:
    """How often this person reviewed one of these authors before; the most of any."""
    return max((person.paired.get(author, 0) for author in case.authors), default=0)


def worth(facts: Facts, case: Case, person: Person) -> int:
    """What a pair is worth by itself: expertise, and the marks against it."""
    weights = facts.weights
    if (case.key, person.key) in facts.fits:
        return facts.fits[case.key, person.key]
    leading, most = person.depth(case.leading), 2 * LEVELS
    others = case.chosen - {case.leading}
    total = weights.leading * leading // most
    if others:
        total += weights.others * sum(person.depth(key) for key in others) // (most * len(others))
    else:
        total += weights.others * leading // most
    total += weights.record * person.answered // person.asked if person.asked else weights.record // 2
    total -= weights.apart * min(repeats(case, person), 3)
    total -= weights.own_unit if person.unit and person.unit in case.units else 0
    return total + weights.tier * case.tier


__all__ = ["ANYBODY", "Bar", "Case", "Facts", "Person", "Weights", "bar", "may_fill", "repeats", "worth"]
