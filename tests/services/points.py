"""Points of sending at which a worker of the tests stops, so that it can be killed exactly there.

An app of the tests alone: ``STOP_AT`` names the point, ``STOP_TURN`` how often it is passed before. A process that
stopped touches ``stopped`` in its folder and waits to be killed; while that file is there, nobody else stops.
``ran`` gets a line for each task that ended well.
"""

from __future__ import annotations

import os
import smtplib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from celery.signals import task_success
from django.apps import AppConfig
from django.core.mail.backends.smtp import EmailBackend
from django.db import transaction

Stop = Callable[[], None]


class Points(AppConfig):
    """Puts the asked point in place once everything is loaded."""

    name = "tests.services"
    label = "points_of_the_tests"
    path = str(Path(__file__).parent)

    def ready(self) -> None:
        """Nothing is changed in a process that shall not stop."""
        task_success.connect(_note_task, weak=False)
        point = os.environ.get("STOP_AT")
        if point:
            POINTS[point](_stopper(Path(os.environ["DATA_DIR"]), int(os.environ.get("STOP_TURN", "1"))))


def _note_task(sender: Any = None, **kwargs: Any) -> None:
    with (Path(os.environ["DATA_DIR"]) / "ran").open("a") as ran:
        ran.write(f"{sender.name}\n")


def _stopper(folder: Path, turn: int) -> Stop:
    passed = 0

    def stop() -> None:
        nonlocal passed
        passed += 1
        mark = folder / "stopped"
        if passed == turn and not mark.exists():
            mark.touch()
            threading.Event().wait()

    return stop


def _before_claim(stop: Stop) -> None:
    from notifications import delivery

    claim = delivery._claim

    def stopping(now: Any) -> Any:
        stop()
        return claim(now)

    delivery._claim = stopping


def _after_claim(stop: Stop) -> None:
    from notifications import delivery

    claim = delivery._claim

    def stopping(now: Any) -> Any:
        rows = claim(now)
        if rows:
            stop()
        return rows

    delivery._claim = stopping


def _before_connect(stop: Stop) -> None:
    connect = EmailBackend.open

    def stopping(self: EmailBackend) -> bool | None:
        if self.connection is None:
            stop()
        return connect(self)

    EmailBackend.open = stopping  # type: ignore[method-assign]


def _after_data(stop: Stop) -> None:
    """The last byte of the mail has left, and the server's answer is not read."""
    send = smtplib.SMTP.send

    def stopping(self: smtplib.SMTP, s: Any) -> None:
        send(self, s)
        if isinstance(s, bytes) and s.endswith(b"\r\n.\r\n"):
            stop()

    smtplib.SMTP.send = stopping  # type: ignore[method-assign]


def _before_commit(stop: Stop) -> None:
    """The mark is written, and not yet for good."""
    _around_the_mark(stop, inside=True)


def _after_commit(stop: Stop) -> None:
    _around_the_mark(stop, inside=False)


def _around_the_mark(stop: Stop, *, inside: bool) -> None:
    from notifications.delivery import _Delivery

    settle = _Delivery._settle

    def stopping(self: _Delivery, row: Any, outcome: str, **changes: Any) -> None:
        with transaction.atomic():
            settle(self, row, outcome, **changes)
            if outcome == "sent" and inside:
                stop()
        if outcome == "sent" and not inside:
            stop()

    _Delivery._settle = stopping  # type: ignore[method-assign]


def _in_a_nightly_task(stop: Stop) -> None:
    from audit import log

    verify = log.verify

    def stopping(stream: str | None = None) -> log.Report:
        stop()
        return verify(stream)

    log.verify = stopping


POINTS: dict[str, Callable[[Stop], None]] = {
    "before claim": _before_claim,
    "after claim": _after_claim,
    "before connect": _before_connect,
    "after DATA": _after_data,
    "before commit": _before_commit,
    "after commit": _after_commit,
    "in a nightly task": _in_a_nightly_task,
}
