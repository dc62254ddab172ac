"""Notices of questions: to the authors, and to people who stand outside the case."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from reviews.access.committee import acting
from reviews.models import Inquiry, Submission
from reviews.notices._tell import authors, tell
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
        path=reverse("reviews:inquiry-inform", args=[inquiry.public_id]), inquiry=inquiry.public_id,
    )  # fmt: skip


def informed(inquiry: Inquiry, submission: Submission, *, now: datetime) -> None:
    """The coordinator reads what was answered."""
    people = acting(submission, CommitteeRole.COORDINATOR)
    tell(people, "inquiry.informed", submission, now=now, occasion=inquiry.public_id)
