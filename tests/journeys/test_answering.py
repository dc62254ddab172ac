"""Answering with the keyboard alone, through a lost connection, until the case is submitted."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.journeys.looking import Site
from tests.journeys.steps import field, hold_back, is_saved

SUMMARY = "artifact_summary"
WORDS = "Written while the train was in the tunnel."


@pytest.fixture
def case(site: Site) -> Case:
    """A draft of a paper without its summary, which needs two more answers."""
    answers = {**cases.answers_for(0), SUMMARY: "First."}
    del answers["human_subjects"], answers["trip_leak"]
    return cases.draft(answers=answers)


def stored(case: Case) -> dict[str, object]:
    return dict(case.again().revision.response.answers)


def tab_to(page: Page, target: Locator, *, most: int = 120) -> None:
    """Move the focus with the keyboard until it is there."""
    for _step in range(most):
        page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError("The keyboard does not lead there.")


def test_answers_by_keyboard_survive_a_lost_connection(
    case: Case, site: Site, as_person: Callable[..., Page], assert_accessible: Callable[..., None]
) -> None:
    page = as_person(case.author)
    reference = case.submission.reference
    page.goto(f"/cases/{reference}/answers/")
    go_on = page.get_by_role("link", name="Continue the answers")
    tab_to(page, go_on)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/answers/profile/"))

    # A choice by keyboard saves itself, and the focus stays.
    no = page.locator('[name="human_subjects"][value="no"]')
    tab_to(page, page.locator('[name="human_subjects"]').first)
    page.keyboard.press("Space")
    page.locator('[name="human_subjects"]').first.press("ArrowRight")
    expect(page.locator("#saved")).to_have_text(re.compile(r"^\s*Saved at \d\d:\d\d\s*$"))
    is_saved(page)
    assert page.evaluate("document.activeElement.name") == "human_subjects"
    assert stored(case)["human_subjects"] in ("yes", "no")
    no.check()
    is_saved(page)
    expect(page.locator("#foot_id_human_subjects")).to_contain_text("Answered by Author One")

    # Offline: said at once, kept, and saved by itself afterwards.
    page.context.set_offline(True)
    summary = page.locator(f'[name="{SUMMARY}"]')
    summary.focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type(WORDS)
    alarm = page.get_by_role("alert").filter(has_text="There is no connection.")
    expect(alarm).to_be_visible()
    assert stored(case)[SUMMARY] == "First."
    assert_accessible(page)
    page.context.set_offline(False)
    expect(alarm).to_be_hidden()
    is_saved(page)
    expect(summary).to_be_focused()
    expect(summary).to_have_value(WORDS)
    assert stored(case)[SUMMARY] == WORDS

    # A question that appears while one answers, without a reload; the answer is taken back again.
    page.goto(f"/cases/{reference}/answers/hazards/")
    cyber = page.get_by_role("checkbox", name=re.compile("^Cyber"))
    page.get_by_role("checkbox", name="None of these").focus()
    page.keyboard.press("Space")
    cyber.focus()
    page.keyboard.press("Space")
    expect(page.locator("#div_id_cap_cyber")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="1 question was added to this page.")).to_have_count(1)
    expect(cyber).to_be_focused()
    assert_accessible(page)
    page.keyboard.press("Space")
    page.get_by_role("checkbox", name="None of these").press("Space")
    expect(page.locator("#div_id_cap_cyber")).to_have_count(0)
    is_saved(page)

    # The last tripwire opens the preview.
    page.goto(f"/cases/{reference}/answers/tripwires/")
    expect(page.get_by_text("once every tripwire is answered")).to_be_visible()
    page.locator('[name="trip_leak"][value="no"]').focus()
    page.keyboard.press("Space")
    preview = page.get_by_role("complementary", name="Preview of the tier")
    expect(preview.get_by_text("This is the lowest tier.")).to_be_visible()
    assert_accessible(page)

    page.goto(f"/cases/{reference}/submit/")
    field(page, "Author One").focus()
    page.keyboard.press("Space")
    page.get_by_role("checkbox", name=re.compile("The author named above confirms")).press("Space")
    page.get_by_role("button", name="Submit to the board").press("Enter")
    page.wait_for_url(re.compile(r"/assessment/$"))
    assert case.again().state in (State.DECIDED, State.SUBMITTED)
    # The browser itself and htmx log each request that found no connection.
    site.complaints[:] = [line for line in site.complaints if not _is_about_the_line(line)]


def _is_about_the_line(complaint: str) -> bool:
    return any(word in complaint for word in ("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest"))


def test_question_that_an_answer_under_way_hides_keeps_what_is_typed_in_it(
    case: Case, as_person: Callable[..., Page]
) -> None:
    page = as_person(case.author)
    page.goto(f"/cases/{case.submission.reference}/answers/hazards/")
    page.get_by_role("checkbox", name="None of these").press("Space")
    page.get_by_role("checkbox", name=re.compile("^Cyber")).press("Space")
    level = page.locator('[name="cap_cyber"]')
    expect(level.first).to_be_visible()
    is_saved(page)
    held = hold_back(page, re.compile("/answers/hazards/"))
    page.get_by_role("checkbox", name=re.compile("^Cyber")).press("Space")
    page.get_by_role("checkbox", name="None of these").press("Space")
    page.wait_for_timeout(300)
    level.nth(3).press("Space")
    held.pop().continue_()
    page.wait_for_timeout(300)
    expect(level.nth(3)).to_be_checked()
    page.unroute(re.compile("/answers/hazards/"))
    for route in held:
        route.continue_()
    is_saved(page)
    expect(level).to_have_count(0)
    assert stored(case)["cap_cyber"] == 3
