"""Changes to people: accounts, organisation-wide roles, expertise. Each is one transaction with one audit event.

Nobody grants a role to themselves, and nobody confirms their own expertise.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Expertise, OrganisationRole, User
from audit import log


class Refused(Exception):
    """The change is not allowed; the text may be shown to the person who tried."""


@transaction.atomic(durable=True)
def create_person(
    *, email: str, display_name: str, unit: str = "", time_zone: str = "UTC", password: str | None = None,
    by: User | None, now: datetime,
) -> User:  # fmt: skip
    """A new account. Raises ``Refused`` for an address in use."""
    if User.objects.filter(email__iexact=email).exists():
        raise Refused(_("There is an account with this address."))
    user = User.objects.create_user(email, password, display_name=display_name, unit=unit, time_zone=time_zone)
    _record(user, "account.created", by, now)
    return user


@transaction.atomic(durable=True)
def grant(*, user: User, role: OrganisationRole.Role, by: User | None, now: datetime) -> OrganisationRole:
    """Give an organisation-wide role. Raises ``Refused`` for one's own, or one held already."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if by is not None and by.pk == user.pk:
        raise Refused(_("Nobody gives a role to themselves."))
    if OrganisationRole.objects.filter(user=user, role=role, until_at=None).exists():
        raise Refused(_("This person holds that role already."))
    held = OrganisationRole.objects.create(user=user, role=role, from_at=now, from_by=by)
    _record(user, "account.role_granted", by, now, role=str(role))
    return held


@transaction.atomic(durable=True)
def confirm_expertise(*, user: User, kind: Expertise.Kind, key: str, by: User, now: datetime) -> Expertise:
    """Confirm that somebody else knows a domain or a role skill. Raises ``Refused`` for one's own."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if by.pk == user.pk:
        raise Refused(_("Somebody else confirms what you know."))
    known, _created = Expertise.objects.update_or_create(
        user=user, kind=kind, key=key, defaults={"confirmed_at": now, "confirmed_by": by}
    )
    _record(user, "account.expertise_confirmed", by, now, kind=str(kind), key=key)
    return known


@transaction.atomic(durable=True)
def deactivate(*, user: User, by: User, now: datetime) -> User:
    """Close an account: sign-in ends, mail stops, the person leaves every bench at once. Nothing is deleted."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if by.pk == user.pk:
        raise Refused(_("Somebody else closes your account."))
    user.is_active = False
    user.save(update_fields=["is_active"])
    _record(user, "account.deactivated", by, now)
    return user


@transaction.atomic(durable=True)
def change_profile(*, user: User, display_name: str, time_zone: str, now: datetime) -> User:
    """A person's own name and zone. The event holds the zone and the digest of the name; nothing new, no event."""
    user = User.objects.select_for_update().get(pk=user.pk)
    data: dict[str, str] = {}
    if display_name != user.display_name:
        data["display_name"] = log.digest(display_name)
    if time_zone != user.time_zone:
        data["time_zone"] = time_zone
    if data:
        user.display_name, user.time_zone = display_name, time_zone
        user.save(update_fields=["display_name", "time_zone"])
        _record(user, "account.profile_changed", user, now, **data)
    return user


def _record(user: User, event: str, by: User | None, now: datetime, **data: str) -> None:
    actor = by.public_id if by is not None else log.SYSTEM
    log.record(stream=f"account:{user.public_id}", type=event, actor=actor, at=now, data=data)
