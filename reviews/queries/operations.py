"""How the machinery stands: mode, outbox, background processes, audit chains. Nothing of any case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from audit import log
from notifications import heartbeat, hold, outbox, publishing
from notifications.outbox import Message, Overview

RECENT = 25
CONSOLE = "django.core.mail.backends.console.EmailBackend"
FILES = "notifications.mailfiles.EmailBackend"


@dataclass(frozen=True)
class Pulse:
    """A background process and when it was last seen at work."""

    name: str
    seen_at: datetime | None
    alive: bool


@dataclass(frozen=True)
class Chains:
    """What checking all audit chains found."""

    events: int
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Machinery:
    """Everything that the operations page prints."""

    production: bool
    base_url: str
    outbox: Overview
    dead: tuple[Message, ...]
    recent: tuple[Message, ...]
    pulses: tuple[Pulse, ...]
    sqlite: bool
    embedded: bool
    mail: str
    chains: Chains | None
    held: str


def snapshot(*, now: datetime, check_chains: bool) -> Machinery:
    """The machinery at this moment; the chains are recomputed only when asked, since that reads every event."""
    seen = heartbeat.last([heartbeat.WORKER, heartbeat.BEAT])
    pulses = tuple(Pulse(name, at, at is not None and now - at < heartbeat.ALIVE) for name, at in seen.items())
    return Machinery(
        production=settings.PRODUCTION,
        base_url=settings.BASE_URL,
        outbox=outbox.overview(now),
        dead=tuple(outbox.dead_letters()),
        recent=tuple(outbox.recent(limit=RECENT)),
        pulses=pulses,
        sqlite=connection.vendor == "sqlite",
        embedded=publishing.embedded(),
        mail={CONSOLE: "console", FILES: "files"}.get(settings.EMAIL_BACKEND, "server"),
        chains=_chains() if check_chains else None,
        held=_held(),
    )


def _held() -> str:
    """Why no mail is sent now, or the empty text."""
    held = hold.current()
    return "" if held is None else held.reason or _("The sign at %(path)s cannot be read.") % {"path": hold.path()}


def _chains() -> Chains:
    report = log.verify()
    return Chains(report.events, tuple(str(fault) for fault in report.faults))
