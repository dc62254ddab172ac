"""What a page does while it is drawn, on paper, without scripts, and under the keyboard: nothing jumps or hides."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.databases import FreshDatabase
from tests.journeys import steps

FONT = re.compile(r"/inter-latin[^/]*\.woff2$")  # letters of other languages are a file of their own
WATCH = """window.shifts = [];
new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((entry) => entry.value)))
  .observe({type: "layout-shift", buffered: true});"""
WHITE, BLACK = "rgb(255, 255, 255)", "rgb(0, 0, 0)"
ONE_LINE = 32  # pixels
SHOWN = ["criminality", "bert", "llama"]  # with a board, with a reviewer, in stages


@pytest.fixture
def fresh_database(demo_database: FreshDatabase) -> FreshDatabase:
    """The demo instead of an empty database."""
    return demo_database


def styled(page: Page, selector: str, name: str) -> str:
    """One property of the first element as it is drawn."""
    found: str = page.eval_on_selector(selector, f"(element) => getComputedStyle(element).{name}")
    return found


def test_nothing_moves_when_the_font_comes_late(
    demo_person: Callable[..., Page], demo_addresses: dict[str, str]
) -> None:
    """Its files are let go only once the page has been drawn without them."""
    page = demo_person("tom.hale")
    page.add_init_script(WATCH)
    held = steps.hold_back(page, FONT)
    for path in ["/work/", *(demo_addresses[key] for key in SHOWN)]:
        held.clear()
        page.goto(path, wait_until="domcontentloaded")
        expect(page.locator("h1")).to_be_visible()
        # Later than the moment up to which a browser still waits for a font that is optional.
        page.evaluate("() => new Promise((done) => setTimeout(done, 300))")
        assert len(held) > 0, f"{path} asked for no font"
        for route in held:
            route.continue_()
        page.evaluate("document.fonts.ready")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert page.evaluate("window.shifts") == [], path


def test_paper_is_white_whatever_the_screen_was(
    demo_person: Callable[..., Page], demo_addresses: dict[str, str]
) -> None:
    page = demo_person("tom.hale", color_scheme="dark")
    decided = demo_addresses["criminality"]
    for path in (*(demo_addresses[key] for key in SHOWN), f"{decided}assessment/", f"{decided}decision/"):
        page.emulate_media(media="screen")
        page.goto(path)
        assert styled(page, "body", "backgroundColor") != WHITE
        page.emulate_media(media="print")
        assert (styled(page, "body", "backgroundColor"), styled(page, "body", "color")) == (WHITE, BLACK)
        for gone in (".rb-top", ".rb-nav", ".rb-tabs"):
            assert styled(page, gone, "display") == "none"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_the_screen_folds_away_stands_on_paper(
    demo_person: Callable[..., Page], demo_addresses: dict[str, str]
) -> None:
    page = demo_person("tom.hale")
    page.goto(f"{demo_addresses['criminality']}assessment/")
    last = page.locator(".rb-more li").last
    assert not last.evaluate("(element) => element.checkVisibility()")
    page.emulate_media(media="print")
    assert last.evaluate("(element) => element.checkVisibility()")


def test_print_button_is_there_with_scripts_and_only_with_them(
    demo_person: Callable[..., Page], demo_addresses: dict[str, str]
) -> None:
    path = f"{demo_addresses['criminality']}assessment/"
    page = demo_person("tom.hale")
    page.goto(path)
    expect(page.locator("[data-rb-print]")).to_be_visible()
    expect(page.locator("[data-rb-theme]")).to_be_visible()
    plain = demo_person("tom.hale", java_script_enabled=False)
    plain.goto(path)
    expect(plain.locator("[data-rb-print]")).to_be_hidden()
    expect(plain.locator("[data-rb-theme]")).to_be_hidden()


def test_what_the_keyboard_reaches_is_not_under_the_bar_at_the_bottom(
    demo_person: Callable[..., Page], demo_addresses: dict[str, str]
) -> None:
    page = demo_person("amara.nwosu", viewport={"width": 820, "height": 600})
    page.goto(demo_addresses["review"])
    bar = page.locator(".rb-stickybar")
    expect(bar).to_be_visible()
    fields = page.locator(".rb-main :is(textarea, select, input[type=text]):visible")
    assert fields.count() > 2
    for number in range(fields.count()):
        fields.nth(number).focus()
        field, edge = fields.nth(number).bounding_box(), bar.bounding_box()
        assert field is not None
        assert edge is not None
        seen = field["y"] + min(field["height"], ONE_LINE)
        assert seen <= edge["y"], f"field {number} is under the bar"
