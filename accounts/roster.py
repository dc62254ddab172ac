"""Lists of people as text: read with a verdict on every line, and written so that no program runs what people typed.

Reading stores nothing. The same plan is made for the dry run and again when the invitations go out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import zones
from accounts.errors import Refused
from accounts.models import User

NEEDED = ("email", "name")
COLUMNS = (*NEEDED, "unit", "external", "time_zone", "reports_to")
WRITTEN = (*COLUMNS, "roles", "state")
MOST_ROWS = 500
MOST_BYTES = 256 * 1024
LONGEST = 120
YES, NO = frozenset({"yes", "y", "true", "1", "x"}), frozenset({"", "no", "n", "false", "0"})
# Spreadsheets take a cell that begins with one of these for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Outcome(StrEnum):
    """What would become of a line."""

    NEW = "new"
    THERE = "there"
    FAULT = "fault"


@dataclass(frozen=True)
class Entry:
    """One line: whose it is, and what would happen. ``texts`` say why, where it is not simply new."""

    number: int
    email: str = ""
    name: str = ""
    unit: str = ""
    is_external: bool = False
    time_zone: str = "UTC"
    reports_to: str = ""
    outcome: Outcome = Outcome.NEW
    texts: tuple[str, ...] = ()

    def at_fault(self, *texts: str) -> Entry:
        """The same line with what is wrong with it."""
        return replace(self, outcome=Outcome.FAULT, texts=(*self.texts, *texts))


@dataclass(frozen=True)
class Plan:
    """What a list would do, line by line. ``fault`` is what is wrong with the list as a whole."""

    entries: tuple[Entry, ...] = ()
    fault: str = ""

    @property
    def newcomers(self) -> tuple[Entry, ...]:
        """Those who would be invited."""
        return tuple(entry for entry in self.entries if entry.outcome is Outcome.NEW)

    @property
    def faults(self) -> int:
        """How much is in the way of inviting anybody."""
        return sum(entry.outcome is Outcome.FAULT for entry in self.entries) + bool(self.fault)


def decode(data: bytes) -> str:
    """The text of a file. Raises ``Refused`` for one that is too large or no UTF-8 text."""
    if len(data) > MOST_BYTES:
        raise Refused(_("This file is larger than 256 KiB. Split it into several lists."), code="too_large")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(
            _("This is no UTF-8 text. Save the list as “CSV UTF-8”, then try again."), code="not_utf8"
        ) from None
    if "\x00" in text:
        raise Refused(_("This is no text. Save the list as “CSV UTF-8”, then try again."), code="not_text")
    return text


def plan(text: str) -> Plan:
    """The verdict on every line of a list, in one query."""
    try:
        columns, rows = table(text, needed=NEEDED, known=WRITTEN, told=COLUMNS)
        if len(rows) > MOST_ROWS:
            raise Refused(_("A list holds 500 people at most; this one has %(count)d.") % {"count": len(rows)})
    except Refused as refused:
        return Plan(fault=refused.text)
    entries = _without_repeats([_entry(number, dict(zip(columns, cells, strict=False))) for number, cells in rows])
    return Plan(tuple(_against_circles(_against_accounts(entries))))


def write(rows: Iterable[Sequence[str]]) -> str:
    """A list of everybody as a spreadsheet opens it; nothing in it is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(WRITTEN)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def harmless(cell: str) -> str:
    """The cell as words: what a spreadsheet would calculate gets an apostrophe before it."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def _unquoted(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell


def table(
    text: str, *, needed: Sequence[str], known: Sequence[str], told: Sequence[str]
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The names of the columns, and every line below them with its number and its cells.

    ``needed`` must be there, ``known`` may, ``told`` are those that a refusal names. Raises ``Refused``.
    """
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter, strict=True)
    found: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((line, [_unquoted(cell) for cell in cells]))
            line = reader.line_num + 1
    except csv.Error:
        text = _("Line %(line)d cannot be read: a quotation mark is open, or something stands after a closed one.")
        raise Refused(text % {"line": line}) from None
    if not found:
        raise Refused(_("The list is empty."))
    columns = [name.strip().lower() for name in found[0][1]]
    _check_columns(columns, needed, known, ", ".join(told))
    if len(found) == 1:
        raise Refused(_("Below the names of the columns there is nobody."))
    return columns, found[1:]


