"""Reminders: the person who owes something first, then the people the ladder names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from reviews.models import Submission
from reviews.notices._tell import STILL_DUE, tell


def due(
    people: Iterable[User], submission: Submission, *, duty: str, about: str, step: int, due_at: datetime, now: datetime
) -> None:
    """Remind of one duty at one step of its ladder; each person once per occasion.

    The key holds the due moment, so that a moved date is a new occasion.
    """
    tell(
        people,
        f"reminder.{duty}",
        submission,
        now=now,
        occasion=f"{about}:{due_at.isoformat()}:{step}",
        guard=STILL_DUE,
        duty=duty,
        assignment=about,
        due_at=due_at.isoformat(),
        is_late=now > due_at,
    )
