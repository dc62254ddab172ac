"""The scoring rule against the historical cases, its steps by hand, and what must hold for any answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reviews.rules.policy import load
from reviews.rules.questionnaire import effective, shown
from reviews.rules.scored import PUBLISHED
from reviews.rules.scoring import DomainScore, assess, drivers, why
from tests.rules.packs import (
    PACK,
    SAFEGUARDS,
    SCALES,
    any_answers,
    case_answers,
    edited,
    full_answers,
    historical,
    values,
)


@pytest.mark.parametrize(("name", "answers", "expected"), historical())
def test_historical_cases_are_reproduced(name: str, answers: dict[str, Any], expected: dict[str, Any]) -> None:
    scored = assess(PACK, answers)
    assert {
        "inherent": scored.inherent,
        "residual": scored.residual,
        "score_tier": scored.score_tier,
        "triggers": list(scored.triggers),
        "tier": scored.tier,
    } == expected


def test_historical_cases_are_nine() -> None:
    assert len(historical()) == 9


def test_each_step_is_kept() -> None:
    scored = assess(PACK, case_answers("bert_2018"))
    assert scored.domains == (DomainScore("bias", 1, 1.0, 12.5, 12.5 * 0.7 * 1.2 * 1.1),)
    assert scored.breadth_bonus == 0
    assert scored.mitigation_fraction == 0.5 / 22
    assert scored.mitigation_cap == 0.10
    assert scored.credit == 0.5 / 22 * 0.10
    assert (scored.ceiling_model, scored.ceiling_paper) == ("open_weights", "full_text_code_data")
    assert scored.missing == ("artifact_summary", "misuse_scenarios")
    assert scored.complete is False


def test_complete_answers_are_complete() -> None:
    texts = {"artifact_summary": "An encoder.", "misuse_scenarios": "Two of them."}
    scored = assess(PACK, case_answers("bert_2018") | texts)
    assert (scored.missing, scored.complete) == ((), True)


def test_as_json_holds_what_is_published_and_the_arithmetic() -> None:
    result = assess(PACK, case_answers("llama_2023")).as_json()
    assert list(result) == [*PUBLISHED, "arithmetic"]
    assert json.loads(json.dumps(result)) == result
    assert result["domains"][0]["key"] == "cyber"


def test_holds_name_each_role_once() -> None:
    scored = assess(PACK, {"trip_csam": "yes", "trip_contract": "yes", "trip_threshold": "yes"})
    assert scored.holds == ("legal_officer", "chair")


def test_reach_has_the_floor_of_the_requested_level() -> None:
    answers = case_answers("bert_2018") | {"reach": 0}
    factors = assess(PACK, answers).factors
    assert (factors.reach, factors.reach_floor, factors.reach_factor) == (3, 3, 1.05)


def test_two_rungs_count_by_the_worse_of_each() -> None:
    answers = case_answers("llama_2023")
    scored = assess(PACK, answers)
    assert scored.factors.reversibility == 4
    assert scored.mitigation_cap == 0.10
    assert assess(PACK, answers | {"artifact_type": "model"}).mitigation_cap == 0.15


def test_safeguard_that_cannot_apply_is_left_out() -> None:
    answers = case_answers("criminality_from_face_2020")
    answers |= dict.fromkeys(SAFEGUARDS, "not_applicable")
    assert assess(PACK, answers).mitigation_fraction == 0
    assert assess(PACK, answers | {"mit_access": "tested"}).mitigation_fraction == pytest.approx(0.8)


def test_mitigation_lowers_at_most_one_tier() -> None:
    closed = "Fully closed, reversibility: 0, min_reach: 0, irreversible: false, mitigation_cap: 0."
    strong = load(edited(f"{closed}30", f"{closed}90"))
    answers = case_answers("stable_diffusion_2022") | dict.fromkeys(SAFEGUARDS, "independent")
    answers |= {"release_requested": "fully_closed", "cap_sexual_abuse": 4}
    scored = assess(strong, answers)
    assert (scored.inherent, scored.residual) == (69.0, 6.9)
    assert (scored.inherent_tier, scored.score_tier) == (3, 2)
    assert "Safeguards lower the tier by at most 1, so the score gives tier 2." in why(strong, scored)


def test_empty_answers_are_provisional_and_unsure() -> None:
    scored = assess(PACK, {})
    assert (scored.inherent, scored.triggers, scored.tier, scored.complete) == (0.0, ("unsure",), 2, False)
    assert scored.legal_flags == ()
    assert scored.mitigation_cap == 0.10


def test_missing_scale_counts_as_provisional() -> None:
    answers = case_answers("gpt2_2019")
    for key in ("uplift", "cap_manipulation"):
        del answers[key]
    stated = answers | {"uplift": 3, "cap_manipulation": 3}
    assert assess(PACK, answers).inherent == assess(PACK, stated).inherent
    assert assess(PACK, answers).factors.provisional == ("uplift",)


def test_missing_rung_counts_as_the_highest() -> None:
    answers = case_answers("megasyn_2022")
    del answers["paper_release_requested"]
    scored = assess(PACK, answers)
    assert scored.inherent == assess(PACK, case_answers("megasyn_2022")).inherent
    assert scored.mitigation_cap == 0.10


def test_missing_safeguard_counts_as_none() -> None:
    answers = case_answers("gpt2_2019")
    del answers["mit_documentation"]
    assert assess(PACK, answers).residual == assess(PACK, answers | {"mit_documentation": "none"}).residual


def test_no_trigger_fires_on_a_provisional_value() -> None:
    answers = case_answers("megasyn_2022") | {"trip_agents": "no", "trip_experiment": "no", "trip_detail": "no"}
    del answers["cap_cbrn"]
    assert assess(PACK, answers).triggers == ()


@pytest.mark.parametrize("gone", ["ease", "cap_manipulation", "hazard_domains", "release_requested", "artifact_type"])
def test_no_trigger_fires_on_a_provisional_inherent_tier(gone: str) -> None:
    answers = case_answers("gpt2_2019") | {"trip_leak": "yes"}
    assert "leaked" in assess(PACK, answers).triggers
    del answers[gone]
    assert not {"leaked", "leaked_minor"} & set(assess(PACK, answers).triggers)


def test_leak_of_something_harmless_is_a_minor_trigger() -> None:
    answers = case_answers("bert_2018") | {"trip_leak": "yes"}
    assert assess(PACK, answers).triggers == ("leaked_minor",)
    assert assess(PACK, answers | {"hazard_domains": []}).triggers == ("leaked_minor",)


def test_disabled_flag_is_not_raised() -> None:
    answers = case_answers("gpt2_2019") | {"jurisdictions": ["us", "eu"], "training_compute_flop": 1e26}
    flags = assess(PACK, answers).legal_flags
    assert flags == ("eu_gpai", "eu_systemic", "eu_product_liability", "ca_sb53", "ny_raise")


def test_zero_compute_is_given() -> None:
    answers = case_answers("llama_2023") | {"training_compute_flop": 0}
    assert assess(PACK, answers).triggers == ()


def test_why_tells_the_way_to_the_tier() -> None:
    answers = case_answers("gpt2_2019") | {
        "hazard_domains": ["manipulation", "fraud"],
        "cap_fraud": 4,
        "trip_leak": "yes",
    }
    assert why(PACK, assess(PACK, answers)) == (
        "2 required answers are missing, so this result is provisional.",
        "The requested level counts as a reach of at least 3.",
        (
            "Fraud and impersonation: enablement 4 and ease 3 give a likelihood of 3.5; with severity 2 the base is "
            "43.75; times uplift 1, reversibility 1.2 and reach 1.1 that is 57.75 (never above 69)."
        ),
        (
            "Large-scale manipulation and disinformation: enablement 2 and ease 3 give a likelihood of 1.75; "
            "with severity 3 the base is 32.81; times uplift 1, reversibility 1.2 and reach 1.1 that "
            "is 43.31 (never above 69)."
        ),
        "Further domains with high scores add 2 points to each domain, never beyond the cap of its severity.",
        "The inherent risk is 59.8, which by itself is tier 3.",
        (
            "The safeguards reach 14.55 % of what is possible; at the requested level they can take away at most 10 % "
            "of the risk, so 1.45 % comes off."
        ),
        "The residual risk is 58.9, which by itself is tier 3.",
        "Risky material is already outside the approved group: at least tier 3.",
        "The tier is 3, High.",
    )


def test_why_names_holds_and_domains_without_help() -> None:
    texts = why(PACK, assess(PACK, case_answers("megasyn_2022") | {"cap_cbrn": 0}))
    assert (
        "Chemical, biological, radiological and nuclear (CBRN) uplift: no help towards harm, so it scores 0." in texts
    )
    hold = "Listed agent or toxin: at least tier 3, and nothing is released until the biosecurity officer clears it."
    assert hold in texts
    assert "No hazard domain is chosen, so the score is 0." in why(PACK, assess(PACK, {}))


@given(any_answers)
def test_explanation_exists_for_any_answers(answers: dict[str, Any]) -> None:
    scored = assess(PACK, answers)
    assert all("%(" not in driver.text for driver in drivers(PACK, scored))
    assert drivers(PACK, scored)[-1].code == "tier"


@given(any_answers)
def test_any_answers_keep_the_order_of_the_results(answers: dict[str, Any]) -> None:
    scored = assess(PACK, answers)
    assert 0 <= scored.residual <= scored.inherent <= 100
    assert scored.tier >= scored.score_tier >= scored.inherent_tier - 1
    assert 0 <= scored.mitigation_fraction <= 1
    assert scored.complete is (scored.missing == ())
    assert json.loads(json.dumps(scored.as_json(), allow_nan=False))["tier"] == scored.tier


@given(any_answers)
def test_same_answers_give_the_same_result(answers: dict[str, Any]) -> None:
    assert assess(PACK, answers) == assess(PACK, dict(reversed(answers.items())))
    assert assess(PACK, answers) == assess(PACK, effective(PACK, answers))


@given(any_answers, st.data())
def test_answers_to_hidden_questions_change_nothing(answers: dict[str, Any], data: st.DataObject) -> None:
    hidden = [q for q in PACK.questions if q.key not in shown(PACK, answers)]
    assume(hidden)
    question = data.draw(st.sampled_from(hidden))
    assert assess(PACK, answers | {question.key: data.draw(values(question))}) == assess(PACK, answers)


@given(full_answers, st.sampled_from(SCALES), st.integers(0, 4))
def test_raising_an_answer_lowers_neither_inherent_nor_tier(answers: dict[str, Any], key: str, value: int) -> None:
    low, high = sorted([answers[key], value])
    less, more = assess(PACK, answers | {key: low}), assess(PACK, answers | {key: high})
    assert less.inherent <= more.inherent
    assert less.tier <= more.tier


@given(full_answers, st.sampled_from(SAFEGUARDS), st.data())
def test_more_mitigation_never_raises_residual(answers: dict[str, Any], key: str, data: st.DataObject) -> None:
    grades = [o for o in PACK.question(key).options if o.credit is not None]
    less, more = sorted(
        data.draw(st.lists(st.sampled_from(grades), min_size=2, max_size=2)), key=lambda o: o.credit or 0.0
    )
    assert assess(PACK, answers | {key: more.value}).residual <= assess(PACK, answers | {key: less.value}).residual


@given(full_answers, st.sampled_from(["model", "paper"]), st.integers(0, 6), st.integers(0, 6))
def test_higher_rung_never_lowers_inherent(answers: dict[str, Any], part: str, one: int, other: int) -> None:
    low, high = (PACK.ladder(part)[number].value for number in sorted([one, other]))
    key = PACK.bindings.rung(part)
    assert assess(PACK, answers | {key: low}).inherent <= assess(PACK, answers | {key: high}).inherent


@given(full_answers, st.sampled_from([d.key for d in PACK.domains]))
def test_further_domain_never_lowers_inherent(answers: dict[str, Any], domain: str) -> None:
    others = [key for key in answers["hazard_domains"] if key != domain]
    fewer = assess(PACK, answers | {"hazard_domains": others})
    assert fewer.inherent <= assess(PACK, answers | {"hazard_domains": [*others, domain]}).inherent
