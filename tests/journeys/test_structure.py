"""What walks over every page take for seen: never what axe has not looked at, and each thing only once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys import structure
from tests.journeys.structure import Seen

PAGE = '<html lang="en"><head><title>Cases</title></head><body><main><h1>Cases</h1>{}</main></body></html>'
NAMED = '<button class="quiet">Close</button>'


@pytest.fixture
def seen(page: Page) -> Callable[[str], bool]:
    """Whether a page with this content shows anything new after those asked for before."""
    things = Seen()

    def adds(content: str) -> bool:
        page.set_content(PAGE.format(content))
        return things.adds(page)

    return adds


def test_the_same_again_is_not_new(seen: Callable[[str], bool]) -> None:
    assert seen(NAMED) is True
    assert seen(NAMED) is False
    assert seen(NAMED + NAMED.replace("Close", "Open")) is False


@pytest.mark.parametrize(
    "other",
    [
        '<button class="loud">Close</button>',
        '<button class="quiet"></button>',
        '<button class="quiet" aria-expanded="true">Close</button>',
        '<p><button class="quiet">Close</button></p>',
        '<h3>Reviews</h3><button class="quiet">Close</button>',
    ],
)
def test_what_could_be_wrong_anew_is_new(seen: Callable[[str], bool], other: str) -> None:
    seen(NAMED)
    assert seen(other) is True


def test_a_field_that_lost_its_label_is_new(seen: Callable[[str], bool]) -> None:
    seen('<label for="a">Title</label><input id="a">')
    assert seen('<label for="b">Title</label><input id="a">') is True


def test_the_same_in_the_dark_and_on_a_phone_is_new(page: Page) -> None:
    page.set_content(PAGE.format(NAMED))
    things = Seen()
    assert things.adds(page) is True
    page.emulate_media(color_scheme="dark")
    assert things.adds(page) is True
    page.set_viewport_size({"width": 390, "height": 844})
    assert things.adds(page) is True
    assert things.adds(page) is False


def test_something_new_and_wrong_is_told(page: Page, assert_new_accessible: Callable[[Page], None]) -> None:
    page.set_content(PAGE.format(NAMED))
    assert_new_accessible(page)
    page.set_content(PAGE.format('<button class="quiet unnamed"></button>'))
    with pytest.raises(AssertionError, match="button-name"):
        assert_new_accessible(page)


def test_identifiers_that_two_elements_have(page: Page) -> None:
    page.set_content(PAGE.format('<p id="a"></p><p id="b"></p><p id="a"></p><p id="a"></p>'))
    assert structure.doubled(page) == ["a"]
