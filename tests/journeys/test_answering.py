"""Answering with the keyboard alone, through a lost connection, until the case is submitted."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from reviews.actions.questionnaire import save_answers
from reviews.actions.submission import withdraw
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.journeys.looking import Site, forget_the_line
from tests.journeys.steps import PASSWORD, field, hold_back, is_saved

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


def tab_to(page: Page, target: Locator, *, back: bool = False, most: int = 200) -> None:
    """Move the focus with the keyboard until it is there."""
    for _step in range(most):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if target.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError("The keyboard does not lead there.")


def choose(page: Page, name: str, value: str) -> None:
    """One of several by keyboard: into the group, then along it with the arrows."""
    tab_to(page, page.locator(f'[name="{name}"]').first)
    page.keyboard.press("Space")
    for _step in range(5):
        if page.evaluate("document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"{name} has no {value}.")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Go to a button, a link or a box with the keyboard, and press it."""
    tab_to(page, target)
    page.keyboard.press(key)


def go_on(page: Page, to: str) -> None:
    """From one page of questions to the next."""
    press(page, page.get_by_role("button", name="Save and go on"))
    page.wait_for_url(re.compile(f"/answers/{to}/(#|$)"))


def test_answers_by_keyboard_survive_a_lost_connection(
    case: Case, site: Site, as_person: Callable[..., Page], assert_accessible: Callable[..., None]
) -> None:
    page = as_person(case.author)
    reference = case.submission.reference
    page.goto(f"/cases/{reference}/answers/")
    press(page, page.get_by_role("link", name="Continue the answers"))
    page.wait_for_url(re.compile("/answers/profile/"))

    # A choice by keyboard saves itself, and the focus stays.
    choose(page, "human_subjects", "no")
    expect(page.locator("#saved")).to_have_text(re.compile(r"^\s*Saved at \d\d:\d\d\s*$"))
    is_saved(page)
    assert page.evaluate("document.activeElement.name") == "human_subjects"
    expect(page.locator("#foot_id_human_subjects")).to_contain_text("Answered by Author One")
    assert stored(case)["human_subjects"] == "no"

    # Offline: said at once, kept, and saved by itself afterwards.
    page.context.set_offline(True)
    summary = page.locator(f'[name="{SUMMARY}"]')
    tab_to(page, summary, back=True)
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
    go_on(page, "hazards")

    # A question that appears while one answers, without a reload; the answer is taken back again.
    cyber = page.get_by_role("checkbox", name=re.compile("^Cyber"))
    none = page.get_by_role("checkbox", name="None of these")
    press(page, none, "Space")
    tab_to(page, cyber, back=True)
    page.keyboard.press("Space")
    expect(page.locator("#div_id_cap_cyber")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="1 question was added to this page.")).to_have_count(1)
    expect(cyber).to_be_focused()
    assert_accessible(page)
    page.keyboard.press("Space")
    press(page, none, "Space")
    expect(page.locator("#div_id_cap_cyber")).to_have_count(0)
    is_saved(page)
    go_on(page, "tripwires")

    # The last tripwire opens the preview.
    expect(page.get_by_text("once every tripwire is answered")).to_be_visible()
    choose(page, "trip_leak", "no")
    preview = page.get_by_role("complementary", name="Preview of the tier")
    expect(preview.get_by_text("This is the lowest tier.")).to_be_visible()
    assert_accessible(page)
    is_saved(page)
    go_on(page, "judgement")

    press(page, page.get_by_role("link", name="Check and submit"))
    page.wait_for_url(re.compile("/submit/$"))
    press(page, field(page, "Author One"), "Space")
    press(page, page.get_by_role("checkbox", name=re.compile("The author named above confirms")), "Space")
    press(page, page.get_by_role("button", name="Submit to the board"))
    page.wait_for_url(re.compile(r"/assessment/$"))
    assert case.again().state in (State.DECIDED, State.SUBMITTED)
    forget_the_line(site)


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
    for route in held:
        route.continue_()
    page.unroute(re.compile("/answers/hazards/"))
    is_saved(page)
    expect(level).to_have_count(0)
    assert stored(case)["cap_cyber"] == 3


def test_focus_and_what_is_unfolded_stay_through_a_save(case: Case, as_person: Callable[..., Page]) -> None:
    page = as_person(case.author)
    page.goto(f"/cases/{case.submission.reference}/answers/profile/")
    page.locator(f'[name="{SUMMARY}"]').fill(WORDS)
    is_saved(page)
    earlier = page.locator(f"#earlier_{SUMMARY}")
    for place in (earlier, page.locator("#to-hazards")):
        held = hold_back(page, re.compile("/answers/profile/"))
        page.locator('[name="human_subjects"][value="no"]').press("Space")
        page.locator(f'[name="{SUMMARY}"]').press("End")
        page.keyboard.type("!")
        page.wait_for_timeout(900)
        place.focus()
        if place is earlier:
            page.keyboard.press("Enter")
        for route in held:
            route.continue_()
        page.unroute(re.compile("/answers/profile/"))
        is_saved(page)
        expect(place).to_be_focused()
        assert earlier.evaluate("one => one.parentElement.open") is True


