"""One line of a list and what would become of it; and the list as a whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roster.cells import AbsenceCell


class Outcome(StrEnum):
    """What would become of a line."""

    NEW = "new"
    CHANGED = "changed"
    THERE = "there"
    FAULT = "fault"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line, and in which column."""

    column: str
    text: str


@dataclass(frozen=True)
class Entry:
    """One line: whose it is, and what would happen. ``texts`` say what would change or why nothing does.

    An empty cell says nothing: somebody who is here keeps what they have, a newcomer gets what everybody starts with.
    ``expertise`` and ``skills`` hold keys with levels, 0 for what is taken from the list; ``absences`` are new ones.
    """

    number: int
    email: str = ""
    name: str = ""
    unit: str = ""
    is_external: bool | None = None
    time_zone: str = ""
    reports_to: str = ""
    load_cap: int | None = None
    expertise: tuple[tuple[str, int], ...] = ()
    skills: tuple[tuple[str, int], ...] = ()
    absences: tuple[AbsenceCell, ...] = ()
    user: int | None = None
    title: str = ""
    outcome: Outcome = Outcome.NEW
    texts: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    def at_fault(self, *faults: Fault) -> Entry:
        """The same line with what is wrong with it; without anything it stays as it is."""
        if not faults:
            return self
        return replace(self, outcome=Outcome.FAULT, faults=(*self.faults, *faults))


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
    def changed(self) -> tuple[Entry, ...]:
        """Those who are here and of whom something would be different."""
        return tuple(entry for entry in self.entries if entry.outcome is Outcome.CHANGED)

    @property
    def faults(self) -> int:
        """How much is in the way of doing anything."""
        return sum(entry.outcome is Outcome.FAULT for entry in self.entries) + bool(self.fault)


def summary(found: Plan) -> str:
    """What a confirmed list does, for a button."""
    new, changed = len(found.newcomers), len(found.changed)
    invite = ngettext("Invite %(n)d person", "Invite %(n)d people", new) % {"n": new}
    change = ngettext("Change %(n)d person", "Change %(n)d people", changed) % {"n": changed}
    if new and changed:
        return _("%(invite)s, change %(n)d") % {"invite": invite, "n": changed}
    if changed:
        return change
    return invite if new else _("Invite")
