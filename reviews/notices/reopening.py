"""Notices of cases that are to be opened again. Why, and who asked, stands on the case."""

from __future__ import annotations

from datetime import datetime

from reviews.access.committee import acting
from reviews.access.reopening import who_answers
from reviews.models import Reopening, Submission
from reviews.notices._tell import authors, tell
from reviews.rules.states import CommitteeRole


def asked(submission: Submission, reopening: Reopening, *, now: datetime) -> None:
    """Everybody who may answer is asked to look at it."""
    people = who_answers(submission, reopening)
    tell(people, "reopening.asked", submission, now=now, occasion=reopening.public_id)


def granted(submission: Submission, reopening: Reopening, *, now: datetime) -> None:
    """The authors have the case again; coordinator and chair, but whoever granted it, know that it is open."""
    tell(authors(submission), "reopening.granted", submission, now=now, occasion=reopening.public_id)
    board = acting(submission, CommitteeRole.COORDINATOR) + acting(submission, CommitteeRole.CHAIR)
    people = [person for person in board if person.pk != reopening.answered_by_id]
    tell(people, "reopening.opened", submission, now=now, occasion=reopening.public_id)


def refused(submission: Submission, reopening: Reopening, *, now: datetime) -> None:
    """Whoever asked learns that the case stays closed, and why; of an author's request every author."""
    people = authors(submission) if reopening.is_of_authors else [reopening.asked_by]
    tell(people, "reopening.refused", submission, now=now, occasion=reopening.public_id)
