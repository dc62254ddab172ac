"""Saving answers. Hidden answers are kept and do not count; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_noop

from accounts.models import User
from reviews.access import submission as access
from reviews.actions._transition import action, check_seen, lock
from reviews.models import Response, Revision, Submission
from reviews.rules.errors import Stale

CHANGED = gettext_noop("These answers were saved in another place while this page was open. Compare, then save again.")


@action
def save_answers(
    *,
    submission: Submission,
    answers: Mapping[str, Any],
    cleared: frozenset[str],
    version: int,
    by: User,
    now: datetime,
) -> Response:
    """Merge the answers of one page; ``cleared`` are questions of it that were left empty.

    ``version`` is that of the answers, not of the case. Raises ``Stale`` when another page was saved in between.
    """
    submission = lock(submission)
    access.check_can_edit(by, submission)
    revision = submission.revision
    assert isinstance(revision, Revision)
    response = revision.response
    check_seen(version, response.version, CHANGED)
    merged = {key: value for key, value in response.answers.items() if key not in cleared} | dict(answers)
    saved = Response.objects.filter(pk=response.pk, version=version)
    if saved.update(answers=merged, version=F("version") + 1, saved_at=now) != 1:
        raise Stale(CHANGED, code="stale")
    response.refresh_from_db()
    return response
