"""The facts of an assignment as JSON data: read with every fault named by its place, and a proposal written back.

Only shape and limits are said here; what is proposed is ``matching``'s. Whatever is given, reading ends with facts or
with a ``Fault``, and the work that the facts ask for is bounded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, TypeVar

from reviews.rules.matching import Proposal
from reviews.rules.matching_facts import LEVELS, Case, Facts, Person, Weights
from reviews.rules.quoting import short
from reviews.rules.seating import SKILLED
from reviews.rules.sentences import gettext_noop

T = TypeVar("T")

MOST_CASES = 10_000
MOST_PEOPLE = 2_000
MOST_PAIRS = 15_000_000
MOST_EXPLAINED = 200_000  # pairs up to which each seat says who would be next
MOST_SEATS = 12
MOST_ROWS = 200_000  # a case has one for each set of different seats; three kinds make eight
MOST_WORDS = 100
MOST_FITS = 1_000_000
LONGEST = 100
MOST_WORTH = 20_000  # far below what a filled seat is worth to the model
MOST_WEIGHT = 5_000
MOST_TIER_WEIGHT = 1_000
SEATS = ("generalist", "expert_top_domain", "expert_other_domain", *SKILLED)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
AUTHOR = "author"
OBJECT = gettext_noop("This is to be an object with named values.")
TWICE = gettext_noop("This key stands twice.")
MORE = gettext_noop("There are more than %(most)s.")


class Fault(Exception):
    """What is wrong, and where: ``cases[3].seats[0]``. The sentence has a place for each of the values."""

    def __init__(self, path: str, sentence: str, **values: str) -> None:
        self.path, self.sentence, self.values = path, sentence, values
        super().__init__(self.told(sentence))

    def told(self, sentence: str) -> str:
        """The fault in the words of a reader's language: the place, then the sentence with its values."""
        said = sentence % self.values
        return f"{self.path}: {said}" if self.path else said


class Twice(dict[str, Any]):
    """An object in which a key stands twice; JSON allows it, and one of the two would be lost."""

    key = ""


@dataclass(frozen=True)
class Given:
    """What a file holds."""

    facts: Facts
    kept: tuple[tuple[str, str], ...]
    seed: int

    @property
    def is_explained(self) -> bool:
        """Whether each seat says who would be next; on a large board that would take longer than the proposal."""
        return len(self.facts.cases) * len(self.facts.people) <= MOST_EXPLAINED


def once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object as it is read from JSON, marked where a key stands twice."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    marked, seen = Twice(found), set()
    for key, _ in pairs:
        if key in seen:
            marked.key = key
        seen.add(key)
    return marked


def whole_number(text: str) -> float:
    """A whole number as it is read from JSON; one that no limit here allows is not computed."""
    return int(text) if len(text) < 19 else math.inf


def read(data: object) -> Given:
    """The facts in this data. Raises ``Fault``."""
    top = _object(data, "", {"people", "cases"}, {"conflicts", "fits", "kept", "weights", "seed"})
    people = _each(top["people"], "people", MOST_PEOPLE, _person)
    cases = _each(top["cases"], "cases", MOST_CASES, _case)
    if len(people) * len(cases) > MOST_PAIRS:
        raise Fault("cases", gettext_noop("Cases times people are more than %(most)s."), most=f"{MOST_PAIRS:,}")
    if sum(2 ** len(set(case.seats)) for case in cases) > MOST_ROWS:
        raise Fault("cases", gettext_noop("There are too many cases with many different seats."))
    persons, keys = _named(people, "people"), _named(cases, "cases")
    barred = {one.key: dict.fromkeys(one.authors & persons.keys(), AUTHOR) for one in cases}
    for path, (case, person, why) in _rows(top, "conflicts", optional="why"):
        _known(path, case, keys, person, persons)
        barred[case].setdefault(person, _text(why, f"{path}.why") if why is not None else "conflict")
    found = []
    for number, one in enumerate(cases):
        _check_seated(one, f"cases[{number}].seated", persons, barred[one.key])
        found.append(replace(one, barred=barred[one.key]))
    fits = {}
    for path, (case, person, value) in _rows(top, "fits", needed="worth"):
        _known(path, case, keys, person, persons)
        fits[case, person] = _whole(value, f"{path}.worth", -MOST_WORTH, MOST_WORTH)
    kept = []
    for path, (case, person, _) in _rows(top, "kept"):
        _known(path, case, keys, person, persons)
        kept.append((case, person))
    weights = _weights(top.get("weights", {}))
    seed = _whole(top.get("seed", 0), "seed", 0, 2_147_483_647)
    return Given(Facts(tuple(found), tuple(people), weights, fits), tuple(kept), seed)


