"""When a round of reviews is complete, and where the case goes then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reviews.rules.states import Basis, Recommendation


class Next(StrEnum):
    """What a case in review does now."""

    WAIT = "wait"
    DELIBERATE = "deliberate"
    SIGN = "sign"


@dataclass(frozen=True)
class FiledReview:
    """What a filed review recommends: per part the outcome and the highest acceptable rung."""

    recommendation: Recommendation
    verdict: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class RoundFacts:
    """A round of reviews on one revision. ``above_ceiling``: what they recommend alike is more than the tier allows."""

    path: Basis
    reviewers_needed: int
    waiting: int
    filed: tuple[FiledReview, ...]
    evidence_open: int
    questions_open: int
    above_ceiling: bool = False


def next_step(facts: RoundFacts) -> Next:
    """Wait while a review, evidence or an answer is missing; then sign where reviewers agree, else deliberate.

    ``reviewer``: one who clears. ``reviewers``: equal recommendations are the vote; a split goes to the board, and so
    does what is above the ceiling, because that needs the override vote. ``board``: always deliberates. A case on a
    path without reviewers never gets here.
    """
    if not is_judged(facts) or facts.evidence_open or facts.questions_open:
        return Next.WAIT
    if facts.path is Basis.BOARD:
        return Next.DELIBERATE
    if facts.path is Basis.REVIEWERS:
        return Next.SIGN if agree(facts.filed) and not facts.above_ceiling else Next.DELIBERATE
    return Next.SIGN if all(r.recommendation is Recommendation.CLEAR for r in facts.filed) else Next.WAIT


def is_judged(facts: RoundFacts) -> bool:
    """Whether all the reviews that the tier asks for are filed and nobody still writes one."""
    return len(facts.filed) >= max(facts.reviewers_needed, 1) and not facts.waiting


def agree(filed: tuple[FiledReview, ...]) -> bool:
    """Whether all reviews recommend the same outcome and rung for every part; an escalation agrees with nobody."""
    if any(review.recommendation is not Recommendation.JUDGE for review in filed):
        return False
    return all(dict(review.verdict) == dict(filed[0].verdict) for review in filed[1:])
