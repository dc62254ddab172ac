"""The facts that deadlines follow from: a committee's calendar, and the pauses of a case."""

from __future__ import annotations

from datetime import datetime

from reviews.models import Assignment, Committee, Submission
from reviews.rules import deadlines
from reviews.rules.deadlines import Calendar, Pause


def calendar(committee: Committee) -> Calendar:
    """The working calendar of a committee (one query unless closure days are prefetched)."""
    return Calendar(
        zone=committee.time_zone,
        weekdays=frozenset(committee.working_weekdays),
        country=committee.country,
        closures=frozenset(day.day_date for day in committee.closure_days.all() if day.cancelled_at is None),
    )


def pauses(submission: Submission) -> tuple[Pause, ...]:
    """All stretches in which the authors owed something (one query unless prefetched)."""
    return tuple(Pause(row.since_at, row.until_at) for row in submission.pauses.all())


def review_due(assignment: Assignment, working: Calendar, stretches: tuple[Pause, ...]) -> datetime | None:
    """When a review is due; None while the authors owe an answer."""
    return deadlines.due_moment(working, assignment.offered_at, assignment.review_days, stretches)


def decision_due(submission: Submission, sla_days: int, working: Calendar) -> datetime | None:
    """When the case should be decided: the tier's working days from its first submission, or from the first
    one after it was opened again, without pauses."""
    if submission.clock_from_at is None:
        return None
    return deadlines.due_moment(working, submission.clock_from_at, sla_days, pauses(submission))
