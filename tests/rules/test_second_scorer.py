"""Two scorers that share no code agree on any answers: full, half, hidden, missing, not applicable."""

from __future__ import annotations

from random import Random
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.rules.pack import Pack
from reviews.rules.policy import load
from reviews.rules.questionnaire import shown
from reviews.rules.scoring import assess
from tests.factories.policy import renamed, strange
from tests.rules.packs import PACK, PACK_TEXT, SAFEGUARDS, any_answers, full_answers, historical, values
from tests.rules.second_scorer import score
from tests.sizes import SCORED, SCORED_ALWAYS

RAW = yaml.safe_load(PACK_TEXT)
HISTORICAL = [answers for _, answers, _ in historical()]
STRANGE, STRANGE_RAW = load(strange()), yaml.safe_load(strange())
ENABLEMENT = [q.key for q in PACK.questions if q.role == "enablement"]


def first(answers: dict[str, Any], pack: Pack = PACK) -> dict[str, Any]:
    scored = assess(pack, answers)
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


def drawn(seed: int) -> dict[str, Any]:
    """As ``cases``, at a hundredth of the cost: any five thousand of them are compared in every run."""
    draw = Random(seed)
    answers: dict[str, Any] = dict(draw.choice(HISTORICAL)) if draw.random() < 0.6 else {}
    for question in draw.sample(PACK.questions, draw.choice((3, 8, len(PACK.questions)))):
        if question.type == "multi_choice":
            answers[question.key] = draw.sample(question.values, draw.randint(0, min(4, len(question.values))))
        elif question.values:
            answers[question.key] = draw.choice(question.values)
        elif question.type == "text":
            answers[question.key] = draw.choice(("A short text.", "", "  "))
        else:
            answers[question.key] = draw.choice((0, 1e22, 1e23, 1e25, 1e26, draw.random() * 1e26))
        answers |= {helper.key: draw.choice((1e9, 65e9, 1e12)) for helper in question.helper_inputs}
    for key in draw.sample(sorted(answers), min(len(answers), draw.randint(0, 6))):
        del answers[key]
    return answers


def test_both_scorers_agree_on_five_thousand_cases_in_every_run() -> None:
    for seed in range(SCORED_ALWAYS):
        answers = drawn(seed)
        assert first(answers) == score(RAW, answers), seed
        if seed % 5 == 0:
            other = renamed(answers)
            assert first(other, STRANGE) == score(STRANGE_RAW, other), seed


@given(cases() | any_answers)
def test_so_they_do_under_a_pack_with_other_habits(answers: dict[str, Any]) -> None:
    given = renamed(answers)
    assert first(given, STRANGE) == score(STRANGE_RAW, given)


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
