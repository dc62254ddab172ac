"""Who opens a stage."""

from __future__ import annotations

from accounts.models import User
from reviews.access.committee import check_acts_as_coordinator
from reviews.models import Submission


def check_can_open(user: User, submission: Submission) -> None:
    """The coordinator opens stages. Raises ``Denied``."""
    check_acts_as_coordinator(user, submission)
