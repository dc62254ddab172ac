"""Who looks at a release that was drawn for a later look, and writes down what that came to."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import check_not_excluded, runs
from reviews.models import Decision, Submission
from reviews.rules.errors import Denied, NotNow


def check_can_find(user: User, submission: Submission, decision: Decision) -> None:
    """The coordinator or the chair, or who stands in for them, once for a decision that was drawn.

    Raises ``Denied`` or ``NotNow``.
    """
    check_not_excluded(user, submission)
    if not runs(user, submission):
        raise Denied(_("The coordinator or the chair looks at a sampled release."), code="runners_only")
    if not decision.is_audit_sample:
        raise NotNow(_("This decision was not drawn for a later look."), code="not_sampled")
    if hasattr(decision, "sample_finding"):
        raise NotNow(_("Somebody wrote down already what looking at this release came to."), code="found")
