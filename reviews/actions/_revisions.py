"""Opening a revision: the first draft, or the next one with everything of the one before in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from reviews.models import Artifact, Evidence, Pause, PolicyVersion, Proof, Response, Revision, Submission
from reviews.models._shape import random_reference
from reviews.rules import questionnaire
from reviews.rules.errors import RuleBroken
from reviews.rules.evidence import given_by_submitting

Row = TypeVar("Row", bound=Model)


def free_reference(year: int) -> str:
    """A reference that no case has."""
    while True:
        reference = f"RB-{year}-{random_reference()}"
        if not Submission.objects.filter(reference=reference).exists():
            return reference


def open_revision(
    submission: Submission, *, now: datetime, reason: str = "", policy: PolicyVersion | None = None,
    answers: Mapping[str, Any] | None = None,
) -> Revision:  # fmt: skip
    """The next draft. The first is pinned to the policy in force; a returned one keeps the version it was judged by.

    ``policy`` is another version for a case that went to another committee; ``answers`` are those that a case starts
    with that was a part of another one. Artifacts point to the same bytes, which stay within the case; answers and
    their proofs are carried over, and evidence that was given or waived, but for what submitting itself gives anew and
    for types that the policy does not know. Raises ``RuleBroken`` where no policy is in force.
    """
    before = submission.revision
    policy = policy or (before.policy if before is not None else submission.committee.policy)
    if policy is None:
        raise RuleBroken(
            _("This committee has not adopted a policy yet, so it takes no cases."), code="no_policy", field="committee"
        )
    revision = Revision.objects.create(
        submission=submission,
        number=before.number + 1 if before is not None else 1,
        policy=policy,
        started_at=now,
        return_reason=reason,
    )
    carried = before.response.answers if before is not None else answers or {}
    Response.objects.create(revision=revision, answers=dict(carried), saved_at=now)
    if before is not None:
        _carry(before.artifacts.order_by("pk"), revision)
        _carry(before.proofs.order_by("pk"), revision)
        known = [kind.key for kind in policy.pack.evidence_types]
        settled = before.evidence.filter(type_key__in=known).exclude(given_at=None, waived_at=None)
        _carry(settled.exclude(pk__in=_given_by_submitting(before)).order_by("pk"), revision)
    submission.revision = revision
    submission.save(update_fields=["revision"])
    return revision


def reopen(submission: Submission, *, reason: str, now: datetime, policy: PolicyVersion | None = None) -> Revision:
    """Hand the case back to its authors: the next draft, and one pause that takes the place of open questions."""
    return carry_on(submission, open_revision(submission, reason=reason, now=now, policy=policy), now=now)


def carry_on(submission: Submission, draft: Revision, *, now: datetime) -> Revision:
    """It is the authors' turn with this draft: the clock stops, and open questions wait no longer."""
    Pause.objects.filter(submission=submission).end(now)
    Pause.objects.create(submission=submission, why=Pause.Why.RETURNED, since_at=now)
    return draft


def _given_by_submitting(revision: Revision) -> list[int]:
    """Evidence whose text came from the answers or the attestation and was not replaced since."""
    pack = revision.policy.pack
    answers = questionnaire.effective(pack, revision.response.answers)
    return [
        row.pk
        for row in revision.evidence.filter(given_at__isnull=False, blob="")
        if row.text == given_by_submitting(pack, row.type_key, answers, revision.attested_name)
    ]


def _carry(rows: QuerySet[Artifact] | QuerySet[Evidence] | QuerySet[Proof], revision: Revision) -> None:
    for row in rows:
        again(row, revision=revision).save(force_insert=True)


def again(row: Row, **changed: Any) -> Row:
    """A copy of a row that is not stored yet, with identifiers of its own and these fields changed."""
    fields = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in ("id", "public_id", *changed)
    }
    return type(row)(**fields, **changed)
