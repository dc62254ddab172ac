"""Opening a revision: the first draft, or the next one with everything of the one before in it."""

from __future__ import annotations

from datetime import datetime

from reviews.models import Artifact, Evidence, Response, Revision, Submission


def open_revision(submission: Submission, *, now: datetime, reason: str = "") -> Revision:
    """The next draft. The first is pinned to the policy in force; a returned one keeps the version it was judged by.

    Artifacts point to the same bytes, which stay within the case; answers and given evidence are carried over.
    """
    before = submission.revision
    revision = Revision.objects.create(
        submission=submission,
        number=before.number + 1 if before is not None else 1,
        policy=before.policy if before is not None else submission.committee.policy,
        started_at=now,
        return_reason=reason,
    )
    Response.objects.create(
        revision=revision, answers=dict(before.response.answers) if before is not None else {}, saved_at=now
    )
    if before is not None:
        _carry(Artifact, before, revision)
        _carry(Evidence, before, revision)
    submission.revision = revision
    submission.save(update_fields=["revision"])
    return revision


def _carry(model: type[Artifact] | type[Evidence], before: Revision, revision: Revision) -> None:
    for row in model._default_manager.filter(revision=before).order_by("pk"):
        fields = {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if field.name not in ("id", "public_id", "revision")
        }
        model._default_manager.create(revision=revision, **fields)
