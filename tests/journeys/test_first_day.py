"""A real first day: from a database that holds nothing to the first decisions, with nothing but what the pages offer.

The set-up command makes the first administrator. Everything else is done on the pages: the checklist, invitations, a
committee, the policy that comes with the program; then a harmless paper, which the rules decide, and a model, which a
reviewer clears and the coordinator signs.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.core.management import call_command
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from reviews.models import Committee
from tests.factories.cases import answers_for
from tests.journeys import steps
from tests.journeys.looking import Site

LINK = re.compile(r"http://\S+/accounts/invitation/\S+")
LIST = """name,email,unit,external
Chair One,chair@example.org,Directorate,no
Deputy One,deputy@example.org,Directorate,no
Reviewer One,reviewer@example.org,Vision,no
Member One,member@example.org,Speech,no
Author One,author@example.org,Language,no
"""
TITLE = "A survey of sorting"


@pytest.fixture
def persons(site: Site, new_context: Callable[..., BrowserContext]) -> Callable[[str], Page]:
    """A page of somebody who opens the link in their letter, chooses a password, and is in."""
    letters: dict[str, str] = {}

    def come_in(email: str) -> Page:
        arrived = {str(letter.to[0]): str(letter.body) for letter in site.drain()}
        letters.update({address: body for address, body in arrived.items() if LINK.search(body)})
        page = new_context().new_page()
        enter(page, letters[email])
        return page

    return come_in


def enter(page: Page, letter: str) -> None:
    """Through the link, with a password of one's own."""
    found = LINK.search(letter)
    assert found is not None
    page.goto(found.group())
    steps.field(page, "Password").fill(steps.PASSWORD)
    steps.field(page, "The same password again").fill(steps.PASSWORD)
    steps.press(page, "Come in")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def ticked(page: Page) -> int:
    """How much of the checklist is done."""
    page.goto("/setup/")
    return page.get_by_role("main").locator("ol > li.is-ok").count()


def give(page: Page, person: str, *roles: str) -> None:
    """Roles for a person who is in the list, and then the empty form again."""
    option = page.locator("select[name=person] option").filter(has_text=person)
    page.locator("select[name=person]").select_option(value=option.get_attribute("value"))
    for role in roles:
        page.get_by_role("checkbox", name=re.compile(f"^{role}")).check()
    steps.press(page, "Give it, then another")
    expect(page.locator("select[name=person]")).to_have_value("")


