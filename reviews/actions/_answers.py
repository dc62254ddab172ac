"""Who gave which answer: kept by whatever changes answers. What the answers are is their actions' own matter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from reviews.models import AnswerChange, Response
from reviews.rules.questionnaire import fingerprint

ONE_STRETCH = timedelta(minutes=10)


def remember(
    response: Response, before: Mapping[str, Any], after: Mapping[str, Any], *, by: User, now: datetime
) -> None:
    """Note who changed what: each answer of ``after`` that is another one than ``before``; None took one back.

    A change soon after one's own last one, with nobody's in between, takes its place.
    """
    changed = {key: value for key, value in after.items() if fingerprint(value) != fingerprint(before.get(key))}
    rows = AnswerChange.objects.filter(response=response, key__in=changed) if changed else ()
    last = {row.key: row for row in rows}
    new = []
    for key, value in changed.items():
        row = last.get(key)
        if row is not None and row.changed_by_id == by.pk and now - row.changed_at <= ONE_STRETCH:
            row.value, row.changed_at = value, now
            row.save(update_fields=["value", "changed_at"])
        else:
            new.append(AnswerChange(response=response, key=key, value=value, changed_at=now, changed_by=by))
    AnswerChange.objects.bulk_create(new)
