"""Mails about accounts, and what is asked again right before one leaves.

A row of the outbox never holds a link that opens anything: templates make those at the moment of sending.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import Invitation, User
from notifications import outbox
from notifications.outbox import Message

STILL_INVITED = "accounts.still_invited"
MAY_RESET = "accounts.may_reset"
IS_OPEN = "accounts.is_open"


def invited(invitation: Invitation, *, now: datetime) -> None:
    """Tell somebody that they can come in; the name of the row is all that it keeps of the link."""
    person, by = invitation.user, invitation.invited_by
    outbox.enqueue(
        template="account.invited",
        recipient=person.public_id,
        address=person.email,
        context={
            "name": person.display_name,
            "invitation": invitation.public_id,
            "invited_by": by.display_name if by is not None else "",
            "until": invitation.expires_at.isoformat(),
        },
        dedupe_key=f"account.invited:{invitation.public_id}",
        about=_about(person),
        guard=STILL_INVITED,
        now=now,
        expires_at=invitation.expires_at,
        time_zone=person.time_zone,
    )
    outbox.nudge()


def new_password_asked(address: str, *, now: datetime) -> None:
    """Somebody typed this address; one mail a minute at most, and none where there is no such account."""
    mark = hashlib.sha256(address.encode()).hexdigest()
    outbox.enqueue(
        template="account.password_reset_key",
        recipient=mark,
        address=address,
        context={"address": address},
        dedupe_key=f"account.password_reset_key:{mark}:{now:%Y%m%d%H%M}",
        about="account:password",
        guard=MAY_RESET,
        now=now,
        expires_at=now + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
    )
    outbox.nudge()


def happened(person: User, event: str, *, ip: str, now: datetime) -> None:
    """Tell somebody what was just done to their sign-in, and from where."""
    outbox.enqueue(
        template=f"account.{event}",
        recipient=person.public_id,
        address=person.email,
        context={"at": now.isoformat(), "ip": ip},
        dedupe_key=f"account.{event}:{person.public_id}:{now.isoformat()}",
        about=_about(person),
        guard=IS_OPEN,
        now=now,
        time_zone=person.time_zone,
    )
    outbox.nudge()


def still_invited(message: Message) -> bool:
    """The invitation opens the account of this recipient even now."""
    now = message.asked_at or message.created_at
    rows = Invitation.objects.open(now).filter(public_id=str(message.context.get("invitation")))
    return rows.filter(user__public_id=message.recipient, user__is_active=True).exists()


def may_reset(message: Message) -> bool:
    """There is an open account with exactly this address, and its person has come before."""
    person = User.objects.filter(email=message.address, is_active=True).first()
    return person is not None and person.has_usable_password()


def is_open(message: Message) -> bool:
    """The account was not closed meanwhile."""
    return User.objects.filter(public_id=message.recipient, is_active=True).exists()


def _about(person: User) -> str:
    return f"account:{person.public_id}"
