"""Notices of filed and corrected reviews."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from reviews.access.committee import acting, voters
from reviews.access.submission import sight
from reviews.models import Review, Submission
from reviews.notices._tell import tell
from reviews.rules.states import CommitteeRole, State


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


def corrected(review: Review, submission: Submission, *, by: User, now: datetime) -> None:
    """The coordinator hears that a review reads otherwise now, and the board, once it may have read the former one; not
    a coordinator who judges the case alone.
    """
    coordinators = [one for one in acting(submission, CommitteeRole.COORDINATOR) if sight(one, submission).peers]
    board = voters(submission) if submission.state == State.DELIBERATION else ()
    people = (*coordinators, *board)
    tell(
        [person for person in people if person.pk != by.pk],
        "review.corrected",
        submission,
        now=now,
        occasion=review.public_id,
    )
