"""Notices of questions to a second body. Which body, and what it found, stands on the case."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from reviews.access.committee import acting
from reviews.models import Referral, Submission
from reviews.notices._tell import authors, tell
from reviews.rules.states import CommitteeRole


def sent(referral: Referral, submission: Submission, *, now: datetime) -> None:
    """The authors know that somebody else is asked."""
    tell(authors(submission), "referral.sent", submission, now=now, occasion=referral.public_id)


def answered(referral: Referral, submission: Submission, *, by: User, now: datetime) -> None:
    """Authors, coordinator and chair learn that there is an answer; who recorded it knows."""
    board = acting(submission, CommitteeRole.COORDINATOR) + acting(submission, CommitteeRole.CHAIR)
    people = [*authors(submission), *(person for person in board if person.pk != by.pk)]
    tell(people, "referral.answered", submission, now=now, occasion=referral.public_id)
