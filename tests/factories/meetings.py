"""Meetings, brought to where they stand by the real actions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from reviews.access.meeting import asked
from reviews.actions import agenda, meeting, minutes
from reviews.models import AgendaItem, Meeting, Minutes
from reviews.queries import minutes as written
from reviews.queries.meeting import Agenda
from tests.factories.cases import Case
from tests.factories.committee import START, Board

AHEAD = timedelta(days=7)


@dataclass
class Sitting:
    """A meeting on its way, with the people around it. ``now`` moves ten minutes with each step."""

    meeting: Meeting
    board: Board
    now: datetime

    def later(self, **delta: float) -> datetime:
        """Let time pass and return the new moment."""
        self.now += timedelta(**(delta or {"minutes": 10}))
        return self.now

    def again(self) -> Meeting:
        """The meeting as the database has it now."""
        self.meeting = Meeting.objects.select_related("committee").get(pk=self.meeting.pk)
        return self.meeting

    @property
    def acts(self) -> dict[str, Any]:
        """What each action is told: the version that a form shown now carries, the coordinator, the next moment."""
        return {"version": self.again().version, "by": self.board.coordinator, "now": self.later()}

    def item(self, case: Case) -> AgendaItem:
        """The item of a case."""
        rows = AgendaItem.objects.select_related("meeting__committee", "submission__committee")
        return rows.get(meeting=self.meeting, submission=case.submission)

    @property
    def people(self) -> list[User]:
        """Who is asked to come."""
        return asked(self.again(), Agenda(self.meeting).cases)

    def references(self) -> list[str]:
        """The cases in their order."""
        return [row.submission.reference for row in self.meeting.items.select_related("submission").order_by("order")]


def planned(made: Board, *cases: Case, title: str = "March meeting", announced: bool = True) -> Sitting:
    """A meeting in a week, with these cases on its agenda, of which everybody knows."""
    now = max((case.now for case in cases), default=START)
    row = meeting.plan(
        committee=made.committee, title=title, starts_at=now + AHEAD, place="Room 4", by=made.coordinator, now=now
    )
    sitting = Sitting(row, made, now)
    for case in cases:
        agenda.add(meeting=sitting.again(), submissions=[case.submission], **sitting.acts)
    if announced:
        meeting.invite(meeting=sitting.again(), **sitting.acts)
    sitting.again()
    return sitting


def presence(sitting: Sitting, absent: Collection[User] = (), excused: Collection[User] = ()) -> dict[str, str]:
    """An attendance sheet: everybody is there but these."""
    words = {person.public_id: "absent" for person in absent} | {person.public_id: "excused" for person in excused}
    return {person.public_id: words.get(person.public_id, "present") for person in sitting.people}


def opened(sitting: Sitting, absent: Collection[User] = (), excused: Collection[User] = ()) -> Sitting:
    """The day has come, and it is noted who is there."""
    sitting.now = max(sitting.now, sitting.meeting.starts_at)
    sheet = presence(sitting, absent, excused)
    meeting.note_attendance(meeting=sitting.again(), presence=sheet, **sitting.acts)
    sitting.again()
    return sitting


def begun(sitting: Sitting, case: Case) -> AgendaItem:
    """The item of a case begins; the clock of the case goes along."""
    found = agenda.start(item=sitting.item(case), **sitting.acts)
    case.now = max(case.now, sitting.now)
    return found


def ended(sitting: Sitting, case: Case) -> AgendaItem:
    """The item of a case ends."""
    sitting.now = max(sitting.now, case.now)
    return agenda.end(item=sitting.item(case), **sitting.acts)


def closed(sitting: Sitting) -> Sitting:
    """The meeting is over."""
    meeting.close(meeting=sitting.again(), **sitting.acts)
    sitting.again()
    return sitting


def held(made: Board, *cases: Case) -> Sitting:
    """A meeting in which each of these cases was talked about."""
    sitting = opened(planned(made, *cases))
    for case in cases:
        begun(sitting, case)
        ended(sitting, case)
    return closed(sitting)


def write(sitting: Sitting, *, general: str = "", by: User | None = None, reason: str = "", **parts: str) -> Minutes:
    """The coordinator, or somebody else, writes the minutes, as they are drafted unless told."""
    found = written.of_meeting(sitting.again())
    text = general or (found[0].general if found else written.draft(Agenda(sitting.meeting)).general)
    return minutes.write(
        meeting=sitting.meeting, general=text, parts=parts, reason=reason,
        seen=minutes.state_of(found[0] if found else None), by=by or sitting.board.coordinator, now=sitting.later(),
    )  # fmt: skip


def approve(sitting: Sitting, row: Minutes, by: User | None = None) -> Minutes:
    """The chair, or somebody else, approves them."""
    row.refresh_from_db()
    return minutes.approve(minutes=row, seen=minutes.state_of(row), by=by or sitting.board.chair, now=sitting.later())
