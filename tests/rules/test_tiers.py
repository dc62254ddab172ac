"""From scores to tiers, and what a tier means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import tiers
from reviews.rules.policy import load
from reviews.rules.scoring import assess
from tests.rules.packs import PACK, case_answers, edited

SCORES = st.floats(0, 100).map(lambda score: round(score, 1))


@pytest.mark.parametrize(
    ("score", "tier"), [(0, 0), (9.9, 0), (10, 1), (24.9, 1), (25, 2), (44.9, 2), (45, 3), (69.9, 3), (70, 4), (100, 4)]
)
def test_tier_starts_at_its_threshold(score: float, tier: int) -> None:
    assert tiers.tier_of(PACK, score) == tier


@given(SCORES, SCORES)
def test_higher_score_never_gives_a_lower_tier(one: float, other: float) -> None:
    low, high = sorted([one, other])
    assert tiers.tier_of(PACK, low) <= tiers.tier_of(PACK, high)
    assert tiers.score_tier(PACK, high, low) <= tiers.score_tier(PACK, high, high)


@pytest.mark.parametrize(
    ("inherent", "residual", "tier"), [(70, 70, 4), (70, 30, 3), (45, 0, 2), (10, 9, 0), (0, 0, 0)]
)
def test_score_tier_is_limited(inherent: float, residual: float, tier: int) -> None:
    assert tiers.score_tier(PACK, inherent, residual) == tier


def test_final_tier_is_the_highest() -> None:
    assert tiers.final_tier(PACK, 1, ()) == 1
    assert tiers.final_tier(PACK, 1, ("contract_limit", "csam")) == 4
    assert tiers.final_tier(PACK, 4, ("unsure",)) == 4


def test_ceiling_is_not_above_itself() -> None:
    assert tiers.ceiling(PACK, 3, "model").value == "vetted_api"
    assert tiers.ceiling(PACK, 3, "paper").value == "redacted_preprint"
    assert not tiers.is_above_ceiling(PACK, 3, "model", "vetted_api")
    assert tiers.is_above_ceiling(PACK, 3, "model", "hosted_public")
    assert tiers.is_above_ceiling(PACK, 4, "paper", "abstract_only")


def test_top_domain_is_the_first_of_the_highest() -> None:
    assert tiers.top_domain(PACK, assess(PACK, case_answers("llama_2023"))) == "manipulation"
    assert tiers.top_domain(PACK, assess(PACK, case_answers("criminality_from_face_2020"))) == "surveillance"
    assert tiers.top_domain(PACK, assess(PACK, {})) == ""
    assert tiers.top_of(PACK, {"bias": 3.0, "cbrn": 3.0, "cyber": 1.0}) == "cbrn"


def test_system_path_needs_a_case_without_trigger_and_hold() -> None:
    assert tiers.path_of(PACK, 0) == "system"
    assert tiers.path_of(PACK, 0, triggers=("leaked_minor",)) == "reviewer"
    assert tiers.path_of(PACK, 0, holds=("legal_officer",)) == "reviewer"
    assert tiers.path_of(PACK, 3, triggers=("csam",)) == "board"
    assert tiers.working_tier(PACK, 0, holds=("legal_officer",)) == 1
    assert tiers.working_tier(PACK, 2, holds=("legal_officer",)) == 2


def test_next_path_skips_further_system_tiers() -> None:
    old = "label: Low\n    path: reviewer\n    reviewers: 1\n    external_reviewers: 0\n    expertise: [generalist]"
    new = "label: Low\n    path: system\n    reviewers: 0\n    external_reviewers: 0\n    expertise: []"
    assert tiers.path_of(load(edited(old, new)), 0, triggers=("unsure",)) == "reviewers"


@pytest.mark.parametrize(("tier", "at_board"), [(0, 2), (1, 2), (2, 2), (3, 3), (4, 4)])
def test_no_case_is_before_a_board_that_has_no_vote_on_it(tier: int, at_board: int) -> None:
    assert tiers.at_board(PACK, tier) == at_board
