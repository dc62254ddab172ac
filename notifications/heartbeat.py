"""Signs of life of the background processes, for pages and probes. Nothing of any case is decided by them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from notifications.models import Heartbeat

WORKER = "worker"
BEAT = "beat"
EVERY = timedelta(seconds=10)
# Beat looks in every minute where there is a broker; half a minute more before anybody is told.
ALIVE = timedelta(seconds=90)
_written: dict[str, datetime] = {}


def beat(name: str, now: datetime) -> None:
    """Note that ``name`` is at work. A process writes at most every ten seconds, however often it calls."""
    last = _written.get(name)
    if last is not None and timedelta(0) <= now - last < EVERY:
        return
    Heartbeat.objects.update_or_create(name=name, defaults={"seen_at": now})
    _written[name] = now


def last(names: Iterable[str]) -> dict[str, datetime | None]:
    """When each was last seen; None for one that never was."""
    asked = list(names)
    seen = dict(Heartbeat.objects.filter(name__in=asked).values_list("name", "seen_at"))
    return {name: seen.get(name) for name in asked}
