"""Rows of the outbox, made the way the product makes them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from notifications import outbox

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def ping(**changes: Any) -> str:
    """Enqueue one mail and return its dedupe key."""
    number = next(_numbers)
    fields: dict[str, Any] = {
        "template": "test.ping",
        "recipient": "person-one",
        "address": "author.one@example.org",
        "context": {"reference": f"RB-2026-{number:05}", "due_at": "2026-03-05T16:00:00+00:00"},
        "dedupe_key": f"ping:{number}",
        "about": "RB-2026-AAAAA",
        "now": NOW,
        **changes,
    }
    with transaction.atomic():
        outbox.enqueue(**fields)
    return str(fields["dedupe_key"])
