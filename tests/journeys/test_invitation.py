"""From an administrator's list of names to somebody's own account: invited, come in, known for something, closed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.factories.committee import Board, board
from tests.journeys import steps
from tests.journeys.looking import Site

PASSWORD = "several words of my own"


@pytest.fixture
def made(site: Site) -> Board:
    """A board in the database of the running product."""
    cache.clear()
    return board(members=1, externals=0, reviewers=1)


def link_in(letter: str) -> str:
    """The one link of an invitation."""
    (link,) = re.findall(r"http://\S+/accounts/invitation/\S+/", letter)
    return str(link)


def test_invited_comes_in_says_what_they_know_and_is_confirmed(
    made: Board, site: Site, page: Page, as_person: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    admin = as_person(made.administrator)
    admin.goto("/people/")
    steps.follow(admin, "Invite somebody")
    steps.field(admin, "E-mail address").fill("new.person@example.org")
    steps.field(admin, "Name").fill("New Person")
    steps.field(admin, "Unit (optional)").fill("Vision")
    steps.press(admin, "Send the invitation")
    expect(admin.get_by_role("row").filter(has_text="New Person")).to_contain_text("Invited, has not come yet")

    (letter,) = site.drain()
    page.goto(link_in(str(letter.body)))
    expect(page).to_have_url(f"{site.url}/accounts/invitation/")
    assert_accessible(page)
    steps.field(page, "Password").fill("short")
    steps.field(page, "The same password again").fill("short")
    steps.press(page, "Come in")
    expect(page.get_by_text("too short").first).to_be_visible()
    assert_accessible(page)
    steps.field(page, "Name").fill("Newcomer")
    steps.field(page, "Time zone").select_option("Asia/Tokyo")
    steps.field(page, "Password").fill(PASSWORD)
    steps.field(page, "The same password again").fill(PASSWORD)
    steps.press(page, "Come in")

    expect(page.get_by_role("heading", name="My work", level=1)).to_be_visible()
    page.goto("/accounts/")
    expect(steps.field(page, "Name")).to_have_value("Newcomer")
    expect(page.get_by_text("All times Asia/Tokyo")).to_be_visible()
    steps.follow(page, "Add something")
    page.get_by_role("radio", name="Cyber offence").check()
    page.get_by_role("radio", name="Expert: could have led the work").check()
    steps.press(page, "Add it")
    expect(page.get_by_text("Awaits confirmation")).to_be_visible()
    assert_accessible(page)

    admin.goto("/people/?q=Newcomer")
    steps.follow(admin, "Newcomer")
    steps.press(admin, "Confirm")
    expect(admin.get_by_text("by Administrator").first).to_be_visible()
    expect(admin.get_by_text("1 session now")).to_be_visible()
    steps.follow(admin, "Close the account")
    steps.press(admin, "Close the account")

    page.goto("/accounts/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.goto(link_in(str(letter.body)))
    expect(page.get_by_role("heading", name="This invitation does not work")).to_be_visible()


def test_list_is_looked_at_corrected_and_invited_without_scripts(
    made: Board, site: Site, as_person: Callable[..., Page]
) -> None:
    admin = as_person(made.administrator, java_script_enabled=False)
    admin.goto("/people/import/")
    text = b"name;email\nPerson One;one@example.org\nPerson Two;two\n"
    steps.field(admin, "A CSV file (optional)").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": text}
    )
    steps.press(admin, "See what would happen")
    expect(admin.get_by_text("“two” is no e-mail address.")).to_be_visible()
    steps.field(admin, "The list").fill(text.decode().replace(";two", ";two@example.org"))
    steps.press(admin, "Check it again")
    steps.press(admin, "Invite 2 people")
    expect(admin.get_by_role("link", name="Person Two")).to_be_visible()
    assert sorted(letter.to[0] for letter in site.drain()) == ["one@example.org", "two@example.org"]
    assert User.objects.filter(email__in=["one@example.org", "two@example.org"]).count() == 2
