"""Every page that a person of the demo reaches by following links, for each role: whole, in place, and for everybody.

Each walk begins at "/", opens every page that it meets and only reads. axe looks at a page, light and wide, dark and
narrow, as soon as anything on it is new (``structure``). What axe, the console, the Content-Security-Policy or the look
of a page have to say is collected and told at the end, so that one walk names everything that is wrong. Pages that no
link of the demo leads to stand in ``test_pages_accessible``.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Error, Page, Request

from accounts import demo as accounts
from accounts.models import User
from tests.databases import FreshDatabase
from tests.journeys import structure
from tests.journeys.conftest import Site

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
    """What has been seen of a role, and what was wrong with it."""

    site: Site
    assert_new_accessible: Callable[[Page], None]
    faults: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    strangers: set[str] = field(default_factory=set)

    def follow(self, page: Page, start: str) -> None:
        """Open everything that can be reached from ``start``; of each way to search a list, one example."""
        page.on("request", self.note)
        titles: dict[str, str] = {}
        met, waiting = {start}, deque([start])
        while waiting:
            path = waiting.popleft()
            kind = ID.sub("*", re.sub(r"=[^&]*", "", path))
            if "?" in path and kind in self.kinds:
                continue
            self.kinds.add(kind)
            for link in self.look_at(page, path, titles):
                if link not in met:
                    met.add(link)
                    waiting.append(link)

    def look_at(self, page: Page, path: str, titles: dict[str, str]) -> list[str]:
        """One page, light and dark, on a desk, a tablet and a phone; the links that it has."""
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(WIDE)
        try:
            answer = page.goto(path)
        except Error as fault:
            if "Download is starting" not in str(fault):
                raise
            return self.check_download(page, path)
        if answer is None or answer.status != 200:
            self.faults.append(f"{path}: {answer.status if answer else 'no answer'}")
        self.check_shape(page, path, titles)
        self.check_axe(page, path)
        page.emulate_media(color_scheme="dark")
        for size in (TABLET, NARROW):
            page.set_viewport_size(size)
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > size["width"]:
                self.faults.append(f"{path}: scrolls sideways at {size['width']} pixels, {wide} wide")
        self.check_axe(page, path)
        links: list[str] = page.evaluate("[...document.querySelectorAll('a[href]')].map(link => link.href)")
        return [self.path_of(link) for link in links if link.startswith(self.site.url)]

    def check_shape(self, page: Page, path: str, titles: dict[str, str]) -> None:
        title, here = page.title(), urlsplit(page.url).path
        if not title.removesuffix("· Reviewboard").strip():
            self.faults.append(f"{path}: no title")
        if titles.setdefault(title, here) != here:
            self.faults.append(f"{path}: has the title of {titles[title]}, {title!r}")
        if (headings := page.locator("h1").count()) != 1:
            self.faults.append(f"{path}: {headings} main headings")
        self.faults += [f"{path}: two elements are called {name}" for name in structure.doubled(page)]

    def check_axe(self, page: Page, path: str) -> None:
        try:
            self.assert_new_accessible(page)
        except AssertionError as fault:
            self.faults.append(f"{path}: {str(fault)[:1500]}")

    def check_download(self, page: Page, path: str) -> list[str]:
        answer = page.request.get(path)
        if not (answer.ok and answer.headers["content-disposition"].startswith("attachment")):
            self.faults.append(f"{path}: {answer.status}, handed out as {answer.headers.get('content-disposition')}")
        return []

    def note(self, request: Request) -> None:
        """Whom the page asks for anything."""
        if not request.url.startswith((f"{self.site.url}/", "data:", "blob:")):
            self.strangers.add(request.url)

    def path_of(self, link: str) -> str:
        """An address of this site without its fragment."""
        parts = urlsplit(urljoin(self.site.url, link))
        return f"{parts.path}?{parts.query}" if parts.query else parts.path


@pytest.mark.parametrize("role", ROLES)
def test_every_page_that_a_role_reaches(
    role: str, site: Site, as_person: Callable[..., Page], assert_new_accessible: Callable[[Page], None]
) -> None:
    walk = Walk(site, assert_new_accessible)
    for name in ROLES[role]:
        walk.follow(as_person(User.objects.get(email=f"{name}@example.org")), "/")
    assert "\n".join(walk.faults) == ""
    assert walk.strangers == set()
    assert len(walk.kinds) > 8


def test_every_page_before_signing_in(site: Site, page: Page, assert_new_accessible: Callable[[Page], None]) -> None:
    walk = Walk(site, assert_new_accessible)
    walk.follow(page, "/accounts/login/")
    assert "\n".join(walk.faults) == ""
    assert walk.strangers == set()
    assert set(walk.kinds) >= {"/accounts/login/", "/accounts/password/reset/"}


def test_walks_cover_every_account_of_the_demo(site: Site) -> None:
    walked = {f"{name}@example.org" for names in ROLES.values() for name in names}
    assert walked == {account.email for account in accounts.read().accounts}
