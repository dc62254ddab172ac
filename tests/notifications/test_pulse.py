"""The readiness of the background half, asked at a shell."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils import timezone

from notifications import heartbeat
from notifications.models import Heartbeat
from tests.factories.outbox import ping

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_beat_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "_written", {})


def test_pulse_of_all_is_printed_and_one_fault_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    now = timezone.now()
    heartbeat.beat(heartbeat.WORKER, now)
    heartbeat.beat(heartbeat.BEAT, now - timedelta(hours=1))
    ping(now=now - timedelta(hours=1))

    with pytest.raises(SystemExit) as ended:
        call_command("pulse")

    assert (ended.value.code, capsys.readouterr().out) == (1, "outbox late\nworker ok\nbeat silent\n")


def test_pulse_of_one_looks_at_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    heartbeat.beat(heartbeat.WORKER, timezone.now())

    call_command("pulse", "worker")

    assert capsys.readouterr().out == "worker ok\n"


def test_pulse_without_a_database_is_unknown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**filters: object) -> None:
        raise DatabaseError("connection to server at db.internal failed")

    monkeypatch.setattr(Heartbeat.objects, "filter", away)

    with pytest.raises(SystemExit):
        call_command("pulse", "beat")

    assert capsys.readouterr().out == "beat unknown\n"


def test_pulse_of_something_else_is_one_sentence() -> None:
    with pytest.raises(CommandError, match=r"^sun is none of outbox, worker, beat\.$"):
        call_command("pulse", "worker", "sun")
