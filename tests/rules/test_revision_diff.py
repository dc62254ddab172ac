"""The difference between two revisions, and what each changed answer does by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given

from reviews.rules.manifest import ArtifactFacts
from reviews.rules.questionnaire import effective
from reviews.rules.revision_diff import FileChange, How, compare, files
from reviews.rules.scoring import assess
from tests.rules.packs import PACK, any_answers, case_answers

LLAMA = case_answers("llama_2023")


def test_each_change_has_its_own_effect_and_the_total_is_of_all() -> None:
    found = compare(PACK, LLAMA, LLAMA | {"uplift": 1, "mit_elicitation": "tested"})
    assert [(one.key, one.before, one.after) for one in found.changes] == [
        ("uplift", 2, 1), ("mit_elicitation", LLAMA.get("mit_elicitation"), "tested"),
    ]  # fmt: skip
    uplift = assess(PACK, LLAMA | {"uplift": 1})
    assert (found.changes[0].residual, found.changes[0].tier) == (uplift.residual, uplift.tier)
    assert found.changes[0].residual_by == round(uplift.residual - assess(PACK, LLAMA).residual, 1)
    assert (found.before, found.after.residual) == (
        assess(PACK, LLAMA), assess(PACK, LLAMA | {"uplift": 1, "mit_elicitation": "tested"}).residual,
    )  # fmt: skip


def test_an_added_area_is_counted_with_the_answer_that_it_brings() -> None:
    domains = [*LLAMA["hazard_domains"], "cbrn"]
    found = compare(PACK, LLAMA, LLAMA | {"hazard_domains": domains, "cap_cbrn": 1})
    alone = assess(PACK, LLAMA | {"hazard_domains": domains, "cap_cbrn": 1})
    assert [one.key for one in found.changes] == ["hazard_domains", "cap_cbrn"]
    assert (found.changes[0].residual, found.changes[0].tier) == (alone.residual, alone.tier)
    assert (found.changes[1].before, found.changes[1].residual_by) == (None, 0.0)


def test_the_order_of_ticks_is_no_change() -> None:
    assert compare(PACK, LLAMA, LLAMA | {"hazard_domains": LLAMA["hazard_domains"][::-1]}).changes == ()


@given(any_answers, any_answers)
def test_one_change_alone_is_the_whole_and_all_lead_from_one_to_the_other(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    found = compare(PACK, before, after)
    assert (found.before, found.after) == (assess(PACK, before), assess(PACK, after))
    assert compare(PACK, after, after).changes == ()
    again, new = effective(PACK, before), effective(PACK, after)
    for key in (one.key for one in found.changes):
        for name in (key, *(helper.key for helper in PACK.question(key).helper_inputs)):
            again.pop(name, None)
            again |= {name: new[name]} if name in new else {}
    assert assess(PACK, again) == found.after
    if len(found.changes) == 1:
        assert (found.changes[0].residual, found.changes[0].tier) == (found.after.residual, found.after.tier)


def test_files_are_told_apart_by_part_and_name() -> None:
    one = ArtifactFacts("model", "weights.bin", "a" * 64, 7, "")
    other = replace(one, sha256="b" * 64)
    paper = replace(one, part="paper")
    assert files([one], [one]) == ()
    assert files([one], [other]) == (FileChange("model", "weights.bin", How.REPLACED),)
    assert files([one], [replace(one, location="elsewhere")]) == (FileChange("model", "weights.bin", How.REPLACED),)
    assert files([one], [paper]) == (
        FileChange("model", "weights.bin", How.REMOVED), FileChange("paper", "weights.bin", How.ADDED),
    )  # fmt: skip
