"""What changed between two packs: each change in words, and nothing that applies differently stays unsaid."""

from __future__ import annotations

import copy
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from reviews.rules import pack as nouns
from reviews.rules.pack import Pack
from reviews.rules.policy import parse
from reviews.rules.policy_build import build
from reviews.rules.policy_change import Aspect, moved
from reviews.rules.policy_check import check_document
from reviews.rules.policy_diff import AREAS, BINDINGS, PACK_ASPECTS, Change, diff
from reviews.rules.policy_diff_process import APPEAL, CONFLICT, DECISION, REMINDER, evidence_noun, tier_noun
from reviews.rules.policy_diff_questions import DOMAIN, OPTION, SECTION, question_noun
from reviews.rules.policy_diff_scoring import BREADTH, RUNG, SCORING, THRESHOLD, flag_noun, trigger_noun
from reviews.rules.yaml_reader import Document, read
from tests.rules.packs import PACK, PACK_TEXT, edited

CHANGES = yaml.safe_load((Path(__file__).parent / "data" / "changes.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CHANGES, ids=range(len(CHANGES)))
def test_change_is_told_in_words(case: dict[str, Any]) -> None:
    found = diff(PACK, parse(edited(case["old"], case["new"])))
    assert [[c.area, c.kind, c.subject, c.sentence, c.meaning] for c in found] == case["changes"]


def test_same_pack_has_no_changes() -> None:
    assert diff(PACK, parse(PACK_TEXT + "# a comment\n")) == ()


def test_change_carries_both_values() -> None:
    assert diff(PACK, parse(edited("{tier: 2, from: 25}", "{tier: 2, from: 20.5}"))) == (
        Change(
            area="scoring",
            kind="changed",
            subject="2",
            before="25",
            after="20.5",
            sentence="The threshold of tier 2 is 20.5 instead of 25.",
            meaning="More cases reach this tier by their score.",
        ),
    )


QUESTION = """
  - key: audience
    section: profile
    type: yes_no
    required: true
    text: Is it meant for children?
    scoring: {role: flag}
"""


def test_question_comes_and_goes() -> None:
    longer = parse(edited("  - key: modality\n", f"{QUESTION.lstrip(chr(10))}  - key: modality\n"))
    assert diff(PACK, longer) == (
        Change(
            area="questions",
            kind="added",
            subject="audience",
            before="",
            after="“Is it meant for children?”",
            sentence="The question “Is it meant for children?” is new.",
            meaning=(
                "It must be answered, in the section “What you want to release”, of every case; it speaks to legal "
                "flags and triggers, not to the score."
            ),
        ),
    )
    assert [(c.kind, c.subject, c.sentence) for c in diff(longer, PACK)] == [
        ("removed", "audience", "The question “Is it meant for children?” is no longer asked.")
    ]


def test_question_that_moves_within_its_section_is_one_change() -> None:
    first, second, end = (
        PACK_TEXT.index(f"  - key: {key}\n") for key in ("modality", "jurisdictions", "human_subjects")
    )
    text = PACK_TEXT[:first] + PACK_TEXT[second:end] + PACK_TEXT[first:second] + PACK_TEXT[end:]
    assert [(c.kind, c.subject) for c in diff(PACK, parse(text))] == [("moved", "modality")]


@given(st.permutations("abcdefg"))
def test_moved_keys_put_back_restore_the_order(order: list[str]) -> None:
    displaced = moved("abcdefg", order)
    assert [key for key in order if key not in displaced] == [key for key in "abcdefg" if key not in displaced]
    assert len(displaced) < 7


# Nothing stays unsaid

ASPECTS: dict[type, tuple[tuple[Aspect, ...], set[str]]] = {
    # What is told of each noun, and which of its fields are told elsewhere or only name it.
    Pack: (
        PACK_ASPECTS,
        {"roles", "bindings", "domains", "sections", "questions", "ladders", "scoring", "triggers", "tiers"}
        | {"seat_rules", "decision", "reminders", "evidence_types", "legal_flags"},
    ),
    nouns.Bindings: (BINDINGS, set()),
    nouns.Domain: (DOMAIN.aspects, {"key"}),
    nouns.Section: (SECTION.aspects, {"key", "order"}),
    nouns.Option: (OPTION.aspects, {"value", "has_credit"}),
    nouns.Question: (question_noun(PACK, PACK).aspects, {"key", "options"}),
    nouns.Rung: (RUNG.aspects, {"value", "order"}),
    nouns.Scoring: (SCORING, {"breadth", "score_cap_by_severity", "thresholds"}),
    nouns.Breadth: (BREADTH, set()),
    nouns.Threshold: (THRESHOLD.aspects, {"tier"}),
    nouns.Trigger: (trigger_noun(PACK, PACK).aspects, {"key"}),
    nouns.LegalFlag: (flag_noun(PACK, PACK).aspects, {"key"}),
    nouns.EvidenceType: (evidence_noun(PACK, PACK).aspects, {"key"}),
    nouns.Tier: (tier_noun(PACK, PACK).aspects, {"tier"}),
    nouns.Decision: (DECISION, {"appeal", "conflict_types", "conflicted_member"}),
    nouns.Appeal: (APPEAL, set()),
    nouns.ConflictType: (CONFLICT.aspects, {"key"}),
    nouns.Reminder: (REMINDER.aspects, {"duty"}),
}


@pytest.mark.parametrize("noun", ASPECTS, ids=lambda noun: noun.__name__)
def test_every_field_of_a_noun_is_told(noun: type) -> None:
    aspects, elsewhere = ASPECTS[noun]
    assert sorted([*(aspect.field for aspect in aspects), *elsewhere]) == sorted(field.name for field in fields(noun))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The place of every single value of a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    return [path] if inner is None else [leaf for step, one in inner for leaf in leaves(one, (*path, step))]


RAW = read(PACK_TEXT).value
EXPLAINS = ("condition_language", "derived_values", "schema_version")
# The number of a section says nothing but its place, which stays with most other numbers.
LEAVES = [path for path in leaves(RAW) if path[0] not in EXPLAINS and path[-1:] != ("order",)]


def replaced(path: tuple[Any, ...], change: Any) -> dict[str, Any]:
    """The raw pack with one of its values changed."""
    raw: dict[str, Any] = copy.deepcopy(RAW)
    target: Any = raw
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = change(target[path[-1]])
    return raw


def other(value: Any) -> Any:
    """A neighbour of a value that may be as good as it."""
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int | float) else f"{value}x"


def same(one: Any, two: Any) -> bool:
    """Whether two packs are alike in every field."""
    return all(getattr(one, field.name) == getattr(two, field.name) for field in fields(Pack))


@given(st.sampled_from(LEAVES))
def test_whatever_differs_is_told(path: tuple[Any, ...]) -> None:
    raw = replaced(path, other)
    assume(not check_document(Document(raw)))
    changed = build(raw, "en")
    told = diff(PACK, changed)
    assert bool(told) == (not same(PACK, changed))
    assert all(change.area in AREAS and change.sentence.endswith(".") for change in told)
    assert len(diff(changed, PACK)) == len(told)
