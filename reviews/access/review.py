"""Who writes a review, and who corrects it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import check_not_excluded
from reviews.models import Assignment, Motion, Submission
from reviews.rules.errors import Denied, NotNow
from reviews.rules.states import AssignmentStatus, MotionStatus, State

CORRECTABLE = frozenset({State.IN_REVIEW, State.DELIBERATION})


def check_can_write(user: User, submission: Submission, assignment: Assignment) -> None:
    """The reviewer who accepted this seat, before filing. Raises ``Denied`` or ``NotNow``."""
    if assignment.reviewer_id != user.pk:
        raise Denied(_("This review belongs to somebody else."), code="not_your_review")
    check_not_excluded(user, submission)
    if assignment.status == AssignmentStatus.DONE:
        raise NotNow(_("This review is filed and can no longer be changed."), code="filed")
    if assignment.status != AssignmentStatus.ACCEPTED:
        raise NotNow(_("Accept the offer first, and state that you have no conflict."), code="not_accepted")


def check_can_correct(user: User, submission: Submission, assignment: Assignment) -> None:
    """The writer, once it is filed, until something is decided on it: in review and in deliberation, but not while a
    vote rests on what the reviews say. Raises ``Denied`` or ``NotNow``.
    """
    if assignment.reviewer_id != user.pk:
        raise Denied(_("This review belongs to somebody else."), code="not_your_review")
    check_not_excluded(user, submission)
    if assignment.status != AssignmentStatus.DONE or assignment.revision_id != submission.revision_id:
        raise NotNow(_("This review does not count here, so there is nothing to correct."), code="not_filed")
    if submission.state not in CORRECTABLE:
        text = _("Reviews are corrected while the case is in review or before the board.")
        raise NotNow(text, code="wrong_state")
    if Motion.objects.filter(revision=assignment.revision_id, status=MotionStatus.OPEN).exists():
        text = _("The board votes on a motion that rests on the reviews. They are corrected before a vote or after it.")
        raise NotNow(text, code="ballot_open")
