"""What the tests of the outbox share: templates of their own, no memory of former signs of life."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from pytest_django import Settings

from notifications import heartbeat, outbox
from notifications.outbox import Message

TEMPLATES = Path(__file__).parent / "templates"


@pytest.fixture(autouse=True)
def known_templates(settings: Settings) -> None:
    """Make ``test.ping`` a known mail."""
    changed = copy.deepcopy(settings.TEMPLATES)
    changed[0]["DIRS"] = [*changed[0]["DIRS"], TEMPLATES]
    settings.TEMPLATES = changed


@pytest.fixture(autouse=True)
def forgotten_heartbeats(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process remembers when it last wrote; each test is a new process."""
    monkeypatch.setattr(heartbeat, "_written", {})


@pytest.fixture
def guards(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Message]]:
    """Guards ``yes``, ``no`` and ``broken``, and what each was asked."""
    monkeypatch.setattr(outbox, "_guards", {})
    asked: dict[str, list[Message]] = {"yes": [], "no": [], "broken": []}

    def yes(message: Message) -> bool:
        asked["yes"].append(message)
        return True

    def no(message: Message) -> bool:
        asked["no"].append(message)
        return False

    def broken(message: Message) -> bool:
        asked["broken"].append(message)
        raise LookupError("no such case")

    for guard in (yes, no, broken):
        outbox.register_guard(guard.__name__, guard)
    return asked
