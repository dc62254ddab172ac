"""Who follows when a seat of a case becomes free: the matching rule, asked for that one seat.

Facts in, one person or the shortage out. What a colleague must meet who is named instead is said here, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reviews.rules.matching import Seat, Shortage, propose
from reviews.rules.matching_facts import Case, Facts, Person, bar
from reviews.rules.matching_seats import opening, vacated

LEFT = "replaced"  # nobody follows themselves, whatever their seat is called now
UNFIT = "unfit"  # knows too little for the seat, or is not from outside where somebody has to be


@dataclass(frozen=True)
class Succession:
    """The seat that goes to somebody else, or what is short where nobody is left."""

    seat: Seat | None
    shortages: tuple[Shortage, ...]


def successor(facts: Facts, case: Case, leaving: Person) -> Succession | None:
    """Who takes the seat that this person leaves; None where the case asks for nobody in their place.

    Somebody who filled none of the seats that the tier asks for leaves whichever is open, as long as the others are
    fewer than the seats.
    """
    people = _people(facts, leaving)
    left = vacated(case, leaving, people)
    if left is None:
        left = replace(case, seated=case.seated - {leaving.key})
        if len(left.seated) >= len(left.seats):
            return None
    left = replace(left, barred={leaving.key: LEFT, **left.barred})
    found = propose(replace(facts, cases=(left,)))
    best = max(found.seats, key=lambda seat: seat.worth, default=None)
    return Succession(best, () if best is not None else found.shortages)


def why_not(facts: Facts, case: Case, leaving: Person, named: Person) -> str:
    """Why the named person may not have the seat that another one leaves; empty where they may."""
    reason = bar(case, named)
    if reason:
        return reason
    people = _people(facts, leaving)
    left = vacated(case, leaving, people)
    return "" if left is None or opening(left, people).takes([named]) else UNFIT


def _people(facts: Facts, leaving: Person) -> Mapping[str, Person]:
    return {**{person.key: person for person in facts.people}, leaving.key: leaving}


__all__ = ["UNFIT", "Succession", "successor", "why_not"]
