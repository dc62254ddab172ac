"""Signs of life."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import heartbeat
from tests.factories.outbox import NOW

pytestmark = pytest.mark.django_db


def test_never_seen_is_none() -> None:
    assert heartbeat.last(["worker", "beat"]) == {"worker": None, "beat": None}


def test_last_sign_is_kept_per_name() -> None:
    heartbeat.beat("worker", NOW)
    heartbeat.beat("beat", NOW - timedelta(hours=1))
    heartbeat.beat("worker", NOW + timedelta(minutes=1))

    assert heartbeat.last(["worker", "beat"]) == {
        "worker": NOW + timedelta(minutes=1),
        "beat": NOW - timedelta(hours=1),
    }


def test_process_writes_at_most_every_ten_seconds() -> None:
    heartbeat.beat("worker", NOW)

    with CaptureQueriesContext(connection) as queries:
        heartbeat.beat("worker", NOW + timedelta(seconds=9))

    assert len(queries) == 0
    heartbeat.beat("worker", NOW + timedelta(seconds=10))
    assert heartbeat.last(["worker"]) == {"worker": NOW + timedelta(seconds=10)}


def test_clock_that_was_set_back_is_written_at_once() -> None:
    heartbeat.beat("worker", NOW)
    heartbeat.beat("worker", NOW - timedelta(hours=1))

    assert heartbeat.last(["worker"]) == {"worker": NOW - timedelta(hours=1)}
