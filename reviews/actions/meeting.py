"""Meetings: planned, announced, moved or cancelled, opened with an attendance sheet, and closed.

Nobody votes in a meeting: ballots are cast as without one, and count by themselves. What happened on the agenda is in
``agenda``, what is written about it in ``minutes``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import digest
from reviews.access import meeting as access
from reviews.actions import _meetings, _transition
from reviews.actions._packs import lock_committee
from reviews.actions._transition import action
from reviews.models import Attendance, Committee, Meeting
from reviews.notices import meeting as notices
from reviews.queries.meeting import Agenda
from reviews.rules.errors import NotNow, RuleBroken
from reviews.rules.states import MeetingStatus, Presence

FARTHEST = timedelta(days=3 * 366)


@action
def plan(*, committee: Committee, title: str, starts_at: datetime, place: str = "", by: User, now: datetime) -> Meeting:
    """Plan a meeting. Nobody is told before it is announced.

    Raises ``RuleBroken`` without a title, or for a moment that has passed or lies years away.
    """
    committee = lock_committee(committee)
    access.check_can_plan(by, committee)
    meeting = Meeting.objects.create(
        committee=committee,
        title=_meetings.written(title, "title", _("Give the meeting a title.")),
        starts_at=_ahead(starts_at, now),
        place=place.strip(),
        planned_at=now,
        planned_by=by,
    )
    _meetings.note(
        meeting, "committee.meeting_planned", by, now,
        starts_at=starts_at.isoformat(), title=digest(meeting.title), place=digest(meeting.place),
    )  # fmt: skip
    return meeting


@action
def invite(*, meeting: Meeting, version: int, by: User, now: datetime) -> Meeting:
    """Announce a meeting to everybody who is asked to come; from then on they see it.

    Done again, it tells those who joined since, and nobody twice.
    """
    meeting = _locked_ahead(meeting, by)
    if meeting.starts_at <= now:
        raise NotNow(_("The date of this meeting has passed. Move it first."), code="passed")
    _meetings.change(meeting, version, invited_at=meeting.invited_at or now, invited_by=meeting.invited_by or by)
    people = Agenda(meeting).people
    _meetings.note(meeting, "committee.meeting_announced", by, now, people=[person.public_id for person in people])
    notices.invited(meeting, people, now=now)
    return meeting


@action
def move(
    *, meeting: Meeting, starts_at: datetime, place: str, reason: str, version: int, by: User, now: datetime
) -> Meeting:
    """Another moment or place, with a reason; whoever was asked to come is told."""
    meeting = _locked_ahead(meeting, by)
    reason = _meetings.written(reason, "reason", _("Say why; whoever was asked to come reads it."))
    if (starts_at, place.strip()) == (meeting.starts_at, meeting.place):
        raise RuleBroken(_("This is when and where it takes place already."), code="same", field="starts_on")
    _ahead(starts_at, now)
    _meetings.change(
        meeting, version, starts_at=starts_at, place=place.strip(), move_reason=reason, moved_at=now, moved_by=by
    )
    _meetings.note(
        meeting, "committee.meeting_moved", by, now,
        starts_at=starts_at.isoformat(), place=digest(meeting.place), reason=digest(reason),
    )  # fmt: skip
    notices.moved(meeting, Agenda(meeting).people, now=now)
    return meeting


@action
def cancel(*, meeting: Meeting, reason: str, version: int, by: User, now: datetime) -> Meeting:
    """The meeting does not take place, for a reason. Its cases go on as without it."""
    meeting = _locked_ahead(meeting, by)
    reason = _meetings.written(reason, "reason", _("Say why; whoever was asked to come reads it."))
    _meetings.change(
        meeting, version, status=MeetingStatus.CANCELLED, cancel_reason=reason, cancelled_at=now, cancelled_by=by
    )
    _meetings.note(meeting, "committee.meeting_cancelled", by, now, reason=digest(reason))
    notices.cancelled(meeting, Agenda(meeting).people, now=now)
    return meeting


@action
def note_attendance(*, meeting: Meeting, presence: Mapping[str, str], version: int, by: User, now: datetime) -> Meeting:
    """Say of everybody who is asked to come whether they are there; the first time this opens the meeting.

    ``presence`` is by public identifier. Raises ``RuleBroken`` beside each person of whom nothing is said, and where
    nobody is there.
    """
    meeting = _meetings.lock(meeting)
    access.check_can_run(by, meeting)
    if meeting.status != MeetingStatus.PLANNED:
        raise NotNow(_("This meeting is over."), code="over")
    agenda = Agenda(meeting)
    people = agenda.people
    for person in people:
        if presence.get(person.public_id) not in set(Presence):
            text = _("Say of everybody whether they are there.")
            raise RuleBroken(text, code="presence", field=f"presence_{person.public_id}")
    if all(presence[person.public_id] != Presence.PRESENT for person in people):
        raise RuleBroken(_("Somebody has to be there for a meeting to be held."), code="nobody")
    opens = meeting.opened_at is None
    fields = {"opened_at": now, "opened_by": by, "invited_at": meeting.invited_at or now,
              "invited_by": meeting.invited_by or by} if opens else {}  # fmt: skip
    _meetings.change(meeting, version, **fields)
    fresh = []
    for person in people:
        word, row = presence[person.public_id], agenda.attendance.get(person.pk)
        if row is None:
            fresh.append(Attendance(meeting=meeting, user=person, presence=word, noted_at=now, noted_by=by))
        elif row.presence != word:
            row.presence, row.noted_at, row.noted_by = word, now, by
            row.save(update_fields=["presence", "noted_at", "noted_by"])
    Attendance.objects.bulk_create(fresh)
    facts = {person.public_id: str(presence[person.public_id]) for person in people}
    if opens:
        _meetings.note(meeting, "committee.meeting_opened", by, now, presence=facts)
    else:
        _meetings.note(meeting, "committee.attendance_changed", by, now, presence=facts)
    return meeting


@action
def close(*, meeting: Meeting, version: int, by: User, now: datetime) -> Meeting:
    """The meeting is over; an item that is under way ends with it. Then its minutes are written."""
    under_way = meeting.items.filter(started_at__isnull=False, ended_at=None).select_related("submission")
    cases = {case.pk: case for case in _transition.lock_all([row.submission_id for row in under_way])}
    meeting = _meetings.lock(meeting)
    access.check_can_run(by, meeting)
    access.check_open(meeting)
    _meetings.change(meeting, version, status=MeetingStatus.HELD, closed_at=now, closed_by=by)
    for item in under_way.all():
        _meetings.end(item, meeting, cases[item.submission_id], by=by, now=now)
    _meetings.note(meeting, "committee.meeting_closed", by, now)
    return meeting


def _locked_ahead(meeting: Meeting, by: User) -> Meeting:
    meeting = _meetings.lock(meeting)
    access.check_can_run(by, meeting)
    access.check_ahead(meeting)
    return meeting


def _ahead(starts_at: datetime, now: datetime) -> datetime:
    if starts_at <= now:
        raise RuleBroken(_("This moment has passed."), code="passed", field="starts_on")
    if starts_at - now > FARTHEST:
        text = _("This day is more than three years away. Is the year right?")
        raise RuleBroken(text, code="far_away", field="starts_on")
    return starts_at
