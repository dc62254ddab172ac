"""Writing, filing and correcting a review. What is filed is never changed: a correction is a version of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

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
from reviews.models import Assignment, Part, Review, ReviewEvidence, ReviewFinding, ReviewPart, Revision, Submission
from reviews.notices import review as notices
from reviews.queries.review import content_of, required_evidence
from reviews.queries.round import path_of
from reviews.rules.errors import NotNow, RuleBroken, Stale
from reviews.rules.findings import TEXTS, Findings, changed, field_of, flat, whole
from reviews.rules.judgement import Lack, lacking
from reviews.rules.pack import Pack
from reviews.rules.questionnaire import merge
from reviews.rules.states import (
    ROUND_CLOSED,
    AssignmentStatus,
    Basis,
    Outcome,
    PartKind,
    Recommendation,
    State,
    Sufficiency,
)

CHANGED = gettext_noop("This review was saved in another place while the page was open. Compare, then save again.")
CORRECTED = gettext_noop(
    "This review was corrected in another place while the page was open. Compare, then file again."
)
LACKS = {
    "answer": gettext_noop("Answer this question as you see it."),
    "steps": gettext_noop("The severity of an area cannot be moved that far."),
    "severity_reason": gettext_noop("Say why you move the severity."),
    "clear_reason": gettext_noop("The authors are not sure here. Say why you can rule it out, or answer “not sure”."),
}


@action
def save_draft(*, review: Review, content: Findings, version: int, by: User, now: datetime) -> Review:
    """Keep a draft, whole or half; drafts are never counted and seen by nobody else."""
    _lock_review(review, by)
    check_seen(version, review.version, CHANGED)
    _write(review, content, now)
    return review


@action
def save_fields(
    *, review: Review, typed: Mapping[str, Any], shown: Mapping[str, str], by: User, now: datetime
) -> Review:  # fmt: skip
    """Keep some fields of a draft as they were typed, and the others as they are stored; None empties a field.

    ``shown`` holds the fingerprint of each field as the page showed it. ``Stale`` is raised only where the same field
    was changed in another place meanwhile, and then nothing is saved.
    """
    _lock_review(review, by)
    stored = flat(content_of(review))
    kept, clashing = merge(stored, typed, shown)
    if clashing:
        raise Stale(CHANGED, code="stale")
    if kept:
        _write(review, whole(stored | kept), now)
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
    _write(review, _settled(assignment.revision, content), now)
    review.filed_at = now
    review.save(update_fields=["filed_at"])
    assignment.status, assignment.done_at = AssignmentStatus.DONE, now
    assignment.save(update_fields=["status", "done_at"])
    outbox.cancel(about=submission.reference, recipient=by.public_id, template_prefix="reminder.file_review", now=now)
    _transition.note(submission, "review.filed", by=by, now=now, **_facts(review))
    notices.filed(review, now=now)
    if review.recommendation == Recommendation.ESCALATE:
        _reassess.escalate(submission, assignment.revision, reason=content.findings, by=by, now=now)
    advance(submission, now=now)
    return review


@action
def correct(
    *, review: Review, content: Findings, reason: str, version: int, by: User, now: datetime
) -> Review:  # fmt: skip
    """A new version in place of the filed one, which stays as it is. ``version`` is the number that the form saw.

    Until the round is closed the new version is counted as if it had been filed so; afterwards the board reads it, and
    that its writer could read the others by then. What was said of evidence that nobody asks for any more stays. Raises
    ``RuleBroken`` for the first of its ``faults``.
    """
    submission = _transition.lock(review.assignment.submission)
    assignment = Assignment.objects.select_related("review", "reviewer", "revision__policy").get(
        pk=review.assignment_id
    )
    before = assignment.review
    access.check_can_correct(by, submission, assignment)
    assert before is not None
    check_seen(version, before.number, CORRECTED)
    for fault in correction_faults(assignment.revision, content, reason):
        raise fault
    asked = {row.type_key for row in required_evidence(assignment.revision)}
    kept = {key: said for key, said in content_of(before).evidence.items() if key not in asked}
    content = replace(content, evidence={**content.evidence, **kept})
    after_round = submission.state in ROUND_CLOSED
    made = Review.objects.create(
        assignment=assignment, number=before.number + 1, correction_reason=reason.strip(), after_round=after_round,
        saved_at=now,
    )  # fmt: skip
    _write(made, _settled(assignment.revision, content), now)
    if not changed(content_of(before), content_of(made)):
        raise RuleBroken(_("Nothing is changed yet. Change what is to be corrected."), code="unchanged")
    made.filed_at = now
    made.save(update_fields=["filed_at"])
    assignment.review = made
    assignment.save(update_fields=["review"])
    _transition.note(
        submission, "review.corrected", by=by, now=now, number=made.number, after_round=after_round,
        reason=digest(made.correction_reason), **_facts(made),
    )  # fmt: skip
    notices.corrected(made, submission, by=by, now=now)
    escalates = Recommendation.ESCALATE == made.recommendation != before.recommendation
    if escalates and submission.state == State.IN_REVIEW:
        _reassess.escalate(submission, assignment.revision, reason=content.findings, by=by, now=now)
    advance(submission, now=now)
    return made


def _facts(review: Review) -> dict[str, str]:
    """What the audit log keeps of a filed review: codes and digests."""
    said = content_of(review)
    words = [*(getattr(said, name) for name in TEXTS), dict(said.domains), dict(said.evidence)]
    return {
        "assignment": review.assignment.public_id,
        "recommendation": review.recommendation,
        "text": digest(json.dumps(words, sort_keys=True)),
        "answers": digest(json.dumps(review.judgement, sort_keys=True)),
    }


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
    for rows in (review.parts, review.domain_findings, review.evidence_views):
        rows.all().delete()
    ReviewFinding.objects.bulk_create(
        ReviewFinding(review=review, domain_key=key, text=text) for key, text in content.domains.items() if text.strip()
    )
    ReviewEvidence.objects.bulk_create(
        ReviewEvidence(review=review, type_key=key, view=view, note=note)
        for key, (view, note) in content.evidence.items()
    )
    for kind, (outcome, rung) in content.verdict.items():
        ReviewPart.objects.create(review=review, kind=kind, outcome=outcome, rung=rung)
    review.refresh_from_db()


def _settled(revision: Revision, content: Findings) -> Findings:
    """As it is filed: what is withheld has the lowest rung. A draft keeps what was typed, or its own page would take
    the rung for another place's words."""
    pack = revision.policy.pack
    verdict = {
        kind: (outcome, lowest_rung(pack, PartKind(kind)) if outcome == Outcome.WITHHELD else rung)
        for kind, (outcome, rung) in content.verdict.items()
    }
    return replace(content, verdict=verdict)


