"""While mails are held nothing is claimed and nobody is reminded, and the sign says why."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from notifications import delivery, hold, outbox
from notifications.models import OutboxMessage
from tests.factories.outbox import NOW, ping

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """A data folder of its own."""
    settings.DATA_DIR = tmp_path
    return tmp_path


def test_nothing_is_sent_while_held_and_everything_afterwards() -> None:
    ping()
    hold.begin(hold.Hold("x", "The reason."))
    assert delivery.deliver_due(now=NOW) == delivery.Run()
    assert outbox.overview(NOW).waiting == 1

    hold.end()
    assert delivery.deliver_due(now=NOW).sent == 1


def test_sign_says_who_holds_and_why(folder: Path) -> None:
    assert hold.current() is None
    hold.begin(hold.Hold("mark", "The reason."))
    assert hold.current() == hold.Hold("mark", "The reason.")
    assert [path.name for path in folder.iterdir()] == ["mail-held.json"]
    hold.end()
    hold.end()
    assert hold.current() is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_sign_that_cannot_be_read_holds_as_well(folder: Path, text: str) -> None:
    (folder / "mail-held.json").write_text(text, encoding="utf-8")

    assert hold.is_on()
    assert hold.current() == hold.Hold("", "")


def test_setting_aside_takes_back_all_that_is_on_its_way_and_nothing_else() -> None:
    for key in ("queued", "begun", "sent", "failed", "cancelled"):
        ping(dedupe_key=key)
    rows = OutboxMessage.objects
    rows.filter(dedupe_key="begun").update(state="claimed", claim_token="x", lease_until=NOW, begun_at=NOW)
    rows.filter(dedupe_key="sent").update(state="sent", sent_at=NOW)
    rows.filter(dedupe_key="failed").update(state="failed", failed_at=NOW, last_error="refused")
    rows.filter(dedupe_key="cancelled").update(state="cancelled", cancelled_at=NOW)

    assert outbox.set_aside(reason="set aside", now=NOW) == 2
    assert set(rows.filter(state="cancelled").values_list("dedupe_key", "last_error")) == {
        ("queued", "set aside"),
        ("begun", "set aside"),
        ("cancelled", ""),
    }
    assert outbox.set_aside(reason="set aside", now=NOW) == 0
