"""A list of people carried out: newcomers are invited, what differs of those who are here is changed.

No account is closed, no role given or ended and nothing confirmed by a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import above, roster
from accounts.access import check_can_administer
from accounts.actions import _account
from accounts.actions._account import action
from accounts.actions.absence import note
from accounts.actions.expertise import current, state, withdraw
from accounts.actions.invitation import newcomer
from accounts.actions.people import TYING, write
from accounts.errors import Refused
from accounts.models import Expertise, User
from accounts.roster import Entry, Plan
from accounts.roster.plan import wanted
from audit.log import digest


@action
def import_people(*, text: str, by: User, now: datetime) -> Plan:
    """Everything of a list or nothing, as ``roster.plan`` tells it; what ties people is looked at anew, once for all.

    Raises ``Refused`` when a line is at fault.
    """
    check_can_administer(by)
    named = [entry.user for entry in roster.plan(text, now).entries if entry.user is not None]
    locked = list(User.objects.select_for_update(no_key=True).filter(pk__in=[*named, by.pk]).order_by("pk"))
    found = roster.plan(text, now)
    if found.faults:
        raise Refused(_("Some lines are not right yet. Nothing was changed and nobody invited."), code="list_faulty")
    people = {user.email: user for user in locked}
    for entry in found.newcomers:
        people[entry.email] = _invited(entry, by, now)
    others = {entry.reports_to for entry in found.entries} | {
        absence.stand_in for entry in found.entries for absence in entry.absences
    }
    everybody = {user.email: user for user in User.objects.filter(email__in=others)} | people
    tying = [
        people[entry.email].pk
        for entry in (*found.newcomers, *found.changed)
        if _carried_out(entry, people[entry.email], everybody, by, now) & TYING
    ]
    counts = {"invited": len(found.newcomers), "changed": len(found.changed)}
    _account.record(people[by.email], "account.people_imported", by, now, list=digest(text), **counts)
    if tying:
        above.changed(tying, now)
    return found


def _invited(entry: Entry, by: User, now: datetime) -> User:
    made = newcomer(
        email=entry.email, display_name=entry.name, unit=entry.unit, time_zone=entry.time_zone or "UTC",
        is_external=bool(entry.is_external), reports_to=None, by=by, now=now,
    )  # fmt: skip
    return made.user


def _carried_out(entry: Entry, user: User, everybody: Mapping[str, User], by: User, now: datetime) -> frozenset[str]:
    """What a line says of a locked account; the names of what differed."""
    differed = write(user, wanted(entry, everybody.get(entry.reports_to)), "account.changed", by, now)
    levels = [(Expertise.Kind.DOMAIN, *one) for one in entry.expertise]
    levels += [(Expertise.Kind.SKILL, *one) for one in entry.skills]
    for kind, key, level in levels:
        row = current(user, kind, key)
        if level and (row is None or row.level != level):
            state(user, kind, key, level, by=by, now=now)
        elif not level and row is not None:
            withdraw(row, by=by, now=now)
    for one in entry.absences:
        note(user, one.first, one.last, everybody.get(one.stand_in), by=by, now=now)
    return differed
