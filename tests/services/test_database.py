"""A database that goes away in the middle of a request: a clear answer, and a case saved whole or not at all."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from reviews.models import Artifact, Letter, blobs
from reviews.rules.states import State
from reviews.tasks import sweep_blobs
from tests.databases import FreshDatabase
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.actions.scenes import everything

SENTENCE = "The records cannot be reached just now."
ENOUGH = 200


class Browser(Client):
    """A browser with a page of attestation open."""

    manifest = ""


@pytest.fixture
def case(fresh_database: FreshDatabase, settings: Settings, tmp_path: Path) -> Case:
    """A draft, with its files in a folder of its own."""
    settings.DATA_DIR = tmp_path
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    return cases.draft(tier=0)


@pytest.fixture
def browser(case: Case) -> Browser:
    """The author's browser, which has a page of the case and shows what anybody would see of a fault."""
    client = Browser(raise_request_exception=False, enforce_csrf_checks=True)
    client.force_login(case.author)
    client.get(reverse("reviews:submission-submit", args=[case.submission.reference]))
    client.manifest = case.manifest
    return client


def submit(client: Browser, case: Case) -> HttpResponse:
    return send(client, case, "submission-submit", attested_name="Author One", confirmed="on", manifest=client.manifest)


def upload(client: Browser, case: Case) -> HttpResponse:
    return send(client, case, "artifact-add-file", part="paper", file=SimpleUploadedFile("paper.pdf", b"bytes"))


def send(client: Browser, case: Case, name: str, **typed: Any) -> HttpResponse:
    """Send a form of the case with the token that the page gave."""
    address = reverse(f"reviews:{name}", args=[case.submission.reference])
    token = client.cookies["csrftoken"].value
    fields = {**typed, "version": "0", "csrfmiddlewaretoken": token}
    if "file" in typed:
        return client.post(address, fields)
    return client.post(address, urlencode(fields), content_type="application/x-www-form-urlencoded")


def send_again(client: Browser, page: HttpResponse) -> HttpResponse:
    """Press the button of the page that said that the records cannot be reached."""
    html = page.content.decode()
    action = re.search(r'<form method="post" action="([^"]+)"', html)
    assert action is not None
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return client.post(action[1], {name: unescape(value) for name, value in fields})


@contextmanager
def lost_at(turn: int, database: FreshDatabase) -> Iterator[list[str]]:
    """The connection is dropped right before that query of this thread; yields the queries that were asked."""
    asked: list[str] = []

    def cut(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        asked.append(sql)
        if len(asked) == turn:
            drop(database)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(cut):
        yield asked
    connection.close()


def drop(database: FreshDatabase) -> None:
    """On PostgreSQL somebody else ends the connection; a disk that fails is as near as SQLite comes."""
    if connection.vendor == "sqlite":
        raise OperationalError("disk I/O error")
    with psycopg.connect(database.url) as administrator:
        administrator.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])


def stored() -> set[str]:
    return {f"{path.parent.name}/{path.name}" for path in blobs.root().glob("??/*")}


@pytest.mark.parametrize("act", [submit, upload])
def test_request_that_loses_the_database_at_any_query_saves_all_or_nothing(
    fresh_database: FreshDatabase,
    monkeypatch: pytest.MonkeyPatch,
    case: Case,
    browser: Browser,
    act: Callable[[Browser, Case], HttpResponse],
) -> None:
    before = everything()
    for turn in range(1, ENOUGH):
        with lost_at(turn, fresh_database) as asked:
            answer = act(browser, case)
        if len(asked) < turn:
            break
        assert (answer.status_code, SENTENCE in answer.content.decode()) == (503, True), asked[-1]
        if everything() != before:
            break

    assert turn > 10
    # The first change that stayed is the whole change, whether its answer came through or not.
    after = everything()
    assert {label for label in after if after[label] != before[label]} == CHANGED[act]
    assert case.again().state == (State.DECIDED if act is submit else State.DRAFT)
    named = set(Artifact.objects.exclude(blob="").values_list("blob", flat=True))
    named |= set(Letter.objects.values_list("blob", flat=True))
    assert named <= stored()
    later = timezone.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr("reviews.tasks.timezone.now", lambda: later)
    sweep_blobs()
    assert stored() == named


CHANGED = {
    upload: {"audit.Event", "reviews.Artifact"},
    submit: {
        "audit.Event", "notifications.OutboxMessage", "reviews.Assessment", "reviews.Decision", "reviews.DecisionPart",
        "reviews.Evidence", "reviews.Letter", "reviews.Motion", "reviews.MotionPart", "reviews.Part",
        "reviews.Revision", "reviews.Submission",
    },
}  # fmt: skip


def test_commit_whose_answer_is_lost_keeps_the_bytes_that_its_row_names(
    monkeypatch: pytest.MonkeyPatch, case: Case, browser: Client
) -> None:
    commit = connection._commit
    heard: list[bool] = []

    def unheard() -> None:
        commit()
        if not heard and Artifact.objects.filter(name="paper.pdf").exists():
            heard.append(False)
            raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "_commit", unheard)
        assert upload(browser, case).status_code == 503
    assert heard == [False]

    row = Artifact.objects.get(name="paper.pdf")
    response = browser.get(reverse("reviews:artifact-download", args=[row.public_id]))
    assert b"".join(response.streaming_content) == b"bytes"


@contextmanager
def held(database: FreshDatabase, case: Case) -> Iterator[None]:
    """Somebody else keeps what the request needs for longer than it waits."""
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA busy_timeout = 100")
        with closing(sqlite3.connect(str(connection.settings_dict["NAME"]))) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        connection.cursor().execute("PRAGMA busy_timeout = 20000")
        return
    connection.cursor().execute("SET lock_timeout = '100ms'")
    with psycopg.connect(database.url) as other:
        other.execute("SELECT 1 FROM reviews_submission WHERE id = %s FOR UPDATE", [case.submission.pk])
        yield
    connection.cursor().execute("SET lock_timeout = 0")


@contextmanager
def gone(database: FreshDatabase, case: Case) -> Iterator[None]:
    """Nobody answers where the database should be."""
    connection.close()
    known = dict(connection.settings_dict)
    connection.settings_dict |= {"NAME": "/nowhere/at.all", "PORT": "1"}
    yield
    connection.settings_dict |= known


@pytest.mark.parametrize("away", [held, gone])
def test_what_was_typed_can_be_sent_again_when_the_database_is_back(
    fresh_database: FreshDatabase, case: Case, browser: Client, away: Callable[..., Any]
) -> None:
    before = everything()
    with away(fresh_database, case):
        page = submit(browser, case)
    assert page.status_code == 503
    assert SENTENCE in page.content.decode()
    assert everything() == before

    answer = send_again(browser, page)

    assert (answer.status_code, case.again().state) == (302, State.DECIDED)


def test_page_says_so_while_nobody_answers(fresh_database: FreshDatabase, case: Case, browser: Client) -> None:
    with gone(fresh_database, case):
        pages = {path: browser.get(path) for path in ("/", "/accounts/login/", case.submission.get_absolute_url())}
    assert {page.status_code for page in pages.values()} == {503}
    assert all(f'href="{path}"' in page.content.decode() for path, page in pages.items())
    assert browser.get("/").status_code == 200
