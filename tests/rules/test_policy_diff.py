"""What changed between two packs: each change in words, and nothing that applies differently stays unsaid."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from reviews.rules import pack as nouns
from reviews.rules import sentences
from reviews.rules.pack import PARTS, Pack
from reviews.rules.policy import parse
from reviews.rules.policy_build import build
from reviews.rules.policy_change import Aspect, moved
from reviews.rules.policy_check import check_document
from reviews.rules.policy_diff import AREAS, BINDINGS, PACK_ASPECTS, Change, diff
from reviews.rules.policy_diff_process import APPEAL, CONFLICT, DECISION, REMINDER, evidence_noun, tier_noun
from reviews.rules.policy_diff_questions import DOMAIN, OPTION, SECTION, question_noun
from reviews.rules.policy_diff_scoring import BREADTH, RUNG, SCORING, THRESHOLD, flag_noun, trigger_noun
from reviews.rules.policy_schema import DUTIES, DUTIES_TO_ADD, FACTORS, PATHS, SEATS
from reviews.rules.policy_words import (
    SPOKEN,
    condition_words,
    panel_words,
    role_words,
    share_words,
    steps_words,
    type_words,
)
from reviews.rules.questionnaire import KINDS
from reviews.rules.yaml_reader import Document, read
from tests.rules.packs import PACK, PACK_TEXT, ROOT, edited

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


# In the reader's language

PLACE = re.compile(r"(%\(\w+\)[sd]|%%|\{\w+\})")


def loud(text: str) -> str:
    """A language in which everything is said in capitals."""
    return "".join(part if PLACE.fullmatch(part) else part.upper() for part in PLACE.split(text))


@pytest.fixture
def translated() -> Iterator[None]:
    before = sentences._translators
    sentences.use(loud, lambda one, many, n: loud(one if n == 1 else many))
    yield
    sentences.use(*before)


@pytest.mark.usefixtures("translated")
@pytest.mark.parametrize("case", CHANGES, ids=range(len(CHANGES)))
def test_every_word_of_a_change_is_in_the_language_of_its_reader(case: dict[str, Any]) -> None:
    for change in diff(PACK, parse(edited(case["old"], case["new"]))):
        # What the pack itself says stands in quotation marks; its keys and titles are names.
        said = re.sub("“[^”]*”", "", f"{change.sentence} {change.meaning}").replace(change.after, "")
        said = said.replace(change.before, "") if change.before else said
        assert re.findall(r"[a-z]{2,}", said) == [], change


@pytest.mark.usefixtures("translated")
def test_conditions_shares_and_steps_are_in_the_language_of_their_reader() -> None:
    conditions = [one.when for one in (*PACK.triggers, *PACK.legal_flags)]
    said = [condition_words(PACK, one) for one in conditions]
    said += [share_words(rule) for tier in PACK.tiers for rule in (tier.quorum, tier.approval, tier.override)]
    said += [panel_words(PACK.decision.appeal.panel), *(steps_words(one.steps) for one in PACK.reminders)]
    said += [type_words(one.type) for one in PACK.questions] + [role_words(one.role) for one in PACK.questions]
    assert {word for text in said for word in re.findall(r"[a-z]{2,}", re.sub("“[^”]*”", "", text))} == set()


def test_every_word_of_the_program_is_known_to_translators() -> None:
    keys = {*DUTIES, *DUTIES_TO_ADD, *SEATS, *PATHS, *FACTORS, *KINDS, *PARTS, *PACK.roles, "responsible"}
    keys |= {rule.of for tier in PACK.tiers for rule in (tier.quorum, tier.approval, tier.override) if rule}
    keys |= {PACK.decision.emergency_may, *PACK.decision.outcomes, *PACK.decision.conflicted_member}
    keys |= {one.effect for one in PACK.decision.conflict_types}
    panel = PACK.decision.appeal.panel
    assert panel is not None
    keys |= {panel.appointed_by, panel.drawn_from}
    assert {key.replace("_", " ") for key in keys} - SPOKEN == set()


def test_sentences_of_changes_are_marked_for_translators() -> None:
    bare = []
    for path in sorted((ROOT / "reviews/rules").glob("policy_diff*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Aspect", "Noun", "by_size"}:
                given = [*node.args[1:], *(one.value for one in node.keywords if one.arg not in TOLD_AS_IT_IS)]
                bare += [f"{path.name}:{one.lineno}" for one in given if isinstance(one, ast.Constant) and one.value]
    assert bare == []


TOLD_AS_IT_IS = {"kind", "area"}
