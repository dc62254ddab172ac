"""A real browser against a real server, on a database that commits for real.

Each person has a browser context of their own. A page that logs an error, breaks its Content-Security-Policy or gets
an answer of 500 fails its test, whatever else the test looks at.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.test import Client, override_settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django import DjangoDbBlocker, Settings

from accounts.models import User
from reviews.demo import cases, loading, people
from reviews.models import Assignment, Review, Submission
from tests import databases
from tests.conftest import need
from tests.databases import FreshDatabase, Template
from tests.journeys.looking import Look, Site
from tests.journeys.structure import Seen

# Playwright's own event loop runs in this thread, which Django would take for an asynchronous caller.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_MS = 10_000


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing; what matters reaches the test through the page."""


@pytest.fixture(scope="session")
def browser(database_template: Template) -> Iterator[Browser]:
    """One headless Chromium for all journeys of this process.

    The database is migrated first: from Playwright's start on, this thread keeps other connections than before.
    """
    program = need("chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(program), args=FLAGS, headless=True)
        yield started
        started.close()


@dataclass
class Demo:
    """The loaded demo: the database to copy, and the folder of its files."""

    source: Template
    folder: Path


@pytest.fixture(scope="session")
def demo(
    database_template: Template, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """The demo, told once and copied for every test that asks for it."""
    folder = tmp_path_factory.mktemp("demo")
    with ExitStack() as kept, django_db_blocker.unblock():
        with databases.fresh(database_template), override_settings(DATA_DIR=folder):
            loading.load(now=timezone.now())
            source = kept.enter_context(databases.template(folder))
        yield Demo(source, folder)


@pytest.fixture
def demo_database(demo: Demo, django_db_blocker: DjangoDbBlocker, settings: Settings) -> Iterator[FreshDatabase]:
    """A copy of the demo. Where a module's ``fresh_database`` is this one, its ``site`` is the demo."""
    settings.DATA_DIR = demo.folder
    with django_db_blocker.unblock(), databases.fresh(demo.source) as database:
        yield database


@pytest.fixture
def site(fresh_database: FreshDatabase, settings: Settings) -> Iterator[Site]:
    """The whole product on a free port of this machine, with a database of its own."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _QuietHandler)
    server.set_app(WSGIHandler())
    settings.BASE_URL = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    running = Site(settings.BASE_URL)
    yield running
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)
    assert running.complaints == []


@pytest.fixture
def new_context(browser: Browser, site: Site) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts that share nothing, one for each person."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        options = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce", **options}
        context = browser.new_context(base_url=site.url, **options)
        context.set_default_timeout(PATIENCE_MS)
        context.on("page", lambda page: _listen(page, site.complaints))
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page of somebody who is not signed in."""
    return new_context().new_page()


@pytest.fixture
def as_person(
    new_context: Callable[..., BrowserContext], site: Site, as_client: Callable[[User], Client]
) -> Callable[..., Page]:
    """A page on which this person is signed in already; signing in itself has a journey of its own."""

    def make(person: User, **options: Any) -> Page:
        client = as_client(person)
        context = new_context(**options)
        name = django_settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site.url}])
        return context.new_page()

    return make


@pytest.fixture
def demo_person(as_person: Callable[..., Page]) -> Callable[..., Page]:
    """A page on which somebody of the demo is signed in, by their name in ``people.yaml``."""
    return lambda key, **options: as_person(User.objects.get(email=f"{key}@{people.DOMAIN}"), **options)


@pytest.fixture
def demo_addresses(site: Site) -> dict[str, str]:
    """The demo's cases by the names of their files; the review that Amara writes, and the offer that Lena has."""
    labels = {case.label: case.get_absolute_url() for case in Submission.objects.all()}
    review = Review.objects.get(filed_at=None, assignment__reviewer__email=f"amara.nwosu@{people.DOMAIN}")
    offer = Assignment.objects.get(reviewer__email=f"lena.brandt@{people.DOMAIN}")
    return {
        **{key: labels[cases.read(key).label] for key in cases.ORDER},
        "review": f"/reviews/{review.public_id}/",
        "offer": f"/offers/{offer.public_id}/",
    }


@pytest.fixture(scope="session")
def assert_accessible() -> Callable[..., None]:
    """Fails with what axe found on the page as it stands."""
    axe = Axe()

    def check(page: Page) -> None:
        # Otherwise axe copies the stylesheet that ours imports into the page, and the page's policy refuses that.
        options = {"preload": False, "resultTypes": ["violations"]}
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(axe.axe_script)
        found = AxeResults(page.evaluate("options => axe.run(options)", options))
        assert found.response["violations"] == [], found.generate_report()

    return check


@pytest.fixture(scope="session")
def seen() -> Seen:
    """What was opened in a browser in this process because something on it was new."""
    return Seen()


@pytest.fixture
def new_look(site: Site, seen: Seen, assert_accessible: Callable[..., None]) -> Callable[[], Look]:
    """A look at pages for each person."""
    return lambda: Look(site, seen, assert_accessible)


@pytest.fixture
def as_client() -> Callable[[User], Client]:
    """Reads pages without a browser, signed in as this person."""

    def make(person: User) -> Client:
        client = Client()
        client.force_login(person, backend=django_settings.AUTHENTICATION_BACKENDS[0])
        return client

    return make


def _listen(page: Page, complaints: list[str]) -> None:
    def on_console(message: Any) -> None:
        # A refusal (403, 404, 409, 422) is an answer that journeys ask for; the browser logs it as an error.
        if message.type in ("error", "warning") and "responded with a status of 4" not in message.text:
            complaints.append(f"{page.url}: {message.text}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on(
        "response",
        lambda response: complaints.append(f"{response.url}: {response.status}") if response.status >= 500 else None,
    )
