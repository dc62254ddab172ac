"""Notices of motions and ballots."""

from __future__ import annotations

from datetime import datetime

from reviews.access.committee import acting, voters
from reviews.models import Motion, Submission
from reviews.notices import vacancy
from reviews.notices._tell import tell
from reviews.rules.states import CommitteeRole


def put(motion: Motion, submission: Submission, *, now: datetime) -> None:
    """The voters are asked to vote; where nobody but the mover may act as chair, administrators hear of it."""
    tell(voters(submission), "motion.put", submission, now=now, occasion=motion.public_id)
    vacancy.found(submission, now=now)


def closed(motion: Motion, submission: Submission, *, now: datetime) -> None:
    """Coordinator and mover learn that the ballot is closed; the result stands on the page."""
    people = acting(submission, CommitteeRole.COORDINATOR)
    if motion.put_by is not None:
        people = [*people, motion.put_by]
    tell(people, "motion.closed", submission, now=now, occasion=motion.public_id)
