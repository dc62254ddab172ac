"""A clock that is set back, so that an hour comes twice: nobody hears twice, nobody is signed out, all goes on.

What single actions do then is asked in ``reviews/actions/test_every_action.py``, what delivery does in
``notifications/test_delivery.py``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from audit import log
from notifications import outbox
from notifications.tasks import deliver
from reviews.tasks import scan_deadlines
from tests.factories import cases

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class Clock:
    """The clock of this machine, as an administrator sets it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def ticks(self, hours: int) -> Iterator[None]:
        """Let that many hours pass, five minutes at a time."""
        for _ in range(12 * hours):
            self.now += timedelta(minutes=5)
            yield


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock, set to when the committees of the tests begin."""
    made = Clock(cases.START)
    monkeypatch.setattr("django.utils.timezone.now", made)
    return made


def test_hour_that_comes_twice_reminds_and_sends_once(clock: Clock) -> None:
    case = cases.submit(cases.draft(tier=2))
    offer = cases.offer(case, case.board.reviewers[0])
    # The first reminder of an offer is due a day after it.
    clock.now = offer.offered_at + timedelta(days=1) - HOUR / 2
    for hours in (1, 2):
        for _ in clock.ticks(hours):
            scan_deadlines()
            deliver.apply(throw=True)
        clock.now -= HOUR

    sent = [row for row in outbox.recent(limit=500) if row.state == "sent"]
    assert [row.template for row in sent].count("reminder.accept_offer") == 1
    assert {row.state for row in outbox.recent(limit=500)} == {"sent"}
    counted = Counter(message.extra_headers["Message-ID"] for message in mail.outbox)
    assert counted == {row.message_id: 1 for row in sent}


def test_work_goes_on_where_it_was(clock: Clock) -> None:
    case = cases.submit(cases.draft(tier=2))
    clock.now = case.now
    browser = Client()
    browser.force_login(case.board.coordinator)

    clock.now -= HOUR
    page = browser.get(case.submission.get_absolute_url())
    assert page.status_code == 200
    case.now = clock.now
    cases.reviewed(case)

    assert browser.get(case.submission.get_absolute_url()).status_code == 200
    assert log.verify().faults == ()


def test_session_lasts_the_hour_longer_and_no_more(clock: Clock) -> None:
    case = cases.draft()
    browser = Client()
    clock.now = case.now
    browser.force_login(case.author)
    end = clock.now + timedelta(seconds=settings.SESSION_COOKIE_AGE)

    clock.now -= HOUR
    assert browser.get("/").status_code == 200
    clock.now = end - timedelta(seconds=1)
    assert browser.get("/").status_code == 200
    clock.now = end + timedelta(seconds=1)
    assert browser.get("/").status_code == 302
