"""Which seats of a round its reviewers fill: the expertise that a tier asks for, each person in one seat at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Seats of the pack that one skill fills, or one of several.
SKILLED = {
    "security": frozenset({"security"}),
    "legal": frozenset({"legal"}),
    "policy": frozenset({"policy"}),
    "security_or_policy": frozenset({"security", "policy"}),
}


@dataclass(frozen=True)
class Seated:
    """What is confirmed about somebody who reviews: domains and skills of the pack."""

    domains: frozenset[str]
    skills: frozenset[str]


def fills(person: Seated, seat: str, *, leading: str, chosen: frozenset[str]) -> bool:
    """Whether a person fills a seat of the pack's ``seat_rules``.

    Without a domain in the case anybody is expert enough; with one alone, its experts are the other experts, too. A
    seat that is not known is filled by nobody.
    """
    if seat in SKILLED:
        return bool(person.skills & SKILLED[seat])
    others = (chosen - {leading}) or {leading}
    return {
        "generalist": True,
        "expert_top_domain": not leading or leading in person.domains,
        "expert_other_domain": not leading or bool(person.domains & others),
    }.get(seat, False)


def filled(seats: Sequence[str], people: Sequence[Seated], *, leading: str, chosen: frozenset[str]) -> tuple[bool, ...]:
    """For each seat, whether somebody sits in it when as many as possible are filled and nobody fills two."""
    sits: dict[int, int] = {}

    def place(seat: int, tried: set[int]) -> bool:
        for number, person in enumerate(people):
            if number in tried or not fills(person, seats[seat], leading=leading, chosen=chosen):
                continue
            tried.add(number)
            if number not in sits or place(sits[number], tried):
                sits[number] = seat
                return True
        return False

    for seat in range(len(seats)):
        place(seat, set())
    return tuple(seat in sits.values() for seat in range(len(seats)))
