"""Settings of the background processes that these tests start: the product's own, with points at which they stop.

Beat ticks faster than in the product, so that a test waits for a tick and not for a minute.
"""

from __future__ import annotations

import os

from reviewboard.settings import CELERY_BEAT_SCHEDULE as SCHEDULE
from reviewboard.settings import CELERY_BROKER_TRANSPORT_OPTIONS as PATIENCE
from reviewboard.settings import INSTALLED_APPS as APPS
from tests.notifications.worker_settings import *  # noqa: F403

INSTALLED_APPS = [*APPS, "tests.services.points.Points"]
EMAIL_TIMEOUT = float(os.environ.get("TEST_EMAIL_TIMEOUT", "10"))
CELERY_BEAT_SCHEDULE = {
    name: {**SCHEDULE[name], "schedule": 0.3} for name in os.environ.get("TEST_BEAT", "deliver").split()
}
CELERY_BROKER_TRANSPORT_OPTIONS = PATIENCE | (
    {"visibility_timeout": 2} if PATIENCE and os.environ.get("TEST_SOON_VISIBLE") else {}
)
