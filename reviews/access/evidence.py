"""Who gives evidence, who waives it, who clears a hold."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import acts_as, check_acts_as_coordinator, check_not_excluded
from reviews.access.submission import check_is_author
from reviews.models import Hold, Submission
from reviews.rules.errors import Denied
from reviews.rules.states import CommitteeRole


def check_can_give(user: User, submission: Submission) -> None:
    """Authors give evidence. Raises ``Denied``."""
    check_is_author(user, submission)


def check_can_waive(user: User, submission: Submission) -> None:
    """The coordinator waives a type with a reason. Raises ``Denied``."""
    check_acts_as_coordinator(user, submission)


def check_can_clear(user: User, submission: Submission, hold: Hold) -> None:
    """Only a holder of the named role who is not conflicted. Raises ``Denied``."""
    check_not_excluded(user, submission)
    if not acts_as(user, submission, CommitteeRole(hold.role)):
        raise Denied(_("Only the officer named in this hold can clear it."), code="officer_only")
