"""What Celery runs. Tasks load nothing and decide nothing; they pass the clock on."""

from __future__ import annotations

import threading
from typing import Any

from celery import shared_task
from celery.worker import state
from django.utils import timezone

from notifications import heartbeat, publishing
from notifications.delivery import deliver_due

_delivering = threading.Lock()


@shared_task(name=publishing.TASK)
def deliver(**kwargs: Any) -> None:
    """Send what is due. A call that finds another at work in this process leaves it the work.

    Being started by beat proves that beat lives, being started at all proves that a worker does.
    """
    now = timezone.now()
    heartbeat.beat(heartbeat.WORKER, now)
    if kwargs.get("source") == "beat":
        heartbeat.beat(heartbeat.BEAT, now)
    if not _delivering.acquire(blocking=False):
        return
    try:
        deliver_due(now=now, clock=timezone.now, stopping=stopping_now)
    finally:
        _delivering.release()


def stopping_now() -> bool:
    """Whether this worker was asked to end. The flags hold an exit code, and 0 is a request as well."""
    flags: tuple[object, ...] = (state.should_stop, state.should_terminate)
    return any(flag is not None and flag is not False for flag in flags)
