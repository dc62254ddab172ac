"""Giving evidence, waiving it, and clearing holds."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from audit.log import digest
from reviews.access import evidence as access
from reviews.actions import _transition
from reviews.actions._progress import advance
from reviews.actions._transition import action
from reviews.models import Evidence, Hold, Submission, blobs
from reviews.notices import evidence as notices
from reviews.queries import evidence as queries
from reviews.rules.errors import NotNow, RuleBroken
from reviews.rules.states import ROUND_OPEN, TERMINAL

FROZEN = gettext_noop(
    "This came with the submission and is frozen with it. To change it, the board returns the case to its authors."
)
CHANGED = gettext_noop(
    "This was given or waived in another place while the page was open. Compare, then give it again."
)


@action
def give(
    *, evidence: Evidence, text: str = "", blob: blobs.Blob | None = None, file_name: str = "",
    version: int | None = None, by: User, now: datetime,
) -> Evidence:  # fmt: skip
    """Give what is asked as text, as a file, or both. Given again, the newer one stands until the round closes.

    ``version`` is the one that a form was shown with. Raises ``Stale`` when it was given or waived in between,
    ``NotNow`` for what is frozen with the submission.
    """
    submission = _transition.lock(evidence.revision.submission)
    access.check_can_give(by, submission)
    _check_open(evidence, submission)
    if version is not None:
        _transition.check_seen(version, evidence.version, CHANGED)
    if queries.frozen(evidence.revision, [evidence]):
        raise NotNow(_(FROZEN), code="frozen")
    if not text.strip() and blob is None:
        raise RuleBroken(_("Write something, or add a file."), code="empty", field="text")
    evidence.text = text.strip()
    if blob is not None:
        evidence.blob, evidence.file_name = blob.path, file_name
        evidence.sha256, evidence.size_bytes = blob.sha256, blob.size_bytes
    evidence.given_at, evidence.given_by = now, by
    evidence.version += 1
    evidence.save()
    _transition.note(
        submission,
        "evidence.given",
        by=by,
        now=now,
        type=evidence.type_key,
        text=digest(evidence.text),
        file=evidence.sha256,
    )
    notices.settled(evidence, submission, now=now)
    advance(submission, now=now)
    return evidence


@action
def waive(*, evidence: Evidence, reason: str, by: User, now: datetime) -> Evidence:
    """Do without a type of evidence, with a reason that stays on record."""
    submission = _transition.lock(evidence.revision.submission)
    access.check_can_waive(by, submission)
    _check_open(evidence, submission)
    if evidence.is_settled:
        raise NotNow(_("This evidence was given or waived already."), code="settled")
    if not reason.strip():
        raise RuleBroken(_("A waiver needs a reason."), code="reason", field="reason")
    evidence.waived_at, evidence.waived_by, evidence.waiver_reason = now, by, reason.strip()
    evidence.version += 1
    evidence.save()
    _transition.note(submission, "evidence.waived", by=by, now=now, type=evidence.type_key, reason=digest(reason))
    notices.settled(evidence, submission, now=now)
    advance(submission, now=now)
    return evidence


@action
def clear_hold(*, hold: Hold, text: str, by: User, now: datetime) -> Hold:
    """Clear a hold in writing."""
    submission = _transition.lock(hold.revision.submission)
    hold.refresh_from_db()
    access.check_can_clear(by, submission, hold)
    if hold.cleared_at is not None:
        raise NotNow(_("This hold was cleared already."), code="cleared")
    if submission.state in TERMINAL or hold.revision_id != submission.revision_id:
        raise NotNow(_("This hold belongs to a revision that is no longer open."), code="closed")
    if not text.strip():
        raise RuleBroken(_("Write what you checked; the board relies on it."), code="text", field="text")
    hold.cleared_at, hold.cleared_by, hold.clearance_text = now, by, text.strip()
    hold.save()
    _transition.note(submission, "hold.cleared", by=by, now=now, role=hold.role, text=digest(text))
    notices.cleared(hold, submission, now=now)
    return hold


def _check_open(evidence: Evidence, submission: Submission) -> None:
    evidence.refresh_from_db()
    is_current = evidence.revision_id == submission.revision_id
    if not is_current or submission.state not in ROUND_OPEN:
        raise NotNow(_("Evidence can be given and waived until the reviews are closed."), code="closed")
