"""Notices of appeals. What they say, and what came of them, stands on the case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from accounts.models import User
from reviews.access.appeal import appointers, judges
from reviews.access.committee import acting
from reviews.models import Appeal, Submission
from reviews.notices._tell import authors, tell
from reviews.rules.states import CommitteeRole


def filed(row: Appeal, submission: Submission, *, now: datetime) -> None:
    """Chair and coordinator know; who hears it is asked to, or who appoints them is."""
    tell(_leading(submission), "appeal.filed", submission, now=now, occasion=row.public_id, path=_page(submission))
    seated = judges(submission, row)
    appointed(row, submission, seated, now=now)
    if not seated:
        _to_appoint(row, submission, row.public_id, now=now)


def short(row: Appeal, submission: Submission, *, now: datetime) -> None:
    """A judge left, so that nothing can come out: whoever appoints is asked to, once for each who is missing."""
    left = row.judges.count() - len(judges(submission, row))
    _to_appoint(row, submission, f"{row.public_id}.{left}", now=now)


def _to_appoint(row: Appeal, submission: Submission, occasion: str, *, now: datetime) -> None:
    path = reverse("reviews:appeal-appoint", args=[row.public_id])
    tell(appointers(submission, row), "appeal.to_appoint", submission, now=now, occasion=occasion, path=path)


def appointed(row: Appeal, submission: Submission, people: Iterable[User], *, now: datetime) -> None:
    """They read the case and its record, and judge."""
    tell(people, "appeal.to_hear", submission, now=now, occasion=row.public_id, path=_page(submission))


def decided(row: Appeal, submission: Submission, *, now: datetime) -> None:
    """Authors, judges, chair and coordinator learn that it came out; how stands on the page."""
    people = [*authors(submission), *judges(submission, row), *_leading(submission)]
    tell(people, "appeal.decided", submission, now=now, occasion=row.public_id, path=_page(submission))


def withdrawn(row: Appeal, submission: Submission, *, now: datetime) -> None:
    """Nobody has to judge any more."""
    people = [*judges(submission, row), *_leading(submission)]
    tell(people, "appeal.withdrawn", submission, now=now, occasion=row.public_id, path=_page(submission))


def _leading(submission: Submission) -> list[User]:
    return acting(submission, CommitteeRole.CHAIR) + acting(submission, CommitteeRole.COORDINATOR)


def _page(submission: Submission) -> str:
    return reverse("reviews:appeal-detail", args=[submission.reference])
