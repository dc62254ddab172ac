"""Every component with data in it: it renders, carries its meaning in words, and keeps to the content policy."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.template import Context, Template, engines
from django.test import RequestFactory

from accounts.models import User
from reviews.rules.states import State
from reviews.views.components import Button, Due, distance
from tests.reviews.templatetags import sample

VOID = {"input", "br", "link", "meta", "hr", "img", "rect", "path", "circle"}


@pytest.fixture
def page(db: None, rf: RequestFactory) -> str:
    """The sample page as a signed-in person sees it."""
    request = rf.get("/sample/", {"page": "2", "q": "RB"})
    request.user = User.objects.create_user(
        "one@example.org", "x", display_name="Author One", time_zone="Europe/Berlin"
    )
    context: dict[str, Any] = {**sample.context(), "words": list(State)}
    return engines["django"].from_string(sample.PAGE).render(context, request)


def button(**fields: Any) -> str:
    """One button as a page prints it."""
    return Template("{% load rb %}{% button b %}").render(Context({"b": Button(**fields), "csrf_token": "token"}))


def test_page_has_no_inline_style_or_script(page: str) -> None:
    assert re.findall(r"\sstyle=|<style|\son[a-z]+=|javascript:", page) == []
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []


def test_page_closes_what_it_opens(page: str) -> None:
    opened: list[str] = []
    for closing, name in re.findall(r"<(/?)([a-z0-9]+)\b[^>]*?(?<!/)>", page):
        if closing:
            assert opened.pop() == name
        elif name not in VOID:
            opened.append(name)
    assert opened == []


def test_page_has_no_id_twice(page: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(set(ids)) == sorted(ids)


def test_every_field_has_a_label(page: str) -> None:
    labelled = set(re.findall(r'<label[^>]*\sfor="([^"]+)"', page))
    fields = re.findall(r'<(?:input|select|textarea)(?![^>]*type="hidden")[^>]*\sid="([^"]+)"', page)
    assert set(fields) - labelled == set()


def test_every_description_that_is_named_is_there(page: str) -> None:
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    named = {one for several in re.findall(r'aria-describedby="([^"]+)"', page) for one in several.split()}
    assert named - ids == set()


def test_error_summary_links_to_each_field(page: str) -> None:
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    links = re.findall(r'<li><a href="#(div_[^"]+)">', page)
    assert len(links) == 10
    assert set(links) - ids == set()


def test_docket_says_reference_facts_next_step_and_tabs(page: str) -> None:
    for words in (
        "<b>RB-2026-7XKQ2</b>",
        "Whose turn",
        "12 of 20 business days",
        "Next step for you:",
        "opens when you file",
    ):
        assert words in page
    assert "Never yours" not in page


def test_pager_keeps_the_rest_of_the_query(page: str) -> None:
    assert "51 to 100 of 120 entries" in page
    assert 'href="?page=3&amp;q=RB"' in page


def test_scale_is_rows_of_words_with_nothing_preselected_but_the_answer(page: str) -> None:
    level = re.search(r'id="div_id_level".*?</fieldset>', page, re.DOTALL)
    assert level is not None
    assert re.findall(r'value="(\d)"[^>]*checked', level[0]) == ["2"]
    assert '<b>Some.</b> <span class="d">a useful component' in level[0]
    rating = re.search(r'id="div_id_rating".*?</fieldset>', page, re.DOTALL)
    assert rating is not None
    assert "checked" not in rating[0]


def test_compute_shows_its_helper_inputs_once(page: str) -> None:
    assert page.count('name="parameters"') == 1
    assert page.count('name="compute"') == 1


def test_missing_answers_are_said_plainly(page: str) -> None:
    assert "Choose one." in page
    assert "Please fill this in." in page
    assert "Tick this to go on." in page
    assert "This field is required" not in page


def test_button_get_is_a_link() -> None:
    assert button(label="Back", url="/back", kind="quiet") == '<a class="btn btn-quiet" href="/back">Back</a>'


def test_button_post_is_a_form_with_token_and_fields() -> None:
    html = button(label="Nudge", url="/n", method="post", kind="primary", fields=(("version", "3"),))
    assert 'name="csrfmiddlewaretoken" value="token"' in html
    assert '<input type="hidden" name="version" value="3">' in html
    assert 'action="/n"' in html


def test_button_disabled_says_why_and_leads_nowhere() -> None:
    html = button(label="Open", url="/open", disabled=True, reason="Two items are open.")
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described is not None
    assert f'id="{described[1]}"' in html
    assert "Two items are open." in html
    assert "/open" not in html


def test_button_disabled_without_a_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="says why"):
        Button("Open", disabled=True)


def test_button_never_allowed_is_not_shown() -> None:
    assert button(label="Never", url="/n", shown=False) == ""


@pytest.mark.parametrize(
    ("days", "late", "words"),
    [
        (0, False, "today"),
        (1, False, "in 1 business day"),
        (2, False, "in 2 business days"),
        (0, True, "less than a business day late"),
        (1, True, "1 business day late"),
        (3, True, "3 business days late"),
    ],
)
def test_distance_is_in_words(days: int, late: bool, words: str) -> None:
    assert distance(days, late=late) == words


def test_due_at_this_moment_is_not_late() -> None:
    assert Due.of(sample.NOW, sample.NOW, 0) == Due(sample.NOW, "today", False)
