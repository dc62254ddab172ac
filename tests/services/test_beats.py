"""Two beats at once, which nobody wants and somebody will have: no mail and no reminder comes twice."""

from __future__ import annotations

import re
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.utils import timezone

from audit import log
from notifications import outbox
from reviews.rules.states import State
from tests.factories import cases, committee
from tests.notifications.processes import wait_until
from tests.services.background import Background, fill, states, unfinished

BOTH = "deliver scan-deadlines"
SCAN, DELIVER = "reviews.tasks.scan_deadlines", "notifications.tasks.deliver"


def test_two_beats_send_no_mail_and_no_reminder_twice(idle: Background, monkeypatch: pytest.MonkeyPatch) -> None:
    start = timezone.now() - timedelta(days=60)
    for module in (cases, committee):
        monkeypatch.setattr(module, "START", start)
    made = cases.submission_in(State.IN_REVIEW).board
    # An offer that ran out long ago, which every scan of every beat finds.
    waiting = cases.submit(cases.draft(made, label="Unanswered"))
    cases.offer(waiting, made.reviewers[0])
    fill(5)

    with ExitStack() as processes:
        idle.environment["TEST_BEAT"] = BOTH
        processes.enter_context(idle.worker())
        for another in [idle.beat, idle.beat] if idle.broker else [idle.worker]:
            processes.enter_context(another())
        wait_until(lambda: idle.runs(SCAN) >= 6 and idle.runs(DELIVER) >= 6, "both were at work many times")
        wait_until(lambda: not unfinished(), "everything was sent")

    found = outbox.recent(limit=1000)
    reminders = [row for row in found if row.template.startswith("reminder.")]
    assert len(reminders) > 0
    told = [(row.template, row.recipient, row.context["assignment"], row.context["due_at"]) for row in reminders]
    assert len(set(told)) == len(told)
    assert idle.server.ids() == {mail: 1 for mail, (state, _, _) in states().items() if state == "sent"}
    lapsed = [event.type for event in log.events(waiting.submission.stream)].count("assignment.lapsed")
    assert lapsed == 1
    assert log.verify().faults == ()
    assert not re.search(r"Traceback|ERROR|CRITICAL", idle.said())
