"""The command that proves the event log, seen from the shell."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from audit import log
from audit.models import Event

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    said = io.StringIO()
    call_command("verify_audit", *arguments, stdout=said)
    return said.getvalue()


def fill() -> None:
    for stream in ("account:a", "submission:b", "submission:c"):
        for number in range(4):
            log.record(stream=stream, type="note.made", actor="person-one", at=NOW, data={"number": number})


def lift_protection() -> None:
    """What somebody with the database's own password could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in ("update", "delete", "replace"):
                cursor.execute(f"DROP TRIGGER audit_event_no_{name}")
        else:
            cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")


def test_empty_log_holds() -> None:
    assert run() == "Read 0 events in 0 streams: all hold.\n"


def test_untouched_log_holds() -> None:
    fill()

    assert run() == "Read 12 events in 3 streams: all hold.\n"


def test_one_stream_can_be_checked_alone() -> None:
    fill()

    assert run("--stream", "submission:b") == "Read 4 events in 1 stream: all hold.\n"


def change_actor() -> None:
    Event.objects.filter(stream="submission:b", sequence=2).update(actor="person-two")


def change_data() -> None:
    Event.objects.filter(stream="submission:b", sequence=2).update(data='{"number":7}')


def change_spaces() -> None:
    Event.objects.filter(stream="submission:b", sequence=2).update(data='{"number": 1}')


def change_moment() -> None:
    Event.objects.filter(stream="submission:b", sequence=2).update(at=NOW.replace(microsecond=1))


def change_hash() -> None:
    Event.objects.filter(stream="submission:b", sequence=2).update(hash="f" * 64)


def change_previous() -> None:
    Event.objects.filter(stream="submission:b", sequence=2).update(previous="f" * 64)


def change_type() -> None:
    Event.objects.filter(stream="submission:b", sequence=2).update(type="note.lost")


@pytest.mark.parametrize(
    "tamper", [change_actor, change_data, change_spaces, change_moment, change_hash, change_previous, change_type]
)
def test_changed_row_is_named(tamper: Callable[[], None], capsys: pytest.CaptureFixture[str]) -> None:
    fill()
    lift_protection()
    tamper()

    with pytest.raises(CommandError, match=r"^Read 12 events in 3 streams: 1 do not hold\.$") as raised:
        call_command("verify_audit")

    assert raised.value.returncode == 1
    assert capsys.readouterr().out.startswith("submission:b: event 2 ")


def test_first_bad_row_of_each_stream_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    fill()
    lift_protection()
    Event.objects.filter(stream="account:a", sequence=3).delete()
    Event.objects.filter(stream="submission:c", sequence__gte=2).update(actor="person-two")

    with pytest.raises(CommandError, match=r"2 do not hold"):
        call_command("verify_audit")

    assert capsys.readouterr().out == (
        "account:a: event 4 follows a gap: event 3 is missing.\n"
        "submission:c: event 2 content differs from what was recorded.\n"
    )


def test_memory_does_not_grow_with_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "_CHUNK", 5)
    with transaction.atomic():
        fill()

    assert log.verify() == log.Report(streams=3, events=12, faults=())
