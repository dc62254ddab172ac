"""Telling the workers that there is something to deliver, without waiting for the broker.

A publication is a hint. The sweep finds every row anyway, so nothing here may raise, retry or block its caller.
"""

from __future__ import annotations

import logging
import threading

from celery import current_app
from django.conf import settings

logger = logging.getLogger(__name__)

TASK = "notifications.tasks.deliver"
_lock = threading.Lock()
_busy = False
_again = False


def embedded() -> bool:
    """Whether web and worker share no broker: then the worker looks into the outbox by itself."""
    return str(settings.CELERY_BROKER_URL).startswith("memory:")


def publish_soon() -> None:
    """Hand one publication to a background thread; while it is on its way, further calls fold into one more."""
    global _busy, _again
    with _lock:
        if _busy:
            _again = True
            return
        _busy = True
    threading.Thread(target=_publish_until_quiet, name="outbox-nudge", daemon=True).start()


def _publish_until_quiet() -> None:
    global _busy, _again
    while True:
        _publish()
        with _lock:
            if not _again:
                _busy = False
                return
            _again = False


def _publish() -> None:
    try:
        current_app.send_task(TASK, retry=False, ignore_result=True, expires=60)
    except Exception as error:  # whatever the broker library raises, the row is safe in the database
        logger.warning("The broker did not take the nudge (%s); the sweep will deliver.", type(error).__name__)
