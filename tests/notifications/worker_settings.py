"""The product's own settings for the worker and server processes that tests start, plus a mail of the tests."""

from __future__ import annotations

import os
from pathlib import Path

from reviewboard.settings import *  # noqa: F403
from reviewboard.settings import CELERY_BEAT_SCHEDULE, EMAIL_BACKEND, TEMPLATES

TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")
EMAIL_BACKEND = os.environ.get("TEST_EMAIL_BACKEND", EMAIL_BACKEND)
CELERY_BEAT_SCHEDULE = {"deliver": CELERY_BEAT_SCHEDULE["deliver"]}
if os.environ.get("TEST_BROKEN_BEAT"):
    CELERY_BEAT_SCHEDULE["deliver"]["schedule"] = "now and then"
