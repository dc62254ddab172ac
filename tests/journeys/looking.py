"""What is asked of every page that a walk comes to: as it is served, and in the browser if anything on it is new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from django.core import mail
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, Request

from notifications import delivery
from tests.journeys.structure import Seen, Shape

WIDE = {"width": 1440, "height": 900}
TABLET = {"width": 820, "height": 1180}
NARROW = {"width": 390, "height": 844}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@dataclass
class Site:
    """A running server. ``drain`` is the delivery that a worker does."""

    url: str
    complaints: list[str] = field(default_factory=list)

    def drain(self) -> list[mail.EmailMessage]:
        """Deliver what is due now; the mails that came of it."""
        before = len(mail.outbox)
        delivery.deliver_due(now=timezone.now())
        return list(mail.outbox[before:])


@dataclass
class Look:
    """One person's look at pages. ``seen`` is what others have looked at, ``faults`` what was wrong, in order."""

    site: Site
    seen: Seen
    assert_accessible: Callable[..., None]
    faults: list[str] = field(default_factory=list)
    strangers: set[str] = field(default_factory=set)
    titles: dict[str, str] = field(default_factory=dict)

    def at(self, client: Client, page: Page, path: str, *, status: int = 200) -> tuple[str, list[str]]:
        """Read a page, and open it if anything on it is new. Its own address, and the links that it has."""
        answer = client.get(path, follow=True)
        here = answer.redirect_chain[-1][0] if answer.redirect_chain else path
        if answer.status_code != status:
            self.faults.append(f"{path}: {answer.status_code}")
        if not answer.headers["content-type"].startswith("text/html"):
            self.check_download(path, answer)
            return here, []
        shape = Shape(answer.content.decode())
        self.check_shape(shape, path, here)
        if self.seen.adds(shape):
            self.open(page, path)
        return here, shape.links

    def open(self, page: Page, path: str) -> None:
        """One page in the browser: light on a desk and dark on a phone, the next one the other way round.

        What shows at both widths meets both colours on each page. What shows at one of them alone (the bars at the
        side and at the foot) is on every page, and meets both by turns.
        """
        schemes = SCHEMES if self.seen.opened % 2 else SCHEMES[::-1]
        self.seen.opened += 1
        page.on("request", self.note)
        page.emulate_media(color_scheme=schemes[0])
        page.set_viewport_size(WIDE)
        page.goto(path)
        self.check_axe(page, path)
        for size in (TABLET, NARROW):
            page.set_viewport_size(size)
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > size["width"]:
                self.faults.append(f"{path}: scrolls sideways at {size['width']} pixels, {wide} wide")
        page.emulate_media(color_scheme=schemes[1])
        self.check_axe(page, path)
        page.remove_listener("request", self.note)

    def check_shape(self, shape: Shape, path: str, here: str) -> None:
        """A title that no other page has, one main heading, and no identifier twice."""
        title, place = shape.title, urlsplit(here).path
        if not title.removesuffix("· Reviewboard").strip():
            self.faults.append(f"{path}: no title")
        if self.titles.setdefault(title, place) != place:
            self.faults.append(f"{path}: has the title of {self.titles[title]}, {title!r}")
        if (headings := shape.headings.count("h1")) != 1:
            self.faults.append(f"{path}: {headings} main headings")
        self.faults += [f"{path}: two elements are called {name}" for name in shape.doubled]

    def check_axe(self, page: Page, path: str) -> None:
        """What axe has to say."""
        try:
            self.assert_accessible(page)
        except AssertionError as fault:
            self.faults.append(f"{path}: {str(fault)[:1500]}")

    def check_download(self, path: str, answer: Any) -> None:
        """What is no page is handed out as a file."""
        answer.close()
        if not answer.headers.get("content-disposition", "").startswith("attachment"):
            self.faults.append(f"{path}: handed out as {answer.headers.get('content-disposition')}")

    def note(self, request: Request) -> None:
        """Whom the page asks for anything."""
        if not request.url.startswith((f"{self.site.url}/", "data:", "blob:")):
            self.strangers.add(request.url)

    def found_nothing(self) -> None:
        """Fails with everything that was wrong."""
        assert "\n".join(self.faults) == ""
        assert self.strangers == set()


def forget_the_line(site: Site) -> None:
    """The browser itself and htmx log each request that found no connection, or was refused."""
    words = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "htmx:sendError", "htmx:afterRequest", "Response Status Error")
    site.complaints[:] = [line for line in site.complaints if not any(word in line for word in words)]
