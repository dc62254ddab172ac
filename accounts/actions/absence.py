"""Days on which somebody takes no work: noted by themselves or an administrator, taken back, never deleted."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts import zones
from accounts.access import check_own_or_administers
from accounts.actions import _account
from accounts.actions._account import action
from accounts.errors import Refused
from accounts.models import Absence, User


@action
def note_absence(
    *, user: User, from_date: date, until_date: date, stand_in: User | None, by: User, now: datetime
) -> Absence:
    """From the first day to the last, both included. Raises ``Refused`` for days that are over or noted already."""
    check_own_or_administers(by, user)
    user = _account.lock(user)
    if until_date < from_date:
        raise Refused(_("The last day lies before the first."), code="ends_before_start", field="until_date")
    if until_date < today(user, now):
        raise Refused(_("These days are over."), code="over", field="until_date")
    if stand_in is not None and (stand_in.pk == user.pk or not stand_in.is_active):
        raise Refused(_("Choose somebody else, whose account is open."), code="stand_in", field="stand_in")
    other = Absence.objects.filter(user=user).within(from_date, until_date).first()
    if other is not None:
        text = _("Noted already: away from %(first)s until %(last)s. Take that back first, or choose other days.")
        text %= {"first": other.from_date.isoformat(), "last": other.until_date.isoformat()}
        raise Refused(text, code="overlaps", field="from_date")
    return note(user, from_date, until_date, stand_in, by=by, now=now)


def note(user: User, from_date: date, until_date: date, stand_in: User | None, *, by: User, now: datetime) -> Absence:
    """As ``note_absence`` for a locked account, once the days are known to be free."""
    absence = Absence.objects.create(
        user=user, from_date=from_date, until_date=until_date, stand_in=stand_in, noted_at=now, noted_by=by
    )
    _account.record(user, "account.absence_noted", by, now, absence=absence.public_id)
    return absence


@action
def cancel_absence(*, absence: Absence, by: User, now: datetime) -> Absence:
    """Take an absence back. Raises ``Refused`` for one that is over or taken back before."""
    user = _account.lock(absence.user)
    check_own_or_administers(by, user)
    if absence.until_date < today(user, now):
        raise Refused(_("These days are over."), code="over")
    if Absence.objects.filter(pk=absence.pk, cancelled_at=None).update(cancelled_at=now, cancelled_by=by) != 1:
        raise Refused(_("This absence was taken back before."), code="cancelled")
    _account.record(user, "account.absence_cancelled", by, now, absence=absence.public_id)
    absence.refresh_from_db()
    return absence


def today(user: User, now: datetime) -> date:
    """The day on which this person is now."""
    return now.astimezone(zones.named(user.time_zone) or now.tzinfo).date()
