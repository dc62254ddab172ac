"""Who opens a stage and who notes that a condition is met."""

from __future__ import annotations

from accounts.models import User
from reviews.access.committee import check_acts_as_coordinator
from reviews.models import Submission


def check_can_open(user: User, submission: Submission) -> None:
    """The coordinator opens stages. Raises ``Denied``."""
    check_acts_as_coordinator(user, submission)


def check_can_settle_condition(user: User, submission: Submission) -> None:
    """The coordinator notes that a condition is met. Raises ``Denied``."""
    check_acts_as_coordinator(user, submission)
