"""Telling the workers that there is something to deliver, without waiting for the broker.

A publication is a hint. The sweep finds every row anyway, so nothing here may raise, retry or block its caller.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import cache, partial

from celery import current_app
from django.conf import settings

logger = logging.getLogger(__name__)

TASK = "notifications.tasks.deliver"


def embedded() -> bool:
    """Whether web and worker share no broker: then the worker looks into the outbox by itself."""
    return str(settings.CELERY_BROKER_URL).startswith("memory:")


class Nudger:
    """At most one publication is on its way; calls that come meanwhile fold into one more after it."""

    def __init__(self, publish: Callable[[], None]) -> None:
        self._publish = publish
        self._lock = threading.Lock()
        self._busy = False
        self._again = False

    def nudge(self) -> None:
        """Return at once, whatever the broker does."""
        with self._lock:
            if self._busy:
                self._again = True
                return
            self._busy = True
        threading.Thread(target=self._publish_until_quiet, name="outbox-nudge", daemon=True).start()

    def _publish_until_quiet(self) -> None:
        while True:
            try:
                self._publish()
            except Exception as error:  # noqa: BLE001 - whatever the broker library raises, the row is in the database
                logger.warning("The broker did not take the nudge (%s); the sweep delivers.", type(error).__name__)
            with self._lock:
                if not self._again:
                    self._busy = False
                    return
                self._again = False


def _publish(task: str) -> None:
    current_app.send_task(task, retry=False, ignore_result=True, expires=60)


@cache
def _nudger(task: str) -> Nudger:
    return Nudger(partial(_publish, task))


def publish_soon(task: str = TASK) -> None:
    """Publish a task, the delivery unless told, from a background thread of this process."""
    _nudger(task).nudge()
