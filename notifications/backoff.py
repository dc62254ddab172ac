"""How long a mail that could not be sent waits before it is tried again.

Pure: no Django, no Celery, no clock.
"""

from __future__ import annotations

from datetime import timedelta

WAITS: tuple[timedelta, ...] = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
MAX_ATTEMPTS = len(WAITS) + 1


def wait_after(attempts: int) -> timedelta | None:
    """The pause after this many failed attempts; None when the mail is given up and becomes a dead letter."""
    if attempts < 1:
        raise ValueError("a pause follows an attempt")
    return WAITS[attempts - 1] if attempts < MAX_ATTEMPTS else None
