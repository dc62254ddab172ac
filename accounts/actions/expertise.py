"""What people know: said by themselves or about them, confirmed by somebody else, withdrawn; never deleted.

Who confirms vouches for one level; a new level is a new statement, which counts for no seat until it is confirmed.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts import above
from accounts.access import check_can_confirm, check_own_or_administers
from accounts.actions import _account
from accounts.actions._account import action
from accounts.errors import Refused, Stale
from accounts.models import Expertise, User

Level = Expertise.Level


@action
def state_expertise(
    *, user: User, kind: str, key: str, level: int = Level.EXPERT, by: User, now: datetime
) -> Expertise:
    """Say that somebody knows something, and how well; it counts for seats once somebody else confirms it.

    Raises ``Refused`` for what is on the list at this level already.
    """
    if by.pk != user.pk or not by.is_active:
        check_can_confirm(by, user)
    if (kind, key) not in {(subject.kind, subject.key) for subject in above.subjects()}:
        raise Refused(_("Choose something from the list."), code="subject_unknown", field="subject")
    user = _account.lock(user)
    before = current(user, kind, key)
    if before is not None and before.level == level:
        raise Refused(_("That is on the list already."), code="stated", field="subject")
    return state(user, kind, key, level, by=by, now=now)


def state(user: User, kind: str, key: str, level: int, *, by: User, now: datetime) -> Expertise:
    """As ``state_expertise`` for a locked account; what was said of the same subject before is withdrawn."""
    before = current(user, kind, key)
    if before is not None:
        withdraw(before, by=by, now=now)
    known = Expertise.objects.create(user=user, kind=kind, key=key, level=level)
    _account.record(user, "account.expertise_stated", by, now, kind=str(kind), key=key, level=int(level))
    return known


@action
def confirm_expertise(
    *, user: User, kind: str, key: str, level: int | None = None, by: User, now: datetime
) -> Expertise:
    """Confirm that somebody else knows a domain or a role skill. Raises ``Denied`` for one's own.

    ``level`` is the one that was shown, where one was. Raises ``Stale`` when the person says another one by now.
    """
    check_can_confirm(by, user)
    user = _account.lock(user)
    known = current(user, kind, key) or Expertise(user=user, kind=kind, key=key, level=level or Level.EXPERT)
    if level is not None and known.level != level:
        raise Stale(
            _("The level was changed while you were looking at it. Nothing was confirmed; look again."), code="stale"
        )
    if known.confirmed_at is None:
        known.confirmed_at, known.confirmed_by = now, by
        known.save()
        said = int(known.level)
        _account.record(user, "account.expertise_confirmed", by, now, kind=str(kind), key=key, level=said)
    return known


@action
def withdraw_expertise(*, user: User, kind: str, key: str, by: User, now: datetime) -> Expertise:
    """Take it back: it counts for nothing from now on. People withdraw their own, too."""
    if by.pk != user.pk:
        check_can_confirm(by, user)
    else:
        check_own_or_administers(by, user)
    user = _account.lock(user)
    known = current(user, kind, key)
    if known is None:
        raise Refused(_("That is not on the list any more."), code="not_stated")
    return withdraw(known, by=by, now=now)


def withdraw(known: Expertise, *, by: User, now: datetime) -> Expertise:
    """As ``withdraw_expertise`` for a row of a locked account."""
    known.withdrawn_at, known.withdrawn_by = now, by
    known.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _account.record(known.user, "account.expertise_withdrawn", by, now, kind=str(known.kind), key=known.key)
    return known


def current(user: User, kind: str, key: str) -> Expertise | None:
    """What is on somebody's list of this subject now."""
    return Expertise.objects.current().filter(user=user, kind=kind, key=key).first()
