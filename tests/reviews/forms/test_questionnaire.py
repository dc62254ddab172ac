"""Every type of question becomes a form field that takes what fits, and says beside itself what does not."""

from __future__ import annotations

from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from reviews.forms.questionnaire import NONE, AmountField, SectionForm
from reviews.rules import questionnaire as rules
from reviews.rules.pack import Pack, Question
from reviews.rules.policy import load
from tests.factories.committee import PACK
from tests.rules.packs import edited

TYPES = ("single_choice", "multi_choice", "yes_no", "text", "scale_0_4", "tripwire", "compute_flop")
WHOLE: dict[str, Any] = {"artifact_type": "paper_and_model", "hazard_domains": ["cyber"]}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load(PACK.read_text(encoding="utf-8"))


def of_type(pack: Pack, kind: str) -> Question:
    return next(q for q in pack.questions if q.type == kind and not q.allow_empty)


def sent(asked: list[str], **values: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    data.setlist("asked", asked)
    for key, value in values.items():
        data.setlist(key, value if isinstance(value, list) else [value])
    return data


@pytest.mark.parametrize(
    ("value", "shown"), [(6.5e10, "65000000000"), (1.5e24, "1.5e24"), (7, "7"), (0.5, "0.5"), ("1,5", "1,5")]
)
def test_an_amount_is_shown_as_it_can_be_typed(value: object, shown: object) -> None:
    assert AmountField().prepare_value(value) == shown


def page(pack: Pack, question: Question, value: Any = None, **more: Any) -> SectionForm:
    values = {} if value is None else {question.key: value}
    return SectionForm(sent([question.key], **values, **more), pack=pack, section=question.section, stored=WHOLE)


FITS: list[tuple[str, Any, Any]] = [
    ("single_choice", "paper", "paper"),
    ("multi_choice", ["text", "code"], ["text", "code"]),
    ("yes_no", "yes", "yes"),
    ("tripwire", "unsure", "unsure"),
    ("scale_0_4", "3", 3),
    ("text", "Two\r\nlines", "Two\nlines"),
    ("compute_flop", "1.5e24", 1.5e24),
    ("compute_flop", "1 500 000", 1_500_000),
]


@pytest.mark.parametrize(("kind", "typed", "answer"), FITS)
def test_answer_of_a_type_that_fits(pack: Pack, kind: str, typed: Any, answer: Any) -> None:
    question = of_type(pack, kind)
    form = page(pack, question, typed)
    assert form.is_valid(), form.errors
    assert form.answers[question.key] == answer
    assert question.key not in form.cleared
    assert rules.fault_of(question, form.answers[question.key]) == ""


WRONG: list[tuple[str, Any, str]] = [
    ("single_choice", "poem", "Choose one of the options."),
    ("multi_choice", ["smell"], "Choose one of the options."),
    ("yes_no", "perhaps", "Choose one of the options."),
    ("tripwire", "true", "Choose one of the options."),
    ("scale_0_4", "7", "Choose one of the options."),
    ("text", "x" * 20_001, "The text is longer than 20000 characters."),
    ("compute_flop", "a lot", "Write a number such as 1500000000 or 1.5e9."),
    ("compute_flop", "1,5", "Write a number such as 1500000000 or 1.5e9."),
    ("compute_flop", "-3", "Give a number that is not negative."),
    ("compute_flop", "1e999", "Give a finite number."),
]


@pytest.mark.parametrize(("kind", "typed", "sentence"), WRONG)
def test_answer_of_a_type_that_does_not_fit_is_told_beside_it(pack: Pack, kind: str, typed: Any, sentence: str) -> None:
    question = of_type(pack, kind)
    form = page(pack, question, typed)
    assert form.errors == {question.key: [sentence]}
    html = render_crispy_form(form)
    assert f'id="id_{question.key}_error"' in html
    if kind in ("text", "compute_flop"):
        assert str(typed)[:200] in html


@pytest.mark.parametrize("kind", TYPES)
def test_question_left_empty_is_cleared_and_no_fault(pack: Pack, kind: str) -> None:
    question = of_type(pack, kind)
    form = page(pack, question)
    assert form.is_valid()
    assert form.answers == {}
    assert question.key in form.cleared


@pytest.mark.parametrize("kind", TYPES)
def test_nothing_is_preselected(pack: Pack, kind: str) -> None:
    question = of_type(pack, kind)
    form = SectionForm(
        pack=pack, section=question.section, stored={**WHOLE, "hazard_domains": ["cbrn"], question.key: None}
    )
    html = render_crispy_form(form)
    start = html.index(f'id="div_id_{question.key}"')
    end = html.find('class="rb-q', start)
    assert "checked" not in html[start : end if end > 0 else None]


@given(st.text(max_size=60))
def test_amount_never_breaks_the_page(typed: str) -> None:
    pack = load(PACK.read_text(encoding="utf-8"))
    question = of_type(pack, "compute_flop")
    form = page(pack, question, typed)
    if form.is_valid() and question.key in form.answers:
        assert rules.fault_of(question, form.answers[question.key]) == ""


@given(st.lists(st.sampled_from(["cbrn", "cyber", "privacy", NONE, "smell"]), max_size=4))
def test_picks_give_a_list_of_known_areas_or_a_sentence(chosen: list[str]) -> None:
    pack = load(PACK.read_text(encoding="utf-8"))
    question = pack.question(pack.bindings.domains)
    form = page(pack, question, chosen)
    if not form.is_valid():
        assert question.key in form.errors
    elif question.key in form.answers:
        assert rules.fault_of(question, form.answers[question.key]) == ""


def test_none_of_these_is_a_confirmed_empty_answer(pack: Pack) -> None:
    question = pack.question(pack.bindings.domains)
    form = page(pack, question, [NONE])
    assert form.is_valid()
    assert form.answers == {question.key: []}
    shown = SectionForm(pack=pack, section=question.section, stored={question.key: []})
    html = render_crispy_form(shown)
    assert f'value="{NONE}" id="id_{question.key}_{len(question.options)}" checked' in html


def test_none_of_these_beside_an_area_is_asked_back(pack: Pack) -> None:
    question = pack.question(pack.bindings.domains)
    form = page(pack, question, [NONE, "cyber"])
    assert form.errors == {question.key: ["Choose either “None of these” or what applies, not both."]}


def test_amounts_give_the_compute_and_it_is_shown(pack: Pack) -> None:
    question = pack.question(pack.bindings.compute)
    first, second = (amount.key for amount in question.helper_inputs)
    form = page(pack, question, **{first: "1.5e9", second: "40000000000"})
    assert form.is_valid()
    assert form.answers == {first: 1.5e9, second: 40_000_000_000}
    html = render_crispy_form(SectionForm(pack=pack, section=question.section, stored={**WHOLE, **form.answers}))
    assert "6·N·D = 3.6e20 operations" in html
    assert 'value="1500000000"' in html


def test_amount_that_is_no_number_is_told_beside_its_own_field(pack: Pack) -> None:
    question = pack.question(pack.bindings.compute)
    first, second = (amount.key for amount in question.helper_inputs)
    form = page(pack, question, **{first: "-1", second: "many"})
    assert form.errors == {
        first: ["Give a number that is not negative."],
        second: ["Write a number such as 1500000000 or 1.5e9."],
    }


def test_only_questions_that_the_page_asked_are_saved_or_cleared(pack: Pack) -> None:
    section = pack.question(pack.bindings.domains).section
    data = sent([pack.bindings.domains], hazard_domains=["cyber"], cap_cyber="4")
    form = SectionForm(data, pack=pack, section=section, stored={})
    assert form.is_valid()
    assert form.answers == {pack.bindings.domains: ["cyber"]}
    assert form.cleared == frozenset()


def test_question_that_moved_to_another_page_meanwhile_is_taken_and_an_unknown_one_is_not(pack: Pack) -> None:
    data = sent(["artifact_type", "uplift", "nonsense"], artifact_type="paper", uplift="4", nonsense="1")
    form = SectionForm(data, pack=pack, section="profile", stored={})
    assert form.is_valid()
    assert form.answers == {"artifact_type": "paper", "uplift": 4}


def test_question_that_hangs_on_another_says_why_and_new_ones_are_marked(pack: Pack) -> None:
    section = pack.question(pack.bindings.domains).section
    form = SectionForm(pack=pack, section=section, stored=WHOLE, new=["cap_cyber"])
    html = render_crispy_form(form)
    assert "New on this page. Asked because you chose: Cyber offence" in html
    assert html.count("is-child") == 1


def test_every_page_of_a_whole_questionnaire_prints_each_question_once(pack: Pack) -> None:
    stored = {**WHOLE, "hazard_domains": [domain.key for domain in pack.domains]}
    for section in pack.sections:
        form = SectionForm(pack=pack, section=section.key, stored=stored)
        html = render_crispy_form(form)
        for question in form.questions:
            assert html.count(f'id="div_id_{question.key}"') == 1


def test_examples_are_one_tap_away_with_what_an_area_of_harm_means() -> None:
    cyber = "scoring: {role: enablement, domain: cyber}"
    summary = "its intended users.\n"
    text = edited(summary, summary + '    examples: ["A parser, because it is <new>."]\n')
    assert text.count(cyber) == 1
    pack = load(text.replace(cyber, cyber + '\n    examples: ["2, because it writes known exploits."]'))
    html = render_crispy_form(SectionForm(pack=pack, section="profile", stored={}))
    assert "<summary>Examples</summary><p>A parser, because it is &lt;new&gt;.</p></details>" in html
    html = render_crispy_form(SectionForm(pack=pack, section="hazards", stored={pack.bindings.domains: ["cyber"]}))
    assert "<summary>What this area means, with examples</summary>" in html
    assert "<p>2, because it writes known exploits.</p></details>" in html
