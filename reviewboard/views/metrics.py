"""Numbers for Prometheus, behind a token of their own. Without ``METRICS_TOKEN`` the address does not exist.

Requests are counted by the names of views, never by paths, people or cases. Nothing is imported from the extra
``metrics`` unless it is wanted, since it need not be installed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications import health, heartbeat, outbox

if TYPE_CHECKING:
    from prometheus_client.core import Metric

# Named by ``manage.py up``: the folder in which several processes add up their numbers.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
STATES = ("waiting", "late", "sending", "sent", "failed", "cancelled", "repeats")


@require_safe
@never_cache
def export(request: HttpRequest) -> HttpResponse:
    """All numbers, for whoever brings the token; for everybody else there is nothing here."""
    if not _brings_token(request):
        raise Http404
    from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    requests: Any = REGISTRY
    if FOLDER in os.environ:
        requests = CollectorRegistry()
        MultiProcessCollector(requests)
    machinery = CollectorRegistry()
    machinery.register(Machinery(timezone.now()))
    return HttpResponse(generate_latest(requests) + generate_latest(machinery), content_type=CONTENT_TYPE_LATEST)


class Machinery:
    """The outbox and the background processes at one moment."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def describe(self) -> Iterable[Metric]:
        """Nothing ahead of time: registering must not ask the database."""
        return []

    def collect(self) -> Iterable[Metric]:
        """What the database tells; nothing when it does not answer, which the health pages say better."""
        try:
            yield from self._measured()
        except DatabaseError:
            return

    def _measured(self) -> list[Metric]:
        from prometheus_client.core import GaugeMetricFamily

        mails = GaugeMetricFamily("reviewboard_outbox_mails", "Mails of the outbox by state.", labels=["state"])
        found = outbox.overview(self.now)
        for state in STATES:
            mails.add_metric([state], getattr(found, state))
        since = health.due_since(self.now)
        due = GaugeMetricFamily("reviewboard_outbox_due_seconds", "How long the oldest due mail has been due.")
        due.add_metric([], (self.now - since).total_seconds() if since else 0)
        pulse = GaugeMetricFamily(
            "reviewboard_heartbeat_seconds", "Since when a background process was last seen.", labels=["process"]
        )
        for name, at in heartbeat.last([heartbeat.WORKER, heartbeat.BEAT]).items():
            if at is not None:
                pulse.add_metric([name], (self.now - at).total_seconds())
        return [mails, due, pulse]


def _brings_token(request: HttpRequest) -> bool:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    wanted: str = settings.METRICS_TOKEN
    return bool(wanted) and kind.lower() == "bearer" and constant_time_compare(token.strip(), wanted)
