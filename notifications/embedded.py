"""Embedded mode: worker and beat as threads of one process, for a machine without a broker.

Uses Celery's inner parts (pinned below 5.8): a pool of threads, beat as a thread, and the flag that ends the
worker. ``celery worker --beat`` would put beat into another process, whose memory the worker does not see.
"""

from __future__ import annotations

import logging
import signal
import threading
from types import FrameType
from typing import Any

from celery.app import app_or_default
from celery.beat import EmbeddedService, Scheduler
from celery.worker import WorkController, state

from notifications.children import stop_signals

logger = logging.getLogger(__name__)


def run(*, concurrency: int = 2) -> int:
    """Work until a signal comes, finish what is being done, and return the exit code."""
    app = app_or_default()
    # The same broker, spelt with the host name whose absence kombu would remark on at every start.
    app.conf.update(broker_url="memory://localhost//")
    for number in stop_signals():
        signal.signal(number, _stop)
    worker = WorkController(
        app=app,
        pool="threads",
        concurrency=concurrency,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    # Without this the service would keep its state in a file wherever the program was started.
    beat: Any = EmbeddedService(app, thread=True, scheduler_cls=Scheduler)
    beat.start()
    threading.Thread(target=_watch, args=(beat,), name="beat-watch", daemon=True).start()
    worker.start()
    # Joined with a limit: a beat that died long ago never says that it stopped.
    beat.service.stop(wait=False)
    beat.join(timeout=5)
    return int(worker.exitcode or 0)


def _stop(number: int, frame: FrameType | None) -> None:
    # The flag is what Celery's own loop looks at; calling worker.stop() from here would hang.
    state.should_stop = 0  # type: ignore[assignment]


def _watch(beat: Any) -> None:
    """A worker without beat would sit there and send nothing: better to end, visibly."""
    beat.join()
    if state.should_stop is None:
        logger.critical("Beat ended by itself; the worker ends as well.")
        state.should_stop = 1  # type: ignore[assignment]
