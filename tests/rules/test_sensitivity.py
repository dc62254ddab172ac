"""What would lower the tier is true: making the change gives that tier, and no nearer change does."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings

from reviews.rules.pack import Pack, Question
from reviews.rules.policy import load
from reviews.rules.questionnaire import SCALE
from reviews.rules.reasons import strongest
from reviews.rules.scored import Adjusted, from_json
from reviews.rules.scoring import assess
from reviews.rules.sensitivity import ROLES, lower_rungs, lowering, milder
from tests.factories.cases import answers_for
from tests.factories.committee import PACK as PATH
from tests.rules.packs import PACK, PACK_TEXT, SAFEGUARDS, any_answers, case_answers, historical

BEST_FIRST = """  maturity:
    - {value: independent, label: "Tested by others", credit: 1.0}
    - {value: tested, label: "Tested", credit: 0.8}
    - {value: in_place, label: "In place", credit: 0.5}
    - {value: planned, label: "Planned", credit: 0.1}
    - {value: none, label: "Not done", credit: 0.0}
    - {value: not_applicable, label: "Cannot apply", credit: null}
"""
START, END = PACK_TEXT.index("  maturity:"), PACK_TEXT.index("# severity: how bad")
TURNED = load(PACK_TEXT[:START] + BEST_FIRST + PACK_TEXT[END:])


def away(question: Question, given: Any, value: Any) -> float | None:
    """How far a value lies on the mild side of the one that counts; None where it does not."""
    if question.role == "mitigation":
        worth = {option.value: option.credit for option in question.options}
        now, then = worth[given], worth[value]
        if then is None or (now is not None and then <= now):
            return None
        return then - (-1 if now is None else now)
    rank = {"no": 0, "unsure": 1, "yes": 2} if question.role == "tripwire" else {
        option.value: place for place, option in enumerate(question.options)}  # fmt: skip
    return rank[given] - rank[value] if rank[value] < rank[given] else None


def counted(pack: Pack, question: Question, answers: dict[str, Any]) -> Any:
    """The answer, or what stands for one that is missing."""
    given = answers.get(question.key)
    if given is not None:
        return given
    return {"rung": question.values[-1], "tripwire": "unsure", "mitigation": "none"}.get(
        question.role, pack.scoring.provisional_value_for_missing_scale
    )


def by_trying(pack: Pack, answers: dict[str, Any]) -> dict[str, tuple[Any, int, float]]:
    """For each question that is asked the nearest milder answer that lowers the tier, found by trying all of them."""
    before, found = assess(pack, answers), {}
    for question in (pack.question(key) for key in before.shown):
        if question.role not in ROLES:
            continue
        given = counted(pack, question, answers)
        steps = {value: away(question, given, value) for value in question.values}
        for value in sorted((v for v in question.values if steps[v] is not None), key=lambda v: steps[v] or 0):
            after = assess(pack, {**answers, question.key: value})
            if after.tier < before.tier:
                found[question.key] = (value, after.tier, after.residual)
                break
    return found


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


@pytest.mark.parametrize("pack", [PACK, TURNED], ids=["shipped", "best first"])
def test_each_change_is_the_nearest_of_its_question_and_none_is_left_out(pack: Pack) -> None:
    for _key, answers, _expected in historical():
        told = {one.key: (one.value, one.tier, one.residual) for one in lowering(pack, answers)}
        assert told == by_trying(pack, answers)


@settings(max_examples=20, deadline=None)
@given(any_answers)
def test_so_it_is_for_any_answers(answers: dict[str, Any]) -> None:
    told = {one.key: (one.value, one.tier, one.residual) for one in lowering(TURNED, answers)}
    assert told == by_trying(TURNED, answers)


def test_tripwire_that_sets_the_tier_is_named() -> None:
    answers = case_answers("bert_2018") | {"hazard_domains": [], "trip_export": "unsure"}
    assert assess(PACK, answers).tier == 2
    assert [(one.key, one.value, one.tier) for one in lowering(PACK, answers)] == [("trip_export", "no", 0)]


@pytest.mark.parametrize("pack", [PACK, TURNED], ids=["shipped", "best first"])
def test_safeguards_help_in_whatever_order_they_stand_and_where_none_was_thought_to_apply(pack: Pack) -> None:
    helped = 0
    answers = case_answers("bert_2018") | dict.fromkeys(SAFEGUARDS, "not_applicable")
    for uplift, ease, reach in product(SCALE, repeat=3):
        inapplicable = answers | {"uplift": uplift, "ease": ease, "reach": reach}
        told = {one.key: one.value for one in lowering(pack, inapplicable) if one.key in SAFEGUARDS}
        nearest = by_trying(pack, inapplicable)
        assert told == {key: nearest[key][0] for key in nearest if key in SAFEGUARDS}
        helped += bool(told)
    assert helped


def test_only_more_than_what_reviewers_found_counts_as_better() -> None:
    given, tried = case_answers("bert_2018") | dict.fromkeys(SAFEGUARDS, "none"), 0
    for uplift, ease, reach in product(SCALE, repeat=3):
        answers = given | {"uplift": uplift, "ease": ease, "reach": reach}
        for one in lowering(PACK, answers):
            if one.key not in SAFEGUARDS:
                continue
            question = next(known for known in PACK.questions if known.key == one.key)
            worth = {option.value: option.credit for option in question.options}
            found = Adjusted(credits={one.key: worth[one.value]})
            again = {other.key: other.value for other in lowering(PACK, answers, found)}
            assert again.get(one.key) != one.value
            tried += 1
    assert tried
    for question in PACK.questions:
        if question.key in SAFEGUARDS:
            assert list(milder(question, "planned", 0.9)) == ["independent"]
