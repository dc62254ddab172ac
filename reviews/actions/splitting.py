"""Splitting a case of paper and model into two, while it is with its authors.

One part stays; the other begins as a draft of its own. Bytes are never shared between cases (ADR 0014).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from reviews.access import submission as access
from reviews.actions import _transition, artifact
from reviews.actions._answers import remember
from reviews.actions._revisions import again, free_reference, open_revision
from reviews.actions._transition import action
from reviews.models import (
    AnswerChange,
    Artifact,
    Conflict,
    Contributor,
    Objection,
    Proof,
    Response,
    Revision,
    Submission,
    blobs,
)
from reviews.models.submission import MOST_LABEL, MOST_TITLE
from reviews.notices import submission as notices
from reviews.queries.submission import policy_of
from reviews.rules import splitting
from reviews.rules.errors import NotNow, Refused, RuleBroken, Stale
from reviews.rules.pack import Part

CHANGED = gettext_noop("Answers or files were changed in another place while this page was open. Look, then split.")


@contextmanager
def copied(revision: Revision, part: Part) -> Iterator[dict[str, blobs.Blob]]:
    """Copies of bytes that both cases need, made before any lock is held: those of the part that an earlier revision
    names as well, and those that prove an answer, since both have the answers.

    By the path of what was copied. A refusal removes them again; after any other fault the daily sweep does. Raises
    ``RuleBroken`` without room, or where the stored bytes are gone.
    """
    proofs = revision.proofs.exclude(blob="").values_list("blob", flat=True)
    made: dict[str, blobs.Blob] = {}
    try:
        for path in {*_shared(revision, part), *proofs}:
            made[path] = artifact.duplicate(path)
        yield made
    except Refused:
        for copy in made.values():
            blobs.discard(copy.path)
        raise


@action
def split(
    *, submission: Submission, part: Part, suffix: str, copies: Mapping[str, blobs.Blob], version: int, by: User,
    now: datetime,
) -> Submission:  # fmt: skip
    """Take a part out of an open case into a new draft, with its artifacts, and return that draft.

    Both have the answers with what proves them and who gave them; each has its own kind, by who splits. Contributors
    and conflicts stand on both, so that who is outside the one is outside the other. What the board asked to change in
    a returned case is asked of both, and neither is cleared without people. ``version`` is that of the answers. Raises
    ``NotNow`` where there is one part only, ``Stale`` when answers or files changed meanwhile, ``RuleBroken`` for a
    suffix that is empty or too long.
    """
    submission = _transition.lock(submission)
    access.check_can_split(by, submission)
    revision = submission.revision
    assert revision is not None
    _transition.check_seen(version, revision.response.version, CHANGED)
    pack = policy_of(revision, submission).pack
    if not splitting.is_possible(pack, revision.response.answers):
        raise NotNow(_("This case has one part only; there is nothing to split."), code="one_part")
    new = _begin(submission, suffix.strip(), by=by, now=now)
    answers = revision.response.answers
    alone = splitting.answers_alone(pack, answers, part)
    open_revision(new, now=now, reason=revision.return_reason, answers=alone)
    stays = splitting.answers_alone(pack, answers, splitting.other(part))
    _keep(revision, stays, version=version, now=now)
    _prove(revision, new, copies)
    assert new.revision is not None
    remember(revision.response, answers, stays, by=by, now=now)
    remember(new.revision.response, answers, alone, by=by, now=now)
    moved = _move(revision, new, part, copies)
    facts = {"part": str(part), "artifacts": moved}
    _transition.note(submission, "submission.split", by=by, now=now, case=new.reference, **facts)
    committee = submission.committee.public_id
    _transition.note(
        new, "submission.split_off", by=by, now=now, case=submission.reference, committee=committee, **facts
    )
    notices.split(submission, new, by=by, now=now)
    return new


def _begin(submission: Submission, suffix: str, *, by: User, now: datetime) -> Submission:
    """The new case with everybody of the old one on it: its authors, and those whom a conflict sets aside."""
    title, label = f"{submission.title} ({suffix})", f"{submission.label} ({suffix})"
    if not suffix:
        raise RuleBroken(_("Say what is added to title and label of the new case."), code="suffix", field="suffix")
    if len(title) > MOST_TITLE or len(label) > MOST_LABEL:
        raise RuleBroken(
            _("With this, title or label of the new case gets too long. Choose something shorter."),
            code="too_long",
            field="suffix",
        )
    new = Submission.objects.create(
        reference=free_reference(now.year),
        title=title,
        label=label,
        committee=submission.committee,
        venue=submission.venue,
        planned_date=submission.planned_date,
        state_entered_at=now,
        created_at=now,
        created_by=by,
        split_from=submission,
    )
    Contributor.objects.bulk_create(again(row, submission=new) for row in submission.contributors.all())
    Conflict.objects.bulk_create(again(row, submission=new) for row in submission.conflicts.all())
    Objection.objects.bulk_create(again(row, submission=new) for row in submission.objections.all())
    return new


def _keep(revision: Revision, answers: dict[str, object], *, version: int, now: datetime) -> None:
    saved = Response.objects.filter(revision=revision, version=version)
    if saved.update(answers=answers, version=F("version") + 1, saved_at=now) != 1:
        raise Stale(_(CHANGED), code="stale")


def _prove(revision: Revision, new: Submission, copies: Mapping[str, blobs.Blob]) -> None:
    """The same proofs for the new case, with bytes of its own, and the history of its answers."""
    assert new.revision is not None
    for proof in revision.proofs.order_by("pk"):
        bytes_of_its_own = {"blob": _copy_of(proof, copies)} if proof.blob else {}
        again(proof, revision=new.revision, **bytes_of_its_own).save(force_insert=True)
    changes = AnswerChange.objects.filter(response__revision__submission=revision.submission).order_by("pk")
    AnswerChange.objects.bulk_create(again(row, response=new.revision.response) for row in changes)


def _copy_of(row: Artifact | Proof, copies: Mapping[str, blobs.Blob]) -> str:
    """Where the copy of a row's bytes lies. Raises ``Stale`` where none was made, ``RuleBroken`` for other bytes."""
    if row.blob not in copies:
        raise Stale(_(CHANGED), code="stale")
    if copies[row.blob].sha256 != row.sha256:
        raise artifact.damaged()
    return copies[row.blob].path


def _move(revision: Revision, new: Submission, part: Part, copies: Mapping[str, blobs.Blob]) -> list[str]:
    """Hand the artifacts over, with bytes that no row of the old case names; their digests."""
    assert new.revision is not None
    shared = set(_shared(revision, part))
    moved = list(revision.artifacts.filter(part=part).order_by("pk"))
    for row in moved:
        row.revision = new.revision
        if row.blob in shared:
            row.blob = _copy_of(row, copies)
        row.save(update_fields=["revision", "blob"])
    return [row.sha256 for row in moved]


def _shared(revision: Revision, part: Part) -> list[str]:
    """The bytes of a part that stand in an earlier revision of the case as well, which keeps them."""
    rows = Artifact.objects.filter(revision=revision, part=part).exclude(blob="")
    earlier = Artifact.objects.filter(revision__submission=revision.submission).exclude(revision=revision)
    return list(rows.filter(blob__in=earlier.values("blob")).values_list("blob", flat=True).distinct())
