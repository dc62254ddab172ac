"""Notices of cases that are opened again. Why, and who asked, stands on the case."""

from __future__ import annotations

from datetime import datetime

from reviews.access.committee import acting
from reviews.models import Reopening, Submission
from reviews.notices._tell import authors, tell
from reviews.rules.states import CommitteeRole


def granted(submission: Submission, reopening: Reopening, *, now: datetime) -> None:
    """The authors have the case again; coordinator and chair, but whoever granted it, know that it is open."""
    tell(authors(submission), "reopening.granted", submission, now=now, occasion=reopening.public_id)
    board = acting(submission, CommitteeRole.COORDINATOR) + acting(submission, CommitteeRole.CHAIR)
    people = [person for person in board if person.pk != reopening.answered_by_id]
    tell(people, "reopening.opened", submission, now=now, occasion=reopening.public_id)
