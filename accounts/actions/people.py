"""Accounts as an administrator keeps them: made, changed, closed, opened again. Nothing is deleted."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts import above, sessions
from accounts.access import check_can_administer, check_not_oneself
from accounts.actions import _account, _invitations
from accounts.actions._account import action
from accounts.errors import Refused
from accounts.models import Invitation, User
from audit import log

# By these somebody is known to be tied to others.
TYING = frozenset({"display_name", "unit", "reports_to", "orcid"})


@action
def create_person(
    *, email: str, display_name: str, unit: str = "", time_zone: str = "UTC", is_external: bool = False,
    password: str | None = None, by: User | None, now: datetime,
) -> User:  # fmt: skip
    """An account without an invitation: nobody can come in by it until they are invited."""
    check_can_administer(by)
    user = _account.create(
        email=email, display_name=display_name, unit=unit, time_zone=time_zone, is_external=is_external,
        reports_to=None, password=password,
    )  # fmt: skip
    _account.record(user, "account.created", by, now)
    return user


@action
def change_person(
    *, user: User, display_name: str, unit: str, time_zone: str, is_external: bool, reports_to: User | None,
    load_cap: int, orcid: str | None = None, version: int | None = None, by: User | None, now: datetime,
) -> User:  # fmt: skip
    """Everything about a person that an administrator keeps; the address stays. Nothing new leaves no event.

    ``orcid`` is None where it stays. Raises ``Refused`` for one that somebody else has.
    """
    check_can_administer(by)
    user = _account.lock(user)
    _account.check_seen(user, version)
    _account.check_line(user, reports_to)
    if time_zone != user.time_zone:
        _account.check_zone(time_zone)
    wanted = {
        "display_name": display_name, "unit": unit, "time_zone": time_zone, "is_external": is_external,
        "reports_to": reports_to, "load_cap": load_cap, "orcid": user.orcid if orcid is None else orcid,
    }  # fmt: skip
    if orcid and User.objects.filter(orcid=orcid).exclude(pk=user.pk).exists():
        raise Refused(_("Somebody else here has this ORCID."), code="orcid_taken", field="orcid")
    save(user, wanted, "account.changed", by, now)
    return user


def save(user: User, wanted: dict[str, object], event: str, by: User | None, now: datetime) -> None:
    """Write what differs on a locked account, and what follows from it at once: what ties people is looked at anew."""
    if write(user, wanted, event, by, now) & TYING:
        above.changed([user.pk], now)


def write(user: User, wanted: dict[str, object], event: str, by: User | None, now: datetime) -> frozenset[str]:
    """Write what differs on a locked account, and say in its chain what that was; names and units by their digest.

    Returns what differed; whoever calls says of many people at once what follows from it.
    """
    changed = {name: value for name, value in wanted.items() if getattr(user, name) != value}
    if not changed:
        return frozenset()
    for name, value in changed.items():
        setattr(user, name, value)
    user.version += 1
    user.save(update_fields=[*changed, "version"])
    _account.record(user, event, by, now, **{name: _told(name, value) for name, value in changed.items()})
    return frozenset(changed)


def _told(name: str, value: object) -> str | bool | int:
    if isinstance(value, User):
        return value.public_id
    if name in ("display_name", "unit", "orcid"):
        return log.digest(str(value))
    return value if isinstance(value, (bool, int)) else str(value or "")


@action
def deactivate(*, user: User, by: User, now: datetime) -> User:
    """Close an account: every session ends at once and for ever, mail stops, the person leaves every bench.

    The password becomes unusable, so that only a new invitation leads back. Nothing is deleted.
    """
    administrators = _account.lock_administrators()
    check_can_administer(by)
    check_not_oneself(by, user, _("Somebody else closes your account."))
    user = _account.lock(user)
    if not user.is_active:
        raise Refused(_("This account is closed already."), code="closed")
    _account.check_somebody_administers_without(user, administrators)
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    Invitation.objects.filter(user=user, accepted_at=None, revoked_at=None).update(revoked_at=now, revoked_by=by)
    sessions.end(user, now)
    _account.record(user, "account.deactivated", by, now)
    above.left([user.pk], now)
    return user


@action
def reactivate(*, user: User, by: User, now: datetime) -> Invitation:
    """Open a closed account by inviting its person anew. Roles that were never ended count again."""
    check_can_administer(by)
    user = _account.lock(user)
    if user.is_active:
        raise Refused(_("This account is open."), code="open")
    user.is_active = True
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    _account.record(user, "account.reactivated", by, now)
    return _invitations.issue(user, by=by, now=now)


@action
def end_sessions(*, user: User, by: User, now: datetime) -> int:
    """Sign somebody out everywhere, for example after a lost computer; returns how many sessions there were."""
    check_can_administer(by)
    user = _account.lock(user)
    count = sessions.end(user, now)
    _account.record(user, "account.sessions_ended", by, now, sessions=count)
    return count
