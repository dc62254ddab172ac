"""The pages for probes: right codes, right status, the same for everybody, and nothing else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from notifications import heartbeat
from reviewboard.logs import words
from reviews.models import blobs
from tests.factories import cases
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
PAGES = ["health-live", "health-web", "health-ready"]


@pytest.fixture(autouse=True)
def nothing_beat_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "_written", {})


def at_work() -> None:
    heartbeat.beat(heartbeat.WORKER, timezone.now())
    heartbeat.beat(heartbeat.BEAT, timezone.now())


def ask(name: str) -> tuple[int, dict[str, Any]]:
    answer = Client().get(reverse(name), headers={"accept": "application/json"})
    return answer.status_code, json.loads(answer.content)


@contextmanager
def without_database() -> Iterator[None]:
    """Every statement fails as it does when the server is gone, and says where the server was."""

    def gone(execute: object, sql: object, *rest: object) -> None:
        raise OperationalError("connection to db.internal failed")

    with connection.execute_wrapper(gone):
        yield


def test_installation_that_works_is_ready() -> None:
    at_work()

    assert ask("health-ready") == (
        200,
        {
            "status": "ok",
            "checks": dict.fromkeys(["database", "migrations", "files", "outbox", "worker", "beat"], "ok"),
        },
    )


def test_text_is_the_answer_unless_json_is_asked_for() -> None:
    at_work()
    heartbeat.beat(heartbeat.BEAT, timezone.now() - heartbeat.ALIVE)

    answer = Client().get(reverse("health-ready"))

    assert answer.status_code == 503
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().splitlines() == [
        "failing", "database ok", "migrations ok", "files ok", "outbox ok", "worker ok", "beat silent",
    ]  # fmt: skip
    assert Client().get(reverse("health-ready") + "?format=json")["Content-Type"] == "application/json"
    assert Client().get(reverse("health-ready"), headers={"accept": "nonsense;;"}).status_code == 503


def test_web_server_is_well_without_a_worker() -> None:
    assert ask("health-web") == (200, {"status": "ok", "checks": {"database": "ok", "migrations": "ok", "files": "ok"}})
    assert ask("health-ready")[1]["checks"]["worker"] == "never"


def test_without_a_database_the_process_still_lives() -> None:
    with without_database():
        assert ask("health-live") == (200, {"status": "ok", "checks": {}})
        assert ask("health-ready") == (
            503,
            {
                "status": "failing",
                "checks": {
                    "database": "unreachable",
                    "migrations": "unknown",
                    "files": "ok",
                    "outbox": "unknown",
                    "worker": "unknown",
                    "beat": "unknown",
                },
            },
        )


def test_log_says_what_is_not_ready_and_no_more(caplog: pytest.LogCaptureFixture) -> None:
    with without_database():
        ask("health-web")

    assert [words(record) for record in caplog.records if record.levelname == "WARNING"] == [
        "The database does not answer: django.db.utils.OperationalError: connection to db.internal failed",
        "Not ready: database unreachable, migrations unknown",
    ]
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_database_that_fails_halfway_is_a_failure_of_that_check(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: object) -> None:
        raise DatabaseError("relation of db.internal is gone")

    monkeypatch.setattr(heartbeat, "last", gone)

    status, said = ask("health-ready")

    assert (status, said["checks"]["worker"], said["checks"]["outbox"]) == (503, "failed", "ok")


def test_migration_that_was_not_applied_is_missing() -> None:
    MigrationRecorder(connection).record_unapplied("notifications", "0001_initial")

    assert ask("health-web")[1]["checks"]["migrations"] == "missing"


def test_folder_that_is_gone_is_unwritable(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    blobs.root().mkdir()
    assert ask("health-web")[0] == 200
    assert list(blobs.root().iterdir()) == []
    shutil.rmtree(blobs.root())

    assert ask("health-web") == (
        503,
        {"status": "failing", "checks": {"database": "ok", "migrations": "ok", "files": "unwritable"}},
    )


@pytest.mark.parametrize("name", PAGES)
def test_page_is_never_kept_and_never_written_to(name: str) -> None:
    answer = Client().get(reverse(name))

    assert "no-store" in answer["Cache-Control"]
    assert "Accept" in answer["Vary"]
    assert Client().head(reverse(name)).content == b""
    assert Client().post(reverse(name)).status_code == 405


def test_answer_says_nothing_of_cases_people_or_machines() -> None:
    case = cases.submission_in("in_review")
    client = Client()
    client.force_login(case.author)
    with without_database():
        said = client.get(reverse("health-ready")).content.decode()
    said += client.get(reverse("health-ready")).content.decode()

    words = {word for line in said.splitlines() for word in line.split()}
    assert words <= {
        "ok", "failing", "database", "migrations", "files", "outbox", "worker", "beat", "unreachable", "unknown",
        "late", "never",
    }  # fmt: skip


def test_live_page_touches_nothing_even_for_somebody_signed_in(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = Client()
    client.force_login(UserFactory())

    with django_assert_num_queries(0):
        assert client.get(reverse("health-live")).status_code == 200


def test_ready_page_asks_few_questions() -> None:
    client = Client()
    client.force_login(UserFactory())
    client.get(reverse("health-ready"))

    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("health-ready"))

    assert len(asked) == 6


def test_probe_from_beside_the_program_is_not_sent_to_https(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    go = SecurityMiddleware(lambda request: HttpResponse())

    assert {name: go(RequestFactory().get(reverse(name))).status_code for name in PAGES} == dict.fromkeys(PAGES, 200)
    assert go(RequestFactory().get("/queue/health/live/")).status_code == 301
