"""Reviews of a round, and the material that a reviewer reads before judging.

The material leaves out what the authors judged themselves: levels, safeguards, scores. Whether somebody may see a
review was decided before these are asked.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from accounts.models import User
from reviews.models import Artifact, Assignment, Evidence, Part, Review, Revision, Submission
from reviews.queries.assignment import chosen_domains
from reviews.rules import questionnaire
from reviews.rules.aggregation import Aggregated, aggregate
from reviews.rules.findings import CHOICES, TEXTS, Findings
from reviews.rules.judgement import from_json
from reviews.rules.pack import Domain
from reviews.rules.states import SEATED_ASSIGNMENT, AssignmentStatus

ROWS = ("parts", "domain_findings", "evidence_views")
TRIPWIRE = "tripwire"
TEXT = "text"


@dataclass(frozen=True)
class Material:
    """What lies beside the form of a review."""

    summary: str
    parts: tuple[Part, ...]
    domains: tuple[Domain, ...]
    tripwires: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, str], ...]
    artifacts: tuple[Artifact, ...]
    evidence: tuple[Evidence, ...]


def material(revision: Revision) -> Material:
    """The material of a frozen revision in a fixed number of queries."""
    pack = revision.policy.pack
    answers = questionnaire.effective(pack, revision.response.answers)
    answered = [q for q in pack.questions if q.key in answers]
    texts = [q for q in answered if q.type == TEXT and q.key != pack.bindings.summary]
    return Material(
        summary=revision.summary,
        parts=tuple(revision.parts.all()),
        domains=chosen_domains(revision),
        tripwires=tuple((q.text, q.label_of(answers[q.key])) for q in answered if q.type == TRIPWIRE),
        texts=tuple((q.text, str(answers[q.key])) for q in texts if str(answers[q.key]).strip()),
        artifacts=tuple(revision.artifacts.all()),
        evidence=tuple(revision.evidence.all()),
    )


def seats(revision: Revision) -> list[Assignment]:
    """The seats of a round with what was written on them, drafts too: never hand one on unasked."""
    rows = Assignment.objects.filter(revision=revision, status__in=SEATED_ASSIGNMENT)
    found = list(rows.select_related("reviewer", "review").prefetch_related("review__parts").order_by("pk"))
    for seat in found:
        if seat.review is not None:
            seat.review.assignment = seat
    return found


def filed(revision: Revision) -> list[Review]:
    """The filed reviews that count for a round."""
    return [seat.review for seat in seats(revision) if seat.status == AssignmentStatus.DONE and seat.review is not None]


def blind(revision: Revision) -> list[Review]:
    """The versions whose answers are counted: of each seat that counts, the last one that was filed before its writer
    could read the other reviews.
    """
    rows = Review.objects.filter(assignment__revision=revision, assignment__status=AssignmentStatus.DONE)
    rows = rows.filter(filed_at__isnull=False, after_round=False)
    return list({row.assignment_id: row for row in rows.order_by("assignment", "number")}.values())


def whole(reviews: Sequence[Review]) -> list[Review]:
    """These reviews with everything that belongs to them."""
    prefetch_related_objects(reviews, *ROWS)
    return list(reviews)


def content_of(review: Review) -> Findings:
    """What a version of a review says, with its rows."""
    return Findings(
        **{name: getattr(review, name) for name in (*TEXTS, *CHOICES)},
        verdict={part.kind: (part.outcome, part.rung) for part in review.parts.all()},
        judgement=from_json(review.judgement),
        domains={row.domain_key: row.text for row in review.domain_findings.all()},
        evidence={row.type_key: (row.view, row.note) for row in review.evidence_views.all()},
    )


def required_evidence(revision: Revision) -> list[Evidence]:
    """The types of evidence that a review of this revision judges: what was asked for and not waived."""
    return list(revision.evidence.filter(waived_at=None))


def versions(assignments: Collection[int]) -> list[Review]:
    """Every filed version of these seats, the oldest first, with its writer and rows."""
    rows = Review.objects.filter(assignment__in=assignments, filed_at__isnull=False)
    return list(rows.select_related("assignment__reviewer").prefetch_related(*ROWS).order_by("assignment", "number"))


def aggregated(revision: Revision, reviews: Sequence[Review]) -> Aggregated:
    """The authors' answers and those of these reviews as one; marks keep the order of the reviews."""
    judgements = [from_json(review.judgement) for review in reviews]
    return aggregate(revision.policy.pack, revision.response.answers, judgements)


def by_public_ids(public_ids: Collection[str]) -> list[Review]:
    """These reviews with their writers, in the order in which they were begun."""
    rows = Review.objects.filter(public_id__in=public_ids)
    return list(rows.select_related("assignment__reviewer").order_by("pk"))


def own(user: User, submission: Submission) -> list[Review]:
    """Everything that a person wrote or began on a case, the newest revision first."""
    rows = Review.objects.filter(assignment__submission=submission, assignment__reviewer=user)
    rows = rows.filter(seat__isnull=False).select_related("assignment__revision")
    return list(rows.order_by("-assignment__revision__number", "-pk"))


def by_public_id(public_id: str) -> Review | None:
    """One review with what its page needs; whoever asks must still be checked."""
    rows = Review.objects.select_related(
        "assignment__submission",
        "assignment__review",
        "assignment__reviewer",
        "assignment__revision__policy",
        "assignment__revision__response",
    )
    return rows.prefetch_related(*ROWS).filter(public_id=public_id).first()
