"""Issuing an invitation: what inviting, inviting again and opening an account share."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts import notices
from accounts.actions import _account
from accounts.models import Invitation, User

VALID = timedelta(days=14)


def issue(user: User, *, by: User | None, now: datetime, with_mail: bool = True) -> Invitation:
    """A new invitation of a locked account; an open one before it is revoked, so that one link works at a time."""
    revoke_open(user, by=by, now=now)
    invitation = Invitation.objects.create(user=user, invited_at=now, invited_by=by, expires_at=now + VALID)
    _account.record(user, "account.invited", by, now, invitation=invitation.public_id)
    if with_mail:
        notices.invited(invitation, now=now)
    return invitation


def revoke_open(user: User, *, by: User | None, now: datetime) -> int:
    """Take back whatever was not used, also when it is too old; returns how many there were."""
    rows = Invitation.objects.filter(user=user, accepted_at=None, revoked_at=None)
    return rows.update(revoked_at=now, revoked_by=by)
