"""The background processes of one installation, as an operator runs them, and what they sent to a mail server.

Embedded, worker and beat are one process (``manage.py worker``); with a broker they are Celery's own commands.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from notifications import outbox
from notifications.models import OutboxMessage
from tests.databases import FreshDatabase
from tests.factories.outbox import ping
from tests.notifications.mailservers import Answers
from tests.notifications.processes import ROOT, kill_all_of, running, said, wait_until


@dataclass
class Background:
    """``broker`` is a Redis address; without one the mode is embedded."""

    database: FreshDatabase
    folder: Path
    smtp_port: int
    server: Answers
    broker: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def worker(self, *, processes: int = 2, **more: str) -> AbstractContextManager[subprocess.Popen[str]]:
        """A worker; embedded, it brings its own beat."""
        if not self.broker:
            return self._start(str(ROOT / "manage.py"), "worker", **more)
        command = ["-m", "celery", "-A", "reviewboard", "worker", "-c", str(processes), "--loglevel", "warning"]
        return self._start(*command, **more)

    def beat(self, **more: str) -> AbstractContextManager[subprocess.Popen[str]]:
        """A beat that ticks into the broker."""
        return self._start("-m", "celery", "-A", "reviewboard", "beat", "--loglevel", "warning", **more)

    def _start(self, *command: str, **more: str) -> AbstractContextManager[subprocess.Popen[str]]:
        facts = {
            "DJANGO_SETTINGS_MODULE": "tests.services.worker_settings",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "CELERY_SKIP_CHECKS": "1",
            **({"CELERY_BROKER_URL": self.broker} if self.broker else {}),
            **self.environment,
            **more,
        }
        return running(*command, database=self.database, data=self.folder, **facts)

    @contextmanager
    def stopped_at(self, point: str, *, turn: int = 1) -> Iterator[subprocess.Popen[str]]:
        """A worker that stands still at a point of sending."""
        mark = self.folder / "stopped"
        mark.unlink(missing_ok=True)
        with self.worker(processes=1, STOP_AT=point, STOP_TURN=str(turn)) as worker:
            wait_until(lambda: mark.exists() or worker.poll() is not None, f"the worker stopped {point}")
            assert worker.poll() is None, self.said()
            yield worker

    def kill_at(self, point: str, *, turn: int = 1) -> None:
        """Start a worker and end it with SIGKILL at a point of sending, with everything below it."""
        with self.stopped_at(point, turn=turn) as worker:
            kill_all_of(worker)
        self.let_leases_run_out()

    def let_leases_run_out(self) -> None:
        """As if the minute of the lease had passed."""
        OutboxMessage.objects.filter(state="claimed").update(lease_until=timezone.now() - timedelta(seconds=1))

    def let_waits_pass(self) -> None:
        """As if the pause before the next attempt had passed."""
        OutboxMessage.objects.filter(state="queued").update(next_attempt_at=timezone.now())

    def said(self) -> str:
        """What the processes printed."""
        return said(self.folder)

    def runs(self, task: str) -> int:
        """How often a task has ended well."""
        ran = self.folder / "ran"
        return ran.read_text().split().count(task) if ran.exists() else 0


def fill(count: int, **changes: str) -> list[str]:
    """Put mails into the outbox; their Message-IDs."""
    keys = [ping(now=timezone.now(), **changes) for _ in range(count)]
    found = dict(OutboxMessage.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", "message_id"))
    return [found[key] for key in keys]


def unfinished() -> int:
    """How many mails wait or are on their way."""
    seen = outbox.overview(timezone.now())
    return seen.waiting + seen.sending


def states() -> dict[str, tuple[str, int, int]]:
    """State, attempts and repeats of every mail by Message-ID."""
    return {row.message_id: (row.state, row.attempts, row.repeats) for row in outbox.recent(limit=10_000)}
