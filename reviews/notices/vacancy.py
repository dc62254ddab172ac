"""Administrators hear of a case that waits for a role which nobody may fill; of the case they learn its reference."""

from __future__ import annotations

from datetime import datetime

from accounts.access import administrators
from reviews.models import Membership, Submission
from reviews.notices._tell import tell
from reviews.queries import vacancy

STILL_VACANT = "reviews.still_vacant"


def found(submission: Submission, *, now: datetime) -> None:
    """Once for each set of roles that is empty, and once more where somebody was appointed and it is empty again."""
    roles = vacancy.of_case(submission, now=now)
    if not roles:
        return
    appointed = Membership.objects.filter(committee=submission.committee_id).count()
    tell(
        administrators(),
        "vacancy.found",
        submission,
        now=now,
        occasion=f"{'+'.join(roles)}:{appointed}",
        guard=STILL_VACANT,
        path=submission.committee.get_absolute_url(),
    )
