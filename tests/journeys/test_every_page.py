"""Every page that a person of the demo reaches by following links, for each role: whole, in place, and for everybody.

Each walk begins at "/", reads every page that it meets and changes nothing. As soon as anything on a page is new
(``structure``), it is opened in the browser and axe looks at it, light and wide, dark and narrow. What axe, the
console, the Content-Security-Policy or the look of a page have to say is collected and told at the end, so that one
walk names everything that is wrong. Pages that no link of the demo leads to stand in ``test_pages_accessible``.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, Request

from accounts import demo as accounts
from accounts.models import User
from tests.databases import FreshDatabase
from tests.journeys.conftest import Site
from tests.journeys.structure import Seen, Shape

WIDE = {"width": 1440, "height": 900}
TABLET = {"width": 820, "height": 1180}
NARROW = {"width": 390, "height": 844}
# Accounts that the sign-in page of the demo names, by what they are.
ROLES = {
    "author": ("wei.zhang", "lucas.moreira", "ana.ruiz", "daniel.frost", "peter.novak", "julia.winter"),
    "coordinator": ("tom.hale",),
    "chair": ("ines.moreau",),
    "deputy": ("helena.kovacs",),
    "member": ("amara.nwosu", "nadia.haddad", "jonas.lind", "marek.dvorak"),
    "reviewer": ("lena.brandt",),
    "officer": ("yuki.sato", "hanna.vogel"),
    "signatory": ("claire.fontaine", "robert.lang"),
    "leadership": ("elena.petrova",),
    "auditor": ("victor.halloran",),
    "administrator": ("grace.mbeki",),
}
ID = re.compile(r"RB-\d{4}-[0-9A-Z]{5}|(?<=/)(?=[\w-]*[A-Z0-9])[\w-]{16}(?=/)")


@pytest.fixture
def fresh_database(demo_database: FreshDatabase) -> FreshDatabase:
    """The demo instead of an empty database."""
    return demo_database


@dataclass
class Walk:
    """What has been seen of a role, and what was wrong with it. ``walked`` is what other walks have looked at."""

    site: Site
    walked: Seen
    assert_accessible: Callable[[Page], None]
    faults: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    strangers: set[str] = field(default_factory=set)

    def follow(self, client: Client, page: Page, start: str) -> None:
        """Read everything that can be reached from ``start``; of each way to search a list, one example."""
        page.on("request", self.note)
        titles: dict[str, str] = {}
        met, waiting = {start}, deque([start])
        while waiting:
            path = waiting.popleft()
            kind = ID.sub("*", re.sub(r"=[^&]*", "", path))
            if "?" in path and kind in self.kinds:
                continue
            self.kinds.add(kind)
            for link in self.read(client, page, path, titles):
                if link not in met:
                    met.add(link)
                    waiting.append(link)

    def read(self, client: Client, page: Page, path: str, titles: dict[str, str]) -> list[str]:
        """One page as it is served, and in the browser if anything on it is new; the links that it has."""
        answer = client.get(path, follow=True)
        if answer.status_code != 200:
            self.faults.append(f"{path}: {answer.status_code}")
        if not answer.headers["content-type"].startswith("text/html"):
            return self.check_download(path, answer)
        shape = Shape(answer.content.decode())
        here = answer.redirect_chain[-1][0] if answer.redirect_chain else path
        self.check_shape(shape, path, here, titles)
        if self.walked.adds(shape):
            self.look_at(page, path)
        found = (urlsplit(urljoin(here, link)) for link in shape.links)
        inside = [link for link in found if not (link.scheme or link.netloc)]
        return [f"{link.path}?{link.query}" if link.query else link.path for link in inside]

    def look_at(self, page: Page, path: str) -> None:
        """One page in the browser, light and dark, on a desk, a tablet and a phone."""
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(WIDE)
        page.goto(path)
        self.check_axe(page, path)
        page.emulate_media(color_scheme="dark")
        for size in (TABLET, NARROW):
            page.set_viewport_size(size)
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > size["width"]:
                self.faults.append(f"{path}: scrolls sideways at {size['width']} pixels, {wide} wide")
        self.check_axe(page, path)

    def check_shape(self, shape: Shape, path: str, here: str, titles: dict[str, str]) -> None:
        title, place = shape.title, urlsplit(here).path
        if not title.removesuffix("· Reviewboard").strip():
            self.faults.append(f"{path}: no title")
        if titles.setdefault(title, place) != place:
            self.faults.append(f"{path}: has the title of {titles[title]}, {title!r}")
        if (headings := shape.headings.count("h1")) != 1:
            self.faults.append(f"{path}: {headings} main headings")
        self.faults += [f"{path}: two elements are called {name}" for name in shape.doubled]

    def check_axe(self, page: Page, path: str) -> None:
        try:
            self.assert_accessible(page)
        except AssertionError as fault:
            self.faults.append(f"{path}: {str(fault)[:1500]}")

    def check_download(self, path: str, answer: Any) -> list[str]:
        answer.close()
        if not answer.headers.get("content-disposition", "").startswith("attachment"):
            self.faults.append(f"{path}: handed out as {answer.headers.get('content-disposition')}")
        return []

    def note(self, request: Request) -> None:
        """Whom the page asks for anything."""
        if not request.url.startswith((f"{self.site.url}/", "data:", "blob:")):
            self.strangers.add(request.url)


@pytest.fixture
def walk(site: Site, walked: Seen, assert_accessible: Callable[[Page], None]) -> Walk:
    """A walk that has not begun."""
    return Walk(site, walked, assert_accessible)


@pytest.mark.parametrize("role", ROLES)
def test_every_page_that_a_role_reaches(role: str, walk: Walk, as_person: Callable[..., Page]) -> None:
    for name in ROLES[role]:
        person, client = User.objects.get(email=f"{name}@example.org"), Client()
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        walk.follow(client, as_person(person), "/")
    assert "\n".join(walk.faults) == ""
    assert walk.strangers == set()
    assert len(walk.kinds) > 8


def test_every_page_before_signing_in(walk: Walk, page: Page) -> None:
    walk.follow(Client(), page, "/accounts/login/")
    assert "\n".join(walk.faults) == ""
    assert walk.strangers == set()
    assert walk.kinds >= {"/accounts/login/", "/accounts/password/reset/"}


def test_walks_cover_every_account_of_the_demo(site: Site) -> None:
    walked = {f"{name}@example.org" for names in ROLES.values() for name in names}
    assert walked == {account.email for account in accounts.read().accounts}
