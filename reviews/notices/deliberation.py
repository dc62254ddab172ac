"""Notices of questions to the authors."""

from __future__ import annotations

from datetime import datetime

from reviews.access.committee import acting
from reviews.models import Inquiry, Submission
from reviews.notices._tell import authors, tell
from reviews.rules.states import CommitteeRole


def asked(inquiry: Inquiry, submission: Submission, *, now: datetime) -> None:
    """The authors owe an answer; the clock is stopped meanwhile."""
    tell(authors(submission), "inquiry.asked", submission, now=now, occasion=inquiry.public_id)


def answered(inquiry: Inquiry, submission: Submission, *, now: datetime) -> None:
    """The coordinator goes on."""
    people = acting(submission, CommitteeRole.COORDINATOR)
    tell(people, "inquiry.answered", submission, now=now, occasion=inquiry.public_id)
