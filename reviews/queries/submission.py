"""One case: found only by those who may see it, with what its pages need in a fixed number of queries."""

from __future__ import annotations

from django.db.models import Prefetch, prefetch_related_objects

from accounts.models import User
from reviews.access.committee import read_once
from reviews.access.submission import can_view
from reviews.models import Contributor, PolicyVersion, Revision, Submission
from reviews.queries.questionnaire import names_of
from reviews.rules import manifest, questionnaire
from reviews.rules.pack import Question
from reviews.rules.visibility import Level


def get_visible(user: User, reference: str, level: Level = Level.SUMMARY) -> Submission | None:
    """The case of that reference if this person sees it at least at ``level``; otherwise None, as if it were not.

    The instance is for reading (``access.committee.read_once``): who acts lets it forget, or locks one of their own.
    """
    rows = Submission.objects.filter(reference=reference)
    found = rows.select_related("committee__policy", "revision__policy", "created_by").first()
    if found is None:
        return None
    read_once(found)
    if not can_view(user, found, level):
        return None
    contributors = Prefetch("contributors", Contributor.objects.select_related("user"))
    prefetch_related_objects([found], "pauses", "committee__closure_days", contributors)
    return found


def revision_before(revision: Revision) -> Revision | None:
    """The revision that this one follows, with its answers; None for the first."""
    if revision.number == 1:
        return None
    rows = Revision.objects.filter(submission=revision.submission_id, number=revision.number - 1)
    return rows.select_related("response").first()


def revision_shown(submission: Submission, *, as_author: bool) -> Revision:
    """The revision that a reader's pages show: authors see their draft, everybody else what was frozen last."""
    current = submission.revision
    assert current is not None
    if as_author or current.is_frozen:
        return current
    frozen = submission.revisions.filter(frozen_at__isnull=False).select_related("policy").order_by("-number")
    return frozen[0]


def policy_of(revision: Revision, submission: Submission) -> PolicyVersion:
    """The policy that judges a revision: a first draft follows the one in force, everything else keeps its own."""
    if revision.number == 1 and not revision.is_frozen:
        return submission.committee.policy_in_force
    return revision.policy


def question_once(submission: Submission, name: str) -> Question | None:
    """The question of that name as the committee asked it last; None where no policy of it ever did."""
    rows = PolicyVersion.objects.filter(
        adoptions__committee=submission.committee_id, adoptions__approved_at__isnull=False
    )
    for version in rows.order_by("-adoptions__approved_at", "-pk"):
        for question in version.pack.questions:
            if name in names_of(question):
                return question
    return None


def manifest_of(revision: Revision, submission: Submission) -> str:
    """The digest that freezing this revision now would give it: what a page of attestation is about."""
    policy = policy_of(revision, submission)
    artifacts = revision.artifacts.values_list("part", "name", "sha256", "size_bytes", "location")
    answers = questionnaire.effective(policy.pack, revision.response.answers)
    shown = questionnaire.shown(policy.pack, revision.response.answers)
    proofs = revision.proofs.filter(question_key__in=shown)
    rows = proofs.values_list("question_key", "name", "sha256", "location")
    return manifest.digest(
        (manifest.ArtifactFacts(*row) for row in artifacts),
        answers,
        policy.sha256,
        (manifest.ProofFacts(*row) for row in rows),
    )
