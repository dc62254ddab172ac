"""The door to the event log: the only module through which other apps write or read audit events.

It decides nothing about who may read. It never updates, deletes or repairs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from audit import chain
from audit.chain import Checked, Fault, digest
from audit.models import Event

__all__ = [
    "SYSTEM", "Checked", "Entry", "Fault", "New", "Report", "checked", "digest", "events", "events_for_streams",
    "record", "record_all", "verify",
]  # fmt: skip

SYSTEM = "system"
_COLUMNS = ("stream", "sequence", "type", "actor", "at", "data", "previous", "hash")
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as a reader sees it."""

    sequence: int
    type: str
    actor: str
    at: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class New:
    """One event that is to be recorded."""

    stream: str
    type: str
    actor: str
    at: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Report:
    """The result of reading the chains: how much was read, and the first bad row of each bad stream."""

    streams: int
    events: int
    faults: tuple[Fault, ...]


def record(*, stream: str, type: str, actor: str, at: datetime, data: dict[str, Any]) -> None:
    """Append one event to ``stream`` in the transaction of the change it tells of: both stand, or neither.

    The caller holds the lock of the row that owns the stream. Where it does not, two writers meet at the unique
    place and the later one gets an ``IntegrityError``; nothing is retried here.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("audit.log.record needs the transaction of the change it records")
    _check_names(stream=stream, type=type, actor=actor)
    last = Event.objects.filter(stream=stream).order_by("-sequence").values_list(*_COLUMNS).first()
    link = chain.follow(chain.Link(*last) if last else None, stream=stream, event=type, actor=actor, at=at, data=data)
    Event.objects.create(**{column: getattr(link, column) for column in _COLUMNS})


def record_all(events: Sequence[New]) -> None:
    """As ``record`` for many events in the order given, of one stream or several, in a few statements."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("audit.log.record_all needs the transaction of the changes it records")
    for event in events:
        _check_names(stream=event.stream, type=event.type, actor=event.actor)
    newest = Event.objects.filter(stream=OuterRef("stream")).order_by("-sequence").values("sequence")[:1]
    rows = Event.objects.filter(stream__in={event.stream for event in events}, sequence=Subquery(newest))
    last = {link.stream: link for link in (chain.Link(*row) for row in rows.values_list(*_COLUMNS))}
    links = []
    for event in events:
        link = chain.follow(
            last.get(event.stream), stream=event.stream, event=event.type, actor=event.actor, at=event.at,
            data=event.data,
        )  # fmt: skip
        last[event.stream] = link
        links.append(link)
    Event.objects.bulk_create(Event(**{column: getattr(link, column) for column in _COLUMNS}) for link in links)


def events(stream: str) -> list[Entry]:
    """All events of one stream, oldest first, in one query."""
    return [_entry(link) for link in _links(Event.objects.filter(stream=stream))]


def events_for_streams(streams: Sequence[str]) -> dict[str, list[Entry]]:
    """The events of several streams in one query; every asked stream is a key, also one without events."""
    found: dict[str, list[Entry]] = {stream: [] for stream in streams}
    for link in _links(Event.objects.filter(stream__in=list(found))):
        found[link.stream].append(_entry(link))
    return found


def verify(stream: str | None = None) -> Report:
    """Recompute every chain (or one) from its rows. Memory does not grow with the log."""
    rows = Event.objects.all() if stream is None else Event.objects.filter(stream=stream)
    streams = count = 0
    faults: list[Fault] = []
    for checked in chain.verify_all(_links(rows)):
        streams += 1
        count += checked.count
        if checked.fault is not None:
            faults.append(checked.fault)
    return Report(streams, count, tuple(faults))


def checked(rows: QuerySet[Any]) -> Iterator[Checked]:
    """Every stream of these rows, recomputed. They may lie in an earlier shape of the table, before a migration."""
    return chain.verify_all(_links(rows))


def _links(rows: QuerySet[Any]) -> Iterator[chain.Link]:
    ordered = rows.order_by("stream", "sequence", "pk").values_list(*_COLUMNS)
    return (chain.Link(*row) for row in ordered.iterator(chunk_size=_CHUNK))


def _entry(link: chain.Link) -> Entry:
    return Entry(link.sequence, link.type, link.actor, link.at, json.loads(link.data))


def _check_names(**names: str) -> None:
    """SQLite keeps text of any length; a name too long for PostgreSQL must fail on both."""
    for field, value in names.items():
        limit = getattr(Event._meta.get_field(field), "max_length", None) or 0
        if not value or len(value) > limit:
            raise ValueError(f"audit {field} needs 1 to {limit} characters, not {len(value)}")
    kind, _, identifier = names["stream"].partition(":")
    if not (kind and identifier):
        raise ValueError("an audit stream is named <kind>:<identifier>")
