"""The background half of embedded mode. With a real broker, Celery's own commands are used instead."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from notifications import embedded, publishing


class Command(BaseCommand):
    """Runs until it is told to end; exit code 0 when that was by a signal."""

    help = "Deliver mail and run periodic tasks in one process, without a broker (worker and beat on memory://)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse to pretend to work where the messages travel over a real broker."""
        if not publishing.embedded():
            raise CommandError(
                _(
                    "CELERY_BROKER_URL names a broker (%(transport)s). Start these two instead: "
                    "celery -A reviewboard worker, and once: celery -A reviewboard beat"
                )
                % {"transport": str(settings.CELERY_BROKER_URL).split(":", 1)[0]}
            )
        sys.exit(embedded.run())
