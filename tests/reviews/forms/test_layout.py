"""The questions of a form: each stands once, whatever its look."""

from __future__ import annotations

import re

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template.loader import render_to_string

from reviews.forms.layout import PlainForm, Question, helper


class Form(PlainForm):
    """One answer."""

    area = forms.ChoiceField(label="Area <b>", choices=[("a", "A - <i>"), ("b", "B")], widget=forms.RadioSelect)


@pytest.mark.parametrize("show", ["scale", "rate", "plain", "picks", "segments"])
def test_question_escapes_what_the_pack_says(show: str) -> None:
    form = Form()
    form.helper = helper(Question("area", show=show, number="1.1", foot=["<u>"]))  # type: ignore[attr-defined, arg-type]
    html = render_crispy_form(form)
    assert "Area &lt;b&gt;" in html
    assert "<i>" not in html
    assert "<u>" not in html
    assert html.count('name="area"') == 2


def test_question_with_a_condition_is_indented_and_says_why() -> None:
    form = Form()
    form.helper = helper(Question("area", show="plain", why="Asked because you chose A"))  # type: ignore[attr-defined]
    html = render_crispy_form(form)
    assert 'class="rb-q is-child"' in html
    assert "Asked because you chose A" in html


def test_question_not_answered_has_its_error_beside_it() -> None:
    form = Form({})
    form.helper = helper(Question("area", show="scale"))  # type: ignore[attr-defined]
    html = render_crispy_form(form)
    assert 'id="id_area_error"' in html
    assert 'aria-describedby="id_area_error"' in html


def test_summary_of_faults_speaks_of_no_answers() -> None:
    """Files, votes and reasons are none."""

    class Two(PlainForm):
        reason = forms.CharField(label="Reason")
        file = forms.CharField(label="File")

    page = render_to_string("components/_errors.html", {"form": Two({"reason": "Said."})})
    assert "<h2>1 thing needs your attention</h2>" in page
    page = render_to_string("components/_errors.html", {"form": Two({})})
    assert "<h2>2 things need your attention</h2>" in page


def test_own_words_for_a_missing_answer_stay() -> None:
    class Careful(PlainForm):
        name = forms.CharField(error_messages={"required": "Name the venue."})

    assert Careful({}).errors == {"name": ["Name the venue."]}


def test_row_of_numbers_says_its_words_to_those_who_hear_it_and_to_those_who_look() -> None:
    class Levels(PlainForm):
        ease = forms.ChoiceField(
            label="How easy?",
            help_text="Think of anybody.",
            choices=[(0, "None - not at all"), (1, "Some - a little")],
            widget=forms.RadioSelect,
        )

    form = Levels({"ease": "7"})
    form.helper = helper(Question("ease", show="rate"))  # type: ignore[attr-defined]
    html = render_crispy_form(form)
    label = re.compile(r'<label for="(\w+)"><input type="radio" name="ease" value="(\d)" id="(\w+)">(.*?)</label>')
    labels = label.findall(html)
    assert labels == [
        ("id_ease_0", "0", "id_ease_0", '0<span class="visually-hidden">: None - not at all</span>'),
        ("id_ease_1", "1", "id_ease_1", '1<span class="visually-hidden">: Some - a little</span>'),
    ]
    assert '<ol start="0"><li><b>None</b>: not at all</li><li><b>Some</b>: a little</li></ol>' in html
    assert 'aria-describedby="id_ease_helptext id_ease_error"' in html
    assert ('id="id_ease_helptext"' in html, 'id="id_ease_error"' in html) == (True, True)
