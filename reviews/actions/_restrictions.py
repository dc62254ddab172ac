"""Ratifying or refusing a restriction by itself, once nobody can change its result. No permission is checked here."""

from __future__ import annotations

from datetime import datetime

from reviews.actions import _transition
from reviews.models import Restriction, Submission
from reviews.notices import restriction as notices
from reviews.queries import restriction as queries
from reviews.rules.restriction import Ending, Phase, Verdict, phase


def settle(submission: Submission, *, now: datetime) -> None:
    """Write down that a restriction is ratified, or that it ended, as soon as the votes have come out.

    Called inside the transaction that changed a vote or who counts. After its last moment nothing is written: it has
    lapsed.
    """
    row = queries.live(submission, now=now)
    if row is None or phase(row.moments, now=now) is not Phase.WAITS:
        return
    found = queries.verdict(row, submission)
    if found is Verdict.RATIFIED:
        Restriction.objects.filter(pk=row.pk).update(ratified_at=now)
        _transition.note(submission, "restriction.ratified", by=None, now=now, restriction=row.public_id)
        notices.ratified(row, submission, now=now)
    elif found is Verdict.REFUSED:
        Restriction.objects.filter(pk=row.pk).update(ended_at=now, ending=Ending.REFUSED)
        _transition.note(submission, "restriction.refused", by=None, now=now, restriction=row.public_id)
        notices.ended(row, submission, now=now)


def overtake(submission: Submission, *, now: datetime) -> None:
    """A later decision takes the place of the one that was restricted, which ends what is in force on it."""
    close_lapsed(submission, now=now)
    for row in Restriction.objects.filter(submission=submission, ended_at=None):
        Restriction.objects.filter(pk=row.pk).update(ended_at=now, ending=Ending.REPLACED)
        _transition.note(submission, "restriction.replaced", by=None, now=now, restriction=row.public_id)


def close_lapsed(submission: Submission, *, now: datetime) -> None:
    """Say of restrictions that lapsed that they did, at the moment when it happened."""
    for row in Restriction.objects.filter(submission=submission, ended_at=None, ratified_at=None, ratify_by__lt=now):
        Restriction.objects.filter(pk=row.pk).update(ended_at=row.ratify_by, ending=Ending.LAPSED)
        _transition.note(submission, "restriction.lapsed", by=None, now=now, restriction=row.public_id)
