"""Notices of filed reviews."""

from __future__ import annotations

from datetime import datetime

from reviews.access.committee import acting
from reviews.models import Review
from reviews.notices._tell import tell
from reviews.rules.states import CommitteeRole


def filed(review: Review, *, now: datetime) -> None:
    """The coordinator sees that one more review is in."""
    submission = review.assignment.submission
    tell(
        acting(submission, CommitteeRole.COORDINATOR),
        "review.filed",
        submission,
        now=now,
        occasion=review.public_id,
    )
