"""Where somebody is signed in now. Sessions are no rows of record: they may be ended, and go away by themselves."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from accounts.models import User


def live(user: User, now: datetime) -> list[str]:
    """The keys of a person's sessions. Reads every session that lasts, since a session does not show whose it is."""
    rows = Session.objects.filter(expire_date__gt=now).order_by("expire_date")
    return [row.session_key for row in rows.iterator() if row.get_decoded().get(SESSION_KEY) == str(user.pk)]


def end(user: User, now: datetime) -> int:
    """End all of them; returns how many there were."""
    keys = live(user, now)
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)
