"""What a browser makes of the stylesheets while they arrive, one after the other and slowly."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.factories.committee import board
from tests.factories.people import UserFactory
from tests.journeys import steps
from tests.journeys.looking import Site

SHEETS = ("**/vendor/bootstrap/bootstrap.min.css", "**/reviewboard.css")


def test_a_page_measured_before_all_sheets_are_there_asks_for_no_image_that_the_policy_forbids(
    site: Site, as_person: Callable[..., Page]
) -> None:
    # With scripts, theme.js holds the page back until the sheets before it are there.
    board(members=1, externals=1, reviewers=1)
    for late in SHEETS:
        page = as_person(UserFactory(), java_script_enabled=False)
        held = steps.hold_back(page, late)
        page.goto("/cases/new/", wait_until="commit")
        page.wait_for_selector("select", state="attached")
        page.locator("select").first.bounding_box()
        for route in held:
            route.continue_()
        page.unroute(late)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert (late, len(held) > 0, site.complaints) == (late, True, [])
