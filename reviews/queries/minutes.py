"""The minutes of a meeting: what they would say by what happened, and each version as a reader may read it.

A meeting is about several cases, and nobody reads in its minutes of a case that they do not see. So each item has a
text of its own, and the general part is about none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from accounts import zones
from accounts.models import User
from reviews.access import meeting as access
from reviews.models import Meeting, Minutes
from reviews.queries.meeting import Agenda, Line, Recorded
from reviews.queries.roles import outcome_words, part_words
from reviews.rules.states import MeetingStatus, MotionStatus, Presence

ENDS = {
    MotionStatus.CARRIED: _l("It carried"),
    MotionStatus.LOST: _l("It did not carry"),
    MotionStatus.WITHDRAWN: _l("It was taken back"),
}


@dataclass(frozen=True)
class Draft:
    """What minutes would say: the general part, and by the key of its row what each item's part says."""

    general: str
    parts: Mapping[int, str]


@dataclass(frozen=True)
class Part:
    """What a version says of one item, for a reader; empty where they do not see its case."""

    line: Line
    text: str


def of_meeting(meeting: Meeting) -> list[Minutes]:
    """Every version, the newest first; one query."""
    rows = meeting.minutes.select_related("drafted_by", "approved_by", "meeting__committee")
    return list(rows.prefetch_related("parts").order_by("-number"))


def by_public_id(public_id: str) -> Minutes | None:
    """One version with its meeting; whoever asks must still be checked."""
    rows = Minutes.objects.select_related("meeting__committee__policy", "drafted_by", "approved_by")
    return rows.filter(public_id=public_id).first()


def parts(minutes: Minutes, agenda: Agenda, reader: User) -> list[Part]:
    """The parts of a version in the order of the agenda, as this person may read them."""
    texts = {row.item.public_id: row.text for row in minutes.parts.select_related("item")}
    return [Part(line, texts.get(line.public_id, "") if line.is_seen else "") for line in agenda.lines(reader)]


def to_write(user: User) -> list[Meeting]:
    """The meetings that were held, whose minutes nobody wrote yet, and this person is expected to write; one query for
    who has none."""
    rows = Meeting.objects.filter(status=MeetingStatus.HELD, minutes=None).select_related("committee")
    held = Meeting.objects.visible_to(user).values("pk")
    found = rows.filter(pk__in=held).order_by("closed_at", "pk")
    return [row for row in found if user in access.writers(row.committee)]


def to_approve(user: User) -> list[Minutes]:
    """The versions that wait for approval, and that this person can approve; one query for who has none."""
    rows = Minutes.objects.filter(approved_at=None, meeting__in=Meeting.objects.visible_to(user).values("pk"))
    rows = rows.select_related("meeting__committee").order_by("drafted_at", "pk")
    return [row for row in rows if user in access.approvers(row, Agenda(row.meeting).cases)]


def standing(agenda: Agenda, last: Minutes | None) -> Draft:
    """What the next text starts from: what the last version says, and where it says nothing what happened."""
    drafted = draft(agenda)
    if last is None:
        return drafted
    return Draft(last.general, {**drafted.parts, **{row.item_id: row.text for row in last.parts.all() if row.text}})


def draft(agenda: Agenda) -> Draft:
    """The minutes by what happened: who came; for each item who was in the room and who was not, which motions were
    closed and how. No reason, no dissent and no text of a case stands in them; they stand in its record."""
    zone = ZoneInfo(agenda.meeting.committee.time_zone)
    return Draft(
        _general(agenda, zone),
        {row.pk: _of_item(agenda.whole(row), zone) for row in agenda.items},
    )


def _general(agenda: Agenda, zone: ZoneInfo) -> str:
    meeting = agenda.meeting
    facts = {"committee": meeting.committee.name, "title": meeting.title, "day": _day(meeting.starts_at, zone)}
    said = [_("%(title)s. Meeting of %(committee)s on %(day)s.") % facts]
    if meeting.place:
        said.append(_("Place: %(place)s.") % {"place": meeting.place})
    by_presence: dict[str, list[str]] = {}
    for _key, row in sorted(agenda.attendance.items()):
        by_presence.setdefault(row.presence, []).append(str(row.user))
    labels = {
        Presence.PRESENT: _("Present: %(names)s."),
        Presence.EXCUSED: _("Excused: %(names)s."),
        Presence.ABSENT: _("Absent: %(names)s."),
    }
    said += [label % {"names": ", ".join(by_presence[key])} for key, label in labels.items() if key in by_presence]
    if meeting.opened_at is not None and meeting.closed_at is not None:
        said.append(
            _("Opened at %(opened)s, closed at %(closed)s.")
            % {"opened": _time(meeting.opened_at, zone), "closed": _time(meeting.closed_at, zone)}
        )
    return "\n\n".join(said)


def _of_item(line: Line, zone: ZoneInfo) -> str:
    if line.started_at is None or line.ended_at is None:
        if line.standing == "dropped":
            return _("Not discussed: the case was no longer before the board.")
        return _("Not discussed.")
    said = [
        _("Discussed from %(start)s to %(end)s.")
        % {"start": _time(line.started_at, zone), "end": _time(line.ended_at, zone)}
    ]
    said.append(_("In the room: %(names)s.") % {"names": ", ".join(line.present) or _("nobody")})
    if line.out:
        text = _("Left the room for this item, and took no part in it: %(names)s.")
        said.append(text % {"names": ", ".join(line.out)})
    said += [_of_motion(one) for one in line.recorded]
    if not line.recorded:
        said.append(_("No ballot was closed in this meeting."))
    if line.note.strip():
        said.append(line.note.strip())
    return "\n\n".join(said)


def _of_motion(one: Recorded) -> str:
    what = _("to return the case") if one.kind == "return" else _("to decide")
    facts = {
        "number": one.number, "what": what, "name": one.put_by, "end": ENDS[MotionStatus(one.status)],
        "votes_for": one.votes_for, "against": one.votes_against, "abstained": one.abstained,
    }  # fmt: skip
    text = _(
        "Motion %(number)d %(what)s, put by %(name)s. %(end)s: %(votes_for)d for, %(against)d against, "
        "%(abstained)d abstained."
    )
    said = [text % facts]
    if one.dissents:
        words = ngettext(
            "%(n)d dissent stands in the record of the case.",
            "%(n)d dissents stand in the record of the case.",
            one.dissents,
        )
        said.append(words % {"n": one.dissents})
    if one.decides:
        granted = ", ".join(f"{part_words(kind)} {outcome_words(outcome)}" for kind, outcome in one.parts)
        said.append(_("Decision recorded in this meeting: %(granted)s.") % {"granted": granted})
    return " ".join(said)


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return f"{date_format(moment.astimezone(zone), 'j F Y')}, {_time(moment, zone)}"


def _time(moment: datetime, zone: ZoneInfo) -> str:
    return zones.clock(moment.astimezone(zone))
