"""What the background half says of itself: one code each, at the moments where it changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync

from notifications import delivery, health, heartbeat
from notifications.models import OutboxMessage, State
from tests.factories.outbox import NOW, ping

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_beat_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "_written", {})


@pytest.mark.parametrize(("after", "fault"), [(timedelta(0), ""), (health.LATE, ""), (timedelta(minutes=6), "late")])
def test_outbox_is_late_when_something_was_due_long_ago(after: timedelta, fault: str) -> None:
    ping(now=NOW)

    assert health.Outbox(now=NOW + after).fault() == fault


def test_outbox_without_due_mail_is_well() -> None:
    assert health.Outbox(now=NOW).fault() == ""
    ping(now=NOW)
    delivery.deliver_due(now=NOW)

    assert health.due_since(NOW + timedelta(days=1)) is None


def test_mail_that_waits_after_a_failed_attempt_is_not_due() -> None:
    ping(now=NOW)
    OutboxMessage.objects.update(next_attempt_at=NOW + timedelta(hours=4), attempts=5)

    assert health.Outbox(now=NOW + timedelta(hours=1)).fault() == ""


def test_mail_whose_sender_died_is_due_again() -> None:
    ping(now=NOW)
    lease = NOW + timedelta(minutes=1)
    OutboxMessage.objects.update(state=State.CLAIMED, claim_token="x", lease_until=lease)

    assert health.due_since(NOW) is None
    assert health.due_since(lease) == NOW


@pytest.mark.parametrize("check", [health.Worker, health.Beat])
def test_pulse_is_never_seen_then_fresh_then_silent(check: type[health.Check]) -> None:
    assert check(now=NOW).fault() == "never"
    heartbeat.beat(check.name, NOW)

    assert check(now=NOW + timedelta(seconds=89)).fault() == ""
    assert check(now=NOW + timedelta(seconds=90)).fault() == "silent"
    assert check(now=NOW - timedelta(hours=1)).fault() == ""  # the clock was set back


def test_code_of_a_check_that_breaks_tells_nothing_of_why() -> None:
    class Broken(health.Check):
        name = "broken"
        codes = frozenset({"late"})

        def fault(self) -> str:
            raise RuntimeError("Hidden title")

    class Talkative(Broken):
        def fault(self) -> str:
            return "Hidden title"

    assert async_to_sync(Broken(now=NOW).code)() == "failed"
    assert async_to_sync(Talkative(now=NOW).code)() == "failed"
