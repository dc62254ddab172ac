"""The embedded worker as a real process: it starts, delivers and stops in order. ``services/`` kills it."""

from __future__ import annotations

import email
import signal
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from notifications import heartbeat, outbox
from tests.databases import FreshDatabase
from tests.factories.outbox import ping
from tests.notifications.processes import manage, said, wait_until

MAILS = 45
STALL_AT = 25


def fill() -> None:
    for _ in range(MAILS):
        ping(now=timezone.now())


def files(data: Path) -> int:
    return len(list((data / "mail").glob("*.eml")))


def ids(data: Path) -> Counter[str]:
    return Counter(str(email.message_from_bytes(file.read_bytes())["Message-ID"]) for file in (data / "mail").iterdir())


def unfinished() -> int:
    seen = outbox.overview(timezone.now())
    return seen.waiting + seen.sending


def stalling(data: Path) -> dict[str, str]:
    return {
        "TEST_EMAIL_BACKEND": "tests.notifications.mailservers.Stalling",
        "MAIL_STALL_AT": str(STALL_AT),
        "MAIL_STALL_FOLDER": str(data),
    }


def test_worker_delivers_what_comes_and_ends_on_sigterm(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    with manage("worker", database=fresh_database, data=tmp_path) as worker:
        wait_until(lambda: heartbeat.last(["beat"])["beat"], "beat showed a sign of life")
        fill()
        wait_until(lambda: files(tmp_path) == MAILS and not unfinished(), "all mails were sent")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0

    assert set(ids(tmp_path).values()) == {1}
    assert {(message.state, message.attempts) for message in outbox.recent(limit=100)} == {("sent", 1)}
    assert None not in heartbeat.last(["worker", "beat"]).values()
    assert said(tmp_path) == ""
    assert sorted(tmp_path.glob("celerybeat*")) == []


def test_worker_started_with_nohup_survives_a_hangup(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a child inherits what is ignored
    try:
        with manage("worker", database=fresh_database, data=tmp_path) as worker:
            wait_until(lambda: heartbeat.last(["beat"])["beat"], "beat showed a sign of life")
            worker.send_signal(signal.SIGHUP)
            fill()
            wait_until(lambda: files(tmp_path) == MAILS and not unfinished(), "all mails were sent")
            assert worker.poll() is None
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(timeout=20) == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def test_worker_that_is_asked_to_end_finishes_its_mail_and_gives_back_the_rest(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    fill()
    with manage("worker", database=fresh_database, data=tmp_path, **stalling(tmp_path)) as worker:
        wait_until((tmp_path / "stalled").exists, "the worker was in the middle of a mail")
        worker.send_signal(signal.SIGTERM)
        (tmp_path / "go").touch()
        assert worker.wait(timeout=20) == 0

    seen = outbox.overview(timezone.now())
    assert (seen.sending, seen.repeats) == (0, 0)
    assert STALL_AT <= seen.sent == files(tmp_path) < MAILS

    with manage("worker", database=fresh_database, data=tmp_path):
        wait_until(lambda: not unfinished(), "the rest was sent")
    assert (len(ids(tmp_path)), ids(tmp_path).total()) == (MAILS, MAILS)


def test_worker_without_beat_ends_and_says_so(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    with manage("worker", database=fresh_database, data=tmp_path, TEST_BROKEN_BEAT="1") as worker:
        assert worker.wait(timeout=30) == 1

    assert "Beat ended by itself" in said(tmp_path)


def test_worker_with_a_broker_names_the_commands_to_use(settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://:secret@broker.example.org:6379/0"

    with pytest.raises(CommandError, match=r"celery -A reviewboard beat") as raised:
        call_command("worker")

    assert "secret" not in str(raised.value)