def _check_columns(columns: list[str], needed: Sequence[str], allowed: Sequence[str], known: str) -> None:
    missing = [name for name in needed if name not in columns]
    if missing:
        text = _("The first line names the columns, and “%(name)s” is not among them. Known are: %(known)s.")
        raise Refused(text % {"name": missing[0], "known": known})
    strange = [name for name in columns if name not in allowed]
    if strange:
        text = _("Nobody knows the column “%(name)s”. Known are: %(known)s.")
        raise Refused(text % {"name": strange[0], "known": known})
    if len(set(columns)) != len(columns):
        raise Refused(_("The first line names a column twice."))


def _entry(number: int, cells: dict[str, str]) -> Entry:
    external = cells.get("external", "").lower()
    entry = Entry(
        number=number,
        email=cells.get("email", "").lower(),
        name=cells.get("name", ""),
        unit=cells.get("unit", ""),
        is_external=external in YES,
        time_zone=cells.get("time_zone", "") or "UTC",
        reports_to=cells.get("reports_to", "").lower(),
    )
    texts = []
    if not entry.email:
        texts.append(_("There is no e-mail address."))
    elif not _is_address(entry.email):
        texts.append(_("“%(email)s” is no e-mail address.") % {"email": entry.email})
    if not entry.name:
        texts.append(_("There is no name."))
    too_long = _("“%(start)s…” is longer than 120 characters.")
    texts += [too_long % {"start": value[:20]} for value in (entry.name, entry.unit) if len(value) > LONGEST]
    if external not in YES | NO:
        texts.append(_("External is yes or no, not “%(value)s”.") % {"value": external[:20]})
    if zones.named(entry.time_zone) is None:
        zone = entry.time_zone[:40]
        texts.append(_("There is no time zone called %(zone)s. Names look like Europe/Berlin.") % {"zone": zone})
    return entry.at_fault(*texts) if texts else entry


def _is_address(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return len(value) <= 254


def _without_repeats(entries: list[Entry]) -> list[Entry]:
    seen: dict[str, int] = {}
    found = []
    for entry in entries:
        before = seen.setdefault(entry.email, entry.number) if entry.email else entry.number
        text = _("Line %(line)d has this address too.") % {"line": before}
        found.append(entry.at_fault(text) if before != entry.number else entry)
    return found


def _against_accounts(entries: list[Entry]) -> list[Entry]:
    """Who is there already, and whether everybody's manager is there or comes with this list."""
    named = {entry.email for entry in entries} | {entry.reports_to for entry in entries}
    accounts = dict(User.objects.filter(email__in=named - {""}).values_list("email", "is_active"))
    coming = {entry.email for entry in entries if entry.outcome is Outcome.NEW}
    return [_against_account(entry, accounts, coming) for entry in entries]


def _against_account(entry: Entry, accounts: dict[str, bool], coming: set[str]) -> Entry:
    manager = entry.reports_to
    if entry.outcome is Outcome.NEW and entry.email in accounts:
        text = _("There is an account with this address; it stays as it is.")
        if not accounts[entry.email]:
            text = _("There is an account with this address, and it is closed. It can be opened again on its page.")
        return replace(entry, outcome=Outcome.THERE, texts=(text,))
    if manager and manager == entry.email:
        return entry.at_fault(_("Nobody reports to themselves."))
    if manager and manager not in coming and not accounts.get(manager):
        text = _("Nobody with the address %(email)s is here or in this list to report to.")
        return entry.at_fault(text % {"email": manager[:80]})
    return entry


def _against_circles(entries: list[Entry]) -> list[Entry]:
    """Newcomers report upwards; those already here keep their line, so a circle can lie among newcomers only."""
    line = {entry.email: entry.reports_to for entry in entries if entry.outcome is Outcome.NEW}
    found = []
    for entry in entries:
        passed: set[str] = set()
        at = entry.email if entry.outcome is Outcome.NEW else ""
        while at in line and at not in passed:
            passed.add(at)
            at = line[at]
        in_circle = at != "" and at == entry.email and at in passed
        found.append(entry.at_fault(_("This reporting line comes back to where it began.")) if in_circle else entry)
    return found


def summary(found: Plan) -> str:
    """How many people a confirmed list invites, for a button."""
    count = len(found.newcomers)
    if not count:
        return _("Invite")
    return ngettext("Invite %(n)d person", "Invite %(n)d people", count) % {"n": count}
