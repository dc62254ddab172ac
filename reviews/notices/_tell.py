"""One message per person and occasion, about one case."""

from __future__ import annotations

from collections.abc import Iterable
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
    occasion = occasion or f"v{submission.version}"
    for person in dict.fromkeys(people):
        if not person.is_active:
            continue
        outbox.enqueue(
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
            now=now,
            expires_at=expires_at,
            time_zone=person.time_zone,
        )
    outbox.nudge()


def authors(submission: Submission) -> list[User]:
    """Everybody with an account who wrote the case."""
    people = User.objects.filter(pk=submission.created_by_id) | User.objects.filter(
        contributions__submission=submission
    )
    return list(people.distinct().order_by("pk"))
