"""What can never be asked or fire: named where that is certain, and never where it is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import policy
from reviews.rules.conditions import holds
from reviews.rules.policy_build import condition
from reviews.rules.policy_reach import check_reach
from reviews.rules.policy_view import View
from reviews.rules.questionnaire import read
from reviews.rules.yaml_reader import Document
from reviews.rules.yaml_reader import read as read_yaml
from tests.rules.packs import PACK, PACK_TEXT, edited

TRIGGER = "when: {q: cap_cbrn, op: gte, value: 3}"
NEVER_FIRES = "fires this trigger."


def faults(when: str) -> list[str]:
    """What is said of the shipped pack with another condition for one of its triggers."""
    return [fault.message for fault in policy.check(edited(TRIGGER, f"when: {when}"))]


TRIPS = ", ".join(f'{{q: {key}, op: eq, value: "yes"}}' for key in (
    "trip_agents", "trip_experiment", "trip_detail", "trip_csam", "trip_threshold", "trip_vulnerability",
))  # fmt: skip


@pytest.mark.parametrize(
    "when",
    [
        "{q: hazard_domains, op: contains, value: cbrn}",
        "{not: {q: hazard_domains, op: answered}}",
        "{all: [{q: hazard_domains, op: contains, value: cbrn}, {q: hazard_domains, op: contains, value: cyber}]}",
        "{all: [{q: $any_trip, op: eq, value: false}, {q: $weights, op: eq, value: true}]}",
        "{all: [{q: $compute, op: gte, value: 5}, {q: $compute, op: lte, value: 5}]}",
        "{all: [{q: $compute, op: gte, value: 5}, {q: $compute, op: ne, value: 5}, {q: $compute, op: lte, value: 6}]}",
        "{q: $inherent_tier, op: eq, value: 4}",
        "{q: artifact_summary, op: not_answered}",
        "{q: trip_csam, op: not_answered}",
        "{all: [{q: cap_cbrn, op: gte, value: 3}, {q: cap_cbrn, op: lte, value: 3}]}",
        f"{{all: [{TRIPS}]}}",
    ],
)
def test_condition_that_can_hold_is_no_fault(when: str) -> None:
    assert faults(when) == []


@pytest.mark.parametrize(
    "when",
    [
        "{all: [{q: $weights, op: eq, value: true}, {q: $weights, op: eq, value: false}]}",
        "{q: $compute, op: lte, value: -1}",
        "{q: $inherent_tier, op: gte, value: 5}",
        "{q: training_compute_flop, op: lte, value: -1}",
        "{not: {any: [{q: trip_leak, op: answered}, {q: trip_leak, op: not_answered}]}}",
        "{all: [{q: mit_elicitation, op: answered}, {q: release_requested, op: eq, value: internal}]}",
        f'{{all: [{TRIPS}, {{q: trip_csam, op: eq, value: "no"}}]}}',
    ],
)
def test_condition_that_never_holds_is_named(when: str) -> None:
    (message,) = faults(when)
    assert message.endswith(NEVER_FIRES)


SEVEN = "[text, code, image, video, voice, chemistry, robotics]"


@pytest.mark.parametrize(
    "when",
    [
        # Seven questions.
        f'{{all: [{TRIPS}, {{q: trip_csam, op: eq, value: "no"}}, {{q: trip_export, op: eq, value: "yes"}}]}}',
        # More options of one question than are tried in all combinations.
        f"{{all: [{{q: modality, op: not_answered}}, {{q: modality, op: contains_any, value: {SEVEN}}}]}}",
    ],
)
def test_nothing_is_said_where_too_much_is_involved(when: str) -> None:
    assert faults(when) == []


def test_other_faults_hide_no_unreachable_part() -> None:
    text = edited(TRIGGER, "when: {q: cap_cbrn, op: gte, value: 5}").replace("feeds: [cbrn]", "feeds: [cbrm]")
    assert [fault.key for fault in policy.check(text)] == [
        "questions[cap_cbrn].feeds[1]",
        "questions[trip_agents].feeds[1]",
        "questions[trip_experiment].feeds[1]",
    ]
    elsewhere = edited(TRIGGER, "when: {q: cap_cbrn, op: gte, value: 5}").replace("feeds: [bias]", "feeds: [bies]")
    assert [fault.key for fault in policy.check(elsewhere)] == [
        "questions[cap_bias].feeds[1]",
        "hard_triggers[cbrn_high].when",
    ]


def test_version_that_was_published_with_one_is_still_applied() -> None:
    text = edited(TRIGGER, "when: {q: cap_cbrn, op: gte, value: 5}")
    with pytest.raises(policy.PackError):
        policy.parse(text)
    assert policy.load(text).trigger("cbrn_high").min_tier == 4


# A condition that some answers satisfy is never called unreachable.

KEYS = ("artifact_type", "release_requested", "hazard_domains", "cap_cbrn", "modality")
DOCUMENT = read_yaml(PACK_TEXT)


def _compare(key: str) -> st.SearchStrategy[dict[str, Any]]:
    question = PACK.question(key)
    ops = {"multi_choice": ["contains"], "scale_0_4": ["eq", "ne", "gte", "lte"]}.get(question.type, ["eq", "ne"])
    answered = st.sampled_from(["answered", "not_answered"]).map(lambda op: {"q": key, "op": op})
    values = st.sampled_from(question.values)
    return answered | st.builds(lambda op, value: {"q": key, "op": op, "value": value}, st.sampled_from(ops), values)


def _around(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(inner, min_size=1, max_size=3)
    return (
        several.map(lambda parts: {"all": parts})
        | several.map(lambda parts: {"any": parts})
        | inner.map(lambda part: {"not": part})
    )


def _answer(key: str) -> st.SearchStrategy[Any]:
    question = PACK.question(key)
    values = st.sampled_from(question.values)
    return st.none() | (st.lists(values, unique=True, max_size=3) if question.type == "multi_choice" else values)


@given(
    st.recursive(st.sampled_from(KEYS).flatmap(_compare), _around, max_leaves=5),
    st.fixed_dictionaries({key: _answer(key) for key in KEYS}),
)
def test_condition_that_holds_for_some_answers_is_never_named(when: dict[str, Any], answers: dict[str, Any]) -> None:
    raw = DOCUMENT.value | {"hard_triggers": [DOCUMENT.value["hard_triggers"][0] | {"when": when}]}
    view = View(Document(raw, DOCUMENT.lines))
    check_reach(view)
    if holds(condition(when), read(PACK, answers).value):
        assert view.report.found == set()


@pytest.mark.parametrize("name", ["counts_for_quorum", "may_vote", "may_see_deliberation"])
def test_what_nobody_with_a_conflict_ever_has_is_no_promise_of_a_policy(name: str) -> None:
    text = edited(f"{name}: false", f"{name}: true")
    said = [fault.message for fault in policy.check(text)]
    assert said == ["Nobody with a conflict ever has this here, whatever the policy says: write false."]
    assert policy.load(text).decision.conflicted_member[name] is True
