"""Packs: what is read, what is refused, and that every fault is named with its line."""

from __future__ import annotations

import copy
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import policy
from reviews.rules.pack import HelperInput, Option
from reviews.rules.policy import Fault, PackError, Step
from reviews.rules.policy_build import build
from reviews.rules.policy_check import check_for_publication
from reviews.rules.policy_diff import diff
from reviews.rules.policy_text import text_of
from reviews.rules.scoring import assess
from reviews.rules.yaml_reader import read
from tests.rules.packs import PACK, PACK_TEXT, any_answers, edited, line_of

# Reading


def test_shipped_pack_has_no_fault() -> None:
    assert policy.check(PACK_TEXT) == []


@pytest.mark.parametrize("key", ["version", "asked", "stay", "csrfmiddlewaretoken", "action", "dataset"])
@pytest.mark.parametrize(
    ("line", "old", "where"),
    [
        ("- key: ease\n", "ease", "questions[{key}].key"),
        ("- {key: parameters_n,", "parameters_n", "questions[training_compute_flop].helper_inputs[{key}].key"),
    ],
)
def test_key_that_the_pages_use_themselves(key: str, line: str, old: str, where: str) -> None:
    text = edited(line, line.replace(old, key))
    sentence = f"“{key}” is a name that the pages themselves use; choose another key."
    assert Fault(line_of(text, line.replace(old, key)), where.format(key=key), sentence) in policy.check(text)


def test_shipped_pack_is_read_whole() -> None:
    assert (PACK.id, PACK.version) == ("default-dual-use", "2026.11")
    assert len(PACK.questions) == 51
    assert [tier.tier for tier in PACK.tiers] == [0, 1, 2, 3, 4]
    assert [rung.order for rung in PACK.ladder("model")] == list(range(7))
    assert PACK.tier(4).quorum is not None
    assert PACK.tier(4).quorum.share == Fraction(2, 3)
    assert dict(PACK.tier(4).quorum.seats) == {"expert_top_domain": 2, "external": 1}
    assert PACK.tier(4).override is not None
    assert PACK.tier(4).override.also == ("executive",)
    assert PACK.tier(0).quorum is None
    assert PACK.decision.gate_dwell_days_default == 30
    assert PACK.decision.appeal.panel is not None
    assert PACK.decision.appeal.panel.tiers == (3, 4)
    assert PACK.reminder("accept_offer").lapses == Step("due", 1, "d")
    assert PACK.reminder("accept_offer").steps[0] == Step("start", 1, "d", ("responsible",))
    assert PACK.reminder("file_review").steps[0] == Step("due", -3, "d", ("responsible",))


def test_look_ups_find_things_by_key() -> None:
    assert PACK.section("profile").order == 1
    assert [q.key for q in PACK.section_questions("hazards")][:2] == ["hazard_domains", "cap_cbrn"]
    assert PACK.rung("paper", "withheld").label == "Withheld"
    assert PACK.domain("cbrn").severity == 4
    assert PACK.trigger("csam").hold == "legal_officer"
    assert PACK.conflict_type("competitor").effect == "chair_decides"
    assert PACK.evidence_type("threat_model").when is None
    assert PACK.legal_flag("il_sb315").enabled is False
    assert PACK.bindings.rung("paper") == "paper_release_requested"
    with pytest.raises(KeyError):
        PACK.question("nothing")


def test_options_come_from_wherever_the_question_says() -> None:
    assert PACK.question("human_subjects").values == ("yes", "no")
    assert PACK.question("release_requested").values[-1] == "open_weights"
    assert PACK.question("hazard_domains").values[0] == "cbrn"
    assert PACK.question("cap_cbrn").values == (0, 1, 2, 3, 4)
    assert PACK.question("mit_access").option("not_applicable") == Option(
        "not_applicable", "Cannot apply here (reviewer must confirm)", None, has_credit=True
    )
    assert PACK.question("trip_leak").label_of("unsure") == "Not sure"
    assert PACK.question("trip_leak").label_of("perhaps") == "perhaps"
    assert PACK.question("training_compute_flop").helper_inputs[0] == HelperInput(
        "parameters_n", "number", "Parameters (N)"
    )


def test_load_remembers_by_text_and_language() -> None:
    assert policy.load(PACK_TEXT) is policy.load(PACK_TEXT + "")
    assert policy.load(PACK_TEXT, "de") is not policy.load(PACK_TEXT)


def test_texts_follow_the_language() -> None:
    text = edited("title: What you want to release}", "title: {de: Was Sie wollen, en: What you want}}")
    assert policy.parse(text, "de-AT").section("profile").title == "Was Sie wollen"
    assert policy.parse(text, "fr").section("profile").title == "What you want"
    only = edited("title: What you want to release}", "title: {de: Was Sie wollen}}")
    assert policy.parse(only, "fr").section("profile").title == "Was Sie wollen"


