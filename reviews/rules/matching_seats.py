"""The seats of one case: what it still asks for, who can sit in them together, and what somebody leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from reviews.rules.matching_facts import ANYBODY, Case, Person, may_fill


@dataclass(frozen=True)
class Opening:
    """The seats of a case, those who sit in some already, and how many external people it still asks for."""

    case: Case
    seats: tuple[str, ...]
    seated: tuple[Person, ...]
    external: int

    @property
    def open(self) -> int:
        """How many seats are open."""
        return len(self.seats) - len(self.seated)

    def takes(self, people: Sequence[Person]) -> bool:
        """Whether these people together can sit in the open seats, each in one."""
        inside = sum(not person.is_external for person in people)
        return inside <= self.open - self.external and self.sitting(people).count(None) == self.open - len(people)

    def sitting(self, people: Sequence[Person]) -> list[Person | None]:
        """Who sits where when as many as possible sit, those who are seated before these; None for an empty seat."""
        sits: list[Person | None] = [None] * len(self.seats)

        def place(person: Person, tried: set[int]) -> bool:
            for number, seat in enumerate(self.seats):
                if number in tried or not may_fill(self.case, person, seat):
                    continue
                tried.add(number)
                other = sits[number]
                if other is None or place(other, tried):
                    sits[number] = person
                    return True
            return False

        for person in (*self.seated, *sorted(people, key=lambda one: one.key)):
            place(person, set())
        return sits

    def rules(self) -> Iterator[tuple[frozenset[str], int]]:
        """Hall's condition: of the people who fill no seats but these, there are no more than these seats."""
        kinds = sorted(set(self.seats))
        held = [self.fills(person) for person in self.seated]
        for size in range(1, len(kinds) + 1):
            for chosen in combinations(kinds, size):
                some = frozenset(chosen)
                yield some, sum(seat in some for seat in self.seats) - sum(fills <= some for fills in held)

    def fills(self, person: Person) -> frozenset[str]:
        """The kinds of seats of this case that a person fills."""
        return frozenset(seat for seat in set(self.seats) if may_fill(self.case, person, seat))


def opening(case: Case, people: Mapping[str, Person]) -> Opening:
    """What a case asks for. Somebody who was seated beyond what its seats ask for takes none of them; where all seats
    are taken and somebody external is missing, there is one seat more."""
    here = tuple(people[key] for key in sorted(case.seated) if key in people)
    sits = {person.key for person in Opening(case, case.seats, here, 0).sitting(()) if person is not None}
    seated = tuple(person for person in here if person.key in sits)
    external = max(case.external - sum(person.is_external for person in here), 0)
    more = max(external - (len(case.seats) - len(seated)), 0)
    return Opening(case, (*case.seats, *[ANYBODY] * more), seated, external)


def vacated(case: Case, person: Person, people: Mapping[str, Person]) -> Case | None:
    """The case asking for the one seat that this person leaves; None where the others fill as much without them."""
    others = tuple(people[key] for key in sorted(case.seated - {person.key}) if key in people)
    sits = Opening(case, case.seats, others, 0).sitting([person])
    outside = sum(other.is_external for other in others)
    was_needed = person.is_external and outside < case.external
    if not was_needed and all(sitter is None or sitter.key != person.key for sitter in sits):
        return None
    return replace(
        case,
        seats=tuple(seat for seat, sitter in zip(case.seats, sits, strict=True) if sitter is not None),
        external=min(case.external, outside + person.is_external),
        seated=case.seated - {person.key},
    )


__all__ = ["Opening", "opening", "vacated"]
