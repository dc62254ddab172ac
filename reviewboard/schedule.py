"""Celery as plain data: what beat starts and how often, and how patient the transport is.

Every entry of beat may run twice, late or not at all without harm. What runs every minute is simply started again by
the next tick; what runs once a night is acknowledged late, so that Redis gives it to the next worker when one dies.
"""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab


def beat_schedule(*, embedded: bool) -> dict[str, dict[str, Any]]:
    """The entries of beat. Embedded, the worker looks into the outbox every second, since nobody nudges it.

    ``expires`` keeps ticks from piling up behind a busy worker; ``source`` lets a run prove that beat lives.
    """
    sweep = 1.0 if embedded else 60.0
    return {
        "deliver": {
            "task": "notifications.tasks.deliver",
            "schedule": sweep,
            "kwargs": {"source": "beat"},
            "options": {"expires": max(5.0, sweep)},
        },
        "scan-deadlines": {
            "task": "reviews.tasks.scan_deadlines",
            "schedule": 60.0,
            "options": {"expires": 60.0},
        },
        # Asked for on a page, where somebody waits; with a broker they are told of it at once.
        "work-replays": {
            "task": "reviews.tasks.work_replays",
            "schedule": 2.0 if embedded else 60.0,
            "options": {"expires": 5.0 if embedded else 60.0},
        },
        "forget-replays": {
            "task": "reviews.tasks.forget_replays",
            "schedule": crontab(hour=3, minute=40),
            "options": {"expires": 3600.0},
        },
        "sweep-blobs": {
            "task": "reviews.tasks.sweep_blobs",
            "schedule": crontab(hour=3, minute=30),
            "options": {"expires": 3600.0},
        },
        "verify-chains": {
            "task": "reviews.tasks.verify_chains",
            "schedule": crontab(hour=2, minute=30),
            "options": {"expires": 3600.0},
        },
    }


TASK_TIME_LIMIT = 600
"""Seconds after which a task is ended by force."""

VISIBILITY_TIMEOUT = 900
"""Seconds after which Redis takes a worker for dead that has not acknowledged a task.

Longer than any task may run, or the task would run twice; shorter than the hour in which a nightly task expires.
"""


def broker_options(url: str) -> dict[str, Any]:
    """How patient the transport is. A dead Redis is given up soon, an unacknowledged task comes back soon.

    Without interval and throttle of restoring, Redis would be asked for lost tasks every hundred seconds only.
    """
    if not url.startswith(("redis:", "rediss:", "redis+socket:")):
        return {}
    return {
        "visibility_timeout": VISIBILITY_TIMEOUT,
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.2,
        "interval_max": 0.2,
    }
