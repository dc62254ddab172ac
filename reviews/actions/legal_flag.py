"""Noting what was done about a law that may apply."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import digest
from reviews.access import legal_flag as access
from reviews.actions import _transition
from reviews.actions._transition import action
from reviews.models import LegalFlag
from reviews.rules.errors import NotNow, RuleBroken


@action
def note(*, flag: LegalFlag, text: str, by: User, now: datetime) -> LegalFlag:
    """Write down how a law was dealt with, once. It may come after the decision: a flag holds nothing."""
    submission = _transition.lock(flag.revision.submission)
    flag.refresh_from_db()
    # Before the question who may: an officer's sight ends with the case.
    access.check_open(submission, flag.revision_id)
    access.check_can_note(by, submission)
    if flag.noted_at is not None:
        raise NotNow(_("This was noted already."), code="noted")
    if not text.strip():
        raise RuleBroken(_("Write what was done about it, or why it does not apply."), code="text", field="text")
    flag.noted_at, flag.noted_by, flag.text = now, by, text.strip()
    flag.save(update_fields=["noted_at", "noted_by", "text"])
    _transition.note(submission, "legal_flag.noted", by=by, now=now, flag=flag.flag_key, text=digest(flag.text))
    return flag
