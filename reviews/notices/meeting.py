"""Notices of meetings: that there is one, that it was moved or does not take place, that minutes wait for approval.

A meeting is about several cases, so its mails name none: a moment and a link, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from accounts.models import User
from notifications import outbox
from reviews.models import Meeting, Minutes

MAY_ATTEND = "reviews.may_attend"
MAY_APPROVE_MINUTES = "reviews.may_approve_minutes"


def about(meeting: Meeting) -> str:
    """How the outbox names a meeting."""
    return f"meeting:{meeting.public_id}"


def invited(meeting: Meeting, people: Iterable[User], *, now: datetime) -> None:
    """Everybody who is asked to come, once."""
    _tell(people, "meeting.invited", meeting, occasion="", now=now)


def moved(meeting: Meeting, people: Iterable[User], *, now: datetime) -> None:
    """Where it was announced; a mail about the old moment that is still waiting does not go out."""
    outbox.cancel(about=about(meeting), now=now)
    if meeting.invited_at is not None:
        _tell(people, "meeting.moved", meeting, occasion=f"v{meeting.version}", now=now)


def cancelled(meeting: Meeting, people: Iterable[User], *, now: datetime) -> None:
    """Where it was announced; nothing else about it goes out any more."""
    outbox.cancel(about=about(meeting), now=now)
    if meeting.invited_at is not None:
        _tell(people, "meeting.cancelled", meeting, occasion="", now=now)


def minutes_written(minutes: Minutes, people: Iterable[User], *, now: datetime) -> None:
    """Whoever can approve a version hears of it once."""
    path = reverse("reviews:minutes-detail", args=[minutes.meeting.public_id])
    _tell(
        people, "meeting.minutes_written", minutes.meeting, occasion=str(minutes.number), now=now, path=path,
        guard=MAY_APPROVE_MINUTES, minutes=minutes.public_id,
    )  # fmt: skip


def _tell(
    people: Iterable[User], event: str, meeting: Meeting, *, occasion: str, now: datetime, path: str = "",
    guard: str = MAY_ATTEND, **context: str,
) -> None:  # fmt: skip
    for person in people:
        outbox.enqueue(
            template=event,
            recipient=person.public_id,
            address=person.email,
            context={
                "name": person.display_name,
                "starts_at": meeting.starts_at.isoformat(),
                "path": path or meeting.get_absolute_url(),
                **context,
            },
            dedupe_key=f"{event}:{meeting.public_id}:{occasion}:{person.public_id}",
            about=about(meeting),
            guard=guard,
            now=now,
            time_zone=meeting.committee.time_zone,
        )
    outbox.nudge()
