"""The enter key in a field does what the main button does, or something that can be taken back; never anything else.

A browser presses the first button of a form, wherever that stands on the page.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from reviews.models import Motion, Review, Submission
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.committee import board
from tests.factories.people import UserFactory
from tests.journeys import steps
from tests.journeys.looking import Site

As = Callable[..., Page]


def enter(page: Page, label: str) -> None:
    """Press the enter key in a field and wait for the page that answers."""
    with page.expect_navigation():
        steps.field(page, label).first.press("Enter")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_enter_in_a_form_with_several_buttons(site: Site, as_person: As, scripts: bool) -> None:
    made = board()
    author = UserFactory(display_name="Author One")
    page = as_person(author, java_script_enabled=scripts)

    # The start form has "More rows" above its end.
    page.goto("/cases/new/")
    steps.field(page, "Title").fill("Typed title")
    steps.field(page, "Label").fill("Typed label")
    enter(page, "Title")
    case = Submission.objects.get()
    assert (case.title, case.label) == ("Typed title", "Typed label")
    page.goto(f"/cases/{case.reference}/describe/")
    steps.field(page, "Title").fill("Another title")
    enter(page, "Title")
    case.refresh_from_db()
    assert case.title == "Another title"
    expect(page).to_have_url(f"{site.url}/cases/{case.reference}/")

    # A page of questions: the one that is written on is saved, and stays.
    drafted = cases.draft(made, author=author, answers={"artifact_type": "model"})
    address = f"/cases/{drafted.submission.reference}/answers/profile/"
    page.goto(address)
    page.locator('[name="training_compute_flop"]').fill("1500")
    with page.expect_navigation():
        page.locator('[name="training_compute_flop"]').press("Enter")
    assert drafted.again().revision.response.answers["training_compute_flop"] == 1500
    expect(page).to_have_url(f"{site.url}{address}")

    # A review: kept as a draft, never filed.
    judged = cases.submission_in(State.IN_REVIEW, made=made)
    own = Review.objects.filter(assignment__submission=judged.submission)[0]
    page = as_person(own.assignment.reviewer, java_script_enabled=scripts)
    page.goto(f"/reviews/{own.public_id}/")
    steps.field(page, "What did you find").fill("What I found.")
    page.locator('input[type="radio"]').first.check()
    with page.expect_navigation():
        page.locator('input[type="radio"]').first.press("Enter")
    own.refresh_from_db()
    assert (own.findings, own.filed_at) == ("What I found.", None)

    # A motion: put, or back with what is missing; not just longer.
    debated = cases.submission_in(State.DELIBERATION, made=made, tier=3)
    page = as_person(made.members[0], java_script_enabled=scripts)
    page.goto(f"/cases/{debated.submission.reference}/motions/new/")
    rows = page.locator('[name^="condition_"][name$="_text"]').count()
    enter(page, "Valid for, in months")
    expect(page.get_by_role("alert")).to_contain_text("Reasons")
    assert page.locator('[name^="condition_"][name$="_text"]').count() == rows
    assert not Motion.objects.filter(revision__submission=debated.submission).exists()
