"""Who asks the authors, and who answers for them."""

from __future__ import annotations

from accounts.models import User
from reviews.access.committee import check_acts_as_coordinator
from reviews.access.submission import check_is_author
from reviews.models import Submission


def check_can_ask(user: User, submission: Submission) -> None:
    """The coordinator asks for the board. Raises ``Denied``."""
    check_acts_as_coordinator(user, submission)


def check_can_answer(user: User, submission: Submission) -> None:
    """Any author answers. Raises ``Denied``."""
    check_is_author(user, submission)
