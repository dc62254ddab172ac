"""Every page that a person of the demo reaches by following links, for each role: whole, in place, and for everybody.

Each walk begins at "/", reads every page that it meets and changes nothing. As soon as anything on a page is new
(``structure``), it is opened in the browser and axe looks at it, wide and narrow, light and dark. What axe, the
console, the Content-Security-Policy or the look of a page have to say is collected and told at the end, so that one
walk names everything that is wrong. Pages that no link of the demo leads to stand in ``test_pages_accessible``.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Page

from accounts import demo as accounts
from accounts.models import User
from tests.databases import FreshDatabase
from tests.journeys.looking import Look, Site

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


def walk(look: Look, client: Client, page: Page, start: str) -> set[str]:
    """Look at everything that can be reached from ``start``; of each way to search a list, one example. The kinds of
    pages that were met."""
    met, waiting, kinds = {start}, deque([start]), set[str]()
    while waiting:
        path = waiting.popleft()
        kind = ID.sub("*", re.sub(r"=[^&]*", "", path))
        if "?" in path and kind in kinds:
            continue
        kinds.add(kind)
        here, links = look.at(client, page, path)
        for link in (urlsplit(urljoin(here, one)) for one in links):
            address = f"{link.path}?{link.query}" if link.query else link.path
            if not (link.scheme or link.netloc or address in met):
                met.add(address)
                waiting.append(address)
    return kinds


@pytest.mark.parametrize("role", ROLES)
def test_every_page_that_a_role_reaches(
    role: str, new_look: Callable[[], Look], as_client: Callable[..., Client], as_person: Callable[..., Page]
) -> None:
    for name in ROLES[role]:
        look, person = new_look(), User.objects.get(email=f"{name}@example.org")
        kinds = walk(look, as_client(person), as_person(person), "/")
        look.found_nothing()
        assert len(kinds) > 8


def test_every_page_before_signing_in(new_look: Callable[[], Look], page: Page) -> None:
    look = new_look()
    kinds = walk(look, Client(), page, "/accounts/login/")
    look.found_nothing()
    assert kinds >= {"/accounts/login/", "/accounts/password/reset/"}


def test_walks_cover_every_account_of_the_demo(site: Site) -> None:
    walked = {f"{name}@example.org" for names in ROLES.values() for name in names}
    assert walked == {account.email for account in accounts.read().accounts}
