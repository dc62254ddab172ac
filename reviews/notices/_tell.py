"""One message per person and occasion, about one case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime

from accounts.models import User
from notifications import outbox
from reviews.models import Submission

MAY_HEAR = "reviews.may_hear"
STILL_DUE = "reviews.still_due"


def tell(
    people: Iterable[User],
    event: str,
    submission: Submission,
    *,
    now: datetime,
    occasion: str = "",
    guard: str = MAY_HEAR,
    expires_at: datetime | None = None,
    path: str = "",
    **context: str | int | bool | None,
) -> None:
    """Enqueue ``event`` for each active person once. ``occasion`` tells apart repeats of the event on one case."""
    for person in dict.fromkeys(people):
        if person.is_active:
            row = mail(
                person, event, submission, occasion=occasion, guard=guard, expires_at=expires_at, path=path, **context
            )
            outbox.enqueue(**{field.name: getattr(row, field.name) for field in fields(row)}, now=now)
    outbox.nudge()


def mail(
    person: User,
    event: str,
    submission: Submission,
    *,
    occasion: str = "",
    guard: str = MAY_HEAR,
    expires_at: datetime | None = None,
    path: str = "",
    **context: str | int | bool | None,
) -> outbox.Mail:
    """The mail to one person about one case."""
    occasion = occasion or f"v{submission.version}"
    return outbox.Mail(
        template=event,
        recipient=person.public_id,
        address=person.email,
        context={
            "name": person.display_name,
            "reference": submission.reference,
            "path": path or submission.get_absolute_url(),
            **context,
        },
        dedupe_key=f"{event}:{submission.reference}:{occasion}:{person.public_id}",
        about=submission.reference,
        guard=guard,
        expires_at=expires_at,
        time_zone=person.time_zone,
    )


def authors(submission: Submission) -> list[User]:
    """Everybody with an account who wrote the case."""
    people = User.objects.filter(pk=submission.created_by_id) | User.objects.filter(
        contributions__submission=submission
    )
    return list(people.distinct().order_by("pk"))
