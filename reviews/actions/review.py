"""Writing and filing a review. A filed review is never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from audit.log import digest
from notifications import outbox
from reviews.access import review as access
from reviews.actions import _reassess, _transition
from reviews.actions._progress import advance
from reviews.actions._records import lowest_rung
from reviews.actions._transition import action, check_seen
from reviews.models import Part, Review, ReviewPart, Revision, Submission
from reviews.notices import review as notices
from reviews.queries.round import path_of
from reviews.rules.errors import NotNow, RuleBroken
from reviews.rules.judgement import Judgement, Lack, lacking
from reviews.rules.pack import Pack
from reviews.rules.states import AssignmentStatus, Basis, Outcome, PartKind, Recommendation, State

CHANGED = gettext_noop("This review was saved in another place while the page was open. Compare, then save again.")
LACKS = {
    "answer": gettext_noop("Answer this question as you see it."),
    "steps": gettext_noop("The severity of an area cannot be moved that far."),
    "severity_reason": gettext_noop("Say why you move the severity."),
    "clear_reason": gettext_noop("The authors are not sure here. Say why you can rule it out, or answer “not sure”."),
}
PREFIXES = {"answer": "answer_", "steps": "severity_", "severity_reason": "why_severity_", "clear_reason": "why_clear_"}
TEXTS = ("findings", "misuse_paths", "evidence_view", "conditions", "to_board", "to_authors")


@dataclass(frozen=True)
class Findings:
    """What a reviewer wrote so far. ``verdict`` holds per part the outcome and the highest acceptable rung, and
    ``judgement`` their own answers to the questions of risk.
    """

    recommendation: str = ""
    findings: str = ""
    misuse_paths: str = ""
    evidence_view: str = ""
    conditions: str = ""
    to_board: str = ""
    to_authors: str = ""
    confidence: str = ""
    verdict: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    judgement: Judgement = field(default_factory=Judgement)


@action
def save_draft(*, review: Review, content: Findings, version: int, by: User, now: datetime) -> Review:
    """Keep a draft, whole or half; drafts are never counted and seen by nobody else."""
    _lock_review(review, by)
    check_seen(version, review.version, CHANGED)
    _write(review, content, now)
    return review


@action
def file(*, review: Review, content: Findings, version: int, by: User, now: datetime) -> Review:
    """File a review; the last one moves the case on. Raises ``RuleBroken`` for the first of its ``faults``."""
    submission = _lock_review(review, by)
    if submission.state != State.IN_REVIEW:
        raise NotNow(_("Reviews are filed while the case is in review."), code="wrong_state")
    check_seen(version, review.version, CHANGED)
    assignment = review.assignment
    for fault in faults(assignment.revision, content):
        raise fault
    _write(review, content, now)
    review.filed_at = now
    review.save(update_fields=["filed_at"])
    assignment.status, assignment.done_at = AssignmentStatus.DONE, now
    assignment.save(update_fields=["status", "done_at"])
    outbox.cancel(about=submission.reference, recipient=by.public_id, template_prefix="reminder.file_review", now=now)
    _transition.note(
        submission,
        "review.filed",
        by=by,
        now=now,
        assignment=assignment.public_id,
        recommendation=review.recommendation,
        text=digest("\n".join(getattr(review, name) for name in TEXTS)),
        answers=digest(json.dumps(review.judgement, sort_keys=True)),
    )
    notices.filed(review, now=now)
    if review.recommendation == Recommendation.ESCALATE:
        _reassess.escalate(submission, assignment.revision, reason=content.findings, by=by, now=now)
    advance(submission, now=now)
    return review


def _lock_review(review: Review, by: User) -> Submission:
    submission = _transition.lock(review.assignment.submission)
    review.refresh_from_db()
    review.assignment.refresh_from_db()
    access.check_can_write(by, submission, review.assignment)
    return submission


def _write(review: Review, content: Findings, now: datetime) -> None:
    Review.objects.filter(pk=review.pk).update(
        recommendation=content.recommendation,
        confidence=content.confidence,
        judgement=content.judgement.as_json(),
        saved_at=now,
        version=F("version") + 1,
        **{name: getattr(content, name) for name in TEXTS},
    )
    review.parts.all().delete()
    pack = review.assignment.revision.policy.pack
    for kind, (outcome, rung) in content.verdict.items():
        highest = lowest_rung(pack, PartKind(kind)) if outcome == Outcome.WITHHELD else rung
        ReviewPart.objects.create(review=review, kind=kind, outcome=outcome, rung=highest)
    review.refresh_from_db()


def faults(revision: Revision, content: Findings) -> list[RuleBroken]:
    """Everything that keeps a review from being filed, each beside its field; a part has one fault at a time."""
    found = [_lack_fault(lack) for lack in _lacking(revision, content)]
    if not content.findings.strip():
        text = _("Write what you found, in a few sentences at least.")
        found.append(RuleBroken(text, code="findings", field="findings"))
    if content.recommendation not in recommendations(revision):
        found.append(RuleBroken(_("Choose what you recommend."), code="recommendation", field="recommendation"))
    elif content.recommendation == Recommendation.JUDGE:
        verdicts = (_verdict_fault(revision.policy.pack, part, content) for part in revision.parts.all())
        found += [fault for fault in verdicts if fault is not None]
    if content.confidence not in Review.Confidence.values:
        found.append(RuleBroken(_("Say how sure you are."), code="confidence", field="confidence"))
    return found


def field_of(code: str, key: str) -> str:
    """The name that a form gives to the field of a question, a severity or a reason."""
    return f"{PREFIXES[code]}{key}"


def _lacking(revision: Revision, content: Findings) -> Sequence[Lack]:
    return lacking(revision.policy.pack, revision.response.answers, content.judgement)


def _lack_fault(lack: Lack) -> RuleBroken:
    return RuleBroken(_(LACKS[lack.code]), code=lack.code, field=field_of(lack.code, lack.key))


def recommendations(revision: Revision) -> tuple[Recommendation, ...]:
    """What a reviewer of this revision may recommend: clear or escalate on the reviewer path, else an outcome."""
    if path_of(revision) is Basis.REVIEWER:
        return (Recommendation.CLEAR, Recommendation.ESCALATE)
    return (Recommendation.JUDGE,)


def _verdict_fault(pack: Pack, part: Part, content: Findings) -> RuleBroken | None:
    outcome, rung = content.verdict.get(part.kind, ("", ""))
    if outcome not in list(Outcome):
        return RuleBroken(_("Choose an outcome for each part."), code="outcome", field=f"{part.kind}_outcome")
    if outcome == Outcome.WITHHELD:
        return None
    if rung not in {known.value for known in pack.ladder(part.kind)}:
        return RuleBroken(_("Choose the highest rung you accept."), code="rung", field=f"{part.kind}_rung")
    if outcome == Outcome.FULL and rung != part.requested_rung:
        text = _("Full means the rung that was asked for. For a lower one choose staged.")
        return RuleBroken(text, code="full_rung", field=f"{part.kind}_rung")
    if pack.rung(part.kind, rung).order > pack.rung(part.kind, part.requested_rung).order:
        text = _("This is more than the authors asked for.")
        return RuleBroken(text, code="above_request", field=f"{part.kind}_rung")
    return None
