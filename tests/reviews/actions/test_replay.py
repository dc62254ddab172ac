"""Long replays in the background: every case once, whoever works on it, however often it is stopped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from pytest_django import Settings

from reviews import tasks
from reviews.access.policy import submitted
from reviews.actions import replay
from reviews.models import PolicyDraft, ReplayBatch, ReplayRun
from reviews.queries import replay as queries
from tests.factories import cases
from tests.factories.committee import board
from tests.factories.policy import drafted, text_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LOWER = text_of("2026.12", ("- {tier: 3, from: 45}", "- {tier: 3, from: 40}"))


@pytest.fixture(autouse=True)
def new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known yet, and a batch is one case."""
    forget(monkeypatch)
    monkeypatch.setattr(queries, "BATCH", 1)


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_known", WeakKeyDictionary())
    monkeypatch.setattr(queries, "_recalled", WeakKeyDictionary())


def asked(count: int = 3) -> PolicyDraft:
    made = board()
    for number in range(count):
        cases.submit(cases.draft(made, tier=2, label=f"Case {number}"))
    draft = drafted(made.administrator, LOWER)
    replay.ask(sha256=draft.sha256, now=NOW)
    return draft


def work(*, now: datetime = NOW, stops: Iterator[bool] | None = None) -> None:
    replay.work(clock=lambda: now, stopping=lambda: next(stops) if stops is not None else False)


def numbers() -> tuple[int, int, bool]:
    run = ReplayRun.objects.get()
    return run.done, run.total, run.is_open


def test_asked_replay_is_worked_off_and_what_it_found_is_known_to_another_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draft = asked()
    assert numbers() == (0, 0, True)
    work()
    assert numbers() == (3, 3, False)
    expected = queries.over(draft.pack, counted=submitted(), named=submitted())
    forget(monkeypatch)
    scope = queries.scope(draft.pack, counted=submitted())
    assert len(queries.unknown(scope)) == 3
    queries.recall(draft.pack, draft.sha256)
    assert queries.unknown(scope) == []
    monkeypatch.setattr("reviews.rules.replay.effect", None)  # it is not computed again
    found = queries.of(scope, named=submitted())
    assert found == expected
    assert found.tally.changed == 3


def test_stopped_worker_leaves_what_it_did_and_the_next_one_goes_on() -> None:
    asked()
    work(stops=iter([False, True]))
    assert numbers() == (1, 3, True)
    cases.submit(cases.draft(cases.elsewhere(), tier=1))
    work()
    assert numbers() == (4, 4, False)
    rows = [key for batch in ReplayBatch.objects.all() for key, *_rest in batch.cases]
    assert (len(rows), len(set(rows))) == (4, 4)


def test_nobody_works_on_what_somebody_holds_until_the_lease_ends() -> None:
    asked()
    ReplayRun.objects.update(claimed_until=NOW + replay.LEASE)
    work()
    assert numbers() == (0, 0, True)
    work(now=NOW + replay.LEASE + timedelta(seconds=1))
    assert numbers() == (3, 3, False)


def test_worker_whose_lease_went_to_another_one_stores_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    asked()
    compute = queries.compute

    def slow(*args: object) -> object:
        ReplayRun.objects.update(claimed_until=NOW + timedelta(hours=1))
        return compute(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(queries, "compute", slow)
    work()
    assert (numbers(), ReplayBatch.objects.count()) == ((0, 3, True), 0)


def test_fault_ends_the_replay_until_it_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    draft = asked(1)
    with monkeypatch.context() as broken:
        broken.setattr("reviews.rules.replay.effect", None)
        work()
    assert (ReplayRun.objects.get().has_failed, numbers()) == (True, (0, 1, False))
    assert "failed" in caplog.text
    work()
    assert numbers() == (0, 1, False)
    replay.ask(sha256=draft.sha256, now=NOW)
    work()
    assert (ReplayRun.objects.get().has_failed, numbers()) == (False, (1, 1, False))


def test_asking_for_a_replay_that_runs_leaves_its_lease() -> None:
    draft = asked(1)
    ReplayRun.objects.update(claimed_until=NOW)
    replay.ask(sha256=draft.sha256, now=NOW + timedelta(minutes=1))
    assert [(run.claimed_until, run.asked_at) for run in ReplayRun.objects.all()] == [(NOW, NOW)]


def test_found_is_forgotten_a_month_after_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked(1)
    monkeypatch.setattr("reviews.tasks.timezone.now", lambda: NOW)
    tasks.work_replays()
    for later, left in ((replay.KEPT, 1), (replay.KEPT + timedelta(seconds=1), 0)):
        monkeypatch.setattr("reviews.tasks.timezone.now", lambda later=later: NOW + later)
        tasks.forget_replays()
        assert (ReplayRun.objects.count(), ReplayBatch.objects.count()) == (left, left)


@pytest.mark.parametrize(("broker", "told"), [("memory://", []), ("redis://127.0.0.1:1/0", [replay.TASK, replay.TASK])])
def test_workers_are_told_of_it_where_there_is_a_broker(
    broker: str, told: list[str], monkeypatch: pytest.MonkeyPatch, settings: Settings,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    heard: list[str] = []
    monkeypatch.setattr("notifications.publishing.publish_soon", heard.append)
    settings.CELERY_BROKER_URL = broker
    with django_capture_on_commit_callbacks(execute=True):
        replay.ask(sha256="0" * 64, now=NOW)
        assert heard == []
    # A turn that is over asks for the next one.
    ReplayRun.objects.all().delete()
    asked()
    work(stops=iter([False, True]))
    assert heard == told
