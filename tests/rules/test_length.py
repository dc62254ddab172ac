"""How long the questionnaire is: a case without hazards is done in five minutes, a typical one in twenty."""

from __future__ import annotations

from reviews.rules import questionnaire
from tests.factories.cases import MINIMAL
from tests.rules.packs import CASES, PACK


def test_case_without_hazards_is_asked_little() -> None:
    assert len(questionnaire.shown(PACK, MINIMAL)) == 18


def test_typical_cases_are_asked_no_more_than_twenty_minutes_take() -> None:
    asked = {case["key"]: len(questionnaire.shown(PACK, case["answers"])) for case in CASES}
    assert asked == {
        "gpt2_2019": 39, "llama_2023": 44, "megasyn_2022": 29, "stable_diffusion_2022": 39,
        "criminality_from_face_2020": 30, "bert_2018": 37,
    }  # fmt: skip
    assert round(sum(asked.values()) / len(asked)) == 36
