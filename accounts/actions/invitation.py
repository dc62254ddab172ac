"""Accounts are by invitation only. An invitation opens one account once, for a while; its link is stored nowhere."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import check_can_administer
from accounts.actions import _account, _invitations
from accounts.actions._account import action
from accounts.actions.people import save
from accounts.errors import Refused
from accounts.models import Invitation, OrganisationRole, User

ADMINISTRATOR = OrganisationRole.Role.ADMINISTRATOR


@action
def invite(
    *, email: str, display_name: str, unit: str, time_zone: str, is_external: bool, reports_to: User | None = None,
    by: User | None, now: datetime,
) -> Invitation:  # fmt: skip
    """A new account that nobody can enter yet, and the mail that lets its person in."""
    check_can_administer(by)
    return newcomer(
        email=email, display_name=display_name, unit=unit, time_zone=time_zone, is_external=is_external,
        reports_to=reports_to, by=by, now=now,
    )  # fmt: skip


def newcomer(*, by: User | None, now: datetime, with_mail: bool = True, **facts: object) -> Invitation:
    """As ``invite`` within a transaction of somebody who was asked already."""
    user = _account.create(**facts)  # type: ignore[arg-type]
    _account.record(user, "account.created", by, now)
    return _invitations.issue(user, by=by, now=now, with_mail=with_mail)


@action
def invite_again(*, user: User, by: User, now: datetime) -> Invitation:
    """A new link for somebody who has not come; the one before works no longer."""
    check_can_administer(by)
    user = _account.lock(user)
    _account.check_open(user)
    if user.has_usable_password():
        text = _("This person has come already. They can set a new password themselves.")
        raise Refused(text, code="has_come")
    return _invitations.issue(user, by=by, now=now)


@action
def revoke(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """Take an open invitation back: its link works no longer. The account stays, and nobody can enter it."""
    check_can_administer(by)
    user = _account.lock(invitation.user)
    open_still = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    if open_still.update(revoked_at=now, revoked_by=by) != 1:
        raise Refused(_("This invitation was used or taken back before."), code="not_open")
    _account.record(user, "account.invitation_revoked", by, now, invitation=invitation.public_id)
    invitation.refresh_from_db()
    return invitation


def accept(*, invitation: Invitation, password: str, display_name: str, time_zone: str, now: datetime) -> User:
    """Choose a password and come in; of two at once one stands. Raises ``Refused`` when the invitation is not open.

    That the password is good enough was asked beside its field, where the validators can explain themselves.
    """
    hashed = make_password(password)  # takes a while, and nobody else should wait for it
    with transaction.atomic(durable=True):
        user = _account.lock(invitation.user)
        _account.check_open(user)
        _account.check_zone(time_zone)
        if Invitation.objects.open(now).filter(pk=invitation.pk).update(accepted_at=now) != 1:
            raise Refused(_("This invitation no longer works."), code="not_open")
        user.password = hashed
        user.save(update_fields=["password"])
        _account.record(user, "account.invitation_accepted", user, now, invitation=invitation.public_id)
        save(user, {"display_name": display_name, "time_zone": time_zone}, "account.profile_changed", user, now)
        return user


@action
def install_first_administrator(*, email: str, display_name: str, now: datetime) -> Invitation:
    """The first administrator of an empty installation, by the program itself; the command prints the link.

    Again before anybody came: a new link, and the one before works no longer. Raises ``Refused`` once an administrator
    has ever come in.
    """
    held = list(OrganisationRole.objects.filter(role=ADMINISTRATOR).select_related("user").order_by("pk"))
    if any(_ever_came(row.user) for row in held):
        text = _("There is an administrator already. Administrators invite everybody else from the people page.")
        raise Refused(text, code="administrator_exists")
    user = User.objects.filter(email__iexact=email).first()
    for mistaken in {row.user for row in held} - {user}:
        _close_unused(mistaken, now)
    if user is None:
        facts = {"unit": "", "time_zone": "UTC", "is_external": False, "reports_to": None}
        user = _account.create(email=email, display_name=display_name, **facts)  # type: ignore[arg-type]
        _account.record(user, "account.created", None, now)
    user = _account.lock(user)
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        _account.record(user, "account.reactivated", None, now)
    if not OrganisationRole.objects.filter(user=user, role=ADMINISTRATOR, until_at=None).exists():
        OrganisationRole.objects.create(user=user, role=ADMINISTRATOR, from_at=now, from_by=None)
        _account.record(user, "account.role_granted", None, now, role=str(ADMINISTRATOR))
    return _invitations.issue(user, by=None, now=now, with_mail=False)


def _ever_came(user: User) -> bool:
    """Whether somebody has sat in front of this account; closing it makes the password unusable again."""
    came = user.has_usable_password() or user.last_login is not None
    return came or Invitation.objects.filter(user=user, accepted_at__isnull=False).exists()


def _close_unused(user: User, now: datetime) -> None:
    """An address that was mistyped at the first try: nobody came by it, and nobody shall."""
    user = _account.lock(user)
    _invitations.revoke_open(user, by=None, now=now)
    if user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
        _account.record(user, "account.deactivated", None, now)
