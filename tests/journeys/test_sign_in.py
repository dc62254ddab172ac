"""The door: what somebody sees who is not signed in, and the way in, out and back after a lost password."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from accounts.models import User
from tests.journeys.looking import Site

PASSWORD = "a long enough passphrase"


def test_sign_in_page_opens_and_axe_finds_nothing(page: Page, assert_accessible: Callable[[Page], None]) -> None:
    page.goto("/accounts/")

    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=/accounts/$"))
    expect(page.get_by_role("heading", name="Sign in", level=1)).to_be_visible()
    assert_accessible(page)


def test_sign_in_with_a_wrong_password_says_so_and_keeps_the_address(page: Page, site: Site) -> None:
    User.objects.create_user("author@example.org", PASSWORD, display_name="Author One")
    page.goto("/accounts/login/")

    page.get_by_label("Work e-mail address").fill("author@example.org")
    page.get_by_label("Password", exact=True).fill("something else")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Work e-mail address")).to_have_value("author@example.org")


def test_sign_in_and_out_by_e_mail_address(page: Page, site: Site) -> None:
    User.objects.create_user("author@example.org", PASSWORD, display_name="Author One")
    page.goto("/accounts/login/?next=/accounts/")

    page.get_by_label("Work e-mail address").fill("Author@Example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    expect(page).to_have_url(f"{site.url}/accounts/")
    expect(page.get_by_text("Author One").first).to_be_visible()
