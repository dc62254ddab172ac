"""What every change to a person shares: its transaction, the lock on the account, the event in its chain."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import zones
from accounts.errors import Refused, Stale
from accounts.models import OrganisationRole, User
from audit import log

P = ParamSpec("P")
R = TypeVar("R")
FARTHEST = 50


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function a public action: one durable transaction, never part of another one."""

    @wraps(function)
    def durable(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(durable=True):
            return function(*args, **kwargs)

    return durable


def lock(user: User) -> User:
    """The account as it is now, locked until the transaction ends.

    The lock lets rows elsewhere go on naming this person, so that two who change each other do not wait for ever.
    """
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def record(user: User, event: str, by: User | None, now: datetime, **data: str | bool | int) -> None:
    """Append an event to the chain of a locked account. States, codes, references and digests only."""
    actor = by.public_id if by is not None else log.SYSTEM
    log.record(stream=f"account:{user.public_id}", type=event, actor=actor, at=now, data=data)


def check_seen(user: User, version: int | None) -> None:
    """Refuse a form that was shown before somebody else's change. Raises ``Stale``; None was shown to nobody."""
    if version is not None and version != user.version:
        text = _("Somebody changed this account while you were looking at it. Nothing of yours was saved; look again.")
        raise Stale(text, code="stale")


def check_zone(time_zone: str) -> None:
    """Only zones that this machine knows. Raises ``Refused``."""
    if zones.named(time_zone) is None:
        text = _("There is no time zone called %(zone)s. Names look like Europe/Berlin.") % {"zone": time_zone}
        raise Refused(text, code="zone_unknown", field="time_zone")


def check_open(user: User) -> None:
    """Closed accounts get nothing new. Raises ``Refused``."""
    if not user.is_active:
        raise Refused(_("This account is closed. Open it again first."), code="closed")


def check_line(user: User, manager: User | None) -> None:
    """A reporting line leads upwards and never back to its start. Raises ``Refused``."""
    above, steps = manager, 0
    while above is not None and steps < FARTHEST:
        if above.pk == user.pk:
            text = _("%(manager)s reports to this person already, directly or through others.") % {"manager": manager}
            if manager is not None and manager.pk == user.pk:
                text = _("Nobody reports to themselves.")
            raise Refused(text, code="reports_in_a_circle", field="reports_to")
        above, steps = above.reports_to, steps + 1


def create(
    *, email: str, display_name: str, unit: str, time_zone: str, is_external: bool, reports_to: User | None,
    password: str | None = None,
) -> User:  # fmt: skip
    """A new row for a person. Raises ``Refused`` for an address in use, also when somebody used it just now."""
    check_zone(time_zone)
    taken = Refused(_("There is an account with this address."), code="email_taken", field="email")
    if User.objects.filter(email__iexact=email).exists():
        raise taken
    try:
        with transaction.atomic():
            return User.objects.create_user(
                email, password, display_name=display_name, unit=unit, time_zone=time_zone, is_external=is_external,
                reports_to=reports_to,
            )  # fmt: skip
    except IntegrityError:
        raise taken from None


def lock_administrators() -> list[OrganisationRole]:
    """Everybody's role of administrator, locked, so that the last two cannot remove each other at once."""
    held = OrganisationRole.objects.filter(role=OrganisationRole.Role.ADMINISTRATOR, until_at=None)
    locked = held.select_for_update(of=("self",), no_key=True).order_by("pk")
    return list(locked.select_related("user"))


def check_somebody_administers_without(user: User, held: Iterable[OrganisationRole]) -> None:
    """Somebody who can sign in must stay administrator. Raises ``Refused``."""
    held = list(held)
    others = [row.user for row in held if row.user_id != user.pk]
    if any(row.user_id == user.pk for row in held) and not any(can_sign_in(person) for person in others):
        text = _("This is the last administrator. Make somebody else administrator first.")
        raise Refused(text, code="last_administrator")


def can_sign_in(user: User) -> bool:
    """Whether somebody could sit in front of this account now."""
    return user.is_active and user.has_usable_password()
