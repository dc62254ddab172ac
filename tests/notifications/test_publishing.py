"""A nudge makes delivery sooner; it never fails, slows or precedes the change it follows."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from notifications import outbox, publishing
from notifications.publishing import Nudger
from tests.databases import FreshDatabase
from tests.notifications.processes import ROOT, wait_until

BROKER = "redis://127.0.0.1:6379/0"


@pytest.mark.django_db
def test_nudge_publishes_nothing_in_embedded_mode(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        outbox.nudge()

    assert callbacks == []


@pytest.mark.django_db
def test_nudge_with_a_broker_waits_for_the_commit(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    settings.CELERY_BROKER_URL = BROKER
    with django_capture_on_commit_callbacks() as callbacks:
        outbox.nudge()

    assert callbacks == [publishing.publish_soon]


def test_nudge_of_a_rolled_back_change_is_none(
    fresh_database: FreshDatabase, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CELERY_BROKER_URL = BROKER
    calls: list[str] = []
    monkeypatch.setattr(publishing, "publish_soon", lambda: calls.append("published"))

    with transaction.atomic():
        outbox.nudge()
        transaction.set_rollback(True)
    assert calls == []

    with transaction.atomic():
        outbox.nudge()
        assert calls == []
    assert calls == ["published"]


def test_calls_during_a_publication_fold_into_one_more() -> None:
    going, go_on, calls = threading.Event(), threading.Event(), []

    def publish() -> None:
        calls.append(threading.current_thread().name)
        going.set()
        assert go_on.wait(timeout=30)

    nudger = Nudger(publish)
    nudger.nudge()
    assert going.wait(timeout=30)
    for _ in range(5):
        nudger.nudge()
    go_on.set()

    wait_until(lambda: not _nudging(), "the thread ended")
    assert calls == ["outbox-nudge"] * 2


def test_publication_that_fails_is_logged_and_the_next_one_tried(caplog: pytest.LogCaptureFixture) -> None:
    calls: list[str] = []

    def publish() -> None:
        calls.append("tried")
        raise ConnectionRefusedError("redis://:secret@broker.example.org")

    nudger = Nudger(publish)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            nudger.nudge()
            wait_until(lambda: not _nudging(), "the thread ended")

    assert calls == ["tried", "tried"]
    assert [record.getMessage() for record in caplog.records] == [
        "The broker did not take the nudge (ConnectionRefusedError); the sweep delivers."
    ] * 2


@pytest.mark.parametrize("listening", [False, True], ids=["nobody listens", "somebody listens and says nothing"])
def test_dead_broker_neither_fails_nor_holds_up_a_change(fresh_database: FreshDatabase, listening: bool) -> None:
    change = (
        "from django.db import transaction\n"
        "from notifications import outbox\n"
        "with transaction.atomic():\n"
        "    outbox.nudge()\n"
        "print('the change stands')\n"
    )
    with socket.socket() as broker:
        broker.bind(("127.0.0.1", 0))
        if listening:
            broker.listen()
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "-v0", "-c", change],
            cwd=ROOT,
            env={
                **fresh_database.environment,
                "CELERY_BROKER_URL": f"redis://127.0.0.1:{broker.getsockname()[1]}/0",
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert (done.returncode, done.stdout) == (0, "the change stands\n")


def _nudging() -> bool:
    return any(thread.name == "outbox-nudge" for thread in threading.enumerate())
