"""What beat starts."""

from __future__ import annotations

import pytest
from celery.schedules import crontab

from reviewboard.celery import app
from reviewboard.schedule import beat_schedule, broker_options


@pytest.fixture(autouse=True)
def known_tasks() -> None:
    """As a worker finds them."""
    app.loader.import_default_modules()


def test_outbox_is_looked_at_every_second_without_a_broker_and_every_minute_with_one() -> None:
    assert beat_schedule(embedded=True)["deliver"]["schedule"] == 1.0
    assert beat_schedule(embedded=False)["deliver"]["schedule"] == 60.0


@pytest.mark.parametrize("embedded", [True, False])
def test_every_scheduled_task_exists(embedded: bool) -> None:
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


@pytest.mark.parametrize("url", ["redis://broker.example.org/0", "rediss://broker.example.org/0", "redis+socket:///r"])
def test_lost_task_comes_back_soon_and_a_dead_broker_is_given_up_soon(url: str) -> None:
    options = broker_options(url)

    assert options["unacked_restore_interval"] * options["unacked_restore_throttle"] <= 2
    assert (options["max_retries"], options["socket_connect_timeout"]) == (1, 2)
    assert broker_options("memory://") == {}


def test_nightly_task_is_given_to_another_worker_neither_too_early_nor_too_late() -> None:
    """Too early is while the first may still be at it; too late is when the task has expired."""
    nightly = [entry for entry in beat_schedule(embedded=False).values() if isinstance(entry["schedule"], crontab)]
    patience = broker_options("redis://broker.example.org/0")["visibility_timeout"]

    assert {entry["task"]: app.tasks[entry["task"]].acks_late for entry in nightly} == {
        "reviews.tasks.forget_replays": True,
        "reviews.tasks.sweep_blobs": True,
        "reviews.tasks.verify_chains": True,
    }
    assert app.conf.task_time_limit < patience < min(entry["options"]["expires"] for entry in nightly)


def test_what_runs_every_minute_is_left_to_the_next_tick() -> None:
    frequent = [entry for entry in beat_schedule(embedded=False).values() if not isinstance(entry["schedule"], crontab)]

    assert {entry["task"]: app.tasks[entry["task"]].acks_late for entry in frequent} == {
        "notifications.tasks.deliver": False,
        "reviews.tasks.scan_deadlines": False,
        "reviews.tasks.work_replays": False,
    }


def test_worker_and_beat_wait_for_a_broker_as_long_as_it_takes() -> None:
    assert app.conf.broker_connection_max_retries is None
