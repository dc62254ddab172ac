"""Who asks reviewers, and who answers an offer."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import check_acts_as_coordinator, check_not_excluded
from reviews.models import Assignment, Submission
from reviews.rules.errors import Denied


def check_can_assign(user: User, submission: Submission) -> None:
    """The coordinator offers and takes back seats. Raises ``Denied``."""
    check_acts_as_coordinator(user, submission)


def check_can_answer(user: User, submission: Submission, assignment: Assignment) -> None:
    """Only the person who was asked, without a conflict. Raises ``Denied``."""
    if assignment.reviewer_id != user.pk:
        raise Denied(_("This offer was made to somebody else."), code="not_your_offer")
    check_not_excluded(user, submission)
