"""Reviewers for the whole queue: proposed, changed by keyboard, offered at once; one declines, the next is asked."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from reviews.rules.states import State
from tests.factories import cases
from tests.factories.committee import board
from tests.journeys import steps
from tests.journeys.looking import NARROW, Site


def reach(page: Page, wanted: Locator, *, most: int = 80) -> None:
    """Tab to it, as a person without a mouse does."""
    for _ in range(most):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("The keyboard does not come there.")


def by_key(page: Page, wanted: Locator, key: str = "Enter") -> None:
    """Tab to it and press a key that leads to another page."""
    reach(page, wanted)
    with page.expect_navigation():
        page.keyboard.press(key)


def proposed(page: Page) -> list[str]:
    """Who is proposed, seat by seat."""
    return [text.strip() for text in page.locator("li.rb-seat b.rb-strong").all_inner_texts()]


def test_reviewers_for_the_whole_queue_and_a_replacement_that_comes_by_itself(
    page: Page, site: Site, as_person: Callable[..., Page], assert_accessible: Callable[..., None]
) -> None:
    made = board(members=1, externals=0, reviewers=4)
    found = [
        cases.submission_in(State.SUBMITTED, made=made, tier=1, label=label) for label in ("First model", "Other model")
    ]
    people = {person.display_name: person for person in made.reviewers}
    site.drain()

    # Propose for everything that is open; with the keyboard, somebody else in the first seat.
    steps.sign_in(page, made.coordinator, to="/queue/")
    main = page.get_by_role("main")
    by_key(page, main.get_by_role("link", name="Propose reviewers"))
    expect(page.get_by_text("No better proposal exists.")).to_be_visible()
    before = proposed(page)
    assert len(set(before)) == 2
    choice = main.get_by_role("combobox").first
    reach(page, choice)
    page.keyboard.press("ArrowDown")
    wanted = re.match(r"[^,]+", choice.locator("option:checked").inner_text())
    assert wanted is not None
    by_key(page, main.get_by_role("button", name="Propose again"))
    after = proposed(page)
    assert (after[0], after[0] != before[0]) == (wanted.group(), True)
    expect(page.get_by_text("Your changes cost")).to_be_visible()
    assert site.drain() == []

    # Offered at once: each of the two is asked, and nothing is left to propose.
    by_key(page, main.get_by_role("button", name=re.compile("Offer these 2 seats")))
    expect(page.get_by_text("2 offers are on their way.")).to_be_visible()
    expect(main.get_by_text("Every seat is taken or has been offered.")).to_be_visible()
    assert {mail.to[0] for mail in site.drain()} == {people[name].email for name in after}

    # The first declines; somebody who was not asked before is asked, and the coordinator hears of it once.
    first = as_person(people[after[0]])
    first.goto("/")
    steps.follow(first, re.compile("Answer|First model|Other model"))
    expect(first.get_by_role("heading", name="Would you review this case?")).to_be_visible()
    declined = first.locator(".rb-sechead .rb-ref").first.inner_text()
    steps.press(first, "Decline")
    expect(first.get_by_role("alert")).to_contain_text("Please give a reason; it stays on the record.")
    first.get_by_label("Why not?").fill("Not my field.")
    steps.press(first, "Decline")
    expect(first.get_by_text("Somebody else is asked.")).to_be_visible()
    mails = site.drain()
    assert len(mails) == 2
    assert [mail.subject for mail in mails if mail.to == [made.coordinator.email]] == [
        f"{declined}: a seat went to the next reviewer"
    ]
    (asked,) = [person for person in made.reviewers if [person.email] in [mail.to for mail in mails]]
    assert asked.display_name not in after
    page.goto(f"/cases/{declined}/reviewers/")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=asked.display_name))
    expect(row).to_contain_text("asked by the program")
    expect(page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=after[0]))).to_contain_text(
        "Not my field."
    )
    page.goto(f"/cases/{declined}/record/")
    expect(main.get_by_text(re.compile(f"asked {asked.display_name} to review")).first).to_be_visible()

    # The replacement takes the seat; its date moves; the workload shows all of it.
    successor = as_person(asked)
    steps.accept(successor, declined)
    page.goto(f"/cases/{declined}/reviewers/")
    row.get_by_role("link", name="More time").click()
    steps.field(page, "Time for the review").select_option(index=3)
    steps.press(page, "Give the time")
    assert [mail.subject for mail in site.drain() if mail.to == [asked.email]] == [f"{declined}: you have more time"]
    page.goto("/queue/")
    steps.follow(page, "Workload")
    busy = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=asked.display_name))
    expect(busy).to_contain_text("1 of 4")
    assert_accessible(page)
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]

    # They hand it over to a colleague; whoever declined does not come back by any of this.
    successor.get_by_role("main").get_by_role("link", name="Hand the seat over to a colleague").click()
    assert_accessible(successor)
    left = next(name for name in people if name not in {*after, asked.display_name})
    steps.field(successor, "Colleague").select_option(label=after[0])
    steps.press(successor, "Hand it over")
    expect(successor.get_by_text("This person cannot take the seat now.").first).to_be_visible()
    steps.field(successor, "Colleague").select_option(label=left)
    steps.press(successor, "Hand it over")
    expect(successor.get_by_text("Your colleague was asked")).to_be_visible()
    assert people[left].email in {mail.to[0] for mail in site.drain()}
    assert steps.is_gone(successor, f"/cases/{declined}/")
    assert {case.again().state for case in found} == {State.IN_REVIEW}
