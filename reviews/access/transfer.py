"""Who gives a case to another committee."""

from __future__ import annotations

from accounts.models import User
from reviews.access.committee import check_acts_as_coordinator
from reviews.models import Submission


def check_can_transfer(user: User, submission: Submission) -> None:
    """The coordinator of the committee that has the case now. Raises ``Denied``."""
    check_acts_as_coordinator(user, submission)
