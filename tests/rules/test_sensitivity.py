"""What would lower the tier is true: making the change gives that tier, and no nearer change does."""

from __future__ import annotations

import pytest

from reviews.rules.policy import load
from reviews.rules.reasons import strongest
from reviews.rules.scored import from_json
from reviews.rules.scoring import assess
from reviews.rules.sensitivity import ROLES, lower_rungs, lowering
from tests.factories.cases import answers_for
from tests.factories.committee import PACK as PATH
from tests.rules.packs import PACK, case_answers


@pytest.mark.parametrize("tier", [0, 1, 2, 3, 4])
def test_each_change_gives_what_it_says(tier: int) -> None:
    pack, answers = load(PATH.read_text(encoding="utf-8")), answers_for(tier)
    for change in lowering(pack, answers):
        after = assess(pack, {**answers, change.key: change.value})
        assert (after.tier, after.residual) == (change.tier, change.residual)
        assert after.tier < tier
        assert pack.question(change.key).role in ROLES


def test_lowest_tier_cannot_be_lowered() -> None:
    assert lowering(load(PATH.read_text(encoding="utf-8")), answers_for(0)) == ()


@pytest.mark.parametrize("tier", [0, 1, 2, 3, 4])
def test_stored_result_reads_back_as_it_was(tier: int) -> None:
    scored = assess(load(PATH.read_text(encoding="utf-8")), answers_for(tier))
    assert from_json(scored.as_json()) == scored


def test_levels_of_both_parts_together_lower_what_neither_does_alone() -> None:
    answers = case_answers("gpt2_2019")
    found = lower_rungs(PACK, answers)
    assert [change.key for change in lowering(PACK, answers) if PACK.question(change.key).role == "rung"] == []
    assert found is not None
    assert [key for key, _value in found.values] == ["release_requested", "paper_release_requested"]
    after = assess(PACK, {**answers, **dict(found.values)})
    assert (after.tier, after.residual) == (found.tier, found.residual) == (1, found.residual)


def test_missing_answer_is_changed_from_what_it_counts_as() -> None:
    answers = {**case_answers("bert_2018"), "uplift": None}
    found = {change.key: change for change in lowering(PACK, answers)}
    before = assess(PACK, answers)
    assert "uplift" in before.missing
    assert found["uplift"].tier < before.tier
    assert found["uplift"].value < PACK.scoring.provisional_value_for_missing_scale


def test_strongest_drivers_begin_with_the_trigger_that_sets_the_tier() -> None:
    drivers = strongest(PACK, assess(PACK, case_answers("criminality_from_face_2020")))
    assert [driver.about for driver in drivers] == ["prohibited_practice", "surveillance", "bias"]
