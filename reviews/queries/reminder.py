"""What is owed, by whom, since when and until when: the facts that reminders follow from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from reviews.access.assessment import second_people
from reviews.models import Assignment, Submission, TierProposal
from reviews.queries import deadline
from reviews.queries.head import Head
from reviews.rules import deadlines
from reviews.rules.deadlines import Calendar, Pause
from reviews.rules.pack import Reminder
from reviews.rules.states import ROUND_OPEN, TIER_OPEN, AssignmentStatus


@dataclass(frozen=True)
class Duty:
    """One thing that somebody owes on a case: any of those who are ``responsible``, or a role where nobody is."""

    kind: str
    about: str
    start: datetime
    due: datetime
    responsible: tuple[User, ...] = ()
    assignment: Assignment | None = None


def open_cases() -> list[Submission]:
    """Every case on which a reviewer, the coordinator or a second person may owe something now, in key order."""
    waiting = TierProposal.objects.filter(revision=OuterRef("revision"), confirmed_at=None, withdrawn_at=None)
    rows = Submission.objects.filter(Q(state__in=ROUND_OPEN) | Q(Exists(waiting), state__in=TIER_OPEN))
    return list(rows.select_related("committee__policy").order_by("pk"))


def ladder(submission: Submission, kind: str) -> Reminder:
    """The reminders of a duty in the policy in force: reminders are not pinned to a revision."""
    return submission.committee.policy_in_force.pack.reminder(kind)


def duties(submission: Submission, now: datetime) -> Iterator[Duty]:
    """The open duties of one case; none while the authors owe an answer."""
    working, stretches = deadline.calendar(submission.committee), deadline.pauses(submission)
    if deadlines.is_paused(stretches):
        return
    head = Head(submission, now)
    if head.state in ROUND_OPEN:
        yield from _of_the_round(head, working, stretches)
    proposal = head.open_tier
    if proposal is not None and head.state in TIER_OPEN and head.open_motion is None:
        days = ladder(submission, "confirm_tier").due_business_days or 0
        due = deadlines.due_moment(working, proposal.proposed_at, days, stretches)
        if due is not None:
            people = tuple(second_people(submission, proposal))
            yield Duty("confirm_tier", proposal.public_id, proposal.proposed_at, due, people)


def _of_the_round(head: Head, working: Calendar, stretches: tuple[Pause, ...]) -> Iterator[Duty]:
    submission = head.submission
    live = submission.assignments.select_related("reviewer").order_by("pk")
    for row in live.filter(status=AssignmentStatus.OFFERED):
        days = ladder(submission, "accept_offer").due_business_days or 0
        due = deadlines.due_moment(working, row.offered_at, days, stretches)
        if due is not None:
            yield Duty("accept_offer", row.public_id, row.offered_at, due, (row.reviewer,), row)
    for row in live.filter(status=AssignmentStatus.ACCEPTED):
        due = deadline.review_due(row, working, stretches)
        if due is not None and row.answered_at is not None:
            yield Duty("file_review", row.public_id, row.answered_at, due, (row.reviewer,), row)
    if head.reviewers_short:
        days = ladder(submission, "assign_reviewers").due_business_days or 0
        due = deadlines.due_moment(working, head.short_since, days, stretches)
        if due is not None:
            yield Duty("assign_reviewers", submission.reference, head.short_since, due)


def lapsed_offers(submission: Submission, now: datetime) -> list[Assignment]:
    """The offers of one case whose time ran out, in key order."""
    working = deadline.calendar(submission.committee)
    return [
        duty.assignment
        for duty in duties(submission, now)
        if duty.kind == "accept_offer" and duty.assignment and _has_lapsed(submission, duty, working, now)
    ]


def _has_lapsed(submission: Submission, duty: Duty, working: Calendar, now: datetime) -> bool:
    return deadlines.has_lapsed(ladder(submission, duty.kind), working, start=duty.start, due=duty.due, now=now)
