"""What runs in the background. Each task reads the clock and calls; the work stands elsewhere."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from django.utils import timezone

from audit import log
from reviews.actions import assignment, reminder
from reviews.models import Artifact, Evidence, blobs
from reviews.queries import reminder as queries

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def scan_deadlines(**kwargs: Any) -> None:
    """Lapse offers that ran out, then enqueue every reminder that is due."""
    now = timezone.now()
    # One case with a fault must not silence the reminders of all others.
    for offer in queries.lapsed_offers(now):
        try:
            assignment.lapse(assignment=offer, now=now)
        except Exception:
            logger.exception("an offer of %s did not lapse", offer.submission.reference)
    for submission in queries.open_cases():
        try:
            reminder.enqueue_due(submission=submission, now=now)
        except Exception:
            logger.exception("no reminders for %s", submission.reference)


@shared_task(ignore_result=True, acks_late=True)
def verify_chains(**kwargs: Any) -> None:
    """Recompute all audit chains and log the first bad row of each bad one."""
    report = log.verify()
    for fault in report.faults:
        logger.error("audit chain broken: %s", fault)


@shared_task(ignore_result=True, acks_late=True)
def sweep_blobs(**kwargs: Any) -> None:
    """Remove uploaded bytes that no row names."""
    known = set(Artifact.objects.exclude(blob="").values_list("blob", flat=True))
    known |= set(Evidence.objects.exclude(blob="").values_list("blob", flat=True))
    blobs.sweep(known, now=timezone.now())