def faults(revision: Revision, content: Findings) -> list[RuleBroken]:
    """Everything that keeps a review from being filed, each beside its field; a part has one fault at a time."""
    found = [_lack_fault(lack) for lack in _lacking(revision, content)]
    found += _evidence_faults(revision, content)
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


def _evidence_faults(revision: Revision, content: Findings) -> list[RuleBroken]:
    """Every required type of evidence is judged, and what is missing is said."""
    found = []
    for row in required_evidence(revision):
        view, note = content.evidence.get(row.type_key, ("", ""))
        if view not in list(Sufficiency):
            text = _("Say whether this is enough, or that you cannot judge it.")
            found.append(RuleBroken(text, code="evidence_view", field=field_of("view", row.type_key)))
        elif view == Sufficiency.NOT_ENOUGH and not note.strip():
            text = _("Say what is missing.")
            found.append(RuleBroken(text, code="evidence_note", field=field_of("note", row.type_key)))
    return found


def correction_faults(revision: Revision, content: Findings, reason: str) -> list[RuleBroken]:
    """Everything that keeps a correction from being filed: it is a whole review, and says why."""
    if reason.strip():
        return faults(revision, content)
    text = _("Say why you correct your review. Everybody who reads it sees this.")
    return [RuleBroken(text, code="reason", field="reason"), *faults(revision, content)]


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