def test_from_an_empty_database_to_the_first_decisions(
    site: Site, page: Page, persons: Callable[[str], Page], assert_accessible: Callable[[Page], None]
) -> None:
    cache.clear()
    assert not User.objects.exists()

    # The command prints a link; whoever opens it is the administrator, and is led to the checklist.
    out = io.StringIO()
    call_command("setup", email="administrator@example.org", name="Administrator One", stdout=out)
    enter(page, out.getvalue())
    expect(page).to_have_url(f"{site.url}/")
    steps.follow(page, "Go to the checklist")
    expect(page.get_by_text("0 of 5 done.")).to_be_visible()
    assert_accessible(page)
    expect(page.get_by_role("button", name="Close the checklist")).to_have_attribute("aria-disabled", "true")

    steps.follow(page, "Name the organisation")
    steps.field(page, "Name of the organisation").fill("Institute One")
    steps.field(page, "Address for questions").fill("questions@example.org")
    steps.press(page, "Save")
    expect(page.get_by_role("banner").get_by_text("Institute One")).to_be_visible()
    steps.press(page, "Send me a test mail")
    expect(page.get_by_text("A mail to administrator@example.org has left.")).to_be_visible()
    assert ticked(page) == 2

    # One person is invited alone, the others from a list that is looked at first.
    steps.follow(page, "Invite somebody")
    steps.field(page, "E-mail address").fill("coordinator@example.org")
    steps.field(page, "Name").fill("Coordinator One")
    steps.press(page, "Send the invitation")
    page.goto("/setup/")
    steps.follow(page, "Invite from a list")
    steps.field(page, "The list").fill(LIST)
    steps.press(page, "See what would happen")
    steps.press(page, "Invite 5 people")
    assert ticked(page) == 3

    # Somebody who comes in meanwhile is told what happens next.
    author = persons("author@example.org")
    expect(author).to_have_url(f"{site.url}/")
    expect(author.get_by_role("heading", name="Reviewboard is being set up.")).to_be_visible()
    assert_accessible(author)
    author.goto("/cases/new/")
    expect(author.get_by_role("button", name="Start the case")).to_have_count(0)
    assert steps.is_gone(author, "/setup/")
    assert steps.is_gone(author, "/committees/")

    # The committee and its people.
    steps.follow(page, "Found a committee")
    steps.field(page, "Name").fill("Release board")
    steps.field(page, "Public holidays (optional)").select_option("DE")
    steps.press(page, "Found the committee")
    expect(page.get_by_text("This committee takes no cases until it has adopted a policy.")).to_be_visible()
    steps.follow(page, "Give a role")
    give(page, "Chair One", "Chair")
    give(page, "Deputy One", "Deputy chair")
    give(page, "Coordinator One", "Coordinator")
    give(page, "Reviewer One", "Reviewer")
    give(page, "Member One", "Member", "Reviewer")
    assert "Administrator One" not in page.locator("select[name=person]").inner_text()
    page.goto(Committee.objects.get().get_absolute_url())
    expect(page.get_by_text("Everybody is here whom it asks for: 1 reviewer.")).to_be_visible()
    expect(page.get_by_text("Needs 4 reviewers: 2 here.")).to_be_visible()
    assert_accessible(page)
    assert ticked(page) == 4

    # The policy is read, and adopted by one; the list is closed.
    steps.follow(page, re.compile("^Adopt$"))
    steps.follow(page, "Research release risk questionnaire")
    expect(page.get_by_role("heading", name="Hard rules")).to_be_visible()
    assert_accessible(page)
    page.go_back()
    page.get_by_role("radio").check()
    page.get_by_role("checkbox", name="I have read this version.").check()
    steps.press(page, "Adopt it")
    expect(page.get_by_text("in force. The committee takes cases now.")).to_be_visible()
    assert ticked(page) == 5
    steps.press(page, "Close the checklist")
    expect(page.get_by_text(re.compile("Administrator One closed this list"))).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("link", name="Go to the checklist")).to_have_count(0)

    # A harmless paper is decided by the rules alone, on the author's word.
    harmless = steps.start(author, title=TITLE, label="Sorting")
    # Where nothing is about harm few questions are asked; a typical case has twice as many.
    assert steps.answer(author, harmless, answers_for(0)) == 18
    steps.add_reference(author, harmless, "paper")
    steps.submit(author, harmless, name="Author One")
    steps.next_step(author, harmless, "Read the decision")
    expect(author.get_by_role("main").get_by_text("Cleared by the rules for the lowest tier")).to_be_visible()

    # A small model goes through people who came in by their letters.
    coordinator, reviewer = persons("coordinator@example.org"), persons("reviewer@example.org")
    model = steps.start(author, title="A small language model", label="Small model")
    assert steps.answer(author, model, answers_for(1)) == 37
    for part in ("model", "paper"):
        steps.add_reference(author, model, part)
    steps.submit(author, model, name="Author One")
    assert "coordinator@example.org" in {letter.to[0] for letter in site.drain()}
    steps.offer(coordinator, model, User.objects.get(email="reviewer@example.org"))
    steps.accept(reviewer, model)
    steps.clear(reviewer, findings="Nothing in it helps anybody to do harm.")
    steps.give_all_evidence(author, model)
    steps.sign(coordinator, model)
    steps.next_step(author, model, "Read the decision")
    expect(author.get_by_role("main").get_by_text("In force since").first).to_be_visible()
    expect(author.get_by_role("main").get_by_text("Full").first).to_be_visible()
    assert steps.is_gone(page, f"/cases/{model}/")