def told(found: Proposal) -> dict[str, Any]:
    """A proposal as data: seats, what is short, what it is worth and how far from the best it is at most."""
    return {
        "seats": [
            {
                "case": seat.case,
                "seat": seat.seat,
                "person": seat.person,
                "knows": list(seat.knows),
                "external": seat.is_external,
                "load_after": seat.load_after,
                "cap": seat.cap,
                "repeats": seat.repeats,
                "worth": seat.worth,
                "next_best": [
                    {"person": other.person, "cost": other.cost, "load_after": other.load_after}
                    for other in seat.next_best
                ],
            }
            for seat in found.seats
        ],
        "shortages": [
            {
                "case": row.case,
                "seat": row.seat,
                "external": row.external,
                "known": row.known,
                "shut": dict(row.shut),
                "needed_elsewhere": row.needed_elsewhere,
            }
            for row in found.shortages
        ],
        "filled": len(found.seats),
        "wanted": len(found.seats) + len(found.shortages),
        "objective": found.worth,
        "bound": found.bound,
        "gap": found.bound - found.worth,
        "proven": found.is_proven,
    }


def _person(value: object, path: str) -> Person:
    row = _object(
        value,
        path,
        {"key"},
        {
            "domains", "skills", "external", "unit", "committees", "load", "cap", "absences", "paired", "asked",
            "answered", "stated",
        },
    )  # fmt: skip
    asked = _whole(row.get("asked", 0), f"{path}.asked", 0, 100_000)
    return Person(
        key=_text(row["key"], f"{path}.key"),
        domains=_counts(row.get("domains", {}), f"{path}.domains", LEVELS),
        skills=_words(row.get("skills", []), f"{path}.skills"),
        is_external=_flag(row.get("external", False), f"{path}.external"),
        unit=_text(row.get("unit", ""), f"{path}.unit", least=0),
        committees=_words(row.get("committees", []), f"{path}.committees"),
        load=_whole(row.get("load", 0), f"{path}.load", 0, 1_000),
        cap=_whole(row.get("cap", 4), f"{path}.cap", 0, 100),
        absences=tuple(_each(row.get("absences", []), f"{path}.absences", MOST_WORDS, _absence)),
        paired=_counts(row.get("paired", {}), f"{path}.paired", 1_000),
        asked=asked,
        answered=_whole(row.get("answered", asked), f"{path}.answered", 0, asked),
        stated=_counts(row.get("stated", {}), f"{path}.stated", LEVELS),
    )


def _case(value: object, path: str) -> Case:
    row = _object(
        value,
        path,
        {"key", "seats", "from", "until"},
        {"external", "leading", "domains", "tier", "committee", "units", "authors", "seated"},
    )
    first, last = _days(row["from"], row["until"], path)
    return Case(
        key=_text(row["key"], f"{path}.key"),
        seats=tuple(_each(row["seats"], f"{path}.seats", MOST_SEATS, _seat)),
        first=first,
        last=last,
        external=_whole(row.get("external", 0), f"{path}.external", 0, MOST_SEATS),
        leading=_text(row.get("leading", ""), f"{path}.leading", least=0),
        chosen=_words(row.get("domains", []), f"{path}.domains"),
        tier=_whole(row.get("tier", 0), f"{path}.tier", 0, 9),
        committee=_text(row.get("committee", ""), f"{path}.committee", least=0),
        units=_words(row.get("units", []), f"{path}.units"),
        authors=_words(row.get("authors", []), f"{path}.authors"),
        seated=_words(row.get("seated", []), f"{path}.seated"),
    )


def _check_seated(case: Case, path: str, people: dict[str, int], barred: dict[str, str]) -> None:
    for key in sorted(case.seated):
        if key not in people:
            raise Fault(path, gettext_noop("“%(name)s” is not among the people."), name=short(key))
        if key in barred:
            raise Fault(
                path, gettext_noop("“%(name)s” cannot sit here: %(why)s."), name=short(key), why=short(barred[key])
            )


def _weights(value: object) -> Weights:
    names = {field.name for field in fields(Weights)}
    row = _object(value, "weights", set(), names)
    most = {"tier": MOST_TIER_WEIGHT}
    return Weights(**{
        name: _whole(given, f"weights.{name}", 0, most.get(name, MOST_WEIGHT)) for name, given in row.items()
    })  # fmt: skip


def _rows(
    top: dict[str, Any], name: str, *, needed: str = "", optional: str = ""
) -> Iterator[tuple[str, tuple[str, str, Any]]]:
    """The lines of a list about pairs: where each stands, case, person, and the value of the one key more."""
    seen = set()
    for number, value in enumerate(_list(top.get(name, []), name, MOST_FITS)):
        path = f"{name}[{number}]"
        row = _object(value, path, {"case", "person", needed} - {""}, {optional} - {""})
        pair = _text(row["case"], f"{path}.case"), _text(row["person"], f"{path}.person")
        if pair in seen:
            raise Fault(path, gettext_noop("This case and person stand here twice."))
        seen.add(pair)
        yield path, (*pair, row.get(needed or optional))


