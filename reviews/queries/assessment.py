"""The assessment that rules for a revision: the latest one."""

from __future__ import annotations

from django.utils.translation import gettext as _

from reviews.models import Assessment, Revision, Submission
from reviews.rules.errors import NotNow


def latest(revision: Revision) -> Assessment | None:
    """The newest assessment of a revision; None while it is a draft."""
    return revision.assessments.order_by("-pk").first()


def last_of_case(submission: Submission) -> Assessment | None:
    """The newest assessment of any revision of a case; None before the first submission."""
    rows = Assessment.objects.filter(revision__submission=submission).select_related(
        "revision__policy", "revision__response"
    )
    return rows.order_by("-pk").first()


def current(revision: Revision) -> Assessment:
    """As ``latest``. Raises ``NotNow`` where there is none yet."""
    found = latest(revision)
    if found is None:
        raise NotNow(_("This revision has not been submitted yet."), code="not_assessed")
    return found
