"""The task around delivery: signs of life, no two deliveries in one process, an orderly end."""

from __future__ import annotations

import pytest
from celery.worker import state
from django.core import mail
from django.utils import timezone

from notifications import heartbeat, outbox, publishing, tasks
from notifications.models import OutboxMessage
from tests.factories.outbox import ping

pytestmark = pytest.mark.django_db


def test_task_is_known_under_the_name_that_is_published() -> None:
    assert tasks.deliver.name == publishing.TASK


def test_task_sends_what_is_due_by_the_real_clock() -> None:
    before = timezone.now()
    ping(now=before)

    tasks.deliver.apply(throw=True)

    assert len(mail.outbox) == 1
    sent_at = OutboxMessage.objects.get().sent_at
    assert sent_at is not None
    assert before <= sent_at <= timezone.now()


def test_run_by_nudge_is_a_sign_of_the_worker_only() -> None:
    tasks.deliver.apply(throw=True)

    seen = heartbeat.last([heartbeat.WORKER, heartbeat.BEAT])
    assert seen["worker"] is not None
    assert seen["beat"] is None


def test_run_by_beat_is_a_sign_of_both() -> None:
    tasks.deliver.apply(kwargs={"source": "beat", "from_a_later_version": 1}, throw=True)

    assert None not in heartbeat.last([heartbeat.WORKER, heartbeat.BEAT]).values()


def test_second_run_in_one_process_leaves_the_work_to_the_first() -> None:
    ping(now=timezone.now())

    with tasks._delivering:
        tasks.deliver.apply(throw=True)
    assert mail.outbox == []

    tasks.deliver.apply(throw=True)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("flag", ["should_stop", "should_terminate"])
def test_worker_that_is_to_end_starts_nothing_new(monkeypatch: pytest.MonkeyPatch, flag: str) -> None:
    monkeypatch.setattr(state, flag, 0)
    ping(now=timezone.now())

    tasks.deliver.apply(throw=True)

    assert (len(mail.outbox), outbox.overview(timezone.now()).waiting) == (0, 1)
