"""The protection of the event log can be taken away and put back by migrating, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from audit import log
from audit.models import Event
from tests.databases import FreshDatabase

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_protection_goes_and_comes_with_its_migration(fresh_database: FreshDatabase) -> None:
    with transaction.atomic():
        log.record(stream="account:one", type="account.opened", actor="system", at=NOW, data={})

    call_command("migrate", "audit", "0001", verbosity=0)
    assert Event.objects.update(actor="person-two") == 1

    call_command("migrate", "audit", verbosity=0)
    with pytest.raises(DatabaseError, match="append-only"):
        Event.objects.update(actor="system")
    assert len(log.verify().faults) == 1
