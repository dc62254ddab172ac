"""The hash chain: what one event's hash covers, and how a sequence of events is proved untouched.

Pure. May not import Django, Celery or project code, nor read a clock: a reader must be able to recompute
every hash of a copied database with this file alone. A chain cannot notice that its own tail is missing.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

FORMAT = "reviewboard-audit-1"
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """One stored event exactly as it lies in its row; ``data`` is the canonical JSON text."""

    stream: str
    sequence: int
    type: str
    actor: str
    at: datetime
    data: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The first row of a stream that does not follow from the rows before it."""

    stream: str
    sequence: int
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was read of one stream: ``count`` rows, the last hash proved good, and the first fault if any."""

    stream: str
    count: int
    head: str
    fault: Fault | None


def canonical(value: Any) -> str:
    """One text for one value: sorted keys, no spaces, no NaN, only what JSON itself knows."""
    _refuse_foreign(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def digest(text: str) -> str:
    """The digest under which free text is mentioned in an event."""
    return "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest()


def moment(at: datetime) -> str:
    """A moment as text in UTC to the microsecond, whatever zone it came in."""
    if at.tzinfo is None:
        raise ValueError("a moment in the audit log needs a time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def link_hash(*, previous: str, stream: str, sequence: int, event: str, actor: str, at: datetime, data: str) -> str:
    """The hash of one event; it covers every column and, through ``previous``, everything before it."""
    covered = canonical([FORMAT, previous, stream, sequence, event, actor, moment(at), data])
    return hashlib.sha256(covered.encode("ascii")).hexdigest()


def follow(previous: Link | None, *, stream: str, event: str, actor: str, at: datetime, data: dict[str, Any]) -> Link:
    """The event that comes after ``previous`` (None: the first of its stream)."""
    text = canonical(data)
    sequence = previous.sequence + 1 if previous else 1
    before = previous.hash if previous else GENESIS
    own = link_hash(previous=before, stream=stream, sequence=sequence, event=event, actor=actor, at=at, data=text)
    return Link(stream, sequence, event, actor, at, text, before, own)


def verify(links: Iterable[Link], stream: str) -> Checked:
    """Read one stream in order of sequence. All rows are counted, the first bad one is named."""
    count, expected, head, fault = 0, 1, GENESIS, None
    for link in links:
        count += 1
        if fault is not None:
            continue
        reason = _reason(link, stream, expected, head)
        if reason:
            fault = Fault(stream, link.sequence, reason)
        else:
            expected, head = expected + 1, link.hash
    return Checked(stream, count, head, fault)


def verify_all(links: Iterable[Link]) -> Iterator[Checked]:
    """Check every stream of ``links``, which come ordered by stream, then sequence. Keeps one row in memory."""
    for stream, rows in groupby(links, key=lambda link: link.stream):
        yield verify(rows, stream)


def _reason(link: Link, stream: str, expected: int, head: str) -> str:
    """Why this row does not follow, or the empty text."""
    if link.stream != stream:
        return f"belongs to stream {link.stream}"
    if link.sequence < expected:
        return "appears twice"
    if link.sequence > expected:
        return f"follows a gap: event {expected} is missing"
    if link.previous != head:
        return "does not continue the event before it"
    own = link_hash(
        previous=link.previous,
        stream=link.stream,
        sequence=link.sequence,
        event=link.type,
        actor=link.actor,
        at=link.at,
        data=link.data,
    )
    if own != link.hash:
        return "content differs from what was recorded"
    return ""


def _refuse_foreign(value: Any) -> None:
    """JSON would quietly turn tuples, integer keys and enum members into something else; say so instead."""
    if value is None or type(value) in (str, bool, int):
        return
    if type(value) is float:
        if not math.isfinite(value):
            raise ValueError("not a finite number")
    elif type(value) is list:
        for item in value:
            _refuse_foreign(item)
    elif type(value) is dict:
        for key, item in value.items():
            if type(key) is not str:
                raise TypeError(f"audit data needs text keys, not {type(key).__name__}")
            _refuse_foreign(item)
    else:
        raise TypeError(f"audit data holds JSON values only, not {type(value).__name__}")
