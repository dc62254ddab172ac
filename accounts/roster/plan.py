"""The verdict on every line of a list of people: who would be invited, what would change, what is in the way.

A fixed number of queries, whatever the length of the list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts import above, zones
from accounts.errors import Refused
from accounts.models import MOST_REVIEWS, Absence, Expertise, User
from accounts.roster import cells
from accounts.roster.cells import WORDS, AbsenceCell
from accounts.roster.entry import Entry, Fault, Outcome, Plan
from accounts.roster.table import COLUMNS, LONGEST, NEEDED, WRITTEN, is_address, table

MOST_ROWS = 500
YES, NO = frozenset({"yes", "y", "true", "1", "x"}), frozenset({"no", "n", "false", "0"})
DOMAIN, SKILL = str(Expertise.Kind.DOMAIN), str(Expertise.Kind.SKILL)


def plan(text: str, now: datetime) -> Plan:
    """The verdict on every line of a list."""
    try:
        columns, rows = table(text, needed=NEEDED, known=WRITTEN, told=COLUMNS)
        if len(rows) > MOST_ROWS:
            raise Refused(_("A list holds 500 people at most; this one has %(count)d.") % {"count": len(rows)})
    except Refused as refused:
        return Plan(fault=refused.text)
    known: dict[str, set[str]] = defaultdict(set)
    for subject in above.subjects():
        known[str(subject.kind)].add(subject.key)
    entries = [_entry(number, dict(zip(columns, line, strict=False)), known) for number, line in rows]
    here = _Here.of(entries)
    return Plan(tuple(_judged(entry, here, now) for entry in _without_repeats(entries)))


def _entry(number: int, line: dict[str, str], known: Mapping[str, set[str]]) -> Entry:
    """One line as it stands, with what is wrong in its cells."""
    entry = Entry(
        number=number,
        email=line.get("email", "").lower(),
        name=line.get("name", ""),
        unit=line.get("unit", ""),
        time_zone=line.get("time_zone", ""),
        reports_to=line.get("reports_to", "").lower(),
    )
    readers: dict[str, tuple[str, Callable[[str], Any]]] = {
        "external": ("is_external", _external),
        "load_cap": ("load_cap", _load_cap),
        "expertise": ("expertise", lambda cell: cells.expertise(cell, known[DOMAIN])),
        "skills": ("skills", lambda cell: cells.skills(cell, known[SKILL])),
        "absences": ("absences", cells.absences),
    }
    faults, values = list(_faults(entry)), {}
    for column, (name, read) in readers.items():
        try:
            values[name] = read(line.get(column, ""))
        except Refused as refused:
            faults.append(Fault(column, refused.text))
    return replace(entry, title=entry.name, **values).at_fault(*faults)


def _faults(entry: Entry) -> Iterator[Fault]:
    if not entry.email:
        yield Fault("email", _("There is no e-mail address."))
    elif not is_address(entry.email):
        yield Fault("email", _("“%(email)s” is no e-mail address.") % {"email": entry.email[:80]})
    for column in ("name", "unit"):
        value: str = getattr(entry, column)
        if len(value) > LONGEST:
            yield Fault(column, _("“%(start)s…” is longer than 120 characters.") % {"start": value[:20]})
    if entry.time_zone and zones.named(entry.time_zone) is None:
        text = _("There is no time zone called %(zone)s. Names look like Europe/Berlin.")
        yield Fault("time_zone", text % {"zone": entry.time_zone[:40]})


def _external(cell: str) -> bool | None:
    if cell.lower() not in YES | NO | {""}:
        raise Refused(_("External is yes or no, not “%(value)s”.") % {"value": cell[:20]})
    return cell.lower() in YES if cell else None


def _load_cap(cell: str) -> int | None:
    if not cell:
        return None
    if not (cell.isascii() and cell.isdecimal()) or len(cell) > 4 or int(cell) > MOST_REVIEWS:
        text = _("A load cap is a whole number from 0 to %(most)d, not “%(value)s”.")
        raise Refused(text % {"most": MOST_REVIEWS, "value": cell[:20]})
    return int(cell)


def _without_repeats(entries: list[Entry]) -> list[Entry]:
    seen: dict[str, int] = {}
    found = []
    for entry in entries:
        before = seen.setdefault(entry.email, entry.number) if entry.email else entry.number
        fault = Fault("email", _("Line %(line)d has this address too.") % {"line": before})
        found.append(entry.at_fault(fault) if before != entry.number else entry)
    return found


@dataclass(frozen=True)
class _Here:
    """What there is already: accounts by address, what they know, when they are away, and who would report to whom."""

    accounts: Mapping[str, User]
    coming: frozenset[str]
    known: Mapping[tuple[int, str, str], Expertise]
    away: Mapping[int, list[Absence]]
    lines: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: list[Entry]) -> _Here:
        """Everything that these lines name, and every reporting line."""
        named = {entry.email for entry in entries} | {entry.reports_to for entry in entries}
        named |= {absence.stand_in for entry in entries for absence in entry.absences}
        accounts = {user.email: user for user in User.objects.select_related("reports_to").filter(email__in=named)}
        known = Expertise.objects.current().filter(user__in=accounts.values()).order_by("pk")
        away: dict[int, list[Absence]] = defaultdict(list)
        for row in Absence.objects.filter(user__in=accounts.values(), cancelled_at=None).select_related("stand_in"):
            away[row.user_id].append(row)
        lines = dict(User.objects.filter(reports_to__isnull=False).values_list("email", "reports_to__email"))
        lines |= {entry.email: entry.reports_to for entry in entries if entry.reports_to}
        return cls(
            accounts=accounts,
            coming=frozenset(entry.email for entry in entries if entry.name and not entry.faults),
            known={(row.user_id, row.kind, row.key): row for row in known},
            away=away,
            lines=lines,
        )

    def may_be_named(self, email: str) -> bool:
        """Whether somebody with this address has an open account or comes with the list."""
        account = self.accounts.get(email)
        return account.is_active if account is not None else email in self.coming


def _judged(entry: Entry, here: _Here, now: datetime) -> Entry:
    account = here.accounts.get(entry.email)
    if account is not None and not account.is_active and not entry.faults:
        text = _("There is an account with this address, and it is closed. It can be opened again on its page.")
        return replace(entry, user=account.pk, title=account.display_name, outcome=Outcome.THERE, texts=(text,))
    entry = entry.at_fault(*_against_others(entry, here, account), *_away_faults(entry, here, account, now))
    if account is None:
        return entry if entry.faults else replace(entry, texts=tuple(_newcomer(entry)))
    entry = replace(entry, user=account.pk, title=entry.name or account.display_name)
    entry = replace(entry, absences=_new_absences(entry, here, account))
    if entry.faults:
        return entry
    texts = tuple(_changes(entry, here, account))
    if not texts:
        return replace(entry, outcome=Outcome.THERE, texts=(_("Nothing here is new; the account stays as it is."),))
    return replace(entry, outcome=Outcome.CHANGED, texts=texts)


def _against_others(entry: Entry, here: _Here, account: User | None) -> Iterator[Fault]:
    manager = entry.reports_to
    if account is None and not entry.name:
        yield Fault("name", _("There is no name."))
    if not manager:
        return
    if manager == entry.email:
        yield Fault("reports_to", _("Nobody reports to themselves."))
    elif not here.may_be_named(manager):
        text = _("Nobody with the address %(email)s is here or in this list to report to.")
        yield Fault("reports_to", text % {"email": manager[:80]})
    elif _comes_back(entry.email, here.lines):
        yield Fault("reports_to", _("This reporting line comes back to where it began."))


def _comes_back(email: str, lines: Mapping[str, str]) -> bool:
    passed: set[str] = set()
    at = lines.get(email, "")
    while at and at != email and at not in passed:
        passed.add(at)
        at = lines.get(at, "")
    return at == email


def _away_faults(entry: Entry, here: _Here, account: User | None, now: datetime) -> Iterator[Fault]:
    today = _today(entry, account, now)
    noted = here.away[account.pk] if account is not None else []
    for one in entry.absences:
        if _is_noted(one, noted):
            continue
        if one.last < today:
            yield Fault("absences", _("The days of “%(part)s” are over.") % {"part": one})
        other = next((row for row in noted if one.touches(row.from_date, row.until_date)), None)
        if other is not None:
            text = _("“%(part)s” touches days that are noted already: %(noted)s. Take those back on the person's page.")
            yield Fault("absences", text % {"part": one, "noted": cells.absences_text([other])})
        if one.stand_in and (one.stand_in == entry.email or not here.may_be_named(one.stand_in)):
            text = _("Nobody else with the address %(email)s is here or in this list to stand in.")
            yield Fault("absences", text % {"email": one.stand_in[:80]})


def _is_noted(one: AbsenceCell, noted: list[Absence]) -> bool:
    return str(one) in {cells.absences_text([row]) for row in noted}


def _new_absences(entry: Entry, here: _Here, account: User) -> tuple[AbsenceCell, ...]:
    return tuple(one for one in entry.absences if not _is_noted(one, here.away[account.pk]))


def wanted(entry: Entry, manager: User | None) -> dict[str, object]:
    """What a line says about the account itself; ``manager`` is whom ``reports_to`` names."""
    said: dict[str, object] = {
        "display_name": entry.name, "unit": entry.unit, "time_zone": entry.time_zone, "reports_to": manager,
    }  # fmt: skip
    given = {name: value for name, value in said.items() if value}
    if entry.is_external is not None:
        given["is_external"] = entry.is_external
    if entry.load_cap is not None:
        given["load_cap"] = entry.load_cap
    return given


COLUMN_OF = {"display_name": "name", "is_external": "external"}


def _changes(entry: Entry, here: _Here, account: User) -> Iterator[str]:
    """What would be different, a column each, as it is and as it would be."""
    for name, value in wanted(entry, here.accounts.get(entry.reports_to)).items():
        before = getattr(account, name)
        if before != value:
            yield _said(COLUMN_OF.get(name, name), _cell(before), _cell(value))
    if entry.reports_to and entry.reports_to not in here.accounts:
        yield _said("reports_to", _cell(account.reports_to), entry.reports_to)
    yield from _besides(entry, {key[1:]: row for key, row in here.known.items() if key[0] == account.pk})


def _newcomer(entry: Entry) -> Iterator[str]:
    """What a list says of a newcomer beside what stands in the line anyway."""
    if entry.load_cap is not None:
        yield f"load_cap: {entry.load_cap}"
    yield from _besides(entry, {})


def _besides(entry: Entry, known: Mapping[tuple[str, str], Expertise]) -> Iterator[str]:
    """What would be different beside the account itself, for somebody of whom this is known."""
    for key, level in entry.expertise:
        before = known[DOMAIN, key].level if (DOMAIN, key) in known else 0
        if before != level:
            said = _said("expertise", f"{key} {WORDS[before]}", WORDS[level])
            yield _("%(change)s, to be confirmed") % {"change": said} if level else said
    for key, level in entry.skills:
        if level and (SKILL, key) not in known:
            yield _("%(change)s, to be confirmed") % {"change": _said("skills", "", key)}
        elif not level and (SKILL, key) in known:
            yield _said("skills", key, "")
    for one in entry.absences:
        yield _said("absences", "", str(one))


def _said(column: str, before: str, after: str) -> str:
    return f"{column}: {before or _('nothing')} → {after or _('nothing')}"


def _cell(value: object) -> str:
    if isinstance(value, User):
        return value.email
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value or "") if not isinstance(value, int) else str(value)


def _today(entry: Entry, account: User | None, now: datetime) -> date:
    """The day on which the person of a line is now."""
    zone = zones.named(entry.time_zone or (account.time_zone if account else "")) or now.tzinfo
    return now.astimezone(zone).date()
