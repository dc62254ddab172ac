"""What beat starts."""

from __future__ import annotations

import pytest
from celery.schedules import crontab

from reviewboard.celery import app
from reviewboard.schedule import beat_schedule, broker_options


def test_outbox_is_looked_at_every_second_without_a_broker_and_every_minute_with_one() -> None:
    assert beat_schedule(embedded=True)["deliver"]["schedule"] == 1.0
    assert beat_schedule(embedded=False)["deliver"]["schedule"] == 60.0


@pytest.mark.parametrize("embedded", [True, False])
def test_every_scheduled_task_exists(embedded: bool) -> None:
    app.loader.import_default_modules()

    assert {entry["task"] for entry in beat_schedule(embedded=embedded).values()} <= set(app.tasks)


@pytest.mark.parametrize("embedded", [True, False])
def test_missed_ticks_never_pile_up(embedded: bool) -> None:
    for entry in beat_schedule(embedded=embedded).values():
        interval = entry["schedule"]
        if not isinstance(interval, crontab):
            assert entry["options"]["expires"] <= max(5.0, interval)


def test_chains_are_verified_every_night() -> None:
    nightly = beat_schedule(embedded=False)["verify-chains"]

    assert nightly["task"] == "reviews.tasks.verify_chains"
    assert nightly["schedule"] == crontab(hour=2, minute=30)


def test_lost_task_comes_back_soon_and_a_dead_broker_is_given_up_soon() -> None:
    options = broker_options("rediss://broker.example.org/0")

    assert options["unacked_restore_interval"] * options["unacked_restore_throttle"] <= 2
    assert (options["max_retries"], options["socket_connect_timeout"]) == (1, 2)
    assert broker_options("memory://") == {}
