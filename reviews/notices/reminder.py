"""Reminders: the person who owes something first, then the people the ladder names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from accounts.models import User
from reviews.models import Submission
from reviews.notices._tell import STILL_DUE, tell


def due(
    people: Iterable[User], submission: Submission, *, duty: str, about: str, step: int, moment: datetime,
    due_at: datetime, now: datetime,
) -> None:  # fmt: skip
    """Remind of one duty at one step of its ladder; each person once per occasion.

    The key holds the moment of the step: a moved date is a new occasion for steps that are counted from it, and none
    for those that are counted from the start.
    """
    tell(
        people,
        f"reminder.{duty}",
        submission,
        now=now,
        occasion=f"{about}:{moment.isoformat()}:{step}",
        guard=STILL_DUE,
        path=_path(duty, submission, about),
        duty=duty,
        assignment=about,
        due_at=due_at.isoformat(),
        is_late=now > due_at,
    )


def _path(duty: str, submission: Submission, about: str) -> str:
    """Where the duty is done: an offered reviewer sees the offer and not yet the case."""
    if duty == "accept_offer":
        return reverse("reviews:assignment-offer", args=[about])
    if duty == "assign_reviewers":
        return reverse("reviews:assignment-assign", args=[submission.reference])
    if duty == "confirm_tier":
        return reverse("reviews:assessment-confirm-tier", args=[about])
    return submission.get_absolute_url()
