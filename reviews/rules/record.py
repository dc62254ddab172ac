"""The bytes of a decision record, and whether they are still those that were signed.

A record is one JSON text: the same facts give the same bytes on every database, so that one digest proves them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from reviews.rules.manifest import by_value

FORMAT = "reviewboard-record-1"


def text_of(snapshot: Mapping[str, Any]) -> str:
    """The snapshot as canonical JSON: sorted keys, no spaces, moments in UTC, numbers by their value."""
    plain = by_value(_plain({**snapshot, "format": FORMAT}))
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def digest(text: str) -> str:
    """SHA-256 of a record (64 hex digits)."""
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def is_whole(text: str, sha256: str, noted: str) -> bool:
    """Whether a record is the one that was signed: its digest, the one stored beside it, and the audit event's."""
    try:
        return bool(text) and digest(text) == sha256 == noted
    except UnicodeEncodeError:
        return False


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
