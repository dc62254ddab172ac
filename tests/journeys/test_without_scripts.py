"""The author's main job without any script: from the empty form to the decision of the lowest tier."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from accounts.models import User
from tests.factories.cases import MINIMAL, TEXTS
from tests.factories.committee import board
from tests.factories.people import UserFactory
from tests.journeys import steps
from tests.journeys.looking import Site

ANSWERS = {**MINIMAL, **TEXTS}


def test_authors_main_job_without_scripts(site: Site, as_person: Callable[..., Page]) -> None:
    made = board(members=1, externals=1, reviewers=1)
    author: User = UserFactory(display_name="Author One")
    page = as_person(author, java_script_enabled=False)

    reference = steps.start(page, title="A paper", label="Plain paper", others=[UserFactory(display_name="Author Two")])
    steps.answer(page, reference, ANSWERS)
    steps.add_file(page, reference, "paper", name="paper.pdf", content=b"%PDF-1.4 a paper")
    steps.submit(page, reference, name="Author One")

    expect(page.get_by_role("main").get_by_text("Minimal").first).to_be_visible()
    page.goto(f"/cases/{reference}/decision/")
    expect(page.get_by_text("In force since")).to_be_visible()
    assert made.coordinator.email in {mail.to[0] for mail in site.drain()}


def test_more_rows_for_contributors_without_scripts(site: Site, as_person: Callable[..., Page]) -> None:
    board(members=1, externals=1, reviewers=1)
    page = as_person(UserFactory(display_name="Author One"), java_script_enabled=False)
    page.goto("/cases/new/")
    before = page.get_by_role("group", name="Contributor").count()
    steps.field(page, "Title").fill("Typed before")

    steps.press(page, "More rows")

    assert page.get_by_role("group", name="Contributor").count() > before
    expect(steps.field(page, "Title")).to_have_value("Typed before")
