"""A review that saves itself: left in the middle of a save, and through a sign-in that ended."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from reviews.models import Review
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.journeys.looking import Site, forget_the_line
from tests.journeys.steps import PASSWORD, field, hold_back, is_saved

WORDS = "Written while the train was in the tunnel."
PAGE = re.compile("/reviews/[^/]+/$")


@pytest.fixture
def case(site: Site) -> Case:
    """A case in review of which nothing is written yet."""
    return cases.submission_in(State.IN_REVIEW, tier=3)


def opened(case: Case, as_person: Callable[..., Page]) -> tuple[Page, Review]:
    row = Review.objects.filter(assignment__submission=case.submission).earliest("pk")
    page = as_person(row.assignment.reviewer)
    page.goto(f"/reviews/{row.public_id}/")
    return page, row


def test_review_that_is_left_while_it_saves_sends_what_was_under_way_once_more(
    case: Case, as_person: Callable[..., Page]
) -> None:
    page, row = opened(case, as_person)
    held = hold_back(page, PAGE)
    page.locator('[name="findings"]').fill(WORDS)
    page.wait_for_timeout(1200)
    assert len(held) == 1
    page.unroute(PAGE)
    page.goto("/")
    for _tick in range(100):
        row.refresh_from_db()
        if row.findings:
            break
        page.wait_for_timeout(100)
    assert row.findings == WORDS


def test_focus_stays_and_words_whose_answer_was_lost_are_no_other_places_words(
    case: Case, site: Site, as_person: Callable[..., Page]
) -> None:
    page, row = opened(case, as_person)
    lost: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route(PAGE, lose)
    findings = page.locator('[name="findings"]')
    findings.fill("Half a")
    expect(page.get_by_role("alert").filter(has_text="There is no connection.")).to_be_visible()
    findings.press("End")
    page.keyboard.type(" sentence.")
    is_saved(page)
    expect(findings).to_be_focused()
    expect(page.locator("#elsewhere")).to_be_empty()
    row.refresh_from_db()
    assert (lost, row.findings) == ([200], "Half a sentence.")
    forget_the_line(site)


def test_review_whose_sign_in_ended_is_saved_after_a_new_one_in_another_tab(
    case: Case, site: Site, as_person: Callable[..., Page]
) -> None:
    page, row = opened(case, as_person)
    page.context.clear_cookies()
    page.locator('[name="findings"]').fill(WORDS)
    alarm = page.get_by_role("alert").filter(has_text="You were signed out.")
    expect(alarm).to_be_visible()
    with page.context.expect_page() as tabs:
        alarm.get_by_role("link", name="Sign in in a new tab").click()
    tab = tabs.value
    field(tab, "Work e-mail address").fill(row.assignment.reviewer.email)
    tab.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    tab.wait_for_url(re.compile("/$"))
    tab.close()
    is_saved(page)
    expect(alarm).to_be_hidden()
    row.refresh_from_db()
    assert row.findings == WORDS
    forget_the_line(site)
