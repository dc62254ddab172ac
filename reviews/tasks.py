"""What runs in the background. Each task reads the clock and calls; the work stands elsewhere."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from django.utils import timezone

from audit import log
from notifications import hold
from notifications.tasks import stopping_now
from reviews import scan
from reviews.actions import replay
from reviews.models import Artifact, ConditionProof, Evidence, Letter, Proof, blobs
from reviews.queries import record

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def scan_deadlines(**kwargs: Any) -> None:
    """Lapse offers that ran out, then enqueue every reminder that is due. Not while mails are held."""
    if not hold.is_on():
        scan.deadlines(now=timezone.now())


@shared_task(name=replay.TASK, ignore_result=True)
def work_replays(**kwargs: Any) -> None:
    """Go on with a replay that is too long for a page."""
    replay.work(clock=timezone.now, stopping=stopping_now)


@shared_task(ignore_result=True, acks_late=True)
def forget_replays(**kwargs: Any) -> None:
    """Remove what replays found that nobody looks at any more."""
    replay.forget(now=timezone.now())


@shared_task(ignore_result=True, acks_late=True)
def verify_chains(**kwargs: Any) -> None:
    """Recompute all audit chains and the digests of all decision records, and log what does not hold."""
    report = log.verify()
    for fault in report.faults:
        logger.error("audit chain broken: %s", fault)
    for reference in record.verify_all().broken:
        logger.error("decision record is not the one that was signed: %s", reference)


@shared_task(ignore_result=True, acks_late=True)
def sweep_blobs(**kwargs: Any) -> None:
    """Remove stored bytes that no row names."""
    known = set(Artifact.objects.exclude(blob="").values_list("blob", flat=True))
    known |= set(Evidence.objects.exclude(blob="").values_list("blob", flat=True))
    known |= set(ConditionProof.objects.exclude(blob="").values_list("blob", flat=True))
    known |= set(Proof.objects.exclude(blob="").values_list("blob", flat=True))
    known |= set(Letter.objects.values_list("blob", flat=True))
    blobs.sweep(known, now=timezone.now())
