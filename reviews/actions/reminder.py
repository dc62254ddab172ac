"""Enqueuing the reminders that are due. The scan may run every minute, twice at once, or after a week of silence."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from reviews.access.committee import acting, holders
from reviews.actions import _transition
from reviews.actions._transition import action
from reviews.models import Submission
from reviews.notices import reminder as notices
from reviews.queries import deadline
from reviews.queries import reminder as queries
from reviews.queries.reminder import Duty
from reviews.rules import deadlines
from reviews.rules.states import CommitteeRole

RESPONSIBLE = "responsible"


@action
def enqueue_due(*, submission: Submission, now: datetime) -> None:
    """Enqueue what is due on one case now; what was enqueued for the same occasion before is not enqueued again."""
    submission = _transition.lock(submission)
    working = deadline.calendar(submission.committee)
    for duty in queries.duties(submission, now):
        steps = deadlines.occasions(
            queries.ladder(submission, duty.kind), working, start=duty.start, due=duty.due, now=now
        )
        for role, occasion in steps.items():
            notices.due(
                _people(submission, duty, role),
                submission,
                duty=duty.kind,
                about=duty.about,
                step=occasion.index,
                moment=occasion.moment,
                due_at=duty.due,
                now=now,
            )


def _people(submission: Submission, duty: Duty, role: str) -> list[User]:
    if role == RESPONSIBLE:
        return list(duty.responsible)
    wanted = CommitteeRole(role)
    if wanted in (CommitteeRole.COORDINATOR, CommitteeRole.CHAIR):
        return acting(submission, wanted)
    return holders(submission, [wanted])
