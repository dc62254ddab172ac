"""The thresholds of compute are those that the policy itself compares with, and an amount passes those it reaches."""

from __future__ import annotations

import pytest

from reviews.rules import thresholds
from reviews.rules.policy import load
from tests.rules.packs import PACK, case_answers, edited

MODEL = case_answers("gpt2_2019")


def passed(**answers: float) -> list[float]:
    given = {key: value for key, value in MODEL.items() if key != "training_compute_flop"} | answers
    return [line.amount for line in thresholds.lines(PACK, given) if line.is_passed]


def test_each_amount_is_named_once_with_everything_that_looks_at_it() -> None:
    assert [(line.amount, len(line.reasons)) for line in thresholds.lines(PACK, {})] == [
        (1e23, 3),
        (1e25, 2),
        (1e26, 3),
    ]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, []),
        ({"training_compute_flop": 9.9e22}, []),
        ({"training_compute_flop": 1e23}, [1e23]),
        ({"training_compute_flop": 2e25}, [1e23, 1e25]),
        ({"parameters_n": 1e12, "training_tokens_d": 2e13}, [1e23, 1e25, 1e26]),
        ({"parameters_n": 1e12}, []),
    ],
)
def test_amount_passes_what_it_reaches(answers: dict[str, float], expected: list[float]) -> None:
    assert passed(**answers) == expected


def test_flag_that_is_switched_off_is_no_threshold() -> None:
    assert "Illinois SB 315" not in {reason for line in thresholds.lines(PACK, {}) for reason in line.reasons}


def test_number_follows_the_pack() -> None:
    other = load(edited('reason: "At least 1e25 FLOP, presumed systemic risk in EU law", when: {q: $compute, op: gte, '
                        "value: 1.0e+25}", 'reason: "At least 1e25 FLOP, presumed systemic risk in EU law", when: {q: '
                        "$compute, op: gte, value: 7.0e+24}"))  # fmt: skip
    assert [line.amount for line in thresholds.lines(other, {})] == [1e23, 7e24, 1e25, 1e26]