def test_questions_stand_in_the_order_of_their_sections() -> None:
    text = edited("{key: safeguards, order: 5,", "{key: safeguards, order: 9,")
    last = policy.parse(text).questions[-1].key
    assert last == PACK.questions[-1].key


def test_numbers_and_words_are_read_as_written() -> None:
    text = edited("value: 1.0e+25", "value: 1e25").replace("deadline: from 2027", "deadline: 2027-01-01, from 2027")
    assert policy.check(text) == []
    value = read("[1e25, -3, 007, 1_000, 2026-12-02, 1:30, ~, .5, 1., 'yes', !!str 3, .nan, 0x1F]").value
    expected = [1e25, -3, "007", "1_000", "2026-12-02", "1:30", None, 0.5, 1.0, "yes", "3"]
    assert value[:11] == expected
    assert value[11] != value[11]
    assert value[12] == "0x1F"


# Refusing what is no pack

HOSTILE = [
    ("", 1, "The file is empty."),
    ("[" * 500_000, 1, "The file is nested more than 30 levels deep."),
    ("- " * 500_000, 1, "The file is nested more than 30 levels deep."),
    ("x" * 1_048_577, 1, "The file is larger than 1 MiB."),
    (
        "a: 1\nb: &b [1]\n",
        2,
        "An anchor (&) is not used here; write the text out. A value that starts so needs quotes.",
    ),
    ("a: 1\nb: *b\n", 2, "An alias (*) is not used here; write the text out. A value that starts so needs quotes."),
    (
        "a: 1\nb: !!python/object/apply:os.system [ls]\n",
        2,
        "Tags such as “tag:yaml.org,2002:python/object/apply:os.system” are not used here; remove it.",
    ),
    ("a: !thing x", 1, "Tags such as “!thing” are not used here; remove it."),
    ("a: 1\n---\nb: 2\n", 2, "The file is one document; there is a second one here."),
    ("a: 1\nb: c: d\n", 2, "This is not valid YAML: mapping values are not allowed in this context."),
    ("a: 'x\n", 2, "This is not valid YAML: found unexpected end of stream."),
    ("a: \x00", 1, "This is not valid YAML: control characters are not allowed."),
    ("a: \ud800", 1, "The text is not valid UTF-8."),
    ("? [a]\n: b\n", 1, "A key must be a single word, not a list or a mapping."),
    ("a: 1\nyes: 2\n", 2, "This key is read as true or false; put it in quotes."),
    ("a: 1\n1.5: 2\n", 2, "A key must be a word or a small whole number."),
    ("99999999999999999999: 2\n", 1, "A key must be a word or a small whole number."),
]


