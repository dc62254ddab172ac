"""A pack as text that a committee can read, and the words of conditions."""

from __future__ import annotations

import pytest

from reviews.rules.conditions import Compare, Condition, Every, Negated, Some
from reviews.rules.pack import Step
from reviews.rules.policy import parse
from reviews.rules.policy_text import WIDTH, text_of
from reviews.rules.policy_words import condition_words, plain, share_words, step_words
from tests.rules.packs import PACK, edited

KIND = Compare("artifact_type", "in", ("model", "paper_and_model"))
TRIP = Compare("$any_trip", "eq", value=True)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (None, "always"),
        (KIND, "“What are you submitting?” is “A model or system” or “Both”"),
        (Compare("human_subjects", "ne", "yes"), None),
        (TRIP, "any tripwire is answered yes or not sure"),
        (Compare("$any_trip", "ne", value=True), "no tripwire is answered yes or not sure"),
        (Compare("$compute", "gte", 1e25), "the training compute is at least 1e+25"),
        (Compare("$inherent_tier", "lte", 1), "the tier by inherent risk is at most 1"),
        (Compare("$compute", "not_answered"), "the training compute is not answered"),
        (Compare("modality", "contains_any", ("text", "code")), None),
        (Compare("nothing", "eq", "x"), "nothing is x"),
        (Every((TRIP, Some((TRIP, Compare("$weights", "eq", value=False))))), None),
        (Negated(Every((TRIP, TRIP))), None),
    ],
)
def test_condition_is_a_clause(condition: Condition | None, words: str | None) -> None:
    said = condition_words(PACK, condition)
    assert said == (words or OTHERS[condition])


OTHERS = {
    Compare("human_subjects", "ne", "yes"): (
        "“Did the work involve people as participants, or their identifiable da…” is answered and is not “Yes”"
    ),
    Compare("modality", "contains_any", ("text", "code")): (
        "“Which kinds of input, output or subject matter are involved?” includes “Text” or “Program code”"
    ),
    Every((TRIP, Some((TRIP, Compare("$weights", "eq", value=False))))): (
        "any tripwire is answered yes or not sure and (any tripwire is answered yes or not sure or no requested level "
        "gives out weights)"
    ),
    Negated(Every((TRIP, TRIP))): (
        "it is not so that (any tripwire is answered yes or not sure and any tripwire is answered yes or not sure)"
    ),
}


def test_shares_and_steps_are_words() -> None:
    tier = PACK.tier(4)
    assert share_words(tier.quorum) == (
        "at least 2/3 of the eligible voters, never fewer than 5 (with expert top domain 2, external 1)"
    )
    assert share_words(tier.override) == "at least 3/4 of the votes cast, with the signature of executive"
    assert step_words(Step("start", 1, "d", ("responsible",))) == "1 working day after it begins: responsible"
    assert (
        step_words(Step("due", -24, "h", ("chair", "deputy_chair"))) == "24 hours before it is due: chair, deputy chair"
    )
    assert step_words(Step("due", 0, "d")) == "when it is due"
    assert [plain(one) for one in (None, True, 69.0, 0.1, (1, 2.5), "x", ())] == [
        "nothing", "yes", "69", "0.1", "1, 2.5", "x", "nothing",
    ]  # fmt: skip


def test_text_holds_the_whole_pack() -> None:
    text = text_of(PACK)
    lines = text.splitlines()
    assert lines[:3] == [
        "default-dual-use 2026.11",
        "Research release risk questionnaire (default)",
        "For: paper, model, paper and model",
    ]
    assert [line for line in lines if line.isupper() and not line.startswith(" ")] == [
        "QUESTIONS", "HAZARD DOMAINS", "ACCESS LEVELS", "SCORING", "HARD TRIGGERS", "TIERS", "EVIDENCE",
        "DECISION AND APPEAL", "REMINDERS", "LEGAL FLAGS",
    ]  # fmt: skip
    assert max(map(len, lines)) <= WIDTH
    told = " ".join(text.split())
    for question in PACK.questions:
        assert f"{question.key}: {question.text}" in told
    for label in [*(one.label for one in PACK.evidence_types), *(one.label for one in PACK.legal_flags)]:
        assert label in told


def test_question_is_told_with_its_condition_and_its_part() -> None:
    text = text_of(PACK)
    start = text.index("    mit_redaction:")
    assert " ".join(text[start : text.index("\n\n", start)].split()) == (
        "mit_redaction: Hazardous detail left out of the text, code and data "
        "Tested means a domain expert read the version to be published and could not repeat the harmful part from it. "
        "Takes one choice; must be answered; is a safeguard of the weight 4. "
        "Asked when “What are you submitting?” is “A paper or report” or “Both” and (“In which areas could someone be "
        "harmed through this work, on purpose …” is answered or any tripwire is answered yes or not sure). "
        "Options as for mit_redteam."
    )


def test_examples_of_a_question_are_told() -> None:
    asked = "its intended users.\n"
    text = text_of(parse(edited(asked, asked + '    examples: ["A parser.", "A dam."]\n')))
    assert "For example: A parser. For example: A dam." in " ".join(text.split())
