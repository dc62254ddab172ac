"""Proving that a condition of a decision is met, and answering the proof. Every proof and every answer stays."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from audit.log import digest
from reviews.access import condition as access
from reviews.actions import _transition
from reviews.actions._transition import action
from reviews.models import Condition, ConditionProof, Submission, blobs
from reviews.notices import condition as notices
from reviews.queries import condition as queries
from reviews.rules.errors import NotNow, RuleBroken

CHANGED = gettext_noop("Another proof was given or answered meanwhile. Look at it, then give yours again.")


@action
def prove(
    *, condition: Condition, text: str = "", blob: blobs.Blob | None = None, file_name: str = "", version: int,
    by: User, now: datetime,
) -> ConditionProof:  # fmt: skip
    """Give a proof in words, as a file or both. One waits at a time; after a refusal another one may follow.

    ``version`` is the number of proofs that the form was shown with. Raises ``Stale`` when that is another one.
    """
    submission = _transition.lock(condition.decision.submission)
    condition = Condition.objects.select_related("decision").get(pk=condition.pk)
    access.check_can_prove(by, submission, condition)
    check_followed(condition)
    known = condition.proofs.count()
    _transition.check_seen(version, known, CHANGED)
    if condition.proofs.filter(answered_at=None).exists():
        raise NotNow(_("A proof waits for its answer already."), code="waits")
    if not text.strip() and blob is None:
        raise RuleBroken(_("Write something, or add a file."), code="empty", field="text")
    proof = ConditionProof(condition=condition, number=known + 1, text=text.strip(), given_at=now, given_by=by)
    if blob is not None:
        proof.blob, proof.file_name = blob.path, file_name
        proof.sha256, proof.size_bytes = blob.sha256, blob.size_bytes
    proof.save()
    _note(submission, proof, "condition.proof_given", by, now, text=digest(proof.text), file=proof.sha256)
    notices.given(proof, submission, now=now)
    return proof


@action
def accept(*, proof: ConditionProof, by: User, now: datetime) -> ConditionProof:
    """Say that the proof shows it: the condition is met, and nothing waits for it any more."""
    submission, proof = _waiting(proof, by)
    proof.answered_at, proof.answered_by = now, by
    proof.save(update_fields=["answered_at", "answered_by"])
    condition = proof.condition
    condition.met_at, condition.met_by = now, by
    condition.save(update_fields=["met_at", "met_by"])
    _note(submission, proof, "condition.met", by, now)
    notices.answered(proof, submission, now=now)
    return proof


@action
def refuse(*, proof: ConditionProof, reason: str, by: User, now: datetime) -> ConditionProof:
    """Say what the proof lacks: the condition is open again."""
    submission, proof = _waiting(proof, by)
    if not reason.strip():
        raise RuleBroken(_("Say what is missing, so that another proof can show it."), code="reason", field="reason")
    proof.answered_at, proof.answered_by, proof.refusal = now, by, reason.strip()
    proof.save(update_fields=["answered_at", "answered_by", "refusal"])
    _note(submission, proof, "condition.proof_refused", by, now, reason=digest(proof.refusal))
    notices.answered(proof, submission, now=now)
    return proof


def check_followed(condition: Condition) -> None:
    """Conditions are followed from the day on which their decision takes effect until another one takes its place,
    and each until it is met. Raises ``NotNow``."""
    if condition.decision.effective_at is None:
        raise NotNow(_("The decision is not in force."), code="not_in_force")
    if queries.is_superseded(condition.decision):
        raise NotNow(_("A later decision took the place of this one."), code="superseded")
    if condition.met_at is not None:
        raise NotNow(_("This condition was noted as met already."), code="met")


def _waiting(proof: ConditionProof, by: User) -> tuple[Submission, ConditionProof]:
    """The case, locked, and a proof that still waits for its answer, in a decision that is followed."""
    submission = _transition.lock(proof.condition.decision.submission)
    proof = ConditionProof.objects.select_related("condition__decision").get(pk=proof.pk)
    access.check_can_answer(by, submission, proof)
    if proof.answered_at is not None:
        raise NotNow(_("This proof was answered already."), code="answered")
    check_followed(proof.condition)
    return submission, proof


def _note(submission: Submission, proof: ConditionProof, event: str, by: User, now: datetime, **facts: object) -> None:
    """What the audit log keeps: which condition and which proof, and digests of what was written."""
    _transition.note(
        submission, event, by=by, now=now, condition=proof.condition.public_id, proof=proof.public_id, **facts
    )
