"""What people know: said by themselves or about them, confirmed by somebody else, withdrawn; never deleted."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts import above
from accounts.access import check_can_confirm, check_own_or_administers
from accounts.actions import _account
from accounts.actions._account import action
from accounts.errors import Refused
from accounts.models import Expertise, User


@action
def state_expertise(*, user: User, kind: str, key: str, by: User, now: datetime) -> Expertise:
    """Say that somebody knows something; it counts once somebody else confirms it."""
    if by.pk != user.pk or not by.is_active:
        check_can_confirm(by, user)
    if (kind, key) not in {(subject.kind, subject.key) for subject in above.subjects()}:
        raise Refused(_("Choose something from the list."), code="subject_unknown", field="subject")
    user = _account.lock(user)
    if _current(user, kind, key) is not None:
        raise Refused(_("That is on the list already."), code="stated", field="subject")
    known = Expertise.objects.create(user=user, kind=kind, key=key)
    _account.record(user, "account.expertise_stated", by, now, kind=str(kind), key=key)
    return known


@action
def confirm_expertise(*, user: User, kind: str, key: str, by: User, now: datetime) -> Expertise:
    """Confirm that somebody else knows a domain or a role skill. Raises ``Denied`` for one's own."""
    check_can_confirm(by, user)
    user = _account.lock(user)
    known = _current(user, kind, key) or Expertise(user=user, kind=kind, key=key)
    if known.confirmed_at is None:
        known.confirmed_at, known.confirmed_by = now, by
        known.save()
        _account.record(user, "account.expertise_confirmed", by, now, kind=str(kind), key=key)
    return known


@action
def withdraw_expertise(*, user: User, kind: str, key: str, by: User, now: datetime) -> Expertise:
    """Take it back: it counts for nothing from now on. People withdraw their own, too."""
    if by.pk != user.pk:
        check_can_confirm(by, user)
    else:
        check_own_or_administers(by, user)
    user = _account.lock(user)
    known = _current(user, kind, key)
    if known is None:
        raise Refused(_("That is not on the list any more."), code="not_stated")
    known.withdrawn_at, known.withdrawn_by = now, by
    known.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _account.record(user, "account.expertise_withdrawn", by, now, kind=str(kind), key=key)
    return known


def _current(user: User, kind: str, key: str) -> Expertise | None:
    return Expertise.objects.current().filter(user=user, kind=kind, key=key).first()