def test_words_whose_answer_was_lost_on_the_way_are_no_other_places_words(
    case: Case, site: Site, as_person: Callable[..., Page]
) -> None:
    page = as_person(case.author)
    page.goto(f"/cases/{case.submission.reference}/answers/profile/")
    lost: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route(re.compile("/answers/profile/"), lose)
    summary = page.locator(f'[name="{SUMMARY}"]')
    summary.fill("Half a")
    expect(page.get_by_role("alert").filter(has_text="There is no connection.")).to_be_visible()
    assert (lost, stored(case)[SUMMARY]) == ([200], "Half a")
    summary.press("End")
    page.keyboard.type(" sentence.")
    is_saved(page)
    expect(page.get_by_text("Saved in another place")).to_have_count(0)
    assert stored(case)[SUMMARY] == "Half a sentence."
    forget_the_line(site)


def test_page_whose_sign_in_ended_is_saved_after_a_new_one_in_another_tab(
    case: Case, site: Site, as_person: Callable[..., Page]
) -> None:
    page = as_person(case.author)
    page.goto(f"/cases/{case.submission.reference}/answers/profile/")
    page.context.clear_cookies()
    page.locator(f'[name="{SUMMARY}"]').fill(WORDS)
    alarm = page.get_by_role("alert").filter(has_text="You were signed out.")
    expect(alarm).to_be_visible()
    assert stored(case)[SUMMARY] == "First."
    with page.context.expect_page() as opened:
        alarm.get_by_role("link", name="Sign in in a new tab").click()
    tab = opened.value
    field(tab, "Work e-mail address").fill(case.author.email)
    tab.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    tab.wait_for_url(re.compile("/$"))
    tab.close()
    expect(alarm).to_be_hidden()
    is_saved(page)
    expect(page.locator(f'[name="{SUMMARY}"]')).to_have_value(WORDS)
    assert stored(case)[SUMMARY] == WORDS
    forget_the_line(site)


def test_what_is_not_taken_is_said_and_asks_before_it_is_left(case: Case, as_person: Callable[..., Page]) -> None:
    page = as_person(case.author)
    page.goto(f"/cases/{case.submission.reference}/answers/profile/")
    response = case.again().revision.response
    save_answers(
        submission=case.submission, answers={SUMMARY: "Of a colleague."}, cleared=frozenset(),
        version=response.version, by=case.author, now=case.later(),
    )  # fmt: skip
    page.locator(f'[name="{SUMMARY}"]').fill(WORDS)
    expect(page.get_by_text("Saved in another place: Of a colleague.")).to_be_visible()
    assert stored(case)[SUMMARY] == "Of a colleague."
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    # Whoever looks at both and types on has decided.
    page.locator(f'[name="{SUMMARY}"]').press("End")
    page.keyboard.type("!")
    is_saved(page)
    assert stored(case)[SUMMARY] == f"{WORDS}!"


def test_page_of_a_case_that_was_withdrawn_meanwhile_says_that_nothing_can_be_changed(
    case: Case, site: Site, as_person: Callable[..., Page]
) -> None:
    page = as_person(case.author)
    page.goto(f"/cases/{case.submission.reference}/answers/profile/")
    withdraw(submission=case.submission, version=case.version, by=case.author, now=case.later())
    page.locator(f'[name="{SUMMARY}"]').fill(WORDS)
    alarm = page.get_by_role("alert").filter(has_text="These answers can no longer be changed here")
    expect(alarm).to_be_visible()
    expect(page.locator(f'[name="{SUMMARY}"]')).to_have_value(WORDS)
    assert stored(case)[SUMMARY] == "First."
    forget_the_line(site)


def test_page_that_is_left_sends_what_was_typed_last(case: Case, as_person: Callable[..., Page]) -> None:
    page = as_person(case.author)
    page.goto(f"/cases/{case.submission.reference}/answers/profile/")
    page.locator(f'[name="{SUMMARY}"]').fill(WORDS)
    page.goto("/")
    for _tick in range(100):
        if stored(case)[SUMMARY] == WORDS:
            break
        page.wait_for_timeout(100)
    assert stored(case)[SUMMARY] == WORDS
