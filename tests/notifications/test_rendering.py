"""How a stored template name and primitives become a mail in the reader's language and time zone."""

from __future__ import annotations

import pytest
from django.template import TemplateDoesNotExist
from pytest_django import DjangoAssertNumQueries, Settings

from notifications.rendering import Rendered, render, subjects

pytestmark = pytest.mark.django_db  # the name of the organisation is a row
CONTEXT = {"reference": "RB-2026-<A>", "due_at": "2026-07-03T16:00:00+00:00"}


def test_mail_is_rendered_for_its_reader(settings: Settings) -> None:
    settings.BASE_URL = "https://review.example.org/"
    settings.ORG_NAME = "Example & Sons"

    assert render(template="test.ping", context=CONTEXT, time_zone="Europe/Vienna") == Rendered(
        subject="Ping for RB-2026-<A>",
        text=("It's about RB-2026-<A>, due 3 July 2026, 18:00 CEST.\n\nhttps://review.example.org/ - Example & Sons\n"),
        html="<p>It's about <b>RB-2026-&lt;A&gt;</b>, due 3 July 2026, 18:00 CEST.</p>\n",
    )


def test_moment_without_a_value_is_nothing() -> None:
    assert "due ." in render(template="test.ping", context={"reference": "A", "due_at": None}).text


@pytest.mark.parametrize("reference", ["A\nBcc: everybody@example.org", "A\r\nX: y", "A\x0bB", "A\u2028B"])
def test_subject_of_several_lines_is_refused(reference: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        render(template="test.ping", context={"reference": reference})


def test_unknown_template_is_an_error() -> None:
    with pytest.raises(TemplateDoesNotExist):
        render(template="test.unknown", context={})


def test_subjects_of_a_list_ask_for_the_organisation_at_most_once(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.ORG_NAME = "Example & Sons"
    case = ("submission.received", {"reference": "RB-2026-A"})
    with django_assert_num_queries(0):
        assert subjects([case, ("gone.long_ago", {})]) == ["RB-2026-A: your submission has arrived", "gone.long_ago"]
    with django_assert_num_queries(1):
        assert subjects([("account.invited", {})] * 2) == ["Your account at Reviewboard, Example & Sons"] * 2
    settings.ORG_NAME = ""
    assert subjects([("account.invited", {})]) == ["Your account at Reviewboard"]
