"""A round of reviews as facts for ``rules.progress``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reviews.models import Assignment, Inquiry, Review, Revision
from reviews.queries.assessment import current
from reviews.rules import tiers
from reviews.rules.progress import FiledReview, RoundFacts
from reviews.rules.states import LIVE_ASSIGNMENT, AssignmentStatus, Basis, Outcome, Recommendation


def path_of(revision: Revision) -> Basis:
    """Who decides on this revision, by its tier, triggers and holds."""
    assessment = current(revision)
    return Basis(
        tiers.path_of(
            revision.policy.pack,
            assessment.tier,
            triggers=assessment.result["triggers"],
            holds=assessment.result["holds"],
            was_returned=revision.was_returned,
        )
    )


def working_tier(revision: Revision) -> int:
    """The tier whose reviewers, seats and evidence apply: the next one where the system path is closed."""
    assessment = current(revision)
    return tiers.working_tier(
        revision.policy.pack,
        assessment.tier,
        triggers=assessment.result["triggers"],
        holds=assessment.result["holds"],
        was_returned=revision.was_returned,
    )


@dataclass(frozen=True)
class Awaited:
    """How many of each are missing before a round is closed; numbers that those on the board see elsewhere, too."""

    reviews: int
    evidence: int
    answers: int


def awaited(revision: Revision, seats: Sequence[Assignment]) -> Awaited:
    """What the round of a revision with these seats still waits for; nothing of what any review says."""
    done = sum(seat.status == AssignmentStatus.DONE for seat in seats)
    needed = revision.policy.pack.tier(working_tier(revision)).reviewers
    return Awaited(
        reviews=max(needed, len(seats)) - done, evidence=_evidence_open(revision), answers=_questions_open(revision)
    )


def _evidence_open(revision: Revision) -> int:
    return revision.evidence.filter(given_at=None, waived_at=None).count()


def _questions_open(revision: Revision) -> int:
    return Inquiry.objects.filter(revision=revision, asked_of=None, answered_at=None).count()


def facts(revision: Revision) -> RoundFacts:
    """The round of this revision now; a fixed number of queries."""
    rows = Review.objects.filter(
        seat__revision=revision, seat__status=AssignmentStatus.DONE, filed_at__isnull=False
    ).prefetch_related("parts")
    filed = tuple(
        FiledReview(
            Recommendation(review.recommendation),
            {part.kind: (part.outcome, part.rung) for part in review.parts.all()},
        )
        for review in rows.order_by("assignment")
    )
    return RoundFacts(
        path=path_of(revision),
        reviewers_needed=revision.policy.pack.tier(working_tier(revision)).reviewers,
        waiting=Assignment.objects.filter(revision=revision, status__in=LIVE_ASSIGNMENT).count(),
        filed=filed,
        evidence_open=_evidence_open(revision),
        questions_open=_questions_open(revision),
        above_ceiling=any(_is_above_ceiling(revision, review) for review in filed),
    )


def _is_above_ceiling(revision: Revision, review: FiledReview) -> bool:
    pack, tier = revision.policy.pack, working_tier(revision)
    return any(
        outcome != Outcome.WITHHELD and tiers.is_above_ceiling(pack, tier, part, rung)
        for part, (outcome, rung) in review.verdict.items()
    )
