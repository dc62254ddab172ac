"""Notices around a reviewer's seat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from notifications import outbox
from reviews.access.committee import acting
from reviews.models import Assignment, Submission
from reviews.notices._tell import STILL_DUE, mail, tell
from reviews.rules.states import CommitteeRole

STILL_ASKED = "reviews.still_asked"


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


def offered_together(assignments: Sequence[Assignment], *, now: datetime) -> None:
    """Everybody is asked once: who has one offer as ever, who has several in one mail that leads to all of them."""
    by_person: dict[int, list[Assignment]] = {}
    for assignment in assignments:
        by_person.setdefault(assignment.reviewer_id, []).append(assignment)
    outbox.enqueue_all([_asks(offers) for offers in by_person.values()], now=now)
    outbox.nudge()


def _asks(offers: Sequence[Assignment]) -> outbox.Mail:
    first, person = offers[0], offers[0].reviewer
    if len(offers) == 1:
        return mail(
            person,
            "assignment.offered",
            first.submission,
            occasion=first.public_id,
            guard=STILL_DUE,
            path=reverse("reviews:assignment-offer", args=[first.public_id]),
            assignment=first.public_id,
            duty="accept_offer",
        )
    return outbox.Mail(
        template="offers.several",
        recipient=person.public_id,
        address=person.email,
        context={
            "name": person.display_name,
            "number": len(offers),
            "path": reverse("reviews:my-work"),
            "assignments": " ".join(offer.public_id for offer in offers),
        },
        dedupe_key=f"offers.several:{first.public_id}",
        about=f"person:{person.public_id}",
        guard=STILL_ASKED,
        time_zone=person.time_zone,
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


def passed_on(assignment: Assignment, *, now: datetime) -> None:
    """The coordinator learns that a seat was not taken and somebody else was asked for it."""
    tell(
        acting(assignment.submission, CommitteeRole.COORDINATOR),
        "assignment.passed_on",
        assignment.submission,
        now=now,
        occasion=assignment.public_id,
    )


def nobody_left(assignment: Assignment, *, now: datetime) -> None:
    """The coordinator learns that a seat stays open; the page says which rule is short."""
    submission = assignment.submission
    tell(
        acting(submission, CommitteeRole.COORDINATOR),
        "assignment.nobody_left",
        submission,
        now=now,
        occasion=assignment.public_id,
        path=reverse("reviews:assignment-proposal", args=[submission.reference]),
    )


def expired(assignment: Assignment, *, now: datetime) -> None:
    """Whoever did not answer need not any more."""
    tell(
        [assignment.reviewer],
        "assignment.expired",
        assignment.submission,
        now=now,
        occasion=assignment.public_id,
        path=reverse("reviews:my-work"),
    )


def forget_date(assignment: Assignment, *, now: datetime) -> None:
    """Whoever was to be reminded of a date that has moved is not."""
    reference = assignment.submission.reference
    prefix = f"reminder.file_review:{reference}:{assignment.public_id}:"
    outbox.cancel(about=reference, dedupe_prefix=prefix, now=now)


def extended(assignment: Assignment, *, now: datetime) -> None:
    """The reviewer has more time; until when stands on the page."""
    tell(
        [assignment.reviewer],
        "assignment.extended",
        assignment.submission,
        now=now,
        occasion=f"{assignment.public_id}:{assignment.review_days}",
        path=reverse("reviews:my-work"),
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
