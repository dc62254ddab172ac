"""Attaching what shows that an answer is true, and taking it back, while the revision is open."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import digest
from reviews.access import submission as access
from reviews.actions import _transition
from reviews.actions._transition import action
from reviews.models import Proof, Revision, Submission, blobs
from reviews.queries.submission import policy_of
from reviews.rules.errors import RuleBroken, Stale


@action
def add(
    *, submission: Submission, question: str, name: str, blob: blobs.Blob | None = None, location: str = "", by: User,
    now: datetime,
) -> Proof:  # fmt: skip
    """Attach received bytes, or say where the proof lies. Raises ``RuleBroken`` for both, none, or a taken name."""
    submission = _transition.lock(submission)
    access.check_can_edit(by, submission)
    revision = submission.revision
    assert isinstance(revision, Revision)
    _check(revision, submission, question, name, location.strip(), blob)
    proof = Proof(revision=revision, question_key=question, name=name, added_at=now, added_by=by)
    if blob is None:
        proof.location = location.strip()
    else:
        proof.blob, proof.sha256, proof.size_bytes = blob.path, blob.sha256, blob.size_bytes
    proof.save(force_insert=True)
    facts = {"question": question, "sha256": proof.sha256, "location": digest(proof.location)}
    _transition.note(submission, "proof.added", by=by, now=now, **facts)
    return proof


def _check(
    revision: Revision, submission: Submission, question: str, name: str, location: str, blob: blobs.Blob | None
) -> None:
    if question not in {one.key for one in policy_of(revision, submission).pack.questions}:
        raise RuleBroken(_("The policy has no question of this name."), code="unknown_question")
    if (blob is None) == (not location):
        raise RuleBroken(
            _("Choose a file, or say where the proof lies; one of both."), code="file_or_reference", field="location"
        )
    if revision.proofs.filter(question_key=question, name=name).exists():
        field = "location" if blob is None else "file"
        raise RuleBroken(_("This answer has a proof of that name already."), code="name_taken", field=field)


@action
def remove(*, proof: Proof, by: User, now: datetime) -> None:
    """Take a proof out of a draft. Bytes that an earlier revision names stay."""
    submission = _transition.lock(proof.revision.submission)
    access.check_can_edit(by, submission)
    if proof.revision_id != submission.revision_id:
        raise RuleBroken(_("This belongs to an earlier revision, which is frozen."), code="frozen")
    question, sha256 = proof.question_key, proof.sha256
    deleted, _rows = Proof.objects.filter(pk=proof.pk).delete()
    if not deleted:
        raise Stale(_("This proof was removed a moment ago."), code="stale")
    _transition.note(submission, "proof.removed", by=by, now=now, question=question, sha256=sha256)
