"""Notices around a reviewer's seat."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from reviews.access.committee import acting
from reviews.models import Assignment, Submission
from reviews.notices._tell import STILL_DUE, tell
from reviews.rules.states import CommitteeRole


def offered(assignment: Assignment, *, now: datetime) -> None:
    """The reviewer is asked to declare and to answer."""
    tell(
        [assignment.reviewer],
        "assignment.offered",
        assignment.submission,
        now=now,
        occasion=assignment.public_id,
        guard=STILL_DUE,
        path=reverse("reviews:assignment-offer", args=[assignment.public_id]),
        assignment=assignment.public_id,
        duty="accept_offer",
    )


def answered(assignment: Assignment, *, now: datetime) -> None:
    """The coordinator learns that a seat is taken or free again. The mail says which on the page, not in the text."""
    tell(
        acting(assignment.submission, CommitteeRole.COORDINATOR),
        "assignment.answered",
        assignment.submission,
        now=now,
        occasion=f"{assignment.public_id}:{assignment.status}",
    )


def lapsed(assignment: Assignment, submission: Submission, *, now: datetime) -> None:
    """The reviewer may pause: the case went back to its authors, and the next revision is offered to them again."""
    tell(
        [assignment.reviewer],
        "assignment.lapsed",
        submission,
        now=now,
        occasion=assignment.public_id,
        path=reverse("reviews:my-work"),
    )


def taken_back(assignment: Assignment, *, now: datetime) -> None:
    """The reviewer need not go on."""
    tell(
        [assignment.reviewer],
        "assignment.taken_back",
        assignment.submission,
        now=now,
        occasion=assignment.public_id,
        path=reverse("reviews:my-work"),
    )
