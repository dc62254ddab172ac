"""Settings of a server of the tests that takes no lock: what it does wrong, the lock keeps from happening."""

from __future__ import annotations

from reviewboard.settings import DATABASES, ON_SQLITE
from reviewboard.settings import INSTALLED_APPS as APPS
from tests.notifications.worker_settings import *  # noqa: F403

INSTALLED_APPS = [*APPS, "tests.services.unlocked.Unlocked"]
if ON_SQLITE:
    # There every transaction is alone from its start, which is a lock of its own.
    DATABASES["default"]["OPTIONS"] |= {"transaction_mode": "DEFERRED", "timeout": 2}