@pytest.mark.parametrize(("text", "line", "message"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_refused(text: str, line: int, message: str) -> None:
    assert policy.check(text) == [Fault(line, "file", message)]


def test_pack_error_carries_every_fault() -> None:
    with pytest.raises(PackError) as refused:
        policy.parse("id: x\n")
    assert len(refused.value.faults) == 17
    assert str(refused.value).splitlines()[0] == "line 1: access_levels: This key is missing."


@pytest.mark.parametrize("text", ["word", "[1, 2]", "12", "~"])
def test_something_else_than_a_mapping_is_refused(text: str) -> None:
    assert [fault.key for fault in policy.check(text)] == ["file"]


def test_too_many_questions_are_one_fault() -> None:
    found = policy.check("id: x\nquestions: [" + "{}," * 2001 + "]\n")
    assert [fault for fault in found if fault.key.startswith("questions")] == [
        Fault(2, "questions", "This list has 2001 entries; at most 2000 are possible.")
    ]


# Every fault with its line

FAULTS = yaml.safe_load((Path(__file__).parent / "data" / "faults.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", FAULTS, ids=range(len(FAULTS)))
def test_fault_is_named_with_line_and_key(case: dict[str, str]) -> None:
    old, new, key, message = case["old"], case["new"], case["key"], case["message"]
    found = {(fault.key, fault.message): fault.line for fault in policy.check(edited(old, new))}
    assert (key, message) in found, found
    text = edited(old, new)
    start = line_of(PACK_TEXT, old)
    lines = [line_of(text, ELSEWHERE[key])] if key in ELSEWHERE else range(start, start + new.count("\n") + 1)
    assert found[key, message] in lines


# Faults that stand on another line than the edit that causes them: there, something is missing or refers to it.
ELSEWHERE = {
    "questions": "questions:\n",
    "questions[training_compute_flop].helper_inputs": "helper_inputs:",
    "questions[cap_cbrn]": "- key: cap_cbrn",
    "questions[benefit].options": "options:\n      - {value: 0, label: None that we",
    "hazard_domains[fraud]": "- {key: fraud",
    "bindings.kind": "bindings: {",
    "scoring.thresholds": "  thresholds:",
}


@pytest.mark.parametrize(
    ("old", "new", "key", "at"),
    [
        ("    type: yes_no\n", "    type: yesno\n", "questions[human_subjects].type", "type: yesno"),
        ("feeds: [cbrn]", "feeds:\n      - cbrn\n      - x", "questions[cap_cbrn].feeds[2]", "- x"),
        ("    sla_business_days: 5\n", "", "tiers[1].sla_business_days", "- tier: 1"),
        ("{tier: 2, from: 25}", "{tier: 2, from: 5}", "scoring.thresholds[2].from", "{tier: 2, from: 5}"),
        ("kind: artifact_type, ", "", "bindings.kind", "bindings: {"),
    ],
)
def test_fault_stands_on_its_very_line(old: str, new: str, key: str, at: str) -> None:
    text = edited(old, new)
    assert [fault.line for fault in policy.check(text) if fault.key == key] == [line_of(text, at)]


def test_all_faults_are_named_at_once_in_order() -> None:
    text = edited('version: "2026.11"', "version: 2026.11").replace("feeds: [cbrn]", "feeds: [cbrm]", 1)
    text = text.replace("{tier: 2, from: 25}", "{tier: 2, from: 5}", 1)
    found = policy.check(text)
    assert [fault.key for fault in found] == ["version", "questions[cap_cbrn].feeds[1]", "scoring.thresholds[2].from"]
    assert [fault.line for fault in found] == sorted(fault.line for fault in found)


def test_missing_duty_is_named() -> None:
    line = next(one for one in PACK_TEXT.splitlines() if "duty: appeal_window" in one)
    found = policy.check(edited(f"{line}\n", ""))
    assert [(f.key, f.message) for f in found] == [
        ("reminders", "There is no entry for appeal_window; one with steps: [] is silent.")
    ]


def test_board_without_its_vote_is_named() -> None:
    line = next(one for one in PACK_TEXT.splitlines() if one.startswith("    quorum:") and "at_least: 5" in one)
    found = policy.check(edited(f"{line}\n", ""))
    assert [(f.key, f.message) for f in found] == [("tiers[4].quorum", "The path board needs this rule.")]


def test_system_cannot_decide_the_highest_tier() -> None:
    start = PACK_TEXT.index("  - tier: 4")
    text = PACK_TEXT[:start] + PACK_TEXT[start:].replace("path: board", "path: system", 1)
    assert ("tiers[4].path", "The highest tier cannot be decided by the system.") in [
        (f.key, f.message) for f in policy.check(text)
    ]


def test_safeguard_without_none_is_named() -> None:
    found = policy.check(edited('    - {value: none, label: "Not done", credit: 0.0}\n', ""))
    assert "A safeguard needs the option “none”; an unanswered one counts as that." in [f.message for f in found]


def test_fault_stays_on_one_printable_line() -> None:
    for fault in policy.check('"a\\nb": 1\n"x\\r": {}\n'):
        assert fault.key.isprintable()
        assert fault.message.isprintable()


# Nothing makes the reader crash

JUNK = st.sampled_from(
    [None, True, False, 0, -1, 7, 2.5, "", "yes", "x y", "cbrn", [], {}, [[]], [{}], {"q": []}, {"all": 1}]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [path] if path else []
    for step, one in inner:
        found += places(one, (*path, step))
    return found


RAW = read(PACK_TEXT).value
PLACES = places(RAW)


class Plain(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes everything out."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK | st.just("(delete)")), min_size=1, max_size=4), any_answers)
def test_damaged_pack_is_refused_with_its_place_or_works(
    damages: list[tuple[tuple[Any, ...], Any]], answers: dict[str, Any]
) -> None:
    raw = copy.deepcopy(RAW)
    for path, junk in damages:
        target = raw
        for step in path[:-1]:
            known = isinstance(target, dict) or (
                isinstance(target, list) and isinstance(step, int) and step < len(target)
            )
            target = (target.get(step) if isinstance(target, dict) else target[step]) if known else None
        if isinstance(target, dict) and junk == "(delete)":
            target.pop(path[-1], None)
        elif isinstance(target, dict) or (isinstance(target, list) and path[-1] < len(target)):
            target[path[-1]] = copy.deepcopy(junk)
    text = yaml.dump(raw, Dumper=Plain, sort_keys=False, allow_unicode=True, width=10_000)
    document = read(text)
    faults = check_for_publication(document)
    lines = text.count("\n")
    assert all(1 <= fault.line <= lines and fault.key.isprintable() for fault in faults)
    if not faults:
        pack = build(document.value, "en")
        assert 0 <= assess(pack, answers).tier < len(pack.tiers)
        assert text_of(pack)
        assert all(change.sentence for change in (*diff(PACK, pack), *diff(pack, PACK)))


@given(st.text(max_size=200) | st.text(alphabet="{}[]:,-&*!?|>'\"\n ab1", max_size=60))
def test_any_text_gives_faults_not_crashes(text: str) -> None:
    assert policy.check(text)
