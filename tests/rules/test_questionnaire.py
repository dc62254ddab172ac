"""What is asked, what counts as an answer, and what is still missing."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import questionnaire
from reviews.rules.conditions import Compare
from reviews.rules.policy import load
from tests.rules.packs import PACK, any_answers, case_answers, edited

PAPER = case_answers("megasyn_2022")


def test_shown_without_answers_hides_what_depends_on_them() -> None:
    shown = questionnaire.shown(PACK, {})
    assert "artifact_type" in shown
    assert "release_requested" not in shown
    assert "uplift" not in shown


def test_shown_cascades_through_hidden_answers() -> None:
    answers = PAPER | {"release_requested": "open_weights", "mit_elicitation": "none"}
    shown = questionnaire.shown(PACK, answers)
    assert "release_requested" not in shown
    assert "mit_elicitation" not in shown
    effective = questionnaire.effective(PACK, answers)
    assert "release_requested" not in effective
    assert "mit_elicitation" not in effective


def test_confirmed_none_hides_judgement_and_is_no_missing_answer() -> None:
    answers = PAPER | {"hazard_domains": [], "trip_agents": "no", "trip_experiment": "no", "trip_detail": "no"}
    assert "uplift" not in questionnaire.shown(PACK, answers)
    assert "hazard_domains" not in questionnaire.missing(PACK, answers)
    del answers["hazard_domains"]
    assert "hazard_domains" in questionnaire.missing(PACK, answers)


def test_empty_choice_is_missing_where_none_cannot_be_chosen() -> None:
    assert "modality" in questionnaire.missing(PACK, PAPER | {"modality": []})


def test_tripwire_alone_asks_for_judgement() -> None:
    answers = {"hazard_domains": [], "trip_leak": "unsure"}
    assert "uplift" in questionnaire.shown(PACK, answers)


def test_required_if_follows_its_condition() -> None:
    question = PACK.question("misuse_scenarios")
    assert questionnaire.is_required(PACK, question, PAPER)
    only_trip = {"hazard_domains": [], "trip_leak": "yes"}
    assert "misuse_scenarios" in questionnaire.shown(PACK, only_trip)
    assert not questionnaire.is_required(PACK, question, only_trip)
    assert not questionnaire.is_required(PACK, question, {})


def test_missing_lists_blank_and_absent_answers_in_order() -> None:
    assert questionnaire.missing(PACK, PAPER | {"artifact_summary": "  "}) == ("artifact_summary", "misuse_scenarios")


@pytest.mark.parametrize(
    ("kind", "parts"),
    [("paper", ("paper",)), ("model", ("model",)), ("paper_and_model", ("model", "paper")), (None, ()), (3, ())],
)
def test_parts_follow_the_kind(kind: Any, parts: tuple[str, ...]) -> None:
    assert questionnaire.parts(PACK, {"artifact_type": kind}) == parts


def test_why_shown_names_the_questions_of_the_condition() -> None:
    assert questionnaire.why_shown(PACK, "cap_cbrn") == ("hazard_domains",)
    assert questionnaire.why_shown(PACK, "mit_elicitation") == ("release_requested", "hazard_domains")
    assert questionnaire.why_shown(PACK, "artifact_type") == ()


MODEL = {"artifact_type": "model"}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (MODEL, None),
        (MODEL | {"training_compute_flop": 0}, 0.0),
        (MODEL | {"parameters_n": 2, "training_tokens_d": 3}, 36.0),
        (MODEL | {"parameters_n": 2}, None),
        (MODEL | {"parameters_n": 2, "training_tokens_d": 3, "training_compute_flop": 7}, 7.0),
        ({"artifact_type": "paper", "training_compute_flop": 7, "parameters_n": 2, "training_tokens_d": 3}, None),
        (MODEL | {"parameters_n": 1e200, "training_tokens_d": 1e200}, math.inf),
    ],
)
def test_compute_is_given_or_derived(answers: dict[str, Any], expected: float | None) -> None:
    assert questionnaire.lookup(PACK, answers)("$compute") == expected


@pytest.mark.parametrize(
    ("answers", "weights", "irreversible"),
    [
        ({}, None, None),
        (MODEL, None, None),
        (MODEL | {"release_requested": "vetted_api"}, False, False),
        (MODEL | {"release_requested": "open_weights"}, True, True),
        ({"artifact_type": "paper", "paper_release_requested": "full_text"}, False, True),
        ({"artifact_type": "paper_and_model", "release_requested": "internal"}, None, None),
        ({"artifact_type": "paper_and_model", "release_requested": "gated_weights"}, True, True),
    ],
)
def test_rung_qualities_are_unanswered_until_every_rung_is_named(
    answers: dict[str, Any], weights: bool | None, irreversible: bool | None
) -> None:
    lookup = questionnaire.lookup(PACK, answers)
    assert (lookup("$weights"), lookup("$irreversible")) == (weights, irreversible)


def test_tripwires_are_unsure_until_answered() -> None:
    answers: dict[str, Any] = {q.key: "no" for q in PACK.questions if q.type == "tripwire"}
    assert questionnaire.lookup(PACK, answers)("$any_unsure") is False
    assert questionnaire.lookup(PACK, answers)("$any_trip") is False
    assert questionnaire.lookup(PACK, answers | {"trip_leak": "unsure"})("$any_unsure") is True
    assert questionnaire.lookup(PACK, answers | {"trip_leak": "unsure"})("$any_trip") is True
    del answers["trip_leak"]
    assert questionnaire.lookup(PACK, answers)("$any_unsure") is True
    assert questionnaire.lookup(PACK, answers)("$any_trip") is False


def test_unknown_derived_value_is_a_programming_fault() -> None:
    with pytest.raises(KeyError):
        questionnaire.lookup(PACK, {})("$luck")


FAULTS: list[tuple[str, Any, str]] = [
    ("artifact_type", "book", "“book” is not one of the options."),
    ("artifact_type", ["paper"], "Choose one of the options."),
    ("trip_leak", True, "Write “yes” as a word in quotes, not as true or false."),
    ("human_subjects", False, "Write “no” as a word in quotes, not as true or false."),
    ("modality", "text", "Give a list of options."),
    ("modality", ["text", "smell"], "“smell” is not one of the options."),
    ("modality", ["text", "text"], "Choose each option only once."),
    ("modality", ["text", {}], "Choose from the options."),
    ("reach", 5, "Choose a whole number from 0 to 4."),
    ("reach", "3", "Choose a whole number from 0 to 4."),
    ("reach", True, "Choose a whole number from 0 to 4."),
    ("reach", 3.0, "Choose a whole number from 0 to 4."),
    ("artifact_summary", 3, "Give a text."),
    ("artifact_summary", "a\x00b", "The text contains a character that cannot be stored."),
    ("artifact_summary", "\ud800", "The text contains a character that cannot be stored."),
    ("artifact_summary", "x" * 20_001, "The text is longer than 20000 characters."),
    ("training_compute_flop", "1e25", "Give a number."),
    ("training_compute_flop", math.nan, "Give a finite number."),
    ("training_compute_flop", math.inf, "Give a finite number."),
    ("training_compute_flop", 10**400, "Give a finite number."),
    ("training_compute_flop", -1, "Give a number that is not negative."),
    ("parameters_n", -1, "Give a number that is not negative."),
    ("favourite_colour", "blue", "The policy has no question of this name."),
    ("$compute", 1, "The policy has no question of this name."),
]


@pytest.mark.parametrize(("key", "value", "sentence"), FAULTS)
def test_faults_name_the_wrong_shape(key: str, value: Any, sentence: str) -> None:
    assert questionnaire.faults(PACK, {key: value}) == {key: sentence}


@pytest.mark.parametrize(("key", "value", "sentence"), FAULTS)
def test_ill_shaped_answers_count_as_absent(key: str, value: Any, sentence: str) -> None:
    answers = case_answers("gpt2_2019")
    answers.pop(key, None)
    assert questionnaire.effective(PACK, answers | {key: value}) == questionnaire.effective(PACK, answers)


def test_plain_number_may_be_negative() -> None:
    question = "  - key: margin\n    section: profile\n    type: number\n    required: false\n    text: Margin?\n"
    pack = load(edited("  - key: base_model\n", f"{question}    scoring: {{role: context}}\n  - key: base_model\n"))
    assert questionnaire.faults(pack, {"margin": -1.5}) == {}
    assert questionnaire.faults(pack, {"margin": math.nan}) == {"margin": "Give a finite number."}


def test_no_answer_is_no_fault() -> None:
    assert questionnaire.faults(PACK, {q.key: None for q in PACK.questions}) == {}


@given(any_answers)
def test_well_shaped_answers_have_no_faults(answers: dict[str, Any]) -> None:
    assert questionnaire.faults(PACK, answers) == {}


@given(any_answers)
def test_effective_answers_are_a_fixed_point(answers: dict[str, Any]) -> None:
    once = questionnaire.effective(PACK, answers)
    assert questionnaire.effective(PACK, once) == once
    assert questionnaire.shown(PACK, once) == questionnaire.shown(PACK, answers)
    assert questionnaire.missing(PACK, once) == questionnaire.missing(PACK, answers)


@given(any_answers)
def test_missing_is_shown_required_and_unanswered(answers: dict[str, Any]) -> None:
    effective = questionnaire.effective(PACK, answers)
    wanted = [
        key
        for key in questionnaire.shown(PACK, answers)
        if key not in effective and questionnaire.is_required(PACK, PACK.question(key), answers)
    ]
    assert questionnaire.missing(PACK, answers) == tuple(wanted)


values = st.none() | st.sampled_from(["a", "b"]) | st.integers(0, 2) | st.lists(st.sampled_from(["a", "b"]), max_size=2)
sets = st.dictionaries(st.sampled_from(["x", "y", "z"]), values)


@given(shown=sets, stored=sets, typed=sets)
def test_merging_takes_what_was_changed_here_and_names_what_both_changed(
    shown: dict[str, Any], stored: dict[str, Any], typed: dict[str, Any]
) -> None:
    marks = {key: questionnaire.fingerprint(shown.get(key)) for key in "xyz"}
    kept, clashing = questionnaire.merge(stored, typed, marks)
    for key, value in typed.items():
        mine, theirs = value != shown.get(key), stored.get(key) != shown.get(key)
        assert (key in kept) == (mine and value != stored.get(key))
        assert (key in clashing) == (key in kept and theirs)


def test_fingerprint_is_of_the_value_and_empty_for_none() -> None:
    assert questionnaire.fingerprint(None) == ""
    assert questionnaire.fingerprint(5) == questionnaire.fingerprint(5.0) != questionnaire.fingerprint("5")
    assert questionnaire.fingerprint([]) != ""


def test_many_questions_that_ask_for_any_tripwire_cost_little() -> None:
    one = next(question for question in PACK.questions if question.type == "tripwire")
    asked = Compare("$any_trip", "eq", True)
    more = tuple(replace(one, key=f"t{number}", show_if=asked) for number in range(2_000))
    pack = replace(PACK, questions=(*PACK.questions, *more))
    answers = {question.key: "no" for question in more} | {one.key: "yes"}
    started = time.process_time()
    reading = questionnaire.read(pack, answers)
    assert all(reading.value("$any_trip") for _ in range(2_000))
    assert time.process_time() - started < 0.5
    assert reading.shown[-1] == "t1999"
    assert "t0" not in questionnaire.shown(pack, answers | {one.key: "no"})


@given(any_answers)
def test_doubts_are_those_of_the_tripwires_before(answers: dict[str, Any]) -> None:
    reading = questionnaire.read(PACK, answers)
    given = [reading.answers.get(q.key) for q in PACK.questions if q.type == "tripwire" and q.key in reading.shown]
    assert reading.value("$any_trip") == bool({"yes", "unsure"} & set(given))
    assert reading.value("$any_unsure") == ("unsure" in given or None in given)
