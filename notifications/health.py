"""Whether the background half is at work: the age of the outbox, the worker, beat. Each answer is one short code.

Asked by the readiness page and by ``manage.py pulse``. Nothing here names a mail, a person or a machine.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from asgiref.sync import sync_to_async
from django.db.models import Min, Q
from health_check import HealthCheck
from health_check.exceptions import ServiceUnavailable

from notifications import heartbeat
from notifications.models import OutboxMessage, State

# Longer than a sweep, a lease and one slow mail together.
LATE = timedelta(minutes=5)
OK = "ok"
FAILED = "failed"


@dataclass
class Check(HealthCheck):
    """One question about the machinery, put at one moment. Subclasses say which codes they may answer."""

    now: datetime = field(repr=False)
    name: ClassVar[str]
    codes: ClassVar[frozenset[str]]
    needs_database: ClassVar[bool] = True

    @abstractmethod
    def fault(self) -> str:
        """One of ``codes``, or nothing when all is well."""

    async def run(self) -> None:
        """Ask in the thread of the request, so that its database connection is used and closed like any other."""
        if found := await sync_to_async(self.fault)():
            raise ServiceUnavailable(found)

    async def code(self) -> str:
        """``ok``, one of ``codes``, or ``failed``; whatever else went wrong is for the log, not for the page."""
        error = (await self.get_result()).error
        if error is None:
            return OK
        said = getattr(error, "message", "")
        return str(said) if said in self.codes else FAILED


class Outbox(Check):
    """Mail that is due leaves within minutes. What waits after a failed attempt is not due yet."""

    name = "outbox"
    codes = frozenset({"late"})

    def fault(self) -> str:
        """Late when something was due long ago."""
        since = due_since(self.now)
        return "late" if since is not None and self.now - since > LATE else ""


class _Pulse(Check):
    """A background process that was seen a moment ago."""

    codes = frozenset({"never", "silent"})

    def fault(self) -> str:
        """Never seen, or silent for too long."""
        seen = heartbeat.last([self.name])[self.name]
        if seen is None:
            return "never"
        return "" if self.now - seen < heartbeat.ALIVE else "silent"


class Worker(_Pulse):
    """Some worker starts tasks."""

    name = heartbeat.WORKER


class Beat(_Pulse):
    """Beat has tasks started."""

    name = heartbeat.BEAT


def due_since(now: datetime) -> datetime | None:
    """Since when the oldest mail has been due that nobody is sending; None when nothing is."""
    due = Q(state=State.QUEUED, next_attempt_at__lte=now) | Q(state=State.CLAIMED, lease_until__lte=now)
    found: datetime | None = OutboxMessage.objects.filter(due).aggregate(since=Min("next_attempt_at"))["since"]
    return found
