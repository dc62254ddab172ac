"""The agenda of a meeting: cases put on it and taken off, their order, and the items one after the other."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, Max
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import digest
from reviews.access import meeting as access
from reviews.actions import _meetings, _transition
from reviews.actions._transition import action
from reviews.models import AgendaItem, Meeting, Submission
from reviews.queries.meeting import Agenda
from reviews.rules.errors import NotNow, RuleBroken
from reviews.rules.states import MeetingStatus

USUAL_MINUTES = 20
MOST_MINUTES = 480
MOST_ITEMS = 30
MOST_TEXT = 20_000
# Beyond every place that there is, so that no two items stand at one place while all are moved.
APART = 1000


@action
def add(*, meeting: Meeting, submissions: Collection[Submission], version: int, by: User, now: datetime) -> Meeting:
    """Put cases of the committee that are in deliberation at the end of the agenda, the oldest first.

    Raises ``RuleBroken`` without any, for one that is not before the board or stands there already, and for too many.
    """
    cases = _transition.lock_all([case.pk for case in submissions])
    meeting = _meetings.lock(meeting)
    access.check_can_run(by, meeting)
    for case in cases:
        access.check_can_treat(by, meeting, case)
    if meeting.status != MeetingStatus.PLANNED:
        raise NotNow(_("This meeting is over."), code="over")
    if not cases:
        raise RuleBroken(_("Choose at least one case."), code="nothing", field="cases")
    if any(not access.is_before_board(meeting, case) for case in cases):
        raise RuleBroken(_("Only a case in deliberation can be put on the agenda."), code="not_open", field="cases")
    rows = AgendaItem.objects.filter(meeting=meeting)
    if rows.filter(submission__in=cases).exists():
        raise RuleBroken(_("This case stands on the agenda already."), code="listed", field="cases")
    if rows.count() + len(cases) > MOST_ITEMS:
        text = _("An agenda has at most %(n)d items.") % {"n": MOST_ITEMS}
        raise RuleBroken(text, code="too_many", field="cases")
    _meetings.change(meeting, version)
    last = rows.aggregate(last=Max("order"))["last"]
    first = 0 if last is None else last + 1
    for number, case in enumerate(sorted(cases, key=lambda one: (one.submitted_at or now, one.reference)), first):
        item = AgendaItem.objects.create(meeting=meeting, submission=case, order=number, minutes=USUAL_MINUTES)
        _transition.note(
            case, "meeting.listed", by=by, now=now, meeting=meeting.public_id, item=item.public_id
        )  # fmt: skip
    _meetings.note(meeting, "committee.agenda_changed", by, now, order=_order(meeting))
    return meeting


@action
def take_off(*, item: AgendaItem, version: int, by: User, now: datetime) -> Meeting:
    """Take an item off the agenda of a meeting that has not begun."""
    case = _lock_cases(item.meeting, item.submission_id)[item.submission_id]
    meeting, item = _item_ahead(item, case, by)
    _meetings.change(meeting, version)
    AgendaItem.objects.filter(pk=item.pk).delete()
    AgendaItem.objects.filter(meeting=meeting, order__gt=item.order).update(order=F("order") + APART)
    AgendaItem.objects.filter(meeting=meeting, order__gte=APART).update(order=F("order") - APART - 1)
    _transition.note(case, "meeting.taken_off", by=by, now=now, meeting=meeting.public_id, item=item.public_id)
    _meetings.note(meeting, "committee.agenda_changed", by, now, order=_order(meeting))
    return meeting


@action
def change(
    *, item: AgendaItem, minutes: int, note: str, keeps_place: bool, version: int, by: User, now: datetime
) -> AgendaItem:
    """How long an item is planned to take and whether it keeps its place, before the meeting begins; and what is noted
    about it for the minutes, until the meeting is closed."""
    case = _transition.lock(item.submission)
    meeting, item = _item(item, case, by)
    if meeting.status != MeetingStatus.PLANNED:
        raise NotNow(_("This meeting is over."), code="over")
    if not 1 <= minutes <= MOST_MINUTES:
        text = _("Give a number of minutes from 1 to %(most)d.") % {"most": MOST_MINUTES}
        raise RuleBroken(text, code="minutes", field="minutes")
    if len(note) > MOST_TEXT:
        text = _("Write at most %(most)d characters.") % {"most": MOST_TEXT}
        raise RuleBroken(text, code="note", field="note")
    if meeting.opened_at is not None and (minutes, keeps_place) != (item.minutes, item.keeps_place):
        raise NotNow(_("The meeting has begun; only the note can still be changed."), code="begun")
    _meetings.change(meeting, version)
    item.minutes, item.note, item.keeps_place = minutes, note.strip(), keeps_place
    item.save(update_fields=["minutes", "note", "keeps_place"])
    _meetings.note(
        meeting, "committee.agenda_item_changed", by, now,
        item=item.public_id, minutes=minutes, keeps_place=keeps_place, note=digest(item.note),
    )  # fmt: skip
    return item


@action
def shift(*, item: AgendaItem, up: bool, version: int, by: User, now: datetime) -> Meeting:
    """Let an item change places with the one before or after it. Nothing happens at either end of the agenda."""
    case = _lock_cases(item.meeting, item.submission_id)[item.submission_id]
    meeting, item = _item_ahead(item, case, by)
    keys = list(AgendaItem.objects.filter(meeting=meeting).order_by("order").values_list("pk", flat=True))
    here = keys.index(item.pk)
    there = here - 1 if up else here + 1
    _meetings.change(meeting, version)
    if 0 <= there < len(keys):
        keys[here], keys[there] = keys[there], keys[here]
        _place(meeting, keys)
        _meetings.note(meeting, "committee.agenda_changed", by, now, order=_order(meeting))
    return meeting


@action
def order(*, meeting: Meeting, version: int, by: User, now: datetime) -> Meeting:
    """Order the items so that people leave the room as rarely as possible, by who stands aside at this moment.

    An item that keeps its place stays there. The order stays where no better one was found.
    """
    _lock_cases(meeting)
    meeting = _meetings.lock(meeting)
    access.check_can_run(by, meeting)
    access.check_ahead(meeting)
    _meetings.change(meeting, version)
    agenda = Agenda(meeting)
    found = agenda.arranged()
    before = agenda.leavings()
    keys = {row.public_id: row.pk for row in agenda.items}
    _place(meeting, [keys[key] for key in found.walk.order])
    _meetings.note(
        meeting, "committee.agenda_ordered", by, now,
        order=list(found.walk.order), before=before, after=found.walk.leavings,
    )  # fmt: skip
    return meeting


@action
def start(*, item: AgendaItem, version: int, by: User, now: datetime) -> AgendaItem:
    """Begin an item of a meeting that is being held. One is under way at a time, and each begins once.

    Raises ``NotNow`` for a case that is no longer before the board, or that another meeting talks about right now.
    """
    case = _transition.lock(item.submission)
    meeting, item = _item(item, case, by)
    access.check_open(meeting)
    if item.started_at is not None:
        raise NotNow(_("This item has begun already."), code="started")
    if not access.is_before_board(meeting, case):
        raise NotNow(_("This case is no longer before the board."), code="dropped")
    under_way = AgendaItem.objects.filter(started_at__isnull=False, ended_at=None)
    if under_way.filter(meeting=meeting).exists():
        raise NotNow(_("Another item is under way. End it first."), code="under_way")
    if under_way.filter(submission=case).exists():
        raise NotNow(_("This case is being talked about in another meeting."), code="elsewhere")
    _meetings.change(meeting, version)
    item.started_at, item.started_by = now, by
    item.save(update_fields=["started_at", "started_by"])
    _meetings.note(meeting, "committee.agenda_item_started", by, now, item=item.public_id)
    return item


@action
def end(*, item: AgendaItem, version: int, by: User, now: datetime) -> AgendaItem:
    """End the item that is under way. Who stands aside at this moment is noted as out of the room."""
    case = _transition.lock(item.submission)
    meeting, item = _item(item, case, by)
    access.check_open(meeting)
    if item.started_at is None or item.ended_at is not None:
        raise NotNow(_("This item is not under way."), code="not_under_way")
    _meetings.change(meeting, version)
    _meetings.end(item, meeting, case, by=by, now=now)
    return item


def _item(item: AgendaItem, case: Submission, by: User) -> tuple[Meeting, AgendaItem]:
    """The locked meeting of a locked case, and its item as it is now. Raises ``NotNow`` for one that was taken off."""
    meeting = _meetings.lock(item.meeting)
    access.check_can_treat(by, meeting, case)
    found = AgendaItem.objects.filter(pk=item.pk).first()
    if found is None:
        raise NotNow(_("This item was taken off the agenda."), code="gone")
    return meeting, found


def _item_ahead(item: AgendaItem, case: Submission, by: User) -> tuple[Meeting, AgendaItem]:
    meeting, found = _item(item, case, by)
    access.check_ahead(meeting)
    return meeting, found


def _lock_cases(meeting: Meeting, *also: int) -> dict[int, Submission]:
    """The cases on an agenda, locked. Whoever gives items new places needs them all: PostgreSQL looks at what a row
    points to once more when the row is written a second time."""
    keys = AgendaItem.objects.filter(meeting=meeting).values_list("submission_id", flat=True)
    return {case.pk: case for case in _transition.lock_all([*keys, *also])}


def _place(meeting: Meeting, keys: Collection[int]) -> None:
    """Give the items their places in this order."""
    AgendaItem.objects.filter(meeting=meeting).update(order=F("order") + APART)
    for number, key in enumerate(keys):
        AgendaItem.objects.filter(pk=key).update(order=number)


def _order(meeting: Meeting) -> list[str]:
    return list(AgendaItem.objects.filter(meeting=meeting).order_by("order").values_list("public_id", flat=True))
