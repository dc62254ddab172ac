"""Notices of emergency restrictions. Why, and of what, stands on the case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.urls import reverse

from accounts.models import OrganisationRole, User
from reviews.access.committee import holders
from reviews.access.restriction import ratifiers, second_people
from reviews.models import Restriction, Submission
from reviews.notices._tell import authors, tell
from reviews.rules.states import RUNNING

Tell = Callable[..., None]


def placed(row: Restriction, submission: Submission, *, now: datetime) -> None:
    """Authors, those who run the committee and leadership learn that nothing rests on the decision now; who can ratify
    it is asked to."""
    asked = [person for person in ratifiers(row, submission) if person.pk != row.placed_by_id]
    tell(asked, "restriction.to_ratify", submission, now=now, occasion=row.public_id, path=_page(submission))
    told = {person.pk for person in asked} | {row.placed_by_id}
    _everybody("restriction.placed", row, submission, now=now, without=told)


def ratified(row: Restriction, submission: Submission, *, now: datetime) -> None:
    """The same people learn that it stands."""
    _everybody("restriction.ratified", row, submission, now=now)


def lift_asked(row: Restriction, submission: Submission, *, now: datetime) -> None:
    """Everybody who could be the second person is asked."""
    people = second_people(submission, row.lift_asked_by_id)
    occasion = f"{row.public_id}:{now.isoformat()}"
    tell(people, "restriction.lift_asked", submission, now=now, occasion=occasion, path=_page(submission))


def ended(row: Restriction, submission: Submission, *, now: datetime) -> None:
    """The same people learn that it ended."""
    _everybody("restriction.ended", row, submission, now=now)


def _everybody(
    event: str, row: Restriction, submission: Submission, *, now: datetime, without: set[int] | None = None
) -> None:
    own = authors(submission)
    out = {*(without or ()), *(person.pk for person in own)}
    board = [person for person in holders(submission, RUNNING) if person.pk not in out]
    out |= {person.pk for person in board}
    held = OrganisationRole.objects.filter(role=OrganisationRole.Role.LEADERSHIP, until_at=None)
    leaders = User.objects.filter(pk__in=held.values("user"), is_active=True).exclude(pk__in=out).order_by("pk")
    say: Tell = partial(tell, event=event, submission=submission, now=now, occasion=row.public_id)
    say([*own, *board], path=_page(submission))
    say(leaders, path=reverse("reviews:leadership"))


def _page(submission: Submission) -> str:
    return reverse("reviews:restriction-detail", args=[submission.reference])
