"""How the machinery stands: mode, outbox, background processes, audit chains. Nothing of any case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from audit import log
from notifications import heartbeat, hold, outbox, publishing
from notifications.outbox import Message, Overview, Unseen
from reviews.models import Assignment, Submission

RECENT = 25
OFFERS = "offers.several"
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


def snapshot(*, viewer: User, now: datetime, check_chains: bool) -> Machinery:
    """The machinery at this moment; the chains are recomputed only when asked, since that reads every event."""
    unseen = _unseen(viewer)
    seen = heartbeat.last([heartbeat.WORKER, heartbeat.BEAT])
    pulses = tuple(Pulse(name, at, at is not None and now - at < heartbeat.ALIVE) for name, at in seen.items())
    return Machinery(
        production=settings.PRODUCTION,
        base_url=settings.BASE_URL,
        outbox=outbox.overview(now, unseen=unseen),
        dead=tuple(outbox.dead_letters(unseen=unseen)),
        recent=tuple(outbox.recent(limit=RECENT, unseen=unseen)),
        pulses=pulses,
        sqlite=connection.vendor == "sqlite",
        embedded=publishing.embedded(),
        mail={CONSOLE: "console", FILES: "files"}.get(settings.EMAIL_BACKEND, "server"),
        chains=_chains() if check_chains else None,
        held=_held(),
    )


def _unseen(viewer: User) -> Unseen:
    """Mails about cases that the viewer wrote or stands aside from; an address would tell who judges them."""
    closed = Submission.objects.closed_to(viewer)
    about = frozenset(closed.values_list("reference", flat=True))
    if not about:
        return Unseen()
    offers = Assignment.objects.filter(submission__in=closed).values_list("public_id", "reviewer__public_id")
    seats = dict(offers)
    several = outbox.of_template(OFFERS, recipients=set(seats.values()))
    named = [m.public_id for m in several if not seats.keys().isdisjoint(str(m.context.get("assignments")).split())]
    return Unseen(about, frozenset(named))


def _held() -> str:
    """Why no mail is sent now, or the empty text."""
    held = hold.current()
    return "" if held is None else held.reason or _("The sign at %(path)s cannot be read.") % {"path": hold.path()}


def _chains() -> Chains:
    report = log.verify()
    return Chains(report.events, tuple(str(fault) for fault in report.faults))
