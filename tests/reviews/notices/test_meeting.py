"""Mails about meetings: a moment and a link, to whoever is asked, and only while it is true."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail

from accounts.actions import deactivate
from notifications import delivery, outbox, rendering
from reviews.actions import meeting, minutes
from reviews.actions.committee import dismiss
from reviews.models import Membership
from reviews.queries import minutes as queries
from reviews.queries.meeting import Agenda
from reviews.rules.states import State
from tests.architecture.sources import ROOT
from tests.factories import cases, meetings
from tests.factories.committee import Board, board
from tests.factories.meetings import Sitting

pytestmark = pytest.mark.django_db

EVENTS = ("meeting.cancelled", "meeting.invited", "meeting.minutes_written", "meeting.moved")
GIVEN = {"name", "starts_at", "path"}
CANARY = "Canary"


@pytest.fixture
def made() -> Board:
    """The board."""
    return board()


def sent(sitting: Sitting, event: str) -> list[str]:
    """Who got a mail of that event, once what is due was delivered."""
    known = {person.email: person.display_name for person in [*sitting.people, sitting.board.members[0]]}
    delivery.deliver_due(now=sitting.now + timedelta(minutes=1))
    words = {"meeting.invited": "A meeting on", "meeting.moved": "was moved to", "meeting.cancelled": "not take place",
             "meeting.minutes_written": "Minutes wait"}  # fmt: skip
    return sorted(known[one.to[0]] for one in mail.outbox if words[event] in one.subject)


def test_each_event_has_its_mail_and_each_mail_its_event() -> None:
    text = (ROOT / "reviews/notices/meeting.py").read_text(encoding="utf-8")
    named = set(re.findall(r'"(meeting\.[a-z_]+)"', text))
    found = {f"meeting.{path.parent.name}" for path in (ROOT / "templates/emails/meeting").glob("*/subject.txt")}
    assert named == found == set(EVENTS)


@pytest.mark.parametrize("event", EVENTS)
def test_mail_says_moment_and_link_in_every_part(event: str) -> None:
    context = {"name": "Person O'Neil", "starts_at": "2026-11-25T16:00:00+00:00", "path": "/meetings/x/"}
    found = rendering.render(template=event, context=context, time_zone="Europe/Berlin")
    assert "25 November 2026, 17:00 CET" in found.text
    assert len(found.subject) < 78
    assert f"{settings.BASE_URL}/meetings/x/" in found.text
    assert f'href="{settings.BASE_URL}/meetings/x/"' in found.html
    assert "Hello Person O'Neil," in found.text
    assert "Hello Person O&#x27;Neil," in found.html
    folder = ROOT / "templates/emails" / event.replace(".", "/")
    texts = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    assert set(re.findall(r"{{ (\w+)", texts)) <= {"name", "at", "path", "base_url"}


def test_no_mail_tells_what_the_meeting_is_about(made: Board) -> None:
    case = cases.submission_in(State.DELIBERATION, made=made, label=f"{CANARY} label")
    sitting = meetings.planned(made, case, title=f"{CANARY} title", announced=False)
    meeting.invite(meeting=sitting.again(), **sitting.acts)
    meeting.move(
        meeting=sitting.again(), starts_at=sitting.meeting.starts_at + timedelta(days=1), place=f"{CANARY} room",
        reason=f"{CANARY} reason", **sitting.acts,
    )  # fmt: skip
    other = meetings.planned(made, case, title=f"{CANARY} title")
    meeting.cancel(meeting=other.again(), reason=f"{CANARY} reason", **other.acts)
    meetings.write(meetings.closed(meetings.opened(sitting)), general=f"{CANARY} minutes")
    rows = [row for row in outbox.recent(limit=1000) if row.template.startswith("meeting.")]
    assert {row.template for row in rows} == set(EVENTS)
    for row in rows:
        assert set(row.context) <= GIVEN | {"minutes"}
        found = rendering.render(template=row.template, context=row.context)
        whole = found.subject + found.text + found.html
        assert CANARY not in whole
        assert case.submission.reference not in whole
    assert len({row.dedupe_key for row in rows}) == len(rows)


def test_invitation_goes_to_who_still_sits_in_the_committee(made: Board) -> None:
    sitting = meetings.planned(made)
    gone, closed = made.members[0], made.members[1]
    row = Membership.objects.get(user=gone, until_at=None)
    dismiss(membership=row, by=made.administrator, now=sitting.later())
    deactivate(user=closed, by=made.administrator, now=sitting.later())
    everybody = sent(sitting, "meeting.invited")
    assert "Coordinator" in everybody
    assert "Member 2" in everybody
    assert {"Member 0", "Member 1"} & set(everybody) == set()


def test_nobody_is_invited_to_a_moment_that_was_given_up(made: Board) -> None:
    sitting = meetings.planned(made)
    before = sitting.meeting.starts_at
    meeting.move(meeting=sitting.again(), starts_at=before + timedelta(days=1), place="", reason="Ill.", **sitting.acts)
    assert sent(sitting, "meeting.invited") == []
    assert len(sent(sitting, "meeting.moved")) == 10
    assert all(_names(one.body, before + timedelta(days=1)) for one in mail.outbox)


def _names(body: str, moment: datetime) -> bool:
    return f"{moment.day} {moment:%B %Y}" in body


def test_of_a_cancelled_meeting_only_that_is_told(made: Board) -> None:
    sitting = meetings.planned(made)
    meeting.cancel(meeting=sitting.again(), reason="Too few.", **sitting.acts)
    assert sent(sitting, "meeting.invited") == []
    assert len(sent(sitting, "meeting.cancelled")) == 10


def test_minutes_that_were_approved_wait_for_nobody(made: Board) -> None:
    sitting = meetings.closed(meetings.opened(meetings.planned(made)))
    row = meetings.write(sitting)
    meetings.approve(sitting, row)
    assert sent(sitting, "meeting.minutes_written") == []


def test_minutes_are_told_to_who_can_approve_them_and_not_to_who_has_written_meanwhile(made: Board) -> None:
    sitting = meetings.closed(meetings.opened(meetings.planned(made)))
    meetings.write(sitting)
    (found,) = queries.of_meeting(sitting.again())
    minutes.write(
        meeting=sitting.meeting, general="Shorter.", parts={}, seen=minutes.state_of(found), by=made.chair,
        now=sitting.later(),
    )  # fmt: skip
    assert Agenda(sitting.meeting).items == []
    assert sent(sitting, "meeting.minutes_written") == ["Deputy"]
