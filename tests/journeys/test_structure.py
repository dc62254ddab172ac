"""What walks over every page take for seen: never what axe has not looked at, and each thing only once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page

from tests.journeys.looking import Look
from tests.journeys.structure import Seen, Shape

PAGE = '<html lang="en"><head><title>Cases</title></head><body><main><h1>Cases</h1>{}</main></body></html>'
NAMED = '<button class="quiet">Close</button>'


def shape(content: str) -> Shape:
    return Shape(PAGE.format(content))


@pytest.fixture
def seen() -> Seen:
    """A page with one button was looked at."""
    things = Seen()
    assert things.adds(shape(NAMED)) is True
    return things


def test_the_same_again_is_not_new(seen: Seen) -> None:
    assert seen.adds(shape(NAMED)) is False
    assert seen.adds(shape(NAMED + NAMED.replace("Close", "Open"))) is False


@pytest.mark.parametrize(
    "other",
    [
        '<button class="loud">Close</button>',
        '<button class="quiet"></button>',
        '<button class="quiet" aria-label="Close">Close</button>',
        '<button class="quiet" disabled>Close</button>',
        '<p><button class="quiet">Close</button></p>',
        '<h3>Reviews</h3><button class="quiet">Close</button>',
        '<input class="quiet">',
    ],
)
def test_what_could_be_wrong_anew_is_new(seen: Seen, other: str) -> None:
    assert seen.adds(shape(other)) is True
    assert seen.adds(shape(other)) is False


def test_a_value_that_is_told_to_nobody_is_not_new(seen: Seen) -> None:
    seen.adds(shape('<a href="/one" data-key="1">One</a>'))
    assert seen.adds(shape('<a href="/two" data-key="2">Two</a>')) is False


def test_a_field_that_lost_its_label_is_new(seen: Seen) -> None:
    seen.adds(shape('<label for="a">Title</label><input id="a">'))
    assert seen.adds(shape('<label for="b">Title</label><input id="a">')) is True


def test_what_can_be_read_without_a_browser() -> None:
    found = shape('<h2 id="a">One</h2><p id="b">Two<p id="a"><a href="/three">Three</a><svg><title>No</title></svg>')
    assert (found.title, found.headings, found.links, found.doubled) == ("Cases", ["h1", "h2"], ["/three"], ["a"])


def test_something_new_and_wrong_is_told(page: Page, new_look: Callable[[], Look]) -> None:
    """A label is gone in the browser alone: nobody looks while everything on the page is seen, and then axe tells."""
    look = new_look()
    look.at(Client(), page, "/accounts/login/")
    look.found_nothing()
    page.add_init_script("addEventListener('DOMContentLoaded', () => document.querySelector('label').remove())")
    look.at(Client(), page, "/accounts/login/")
    look.found_nothing()
    look.seen.things.clear()
    look.at(Client(), page, "/accounts/login/")
    assert ["label" in fault for fault in look.faults] == [True, True]  # wide and narrow
