"""Notices of filed reviews."""

from __future__ import annotations

from datetime import datetime

from reviews.access.committee import acting
from reviews.access.submission import sight
from reviews.models import Review
from reviews.notices._tell import tell
from reviews.rules.states import CommitteeRole


def filed(review: Review, *, now: datetime) -> None:
    """The coordinator sees that one more review is in; not while they judge the case alone themselves."""
    submission = review.assignment.submission
    coordinators = acting(submission, CommitteeRole.COORDINATOR)
    tell(
        [person for person in coordinators if sight(person, submission).peers],
        "review.filed",
        submission,
        now=now,
        occasion=review.public_id,
    )
