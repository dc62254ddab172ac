"""Who writes a review."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import check_not_excluded
from reviews.models import Assignment, Submission
from reviews.rules.errors import Denied, NotNow
from reviews.rules.states import AssignmentStatus


def check_can_write(user: User, submission: Submission, assignment: Assignment) -> None:
    """The reviewer who accepted this seat, before filing. Raises ``Denied`` or ``NotNow``."""
    if assignment.reviewer_id != user.pk:
        raise Denied(_("This review belongs to somebody else."), code="not_your_review")
    check_not_excluded(user, submission)
    if assignment.status == AssignmentStatus.DONE:
        raise NotNow(_("This review is filed and can no longer be changed."), code="filed")
    if assignment.status != AssignmentStatus.ACCEPTED:
        raise NotNow(_("Accept the offer first, and state that you have no conflict."), code="not_accepted")
