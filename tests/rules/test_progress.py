"""When a round of reviews is over, and where the case goes: each path, each thing that is still owed."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from reviews.rules.progress import FiledReview, Next, RoundFacts, agree, next_step
from reviews.rules.states import Basis, Recommendation

CLEAR = FiledReview(Recommendation.CLEAR, {})
ESCALATE = FiledReview(Recommendation.ESCALATE, {})
FULL = FiledReview(Recommendation.JUDGE, {"model": ("full", "open_weights")})
LOWER = FiledReview(Recommendation.JUDGE, {"model": ("staged", "vetted_api")})
OTHER_RUNG = FiledReview(Recommendation.JUDGE, {"model": ("staged", "hosted_public")})
TWO_PARTS = FiledReview(Recommendation.JUDGE, {"model": ("full", "open_weights"), "paper": ("full", "full_text")})


def facts(
    path: Basis, *filed: FiledReview, needed: int = 1, waiting: int = 0, evidence: int = 0, questions: int = 0
) -> RoundFacts:
    return RoundFacts(path, needed, waiting, filed, evidence, questions)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (facts(Basis.REVIEWER, CLEAR), Next.SIGN),
        (facts(Basis.REVIEWER, CLEAR, CLEAR), Next.SIGN),
        (facts(Basis.REVIEWER, ESCALATE), Next.WAIT),
        (facts(Basis.REVIEWER, CLEAR, ESCALATE), Next.WAIT),
        (facts(Basis.REVIEWER), Next.WAIT),
        (facts(Basis.REVIEWERS, FULL, FULL, needed=2), Next.SIGN),
        (facts(Basis.REVIEWERS, LOWER, LOWER, needed=2), Next.SIGN),
        (facts(Basis.REVIEWERS, FULL, LOWER, needed=2), Next.DELIBERATE),
        (facts(Basis.REVIEWERS, LOWER, OTHER_RUNG, needed=2), Next.DELIBERATE),
        (facts(Basis.REVIEWERS, FULL, TWO_PARTS, needed=2), Next.DELIBERATE),
        (facts(Basis.REVIEWERS, ESCALATE, FULL, needed=2), Next.DELIBERATE),
        (facts(Basis.REVIEWERS, CLEAR, CLEAR, needed=2), Next.DELIBERATE),
        (facts(Basis.REVIEWERS, FULL, FULL, LOWER, needed=2), Next.DELIBERATE),
        (facts(Basis.REVIEWERS, FULL, needed=2), Next.WAIT),
        (facts(Basis.REVIEWERS, FULL, FULL, needed=2, waiting=1), Next.WAIT),
        (facts(Basis.REVIEWERS, FULL, FULL, needed=2, evidence=1), Next.WAIT),
        (facts(Basis.REVIEWERS, FULL, FULL, needed=2, questions=1), Next.WAIT),
        (facts(Basis.BOARD, FULL, FULL, FULL, needed=3), Next.DELIBERATE),
        (facts(Basis.BOARD, FULL, LOWER, FULL, needed=3), Next.DELIBERATE),
        (facts(Basis.BOARD, FULL, FULL, needed=3), Next.WAIT),
        (facts(Basis.BOARD, FULL, FULL, FULL, needed=3, evidence=2), Next.WAIT),
        (facts(Basis.BOARD, needed=0), Next.WAIT),
    ],
)
def test_next_step(given: RoundFacts, expected: Next) -> None:
    assert next_step(given) is expected


def test_whatever_is_owed_keeps_every_path_waiting() -> None:
    for path, waiting, evidence, questions in product(Basis, (0, 1), (0, 1), (0, 1)):
        found = next_step(
            facts(path, FULL, FULL, FULL, needed=3, waiting=waiting, evidence=evidence, questions=questions)
        )
        if waiting or evidence or questions:
            assert found is Next.WAIT


def test_only_the_board_path_never_skips_the_board() -> None:
    for one, two, three in product((FULL, LOWER, CLEAR), repeat=3):
        assert next_step(facts(Basis.BOARD, one, two, three, needed=3)) is Next.DELIBERATE


def test_agree_compares_parts_and_rungs_and_not_their_order() -> None:
    turned = FiledReview(Recommendation.JUDGE, dict(reversed(TWO_PARTS.verdict.items())))
    assert agree((TWO_PARTS, turned)) is True
    assert agree((FULL,)) is True
    assert agree((FULL, ESCALATE)) is False
    assert agree((CLEAR, CLEAR)) is False


def test_agreement_above_the_ceiling_goes_to_the_board() -> None:
    alike = tuple(FiledReview(Recommendation.JUDGE, {"model": ("full", "open_weights")}) for _ in range(2))
    round_ = RoundFacts(Basis.REVIEWERS, 2, waiting=0, filed=alike, evidence_open=0, questions_open=0)
    assert next_step(round_) is Next.SIGN
    assert next_step(replace(round_, above_ceiling=True)) is Next.DELIBERATE
