"""What ties somebody to the authors of a case, from facts: who they are, where they work, with whom they wrote.

Pure. A name alone is never more than a suspicion, whatever it is the name of: people share names. What authors type
about others is no more either, since nobody may choose their judges by a form. Who stands aside by what is found here,
and who settles a suspicion, is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from reviews.rules.names import same_name, same_words

COAUTHOR_YEARS = 3


class Strength(StrEnum):
    """How sure a conflict is. What is declared or detected works at once; a suspicion waits for a third person."""

    DECLARED = "declared"
    DETECTED = "detected"
    SUSPECTED = "suspected"


class Source(StrEnum):
    """Where a conflict comes from: somebody who said so, or the fact by which it was found."""

    ONESELF = "oneself"
    COORDINATOR = "coordinator"
    AUTHOR = "author"
    DISOWNED = "disowned"
    ADDRESS = "address"
    ORCID = "orcid"
    UNIT = "unit"
    LINE = "line"
    COAUTHOR = "coauthor"
    PAST_CASE = "past_case"
    ADVISER = "adviser"
    SPONSOR = "sponsor"
    NAME = "name"


class Settled(StrEnum):
    """What a third person found: it is a conflict, or it is none."""

    STANDS = "stands"
    NONE = "none"


class Fact(StrEnum):
    """What is known about a person outside any case."""

    COAUTHOR = "coauthor"
    ADVISER = "adviser"
    SPONSOR = "sponsor"


class TypeKey(StrEnum):
    """The conflict types that detection can raise. One that the policy does not name is not raised."""

    AUTHOR = "author"
    SAME_UNIT = "same_unit"
    COAUTHOR = "coauthor_36m"
    ADVISER = "adviser_student"
    SPONSOR = "sponsor_customer"


CHAIR_DECIDES = "chair_decides"
# Of a fact with a moment only the recent count; the others stay true.
_OF_FACT = {
    Fact.COAUTHOR: (TypeKey.COAUTHOR, Source.COAUTHOR),
    Fact.ADVISER: (TypeKey.ADVISER, Source.ADVISER),
}


@dataclass(frozen=True)
class Other:
    """The other end of a fact about a person; for a sponsor the name of an organisation."""

    fact: Fact
    name: str = ""
    address: str = ""
    orcid: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Person:
    """Somebody with an account. ``manager`` is the key of whom they report to.

    ``wrote_with`` holds the keys of those with whom they had a case here, and when that was submitted last.
    """

    key: int
    name: str = ""
    addresses: frozenset[str] = frozenset()
    orcid: str = ""
    unit: str = ""
    manager: int | None = None
    known: tuple[Other, ...] = ()
    wrote_with: tuple[tuple[int, date], ...] = ()


@dataclass(frozen=True)
class Writer:
    """A contributor as typed by the authors, with the account to which the entry belongs, if any.

    ``addressee`` is the account with the address that was typed, where the entry belongs to none: one that was made
    after the list was.
    """

    name: str
    address: str = ""
    orcid: str = ""
    unit: str = ""
    account: Person | None = None
    addressee: Person | None = None

    @property
    def known_as(self) -> Person | None:
        """The account whose facts count."""
        return self.account or self.addressee

    @property
    def addresses(self) -> frozenset[str]:
        """Every address of theirs that is known, in lower case."""
        typed = frozenset({self.address.lower()} if self.address else ())
        return typed | (self.known_as.addresses if self.known_as else frozenset())

    @property
    def orcids(self) -> frozenset[str]:
        """The same for identifiers of researchers."""
        return frozenset(filter(None, (self.orcid, self.known_as.orcid if self.known_as else "")))


@dataclass(frozen=True)
class Named:
    """Somebody of whom an author says that they should not judge. ``key`` tells several apart."""

    type_key: str
    name: str = ""
    address: str = ""
    key: int | None = None


@dataclass(frozen=True)
class Tie:
    """What was found about one person: which type of the policy, how sure, and by what; ``named`` is who said so."""

    person: int
    type_key: str
    strength: Strength
    source: Source
    named: int | None = None


@dataclass(frozen=True)
class CaseFacts:
    """What of a case matters: who wrote it, whom its authors name, the types of its policy, and the day.

    ``latest`` bounds the days that lie ahead: a work in print counts, one that nobody had thought of then does not.
    """

    writers: tuple[Writer, ...]
    named: tuple[Named, ...] = ()
    types: frozenset[str] = field(default_factory=lambda: frozenset(TypeKey))
    today: date = date.max
    latest: date = date.max


def find(people: Iterable[Person], case: CaseFacts) -> tuple[Tie, ...]:
    """Every tie between these people and the authors: for each person and type the surest one that was found.

    Of several entries by which authors name one person, the first counts. Accounts to which a contributor's entry
    belongs are authors by that and are not looked at.
    """
    writing = {writer.account.key for writer in case.writers if writer.account is not None}
    found = [tie for person in people if person.key not in writing for tie in _surest(_of(person, case))]
    return tuple(sorted(found, key=lambda tie: (tie.person, tie.type_key)))


def _surest(ties: Iterable[Tie]) -> Iterable[Tie]:
    """Of the ties of one person, one of each type, and one at most that authors named."""
    kept: dict[str, Tie] = {}
    for tie in ties:
        there = kept.get(tie.type_key)
        if tie.source is Source.AUTHOR and any(one.source is Source.AUTHOR for one in kept.values()):
            continue
        if there is None or (there.strength is Strength.SUSPECTED and tie.strength is Strength.DETECTED):
            kept[tie.type_key] = tie
    return kept.values()


def _of(person: Person, case: CaseFacts) -> Iterator[Tie]:
    for writer in case.writers:
        for type_key, strength, source in _with(person, writer, case):
            if type_key in case.types:
                yield Tie(person.key, str(type_key), strength, source)
    for one in case.named:
        if one.type_key in case.types and _is_meant(person, one):
            yield Tie(person.key, one.type_key, Strength.SUSPECTED, Source.AUTHOR, one.key)


Found = tuple[str, Strength, Source]


def _with(person: Person, writer: Writer, case: CaseFacts) -> Iterator[Found]:
    yield from _as_author(person, writer)
    if writer.addressee is not None and writer.addressee.key == person.key:
        return
    yield from _at_work(person, writer)
    yield from _by_facts(person, writer, case)
    if writer.known_as is not None:
        dates = [on for key, on in person.wrote_with if key == writer.known_as.key]
        if any(is_recent(on, case.today) for on in dates):
            yield TypeKey.COAUTHOR, Strength.DETECTED, Source.PAST_CASE


def _as_author(person: Person, writer: Writer) -> Iterator[Found]:
    if writer.account is not None:
        return
    if writer.address and writer.address.lower() in person.addresses:
        yield TypeKey.AUTHOR, Strength.DETECTED, Source.ADDRESS
    if writer.orcid and writer.orcid == person.orcid:
        yield TypeKey.AUTHOR, Strength.DETECTED, Source.ORCID
    are_two = writer.orcid and person.orcid and writer.orcid != person.orcid
    if not are_two and same_name(writer.name, person.name):
        yield TypeKey.AUTHOR, Strength.SUSPECTED, Source.NAME


def _at_work(person: Person, writer: Writer) -> Iterator[Found]:
    """What an administrator keeps about an account is sure; a unit that authors typed is not."""
    account = writer.known_as
    if writer.account is None and same_words(writer.unit, person.unit):
        yield TypeKey.SAME_UNIT, Strength.SUSPECTED, Source.UNIT
    if account is None:
        return
    if same_words(account.unit, person.unit):
        yield TypeKey.SAME_UNIT, Strength.DETECTED, Source.UNIT
    if account.key == person.manager or person.key == account.manager:
        yield TypeKey.SAME_UNIT, Strength.DETECTED, Source.LINE


def _by_facts(person: Person, writer: Writer, case: CaseFacts) -> Iterator[Found]:
    """What was imported about either of the two, in both directions."""
    for other in person.known:
        if other.fact is Fact.SPONSOR:
            yield from _sponsored(other, writer)
        else:
            yield from _known(other, writer.addresses, writer.orcids, (writer.name,), case)
    if writer.known_as is not None:
        orcids = frozenset(filter(None, (person.orcid,)))
        for other in writer.known_as.known:
            if other.fact is Fact.SPONSOR:
                if same_words(other.name, person.unit):
                    yield TypeKey.SPONSOR, Strength.DETECTED, Source.SPONSOR
            else:
                yield from _known(other, person.addresses, orcids, (person.name,), case)


def _sponsored(other: Other, writer: Writer) -> Iterator[Found]:
    if writer.known_as is not None and same_words(other.name, writer.known_as.unit):
        yield TypeKey.SPONSOR, Strength.DETECTED, Source.SPONSOR
    elif same_words(other.name, writer.unit):
        yield TypeKey.SPONSOR, Strength.SUSPECTED, Source.SPONSOR


def _known(
    other: Other, addresses: Collection[str], orcids: Collection[str], names: Iterable[str], case: CaseFacts
) -> Iterator[Found]:
    if other.fact is Fact.COAUTHOR and not is_recent(other.on, case.today, latest=case.latest):
        return
    type_key, source = _OF_FACT[other.fact]
    if (other.address and other.address.lower() in addresses) or (other.orcid and other.orcid in orcids):
        yield type_key, Strength.DETECTED, source
    elif any(same_name(other.name, name) for name in names):
        yield type_key, Strength.SUSPECTED, source


def is_recent(on: date | None, today: date, *, latest: date = date.max) -> bool:
    """Whether two people wrote together within 36 months. What lies ahead, up to ``latest``, is a work in print, so it
    counts."""
    if on is None or on > latest:
        return False
    last = date.max if on.year + COAUTHOR_YEARS > date.max.year else _years_later(on, COAUTHOR_YEARS)
    return today <= last


def in_print_until(day: date) -> date:
    """The last day on which a work may appear that two people were writing on this day."""
    return _years_later(day, 1)


def _years_later(day: date, years: int) -> date:
    leap = day.month == 2 and day.day == 29
    return date(day.year + years, day.month, 28 if leap else day.day)


def _is_meant(person: Person, one: Named) -> bool:
    if one.address:
        return one.address.lower() in person.addresses
    return same_name(one.name, person.name)


def keeps_out(strength: str, settled: str) -> bool:
    """Whether a conflict sets its person aside: from the first moment, or once a suspicion was found to stand."""
    if settled:
        return settled == Settled.STANDS
    return strength != Strength.SUSPECTED


def may_be_settled(strength: str, source: str, effect: str) -> bool:
    """Whether a third person can settle it.

    What somebody said about themselves stands, unless the policy lets the chair decide on its type. Everything else,
    what the program found and what others said, may turn out wrong.
    """
    return source != Source.ONESELF or effect == CHAIR_DECIDES
