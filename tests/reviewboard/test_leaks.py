"""Nothing of a case reaches the log, whatever goes wrong. Each test first makes what could leak, and sees it leak."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path, reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from audit import log
from notifications import delivery, outbox
from reviewboard.logs import JsonFormatter, TextFormatter
from reviews.models import Submission
from reviews.rules.states import State
from reviews.tasks import verify_chains
from tests.factories import cases
from tests.factories.outbox import ping
from tests.reviews.views.pages import client_of

pytestmark = pytest.mark.django_db
SECRET = "9-hidden-token-9"


class Log:
    """Everything that is said at any level, as the product writes it and as Python would by itself."""

    def __init__(self) -> None:
        self.handlers = []
        for formatter in (JsonFormatter(), TextFormatter(), logging.Formatter("%(message)s %(pathname)s")):
            handler = logging.StreamHandler(io.StringIO())
            handler.setFormatter(formatter)
            self.handlers.append(handler)

    def ours(self) -> str:
        return "".join(handler.stream.getvalue() for handler in self.handlers[:2])

    def plain(self) -> str:
        return self.handlers[2].stream.getvalue()


@pytest.fixture
def lines() -> Iterator[Log]:
    made = Log()
    root, quiet = logging.getLogger(), [logging.getLogger(name) for name in ("django", "django.request", "celery")]
    before = [(one, one.level) for one in (root, *quiet)]
    for one, _ in before:
        one.setLevel(logging.INFO)
    for handler in made.handlers:
        root.addHandler(handler)
    yield made
    for handler in made.handlers:
        root.removeHandler(handler)
    for one, level in before:
        one.setLevel(level)


def careless(client: Client) -> Client:
    """A browser: faults become pages, not exceptions of the test."""
    client.raise_request_exception = False
    return client


def breaks(request: HttpRequest, token: str = "") -> HttpResponse:
    """What a mistake in any view would do: everything at hand is in its locals and in its words."""
    title = Submission.objects.get().title
    answer = request.POST.get("answer", "")
    try:
        int(answer)
    except ValueError as fault:
        raise RuntimeError(f"{title} {answer} {token} {request.user.email}") from fault  # type: ignore[union-attr]
    return HttpResponse()


def mails(request: HttpRequest) -> HttpResponse:
    """What a mail sent in a request would do when the server refuses it."""
    mail.send_mail("Hidden subject", "Hidden text", None, [request.POST["address"]])
    return HttpResponse()


class Addresses:
    """The product's, and two that go wrong."""

    urlpatterns = [
        path("breaks/<str:token>/", breaks),
        path("mails/", login_not_required(mails)),
        path("", include("reviewboard.urls")),
    ]
    handler403 = "reviews.views.errors.denied"
    handler404 = "reviews.views.errors.not_found"
    handler500 = "reviews.views.errors.broken"


def test_view_that_breaks_leaks_nothing(lines: Log, settings: Settings) -> None:
    settings.ROOT_URLCONF = Addresses
    case = cases.submission_in(State.IN_REVIEW)
    title = case.submission.title

    answer = careless(client_of(case.author)).post(f"/breaks/{SECRET}/", {"answer": "Hidden answer"})

    assert answer.status_code == 500
    words = [title, "Hidden answer", SECRET, case.author.email]
    assert [word for word in words if word not in lines.plain()] == []
    assert [word for word in words if word in lines.ours()] == []
    assert "Internal Server Error: POST /breaks/<str:token>/" in lines.ours()
    assert "RuntimeError: (left out)" in lines.ours()
    assert "in breaks" in lines.ours()


def test_address_that_does_not_exist_leaks_nothing(lines: Log) -> None:
    Client().get("/Hidden-title/", {"label": "Hidden"})

    assert "/Hidden-title/" in lines.plain()
    assert "Hidden" not in lines.ours()
    assert "Not Found: GET (no such address)" in lines.ours()


@pytest.mark.parametrize(
    ("name", "args"), [("account_reset_password_from_key", ["1", SECRET]), ("accounts:invitation-open", [SECRET])]
)
def test_link_with_a_token_leaks_nothing(lines: Log, name: str, args: list[str]) -> None:
    link = reverse(name, args=args)
    Client().get(link)

    assert Client(enforce_csrf_checks=True).post(link).status_code == 403

    assert SECRET in lines.plain()
    assert SECRET not in lines.ours()


def test_case_that_is_hidden_leaks_nothing(lines: Log) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    stranger = User.objects.create_user("stranger@example.org", display_name="Stranger")

    client_of(stranger).get(reverse("reviews:submission-detail", args=[case.submission.reference]))

    assert case.submission.reference in lines.plain()
    assert case.submission.reference not in lines.ours()


def test_form_without_its_token_leaks_nothing_of_where_it_came_from(lines: Log) -> None:
    Client(enforce_csrf_checks=True).post(
        "/queue/", {"title": "Hidden"}, secure=True, headers={"referer": "https://elsewhere.org/Hidden-title/"}
    )

    assert "Hidden-title" in lines.plain()
    assert "Hidden" not in lines.ours()
    assert "Forbidden: POST /queue/" in lines.ours()


def test_host_that_is_not_ours_leaks_nothing(lines: Log) -> None:
    assert careless(Client()).get("/queue/", headers={"host": "hidden-title.example.org"}).status_code == 400

    assert "hidden-title" in lines.plain()
    assert "hidden-title" not in lines.ours()


def test_mail_that_fails_leaks_no_address(lines: Log, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.notifications.mailservers.Refusing"
    settings.TEMPLATES[0]["DIRS"].append("tests/notifications/templates")
    ping(address="gone.author@example.org", now=timezone.now())

    delivery.deliver_due(now=timezone.now())

    (dead,) = outbox.dead_letters()
    assert "is a dead letter" in lines.ours()
    assert "gone.author" in dead.address
    assert "gone.author" not in lines.ours()


def test_mail_that_fails_in_a_request_leaks_no_address(lines: Log, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.notifications.mailservers.Refusing"
    settings.ROOT_URLCONF = Addresses

    answer = careless(Client()).post("/mails/", {"address": "gone.author@example.org"})

    assert answer.status_code == 500
    assert "gone.author@example.org" in lines.plain()
    assert "gone.author" not in lines.ours()
    assert "smtplib.SMTPRecipientsRefused: (left out)" in lines.ours()


def test_task_that_breaks_leaks_nothing(lines: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    title = "Hidden title"

    def breaking() -> None:
        raise ValueError(title)

    monkeypatch.setattr(log, "verify", breaking)

    verify_chains.apply(kwargs={"label": "Hidden label"})

    assert title in lines.plain()
    assert "Hidden" not in lines.ours()
    assert "reviews.tasks.verify_chains" in lines.ours()
    assert "ValueError: (left out)" in lines.ours()


def test_every_request_leaves_one_line_without_words(lines: Log) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    client_of(case.author).get(
        reverse("reviews:submission-detail", args=[case.submission.reference]), {"label": "Hidden label"}
    )
    Client().get(reverse("health-live"))

    told = [line for line in lines.ours().splitlines() if "reviewboard.request" in line]
    assert len(told) == 1
    assert '"route": "/cases/<' in told[0]
    assert '"status": 200' in told[0]
    assert [word for word in (case.submission.reference, case.author.email, "Hidden") if word in told[0]] == []
