"""Reading model cards: any text gives one, only what is said is taken, and what is lacking is named."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import model_card, model_card_answers, policy, questionnaire
from reviews.rules.model_card_answers import Found, amount
from tests.rules.packs import PACK, PACK_TEXT, any_answers, line_of

CARD = """---
license: mit
language: [en, uk]
tags: [code, chemistry, text-generation, other]
pipeline_tag: text-generation
co2_eq_emissions: {emissions: 5, source: measured}
---
<!-- Fields at the top. -->
# Model Card for Small

[![badge](https://example.org/badge.svg)](https://example.org)

Small completes program code, for people who write it. It was
made by the code group.

| Parameters | 7B |
|---|---|

- **Training tokens:** 1.5 trillion

## Uses
### Direct Use
[More Information Needed]
### Out-of-Scope Use
Nothing that decides about people.

Bias, Risks, and Limitations
----------------------------
It repeats what it was trained on.

## Training Details
- **Hardware Type:** [More Information Needed]
### Training Data
```
# Evaluation
```
"""
MAPPED = (
    PACK_TEXT
    + """
model_card:
  fields:
    - {field: pipeline_tag, question: modality, values: {text-generation: [text, code]}}
    - {field: params, question: parameters_n}
    - {field: license, question: artifact_summary}
    - {field: gated, question: human_subjects}
  evidence:
    risks: impact_statement
    training_data: [plain_summary, threat_model]
"""
)


def said(text: str, answers: dict[str, Any] | None = None, pack: Any = PACK) -> dict[str, Any]:
    found = model_card_answers.found(pack, model_card.read(text), answers or {})
    return {one.key: one.value for one in found}


def test_card_answers_what_it_says_and_nothing_else() -> None:
    assert model_card_answers.found(PACK, model_card.read(CARD), {}) == (
        Found("artifact_type", "artifact_type", "model", "text"),
        Found(
            "artifact_summary", "artifact_summary",
            "Small completes program code, for people who write it. It was made by the code group.", "text",
        ),
        Found("modality", "modality", ["code", "chemistry"], "tags"),
        Found("parameters_n", "training_compute_flop", 7_000_000_000, "text"),
        Found("training_tokens_d", "training_compute_flop", 1_500_000_000_000, "text"),
    )  # fmt: skip


def test_given_answers_stay_choices_are_added_and_what_is_not_asked_is_not_offered() -> None:
    assert said(CARD, {"artifact_type": "paper"}).keys() == {"artifact_summary", "modality"}
    given = {"artifact_type": "model", "modality": ["image", "code"], "training_compute_flop": 1e20}
    assert said(CARD, given)["modality"] == ["image", "code", "chemistry"]
    assert said(CARD, given).keys() == {"artifact_summary", "modality"}
    assert said(CARD, {**given, **said(CARD, given)}) == {}


@pytest.mark.parametrize(
    ("top", "answers"),
    [
        ("tags: [uk, us]", {}),  # languages here, countries there
        ("tags: [privacy, cyber]", {}),  # areas of harm are people's to judge
        ("base_model: scratch", {"base_model": "scratch"}),
        ("tags: [scratch, system]", {}),  # one question, two choices
        ("license: other", {}),  # two questions have it
        ("tags: Program code", {"modality": ["code"]}),
        ("tags: {code: 1}", {}),
        ("parameters: 1.5e9\nactive_parameters: 3B", {"parameters_n": 3_000_000_000}),
        ("parameters: about 7B", {}),
    ],
)
def test_word_counts_only_where_it_is_exact_and_unambiguous(top: str, answers: dict[str, Any]) -> None:
    assert said(f"---\n{top}\n---\n") == {"artifact_type": "model", **answers}


def test_card_that_contradicts_itself_gives_no_amount() -> None:
    assert "parameters_n" not in said("---\nparameters: 7B\n---\n- **Parameters:** 8B\n")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (7, 7), (True, None), ("7B", 7 * 10**9), ("65,000,000 parameters", 65 * 10**6), ("0.5k", 500),
        ("1.5 trillion tokens", 15 * 10**11), ("1,5B", None), ("~7B", None), ("0", None), ("9" * 40, None),
        (float("inf"), None), ("7 dwarfs", None), (None, None),
    ],
)  # fmt: skip
def test_amount_as_cards_write_it(text: Any, value: Any) -> None:
    assert amount(text) == value


def test_card_lacks_sections_headings_without_text_and_fields() -> None:
    card = model_card.read(CARD)
    assert [(lack.section, lack.is_empty) for lack in model_card.lacks(card)] == [
        ("intended_use", True),
        ("training", True),
        ("evaluation", False),
    ]
    assert model_card.absent(card) == ("datasets", "base_model", "model-index")
    assert [lack.section for lack in model_card.lacks(model_card.read(""))] == [one.key for one in model_card.SECTIONS]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("---\na: [&x 1, *x]\n---\n",
         "An anchor (&) is not used here; write the text out. A value that starts so needs quotes."),
        ("---\n- a\n---\n", "The YAML at the top is no list of fields with values."),
        ("---\na: 1\n", "The YAML at the top has no end: a line of three hyphens."),
        ("a: 1\n", ""),
    ],
)  # fmt: skip
def test_top_that_cannot_be_read_is_said_and_the_rest_is_read(text: str, fault: str) -> None:
    card = model_card.read(text + "\nA paragraph that is long enough to be taken as a summary.")
    assert (card.fault, card.fields) == (fault, {})
    assert model_card.summary(card).endswith("to be taken as a summary.")


_lines = st.sampled_from(
    ["---", "# A", "## Uses", "===", "```", "<!--", "-->", "tags: [code, code]", "a: {b: [", "| Parameters | 7B |",
     "- **Tokens:** 1e", "language: no", "x: *y", "parameters: .inf", "pipeline_tag: other", "...", "\ufeff---", "\x00"]
)  # fmt: skip


@given(
    text=st.text() | st.lists(_lines | st.text(max_size=20), max_size=30).map("\n".join),
    top=st.booleans(), answers=any_answers,
)  # fmt: skip
def test_any_text_is_a_card_whose_answers_fit_their_questions(text: str, top: bool, answers: dict[str, Any]) -> None:
    card = model_card.read(f"---\n{text}" if top else text)
    assert {lack.section for lack in model_card.lacks(card)} <= {one.key for one in model_card.SECTIONS}
    assert set(model_card.absent(card)) <= set(model_card.FIELDS)
    for pack in (PACK, policy.load(MAPPED)):
        found = said(text, answers, pack)
        assert questionnaire.faults(pack, found) == {}


@pytest.mark.parametrize(
    "text",
    [
        *(
            piece * (model_card.MAX_BYTES // len(piece))
            for piece in ("<!--", "- **" * 9, "a\n---\n", "[", "```\n", "| a ")
        ),
        "# Uses, description, risk, data source, training detail, result\n" + "## a\n" * (model_card.MAX_BYTES // 5),
        "# Uses\nn" + " " * model_card.MAX_BYTES + "/a",
        "---\ntags:\n" + "".join(f"- {number:06}\n" for number in range(57_000)) + "---\n",
    ],
)
def test_long_text_is_looked_at_in_a_moment(text: str) -> None:
    """Each line, comment and word is looked at once, however they are nested: processor time is not shared."""
    start = process_time()
    card = model_card.read(text)
    assert {lack.section for lack in model_card.lacks(card)} <= {one.key for one in model_card.SECTIONS}
    assert questionnaire.faults(PACK, {one.key: one.value for one in model_card_answers.found(PACK, card, {})}) == {}
    assert process_time() - start < 10


def test_placeholder_is_no_part_of_a_word() -> None:
    said = model_card.read("It was trained on texts about China/Asia and Japan/Africa until 2024.")
    assert model_card.summary(said) == "It was trained on texts about China/Asia and Japan/Africa until 2024."
    assert (
        model_card.summary(model_card.read("Where it comes from: [More Information Needed], and nothing else.")) == ""
    )


# What a policy makes of a card


def test_policy_maps_fields_to_questions_and_sections_to_evidence() -> None:
    pack = policy.load(MAPPED)
    assert policy.check(MAPPED) == []
    found = said("---\npipeline_tag: text-generation\nparams: 7B\nlicense: mit\ngated: true\n---\n", None, pack)
    assert found == {
        "artifact_type": "model", "artifact_summary": "mit", "modality": ["text", "code"], "human_subjects": "yes",
        "parameters_n": 7_000_000_000,
    }  # fmt: skip
    assert model_card_answers.wanted_by(pack, "risks") == ("impact_statement",)
    assert model_card_answers.wanted_by(pack, "training_data") == ("plain_summary", "threat_model")
    assert model_card_answers.wanted_by(PACK, "evaluation") == ("model_card_complete",)
    assert model_card_answers.card_evidence(PACK) == ("model_card_draft", "model_card_complete")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("question: modality", "question: nothing", "There is no question “nothing”."),
        ("question: modality", "question: trip_agents",
         "“trip_agents” is for people to judge; no model card answers it."),
        ("question: modality", "question: hazard_domains",
         "“hazard_domains” is for people to judge; no model card answers it."),
        ("[text, code]", "smell", "“modality” has no option “smell”."),
        ("[text, code]", "[]", "This list is empty."),
        ("question: human_subjects", "question: modality", "“modality” stands here a second time."),
        ("risks: impact_statement", "risks: magic", "There is no evidence type “magic”."),
        ("risks: impact_statement", "smells: impact_statement",
         "This must be one of description, intended_use, out_of_scope, risks, training_data, training, evaluation."),
    ],
)  # fmt: skip
def test_map_that_points_nowhere_is_a_fault(old: str, new: str, message: str) -> None:
    start = MAPPED.index("model_card:\n  fields")
    text = MAPPED[:start] + MAPPED[start:].replace(old, new)
    found = policy.check(text)
    assert [fault.message for fault in found] == [message]
    assert found[0].line >= line_of(text, "model_card:\n  fields")
