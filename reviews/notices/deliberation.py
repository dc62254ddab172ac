"""Notices of questions: to the authors, and to people who stand outside the case."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from accounts.models import User
from notifications.outbox import Message
from reviews.access.committee import acting
from reviews.models import Inquiry, Submission
from reviews.notices._tell import authors, tell
from reviews.queries import deliberation as queries
from reviews.rules.states import CommitteeRole

MAY_INFORM = "reviews.may_inform"


def asked(inquiry: Inquiry, submission: Submission, *, now: datetime) -> None:
    """The authors owe an answer; the clock is stopped meanwhile."""
    tell(authors(submission), "inquiry.asked", submission, now=now, occasion=inquiry.public_id)


def answered(inquiry: Inquiry, submission: Submission, *, now: datetime) -> None:
    """The coordinator goes on."""
    people = acting(submission, CommitteeRole.COORDINATOR)
    tell(people, "inquiry.answered", submission, now=now, occasion=inquiry.public_id)


def asked_outside(inquiry: Inquiry, submission: Submission, *, now: datetime) -> None:
    """Somebody who stands outside may give information. They see the case no more than before, so the mail has a guard
    of its own."""
    assert inquiry.asked_of is not None
    tell(
        [inquiry.asked_of], "inquiry.asked_outside", submission, now=now, occasion=inquiry.public_id, guard=MAY_INFORM,
        path=reverse("reviews:inquiry-inform", args=[inquiry.public_id]), assignment=inquiry.public_id,
    )  # fmt: skip


def informed(inquiry: Inquiry, submission: Submission, *, now: datetime) -> None:
    """The coordinator reads what was answered."""
    people = acting(submission, CommitteeRole.COORDINATOR)
    tell(people, "inquiry.informed", submission, now=now, occasion=inquiry.public_id)


def may_inform(message: Message) -> bool:
    """The recipient is active and still stands outside, and the question waits for them."""
    person = User.objects.filter(public_id=message.recipient, is_active=True).first()
    inquiry = queries.asked_of(person, str(message.context["assignment"])) if person is not None else None
    if inquiry is None or inquiry.answered_at is not None:
        return False
    case = inquiry.revision.submission
    return queries.is_open(inquiry, case) and person in queries.outsiders(case)
