"""Which evidence each tier asks for, where its condition holds, and what the submission itself gives."""

from __future__ import annotations

from typing import Any

import pytest

from reviews.rules.evidence import asked, given_by_submitting
from tests.rules.packs import PACK, case_answers

PAPER: dict[str, Any] = {"artifact_type": "paper", "paper_release_requested": "full_text"}
MODEL: dict[str, Any] = {"artifact_type": "model", "release_requested": "vetted_api"}
WEIGHTS: dict[str, Any] = {"artifact_type": "model", "release_requested": "open_weights"}
BOTH: dict[str, Any] = {**PAPER, **WEIGHTS, "artifact_type": "paper_and_model"}


@pytest.mark.parametrize(
    ("tier", "answers", "expected"),
    [
        (0, PAPER, "plain_summary author_attestation"),
        (0, BOTH, "plain_summary author_attestation"),
        (1, PAPER, "plain_summary author_attestation impact_statement"),
        (1, MODEL, "plain_summary author_attestation impact_statement model_card_draft"),
        (2, PAPER, "plain_summary author_attestation impact_statement misuse_scenarios rollback_plan"),
        (
            2,
            MODEL,
            (
                "plain_summary author_attestation impact_statement misuse_scenarios model_card_complete"
                " internal_red_team_summary rollback_plan"
            ),
        ),
        (
            3,
            PAPER,
            (
                "plain_summary author_attestation misuse_scenarios redaction_check legal_and_export_check"
                " rollback_plan_rehearsed"
            ),
        ),
        (
            3,
            MODEL,
            (
                "plain_summary author_attestation misuse_scenarios model_card_complete independent_red_team_report"
                " safeguards_test staged_release_plan legal_and_export_check rollback_plan_rehearsed"
            ),
        ),
        (
            3,
            BOTH,
            (
                "plain_summary author_attestation misuse_scenarios model_card_complete independent_red_team_report"
                " safeguards_test worst_case_weights_test redaction_check staged_release_plan legal_and_export_check"
                " rollback_plan_rehearsed"
            ),
        ),
        (
            4,
            PAPER,
            (
                "plain_summary author_attestation threat_model redaction_check legal_and_export_check"
                " authority_consultation_note rollback_plan_rehearsed"
            ),
        ),
    ],
)
def test_asked(tier: int, answers: dict[str, Any], expected: str) -> None:
    assert " ".join(asked(PACK, tier, answers)) == expected


def test_asked_reads_answers_of_shown_questions_alone() -> None:
    hidden = {**PAPER, "release_requested": "open_weights"}
    assert asked(PACK, 3, hidden) == asked(PACK, 3, PAPER)


def test_summary_and_attestation_are_given_by_submitting() -> None:
    answers = {"artifact_summary": "  In plain words.  "}
    assert given_by_submitting(PACK, "plain_summary", answers, "Author One") == "In plain words."
    assert given_by_submitting(PACK, "author_attestation", answers, "Author One") == "Author One"


def test_type_with_the_key_of_a_question_is_given_by_its_text() -> None:
    answers = case_answers("gpt2_2019") | {"misuse_scenarios": "Two scenarios."}
    assert given_by_submitting(PACK, "misuse_scenarios", answers, "Author One") == "Two scenarios."
    assert given_by_submitting(PACK, "impact_statement", answers, "Author One") == ""


def test_answer_that_is_no_text_gives_nothing() -> None:
    assert given_by_submitting(PACK, "misuse_scenarios", {"misuse_scenarios": ["a"]}, "Author One") == ""
    assert given_by_submitting(PACK, "misuse_scenarios", {"misuse_scenarios": "   "}, "Author One") == ""
    assert given_by_submitting(PACK, "misuse_scenarios", {}, "Author One") == ""
