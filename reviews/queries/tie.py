"""Lists of what is known about people: read with a verdict on every line. Reading stores nothing.

The same plan is made for the dry run and again when it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from accounts import orcid, roster
from accounts.errors import Refused
from accounts.models import User
from accounts.roster import Outcome
from reviews.models import Tie
from reviews.rules import bibtex
from reviews.rules.names import same_name
from reviews.rules.ties import Fact

NEEDED = ("person", "fact")
COLUMNS = (*NEEDED, "name", "email", "orcid", "date")
MOST_ROWS = 2000
LONGEST = 120
BIBTEX = re.compile(r"^\s*@\s*[A-Za-z]+\s*[({]", re.MULTILINE)
DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")

Same = tuple[str, str, str, str, date | None]


@dataclass(frozen=True)
class Entry:
    """One line, or one co-author of a publication: what would be written down, and whether it can be."""

    number: int
    person: str = ""
    fact: str = ""
    name: str = ""
    email: str = ""
    orcid: str = ""
    on: date | None = None
    user: int | None = None
    outcome: Outcome = Outcome.NEW
    texts: tuple[str, ...] = ()

    @property
    def same(self) -> tuple[int | None, Same]:
        """What makes two entries one."""
        return self.user, (self.fact, self.name, self.email, self.orcid, self.on)


@dataclass(frozen=True)
class Plan:
    """What a list would do, line by line. ``fault`` is what is wrong with the list as a whole."""

    entries: tuple[Entry, ...] = ()
    fault: str = ""

    @property
    def fresh(self) -> tuple[Entry, ...]:
        """What would be written down."""
        return tuple(entry for entry in self.entries if entry.outcome is Outcome.NEW)

    @property
    def faults(self) -> int:
        """How much is in the way."""
        return sum(entry.outcome is Outcome.FAULT for entry in self.entries) + bool(self.fault)


def plan(text: str, *, of: str = "") -> Plan:
    """The verdict on every line of a CSV list; of BibTeX, on every co-author of the person with the address ``of``."""
    try:
        entries = _publications(text, of.strip().lower()) if BIBTEX.search(text) else _lines(text)
        if len(entries) > MOST_ROWS:
            raise Refused(_("A list holds 2,000 lines at most; this one has %(count)d.") % {"count": len(entries)})
    except Refused as refused:
        return Plan(fault=refused.text)
    return Plan(tuple(_against_rows(_against_accounts(entries))))


def _lines(text: str) -> list[Entry]:
    columns, rows = roster.table(text, needed=NEEDED, known=COLUMNS, told=COLUMNS)
    return [_line(number, dict(zip(columns, cells, strict=False))) for number, cells in rows]


def _line(number: int, cells: dict[str, str]) -> Entry:
    said, identifier = cells.get("date", ""), cells.get("orcid", "")
    entry = Entry(
        number=number,
        person=cells.get("person", "").lower(),
        fact=cells.get("fact", "").lower(),
        name=" ".join(cells.get("name", "").split()),
        email=cells.get("email", "").lower(),
        orcid=orcid.canonical(identifier),
        on=_date(said),
    )
    return _at_fault(entry, list(_faults(entry, said, identifier)))


def _faults(entry: Entry, said: str, identifier: str) -> Iterable[str]:
    if entry.fact not in set(Fact):
        yield _("The fact is coauthor, adviser or sponsor, not “%(fact)s”.") % {"fact": entry.fact[:20]}
    if not (entry.name or entry.email or identifier):
        yield _("The other end is missing: give a name, an address or an ORCID.")
    if len(entry.name) > LONGEST:
        yield _("“%(start)s…” is longer than 120 characters.") % {"start": entry.name[:20]}
    if entry.email and not roster.is_address(entry.email):
        yield _("“%(email)s” is no e-mail address.") % {"email": entry.email[:80]}
    if identifier and not entry.orcid:
        yield _("“%(orcid)s” is no ORCID; check its digits.") % {"orcid": identifier[:40]}
    if entry.fact == Fact.COAUTHOR and entry.on is None:
        yield _("When did they publish together? Write a date such as 2025-03-31, 2025-03 or 2025.")
    if entry.fact != Fact.COAUTHOR and said:
        yield _("Only a co-author has a date; the others stay true.")


def _date(said: str) -> date | None:
    """A day, or the last one of the month or year that is given."""
    found = DATE.fullmatch(said)
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    try:
        return date(year, month or 12, day) if day is not None else bibtex.last_day(year, month or 12)
    except ValueError:
        return None


def _publications(text: str, of: str) -> list[Entry]:
    person = User.objects.filter(email=of).first() if of else None
    if person is None:
        raise Refused(_("This is BibTeX. Give the address of the account whose publications these are."))
    latest: dict[str, Entry] = {}
    others: list[Entry] = []
    for work in bibtex.works(text):
        entry = Entry(number=work.line, person=of, fact=Fact.COAUTHOR, on=work.on)
        if not any(same_name(person.display_name, name) for name in work.authors):
            why = _("%(name)s is not among its authors, so it is left out.") % {"name": person}
            others.append(replace(entry, outcome=Outcome.THERE, texts=(why,)))
        elif work.on is None:
            others.append(replace(entry, outcome=Outcome.THERE, texts=(_("It has no year, so it is left out."),)))
        else:
            _take_in(latest, entry, person, work)
    return sorted((*latest.values(), *others), key=lambda entry: (entry.number, entry.name))


def _take_in(latest: dict[str, Entry], entry: Entry, person: User, work: bibtex.Work) -> None:
    """Of several publications with somebody the last one counts."""
    assert work.on is not None
    for name in (name[:LONGEST] for name in work.authors if not same_name(person.display_name, name)):
        known = latest.get(name)
        if known is None or known.on is None or known.on < work.on:
            latest[name] = replace(entry, name=name)


def _against_accounts(entries: list[Entry]) -> list[Entry]:
    """Whose facts they are; nobody is invited by this list."""
    accounts = dict(User.objects.filter(email__in={entry.person for entry in entries}).values_list("email", "pk"))
    found = []
    for entry in entries:
        user = accounts.get(entry.person)
        texts = [] if user is not None else [_("Nobody here has the address %(email)s.") % {"email": entry.person[:80]}]
        if entry.email and entry.email == entry.person:
            texts.append(_("Both ends are the same person."))
        found.append(_at_fault(replace(entry, user=user), texts))
    return found


def _against_rows(entries: list[Entry]) -> list[Entry]:
    """What is known already, or stands twice in the list, is written down once."""
    rows = Tie.objects.filter(user__in={entry.user for entry in entries if entry.user is not None})
    seen: set[tuple[int | None, Same]] = {
        (user, (fact, name, email, identifier, on))
        for user, fact, name, email, identifier, on in rows.values_list(
            "user_id", "fact", "name", "email", "orcid", "on_date"
        )
    }
    found = []
    for entry in entries:
        if entry.outcome is Outcome.NEW and entry.same in seen:
            entry = replace(entry, outcome=Outcome.THERE, texts=(_("This is known already."),))  # noqa: PLW2901
        seen.add(entry.same)
        found.append(entry)
    return found


def _at_fault(entry: Entry, texts: list[str]) -> Entry:
    return replace(entry, outcome=Outcome.FAULT, texts=(*entry.texts, *texts)) if texts else entry