def _known(path: str, case: str, cases: dict[str, int], person: str, people: dict[str, int]) -> None:
    if case not in cases:
        raise Fault(f"{path}.case", gettext_noop("“%(name)s” is not among the cases."), name=short(case))
    if person not in people:
        raise Fault(f"{path}.person", gettext_noop("“%(name)s” is not among the people."), name=short(person))


def _named(rows: list[Any], name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, row in enumerate(rows):
        if row.key in found:
            there = f"{name}[{found[row.key]}]"
            raise Fault(
                f"{name}[{number}].key",
                gettext_noop("“%(name)s” stands at %(place)s already."),
                name=short(row.key),
                place=there,
            )
        found[row.key] = number
    return found


def _seat(value: object, path: str) -> str:
    if not isinstance(value, str) or value not in SEATS:
        raise Fault(
            path,
            gettext_noop("%(value)s is no seat; there are %(known)s."),
            value=_quoted(value),
            known=", ".join(SEATS),
        )
    return value


def _absence(value: object, path: str) -> tuple[date, date]:
    row = _object(value, path, {"from", "until"}, set())
    return _days(row["from"], row["until"], path)


def _days(first: object, last: object, path: str) -> tuple[date, date]:
    begins, ends = _day(first, f"{path}.from"), _day(last, f"{path}.until")
    if ends < begins:
        raise Fault(f"{path}.until", gettext_noop("This day lies before the first one."))
    return begins, ends


def _day(value: object, path: str) -> date:
    if isinstance(value, str) and DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise Fault(path, gettext_noop("%(value)s is no day such as 2026-03-31."), value=_quoted(value))


def _quoted(value: object) -> str:
    """A text or a number as it was given; what is nested is not written out."""
    return f"“{short(value)}”" if isinstance(value, str | int | float) else "This"


def _object(value: object, path: str, needed: set[str], optional: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Fault(path, OBJECT if path else gettext_noop("The file is to hold one object, with people and cases."))
    if isinstance(value, Twice):
        raise Fault(_below(path, value.key), TWICE)
    for key in value:
        if key not in needed | optional:
            known = ", ".join(sorted(needed | optional))
            raise Fault(_below(path, key), gettext_noop("This key is not known; there are %(known)s."), known=known)
    for key in sorted(needed):
        if key not in value:
            raise Fault(_below(path, key), gettext_noop("This is missing."))
    return value


def _counts(value: object, path: str, most: int) -> dict[str, int]:
    if not isinstance(value, dict):
        raise Fault(path, OBJECT)
    if isinstance(value, Twice):
        raise Fault(_below(path, value.key), TWICE)
    if len(value) > MOST_WORDS:
        raise Fault(path, MORE, most=f"{MOST_WORDS:,}")
    return {_text(key, path): _whole(number, _below(path, key), 0, most) for key, number in value.items()}


def _each(value: object, path: str, most: int, one: Callable[[object, str], T]) -> list[T]:
    return [one(item, f"{path}[{number}]") for number, item in enumerate(_list(value, path, most))]


def _list(value: object, path: str, most: int) -> list[object]:
    if not isinstance(value, list):
        raise Fault(path, gettext_noop("This is to be a list."))
    if len(value) > most:
        raise Fault(path, MORE, most=f"{most:,}")
    return value


def _words(value: object, path: str) -> frozenset[str]:
    return frozenset(_each(value, path, MOST_WORDS, _text))


def _text(value: object, path: str, *, least: int = 1) -> str:
    if not isinstance(value, str):
        raise Fault(path, gettext_noop("This is to be a text."))
    if not least <= len(value) <= LONGEST:
        raise Fault(
            path,
            gettext_noop("This text is to have %(least)s to %(most)s characters."),
            least=str(least),
            most=str(LONGEST),
        )
    if not value.isprintable():
        raise Fault(path, gettext_noop("This text holds a character that cannot be printed."))
    return value


def _whole(value: object, path: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Fault(
            path,
            gettext_noop("This is to be a whole number from %(least)s to %(most)s."),
            least=f"{least:,}",
            most=f"{most:,}",
        )
    return value


def _flag(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise Fault(path, gettext_noop("This is to be true or false."))
    return value


def _below(path: str, key: str) -> str:
    return f"{path}.{short(key)}" if path else short(key)


__all__ = ["Fault", "Given", "once_each", "read", "told", "whole_number"]
