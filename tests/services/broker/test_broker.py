"""A broker that stops, forgets, or loses a worker with a task in hand. It is a hint; the outbox is the truth."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import ExitStack

import redis
from celery import Celery

from tests.conftest import need
from tests.factories import cases
from tests.notifications.processes import ROOT, descendants, kill_all_of, wait_until
from tests.services import cluster
from tests.services.background import Background, fill, states, unfinished

# A real action of a person, with the mails that it enqueues, and how long it took.
ACTION = """
import sys, time
from django.utils import timezone
from accounts.models import User
from reviews.actions import submission
from reviews.models import Submission
from reviews.queries.submission import manifest_of
case, author = Submission.objects.get(), User.objects.get(display_name="Author One")
begun = time.monotonic()
seen = {"manifest": manifest_of(case.revision, case), "version": case.version}
submission.submit(submission=case, attested_name="Author One", by=author, now=timezone.now(), **seen)
print(f"done in {time.monotonic() - begun:.3f}")
"""
# Generous, for a busy machine; who waits for a broker that is away waits for ever.
SECONDS = 15.0
VERIFY = "reviews.tasks.verify_chains"


def act(background: Background) -> float:
    """Submit the only draft in a process of its own, as a web server would; the seconds that it took."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "shell", "-v0", "-c", ACTION],
        cwd=background.folder,
        env={
            **background.database.environment,
            "CELERY_BROKER_URL": background.broker,
            "DATA_DIR": str(background.folder),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    took = re.search(r"done in ([0-9.]+)", done.stdout)
    assert took is not None
    return float(took[1])


def test_broker_that_stops_and_comes_back_empty_holds_up_no_action_and_no_mail(alone: Background) -> None:
    cases.draft()
    port = cluster.free_port()
    alone.broker = f"redis://127.0.0.1:{port}/0"
    program = need("redis")
    with ExitStack() as processes:
        with cluster.redis(program, port):
            worker, beat = processes.enter_context(alone.worker()), processes.enter_context(alone.beat())
            first = fill(1)
            wait_until(lambda: not unfinished(), "worker and beat are at work")
        assert act(alone) < SECONDS
        second = fill(2)
        waiting = unfinished()
        assert waiting > len(second)

        with cluster.redis(program, port):
            wait_until(lambda: not unfinished(), "everything was sent")
            assert (worker.poll(), beat.poll()) == (None, None)

    assert alone.server.ids() == dict.fromkeys(states(), 1)
    assert len(states()) == len(first) + waiting


def test_emptied_broker_loses_no_mail(alone: Background, broker: str) -> None:
    alone.broker = broker
    with alone.beat(), alone.worker():
        fill(1)
        wait_until(lambda: not unfinished(), "worker and beat are at work")
        enqueued = fill(5)
        with redis.Redis.from_url(broker) as line:
            line.flushall()
        wait_until(lambda: not unfinished(), "everything was sent")

    assert set(enqueued) <= set(alone.server.ids())
    assert set(alone.server.ids().values()) == {1}


def test_pool_process_killed_alone_is_replaced_and_its_mail_comes_once_more(alone: Background, broker: str) -> None:
    alone.broker = broker
    enqueued = fill(3)
    with alone.beat(), alone.stopped_at("after DATA", turn=2) as worker:
        for pid in descendants(worker.pid):
            os.kill(pid, signal.SIGKILL)
        alone.let_leases_run_out()
        wait_until(lambda: not unfinished(), "a new process sent the rest")
        assert worker.poll() is None

    assert sorted(alone.server.ids()) == sorted(enqueued)
    assert alone.server.ids().total() == len(enqueued) + 1


def test_nightly_task_of_a_killed_worker_comes_back_to_the_next_one(alone: Background, broker: str) -> None:
    alone.broker = broker
    alone.environment["TEST_SOON_VISIBLE"] = "1"
    with Celery(broker=broker, set_as_current=False) as publisher:
        publisher.send_task(VERIFY, ignore_result=True)
    with alone.stopped_at("in a nightly task") as worker:
        kill_all_of(worker)
    assert alone.runs(VERIFY) == 0

    with alone.worker():
        wait_until(lambda: alone.runs(VERIFY) == 1, "the task was done after all")
