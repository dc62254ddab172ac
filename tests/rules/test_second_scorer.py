"""Two scorers that share no code agree on any answers: full, half, hidden, missing, not applicable."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.rules.questionnaire import shown
from reviews.rules.scoring import assess
from tests.rules.packs import PACK, PACK_TEXT, SAFEGUARDS, any_answers, full_answers, historical, values
from tests.rules.second_scorer import score
from tests.sizes import SCORED

RAW = yaml.safe_load(PACK_TEXT)
ENABLEMENT = [q.key for q in PACK.questions if q.role == "enablement"]


def first(answers: dict[str, Any]) -> dict[str, Any]:
    scored = assess(PACK, answers)
    names = ("inherent", "residual", "score_tier", "triggers", "tier", "missing")
    return {name: getattr(scored, name) for name in names}


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """Answers as cases have them: a historical one or a whole one, with some changed, some gone, some inapplicable."""
    base = st.sampled_from([answers for _, answers, _ in historical()]) | full_answers
    answers = dict(draw(base))
    for question in draw(st.lists(st.sampled_from(PACK.questions), max_size=8)):
        answers[question.key] = draw(values(question))
    for key in draw(st.lists(st.sampled_from(SAFEGUARDS), max_size=4)):
        answers[key] = "not_applicable"
    for key in draw(st.lists(st.sampled_from(sorted(answers)), max_size=4)):
        answers.pop(key, None)
    return answers


def test_both_reproduce_the_historical_cases() -> None:
    for _, answers, expected in historical():
        again = score(RAW, answers)
        assert {name: again[name] for name in expected} == expected | {"triggers": tuple(expected["triggers"])}


@settings(max_examples=SCORED, deadline=None)
@given(cases() | any_answers)
def test_both_scorers_agree_on_any_answers(answers: dict[str, Any]) -> None:
    assert first(answers) == score(RAW, answers)


@given(cases(), st.data())
def test_neither_minds_hidden_answers_nor_the_order_of_keys(answers: dict[str, Any], data: st.DataObject) -> None:
    hidden = [question for question in PACK.questions if question.key not in shown(PACK, answers)]
    more = {question.key: data.draw(values(question)) for question in hidden[:5]}
    mixed = dict(data.draw(st.permutations(list((answers | more).items()))))
    assert score(RAW, mixed) == score(RAW, answers)
    assert first(mixed) == first(answers)


@given(cases(), st.sampled_from(ENABLEMENT), st.integers(0, 4), st.integers(0, 4))
def test_more_enablement_lowers_neither_score_nor_tier(answers: dict[str, Any], key: str, one: int, other: int) -> None:
    less, more = (score(RAW, answers | {key: level}) for level in sorted([one, other]))
    assert (less["inherent"] <= more["inherent"], less["tier"] <= more["tier"]) == (True, True)
    assert first(answers | {key: min(one, other)})["tier"] <= first(answers | {key: max(one, other)})["tier"]


@given(cases(), st.sampled_from(SAFEGUARDS), st.data())
def test_a_better_safeguard_never_raises_the_residual(answers: dict[str, Any], key: str, data: st.DataObject) -> None:
    grades = sorted((o.credit, o.value) for o in PACK.question(key).options if o.credit is not None)
    picked = sorted(data.draw(st.lists(st.sampled_from(grades), min_size=2, max_size=2)))
    worse, better = (score(RAW, answers | {key: value}) for _, value in picked)
    assert better["residual"] <= worse["residual"]


@given(cases())
def test_the_tier_of_a_trigger_is_a_floor(answers: dict[str, Any]) -> None:
    for found in (first(answers), score(RAW, answers)):
        assert all(found["tier"] >= PACK.trigger(key).min_tier for key in found["triggers"])
