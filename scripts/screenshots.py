#!/usr/bin/env python3
"""Take the pictures that README and the guides show: the demo, in a folder of its own, in a headless Chromium.

Nothing is drawn by hand: what changes on a page changes in its picture with the next ``make screenshots``.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import django
from playwright.sync_api import Browser, sync_playwright

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
# What the environment may say of a real installation is not for pictures of the demo.
FACTS = "BASE_URL SECRET_KEY DEBUG ALLOWED_HOSTS DATABASE_URL CELERY_BROKER_URL EMAIL_URL MAIL_FROM ORG_NAME"
sys.path.insert(0, str(ROOT))

from tests.programs import find


@dataclass(frozen=True)
class Picture:
    """One picture: its name, who looks, at which address, and how. ``{gpt2}`` stands for a case's address."""

    name: str
    person: str
    path: str
    width: int = 1280
    height: int = 860


PICTURED = (
    Picture("my-work", "amara.nwosu", "/"),
    Picture("case", "tom.hale", "{stable_diffusion}", height=1000),
    Picture("case-phone", "wei.zhang", "{llama}", width=390, height=844),
    Picture("questionnaire", "wei.zhang", "{llama}answers/hazards/", height=1000),
    Picture("assessment", "daniel.frost", "{gpt2}assessment/", height=1100),
    Picture("queue", "tom.hale", "/queue/"),
    Picture("reviewers", "tom.hale", "{stable_diffusion}reviewers/", height=1000),
    Picture("deliberation", "jonas.lind", "{megasyn}deliberation/", height=1100),
    Picture("decision", "daniel.frost", "{gpt2}decision/", height=1100),
    Picture("release", "daniel.frost", "{gpt2}release/", height=1000),
    Picture("record", "victor.halloran", "{gpt2}record/"),
    Picture("leadership", "elena.petrova", "/leadership/"),
    Picture("people", "grace.mbeki", "/people/"),
    Picture("committee", "grace.mbeki", "/committees/{committee}/", height=1100),
    Picture("setup", "grace.mbeki", "/setup/"),
    Picture("operations", "grace.mbeki", "/operations/"),
)


@contextmanager
def demo() -> Iterator[tuple[str, dict[str, str]]]:
    """The demo on a free port: its address, and the addresses of its cases and its committee by their keys."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.core.management import call_command
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

    from reviews.demo import cases
    from reviews.models import Committee, Submission

    call_command("migrate", verbosity=0)
    call_command("demo", stdout=io.StringIO())
    labels = {row.label: row.get_absolute_url() for row in Submission.objects.all()}
    addresses = {key: labels[cases.read(key).label] for key in cases.ORDER}
    addresses["committee"] = Committee.objects.get().public_id
    server = ThreadedWSGIServer(("127.0.0.1", 0), type("Quiet", (WSGIRequestHandler,), {"log_message": _say_nothing}))
    server.set_app(WSGIHandler())
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", addresses
    finally:
        server.shutdown()
        server.server_close()


def _say_nothing(*arguments: object) -> None:
    """Requests are not news here."""


def cookies(person: str, site: str) -> list[SetCookieParam]:
    """What the browser of a signed-in person holds; nothing for a visitor."""
    from django.conf import settings
    from django.test import Client

    from accounts.models import User
    from reviews.demo.people import DOMAIN

    if not person:
        return []
    client = Client()
    client.force_login(User.objects.get(email=f"{person}@{DOMAIN}"), backend=settings.AUTHENTICATION_BACKENDS[0])
    name = settings.SESSION_COOKIE_NAME
    return [{"name": name, "value": client.cookies[name].value, "url": site}]


def take(browser: Browser, picture: Picture, site: str, addresses: dict[str, str]) -> None:
    """Open the page and keep what a person sees first. Raises ``SystemExit`` for a page that is not there."""
    context = browser.new_context(
        base_url=site,
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="light",
        reduced_motion="reduce",
    )
    context.add_cookies(cookies(picture.person, site))
    page = context.new_page()
    answer = page.goto(picture.path.format_map(addresses), wait_until="networkidle")
    if answer is None or not answer.ok:
        sys.exit(f"{picture.name}: there is no page at {picture.path}")
    page.screenshot(path=PICTURES / f"{picture.name}.png")
    context.close()


def main() -> None:
    """All pictures, or those named on the command line."""
    wanted = [picture for picture in PICTURED if not sys.argv[1:] or picture.name in sys.argv[1:]]
    program = find("chromium")
    if program is None:
        sys.exit("Chromium is not installed on this machine.")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, ExitStack() as opened:
        for name in FACTS.split():
            os.environ.pop(name, None)
        os.environ |= {"DATA_DIR": data, "DJANGO_SETTINGS_MODULE": "reviewboard.settings"}
        # Playwright's event loop runs in this thread, which Django would take for an asynchronous caller.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        django.setup()
        site, addresses = opened.enter_context(demo())
        playwright = opened.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=str(program), args=FLAGS)
        for picture in wanted:
            take(browser, picture, site, addresses)
            print(f"docs/pictures/{picture.name}.png", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
