"""One look at every deadline: what ran out lapses, what is due is enqueued. Decides nothing; the actions do."""

from __future__ import annotations

import logging
from datetime import datetime

from reviews.actions import assignment, reminder
from reviews.queries import reminder as queries

logger = logging.getLogger(__name__)


def deadlines(*, now: datetime) -> None:
    """Lapse offers that ran out, then enqueue every reminder that is due. Looking again changes nothing."""
    # One case with a fault, or one committee with a faulty calendar, must not silence the reminders of all others.
    for submission in queries.open_cases():
        try:
            for offer in queries.lapsed_offers(submission, now):
                assignment.lapse(assignment=offer, now=now)
        except Exception:
            logger.exception("the offers of %s did not lapse", submission.reference)
    for submission in queries.open_cases():
        try:
            reminder.enqueue_due(submission=submission, now=now)
        except Exception:
            logger.exception("no reminders for %s", submission.reference)
