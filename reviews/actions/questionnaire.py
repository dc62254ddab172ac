"""Saving answers. Hidden answers are kept and do not count; nothing typed is lost, neither one's own nor another's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_noop

from accounts.models import User
from reviews.access import submission as access
from reviews.actions._answers import remember
from reviews.actions._transition import action, lock
from reviews.models import Response, Revision, Submission
from reviews.rules.errors import Stale
from reviews.rules.questionnaire import merge

CHANGED = gettext_noop("These answers were saved in another place while this page was open. Compare, then save again.")
NOTHING: Mapping[str, str] = MappingProxyType({})


@action
def save_answers(
    *,
    submission: Submission,
    answers: Mapping[str, Any],
    cleared: frozenset[str],
    version: int,
    shown: Mapping[str, str] = NOTHING,
    by: User,
    now: datetime,
) -> Response:
    """Merge the answers of one page; ``cleared`` are questions of it that were left empty.

    ``version`` is that of the answers, not of the case. When another page was saved since, ``shown`` decides question
    by question: it holds the fingerprint of what the form showed. What the form left as it was keeps the newer answer;
    ``Stale`` is raised only where both changed the same one, and then nothing is saved.
    """
    submission = lock(submission)
    access.check_can_edit(by, submission)
    revision = submission.revision
    assert isinstance(revision, Revision)
    response = revision.response
    typed = dict.fromkeys(cleared) | dict(answers)
    if version != response.version:
        typed, clashing = merge(response.answers, typed, shown)
        if clashing or not 0 <= version < response.version:
            raise Stale(CHANGED, code="stale")
    before = response.answers
    merged = {key: value for key, value in (before | typed).items() if value is not None}
    row = Response.objects.filter(pk=response.pk, version=response.version)
    if row.update(answers=merged, version=F("version") + 1, saved_at=now) != 1:
        raise Stale(CHANGED, code="stale")
    remember(response, before, typed, by=by, now=now)
    response.refresh_from_db()
    return response
