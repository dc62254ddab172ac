"""What no case can be frozen without is asked of everybody, and required; said before a pack is published."""

from __future__ import annotations

import pytest

from reviews.rules import policy
from tests.factories.policy import only_papers, strange
from tests.rules.packs import PACK_TEXT, edited

SUMMARY = "  - key: artifact_summary\n    section: profile\n    type: text\n"
RUNG = "show_if: {q: artifact_type, op: in, value: [paper, paper_and_model]}\n    text: In what form"


def said(text: str) -> list[str]:
    return [f"{fault.key}: {fault.message}" for fault in policy.check(text)]


def test_shipped_and_strange_packs_and_one_for_papers_are_legal() -> None:
    assert [said(text) for text in (PACK_TEXT, strange(), only_papers())] == [[], [], []]


@pytest.mark.parametrize("key", ["artifact_type", "artifact_summary", "release_requested", "paper_release_requested"])
def test_answer_that_freezing_needs_may_not_be_left_out(key: str) -> None:
    head, tail = PACK_TEXT.split(f"  - key: {key}\n", 1)
    assert said(f"{head}  - key: {key}\n{tail.replace('required: true', 'required: false', 1)}") == [
        f"questions[{key}].required: Nothing is submitted without an answer to “{key}”: write true."
    ]


def test_summary_may_not_depend_on_another_answer() -> None:
    text = edited(SUMMARY, SUMMARY + "    show_if: {q: artifact_type, op: eq, value: paper}\n")
    assert said(text) == ["questions[artifact_summary].show_if: “artifact_summary” must be asked always."]


@pytest.mark.parametrize(
    "when",
    [
        "{q: artifact_type, op: eq, value: paper}",
        "{all: [{q: artifact_type, op: in, value: [paper, paper_and_model]}, {q: release_requested, op: answered}]}",
    ],
)
def test_level_is_asked_wherever_its_part_is_released(when: str) -> None:
    text = edited(RUNG, RUNG.replace("{q: artifact_type, op: in, value: [paper, paper_and_model]}", when))
    where, sentence = said(text)[0].split(": ", 1)
    assert where == "questions[paper_release_requested].show_if"
    assert sentence == "“paper_release_requested” must be asked for paper, paper_and_model, whatever else is answered."


@pytest.mark.parametrize("name", ["kind", "summary", "model_rung", "paper_rung"])
@pytest.mark.parametrize("what", ["[a]", "{}", "7"])
def test_binding_that_is_no_text_is_a_fault_like_any_other(name: str, what: str) -> None:
    key = {
        "kind": "artifact_type", "summary": "artifact_summary", "model_rung": "release_requested",
        "paper_rung": "paper_release_requested",
    }[name]  # fmt: skip
    found = said(edited(f"{name}: {key},", f"{name}: {what},"))
    assert any(line.startswith(f"bindings.{name}: ") for line in found)


def test_version_from_before_is_read_all_the_same() -> None:
    head, tail = PACK_TEXT.split("  - key: artifact_summary\n", 1)
    text = f"{head}  - key: artifact_summary\n{tail.replace('required: true', 'required: false', 1)}"
    assert policy.load(text).question("artifact_summary").required is False


@pytest.mark.parametrize("name", ["modality_1", "modality_12", "modality_helptext"])
def test_name_that_pages_give_to_a_part_of_a_question_is_no_key_of_another(name: str) -> None:
    text = PACK_TEXT.replace("key: sponsors\n", f"key: {name}\n", 1)
    assert said(text)[0] == (
        f"questions[{name}].key: “{name}” is how pages name a part of “modality”; choose another key."
    )
    assert policy.load(text).question(name)
    assert said(PACK_TEXT.replace("key: sponsors\n", "key: modality_one\n", 1)) == []


def test_ladder_is_no_longer_than_what_a_preview_can_try() -> None:
    rung = "    - {value: fully_closed, order: 0,"
    more = "".join(f"    - {{value: r{n}, order: {n}, label: R, reversibility: 0, min_reach: 0, irreversible: false, "
                   "mitigation_cap: 0.30}\n" for n in range(14))  # fmt: skip
    text, start = PACK_TEXT, PACK_TEXT.index(rung)
    ladder = text[start : text.index("  paper:\n    - {value: withheld")]
    moved = ladder
    for place in reversed(range(7)):
        moved = moved.replace(f"order: {place},", f"order: {place + 14},")
    assert said(text.replace(ladder, more + moved)) == ["access_levels.model: A ladder has at most 20 levels."]
    shorter = more.splitlines(keepends=True)[:13]
    for place in range(14, 21):
        moved = moved.replace(f"order: {place},", f"order: {place - 1},")
    assert said(text.replace(ladder, "".join(shorter) + moved)) == []
