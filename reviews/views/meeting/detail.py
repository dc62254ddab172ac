"""One meeting: its agenda as the reader may know it, who is there, and what those who run the committee do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from reviews.access import meeting as access
from reviews.access.twin import can
from reviews.queries.meeting import Line, Recorded
from reviews.queries.roles import outcome_words, part_words
from reviews.rules.states import MeetingStatus, MotionStatus, Presence
from reviews.views import formats
from reviews.views.components import Button, Fact, shown
from reviews.views.meeting.base import OfMeeting
from reviews.views.meeting.listing import status_of

Kind = Literal["primary", "secondary", "quiet"]
STANDINGS = {"dropped": ("", "x"), "running": ("you", "record-circle"), "done": ("good", "check2")}


@dataclass(frozen=True)
class Entry:
    """One item as the page prints it. ``hidden`` says what somebody reads who does not see its case."""

    line: Line
    url: str
    hidden: str
    badge: tuple[str, str, str] | None
    facts: tuple[str, ...]
    out: str
    recorded: tuple[str, ...]
    buttons: tuple[Button, ...]


class Detail(OfMeeting, TemplateView):
    """Everything about one meeting. Whoever is asked to come reads; those who run the committee have the buttons."""

    template_name = "reviews/meeting/detail.html"

    @cached_property
    def runs(self) -> bool:
        """Whether the reader runs the committee."""
        return can(access.check_can_run, self.user, self.meeting)

    @cached_property
    def lines(self) -> list[Line]:
        """The agenda as the reader may know it."""
        return self.agenda.lines(self.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Agenda, attendance, facts, and what comes next."""
        meeting = self.meeting
        place = f" \u00b7 {meeting.place}" if meeting.place else ""
        return super().get_context_data(
            heading=meeting.title,
            lead=f"{self.moment()}{place}",
            actions=self._actions(),
            crumbs=super().crumbs()[:1],
            status=status_of(meeting),
            entries=[self._entry(line) for line in self.lines],
            leavings=self._leavings(),
            facts=self._facts(),
            attendance=self._attendance(),
            minutes_url=reverse("reviews:minutes-detail", args=[meeting.public_id]),
            is_held=meeting.status == MeetingStatus.HELD,
            buttons=self._buttons(),
            **kwargs,
        )

    def _url(self, name: str) -> str:
        return reverse(f"reviews:{name}", args=[self.meeting.public_id])

    def _button(self, label: str, name: str, *, when: bool = True, kind: Kind = "secondary", why: str = "") -> Button:
        return Button(
            label, self._url(name), kind=kind, shown=self.runs and when, disabled=bool(why), reason=why
        )  # fmt: skip

    def _actions(self) -> tuple[Button, ...]:
        """The one next step, and what else can be done with the agenda."""
        meeting, ahead = self.meeting, self.meeting.is_ahead
        known = meeting.invited_at is not None
        early = meeting.starts_at > self.now
        return shown(
            (
                self._button(_("Put cases on the agenda"), "meeting-cases", when=ahead or meeting.is_open),
                self._button(_("Order the agenda"), "meeting-order", when=ahead and len(self.lines) > 1),
                self._button(
                    _("Announce it again") if known else _("Announce the meeting"), "meeting-announce",
                    when=ahead and early, kind="secondary" if known or not self.lines else "primary",
                ),
                self._button(
                    _("Note who is there") if ahead else _("Change who is there"), "meeting-attendance",
                    when=ahead or meeting.is_open, kind="primary" if ahead and not early else "secondary",
                ),
                self._button(_("Close the meeting"), "meeting-close", when=meeting.is_open, kind="primary"),
                self._button(
                    _("Write the minutes"), "minutes-write", kind="primary",
                    when=meeting.status == MeetingStatus.HELD and not meeting.minutes.exists(),
                ),
            )
        )  # fmt: skip

    def _buttons(self) -> tuple[Button, ...]:
        ahead = self.meeting.is_ahead
        return shown(
            (
                self._button(_("Move the meeting"), "meeting-move", when=ahead),
                self._button(_("Cancel the meeting"), "meeting-cancel", when=ahead, kind="quiet"),
            )
        )

    def _facts(self) -> tuple[Fact, ...]:
        meeting = self.meeting
        found = [Fact(_("Committee"), meeting.committee.name), Fact(_("When"), self.moment())]
        if meeting.place:
            found.append(Fact(_("Where"), meeting.place))
        if all(line.is_seen for line in self.lines) and self.lines:
            minutes = sum(line.minutes for line in self.lines)
            found.append(Fact(_("Planned"), ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}))
        return tuple(found)

    def _attendance(self) -> tuple[tuple[str, str], ...]:
        """Who is there and who is not, in words; before that who is asked to come."""
        if not self.agenda.attendance:
            return ((_("Asked to come"), ", ".join(str(person) for person in self.agenda.people)),)
        labels = {
            Presence.PRESENT: _("Present"), Presence.EXCUSED: _("Excused"), Presence.ABSENT: _("Absent"),
        }  # fmt: skip
        rows = [row for _key, row in sorted(self.agenda.attendance.items())]
        found = {key: [str(row.user) for row in rows if row.presence == key] for key in labels}
        return tuple((labels[key], ", ".join(names)) for key, names in found.items() if names)

    def _leavings(self) -> str:
        """How often somebody leaves the room, for who sees every item: the number would tell of the others."""
        if not self.meeting.is_ahead or len(self.lines) < 2 or not all(line.is_seen for line in self.lines):
            return ""
        count = self.agenda.leavings()
        if not count:
            return _("In this order nobody leaves the room.")
        text = ngettext(
            "In this order somebody leaves the room once.",
            "In this order somebody leaves the room %(n)d times.",
            count,
        )
        return text % {"n": count}

    def _entry(self, line: Line) -> Entry:
        if not line.is_seen:
            return Entry(line, "", self._hidden(line), self._badge(line), (), "", (), ())
        words = ", ".join(line.out)
        out = ""
        if words:
            out = (_("Was out of the room: %(names)s") if line.ended_at else _("Leaves the room: %(names)s")) % {
                "names": words
            }
        return Entry(
            line=line,
            url=reverse("reviews:motion-list", args=[line.reference]),
            hidden="",
            badge=self._badge(line),
            facts=self._said(line),
            out=out,
            recorded=tuple(words_of(one) for one in line.recorded),
            buttons=self._of_item(line),
        )

    def _hidden(self, line: Line) -> str:
        if line.aside:
            return _("An item that you stand aside from. You leave the room for it.")
        if line.standing == "dropped":
            return _("An item that is no longer before the board.")
        return _("An item in which you have no part. You leave the room for it.")

    def _badge(self, line: Line) -> tuple[str, str, str] | None:
        labels = {"dropped": _("No longer before the board"), "running": _("Under way"), "done": _("Over")}
        if line.standing not in STANDINGS:
            return None
        return labels[line.standing], *STANDINGS[line.standing]

    def _said(self, line: Line) -> tuple[str, ...]:
        found = [ngettext("%(n)d minute", "%(n)d minutes", line.minutes) % {"n": line.minutes}]
        at = self._timetable.get(line.public_id)
        if at:
            found.append(at)
        if line.keeps_place and self.meeting.is_ahead:
            found.append(_("keeps its place"))
        if line.started_at is not None:
            start = formats.moment(line.started_at, zone=self.zone, now=self.now)
            found = [_("from %(start)s") % {"start": start}]
            if line.ended_at is not None:
                end = formats.moment(line.ended_at, zone=self.zone, now=self.now)
                found = [_("from %(start)s to %(end)s") % {"start": start, "end": end}]
        return tuple(found)

    @cached_property
    def _timetable(self) -> dict[str, str]:
        """About when each item begins; only for who sees every item, since a gap tells how long one takes."""
        if not self.meeting.is_ahead or not all(line.is_seen for line in self.lines):
            return {}
        found, at = {}, self.meeting.starts_at
        for line in self.lines:
            found[line.public_id] = _("at about %(time)s") % {"time": f"{at.astimezone(self.zone):%H:%M}"}
            at += timedelta(minutes=line.minutes)
        return found

    def _of_item(self, line: Line) -> tuple[Button, ...]:
        if not self.runs or self.meeting.status != MeetingStatus.PLANNED:
            return ()
        version = (("version", str(self.meeting.version)),)

        def to(name: str) -> str:
            return reverse(f"reviews:{name}", args=[line.public_id])

        def step(label: str, way: str, *, when: bool) -> Button:
            fields = (*version, ("to", way))
            return Button(label, to("agenda-place"), method="post", kind="quiet", fields=fields, small=True, shown=when)

        ahead, is_open = self.meeting.is_ahead, self.meeting.is_open
        others = any(one.standing == "running" for one in self.lines)
        why = _("Another item is under way. End it first.") if others else ""
        return shown(
            (
                step(_("Move up"), "up", when=ahead and line.number > 1),
                step(_("Move down"), "down", when=ahead and line.number < len(self.lines)),
                Button(_("Change") if ahead else _("Note"), to("agenda-item"), kind="quiet", icon="pencil", small=True),
                Button(_("Take off"), to("agenda-take-off"), kind="quiet", small=True, shown=ahead),
                Button(
                    _("Begin this item"), to("agenda-start"), method="post", fields=version, small=True,
                    shown=is_open and line.standing == "planned", disabled=bool(why), reason=why,
                ),
                Button(
                    _("End this item"), to("agenda-end"), method="post", kind="primary", fields=version, small=True,
                    shown=is_open and line.standing == "running",
                ),
            )
        )  # fmt: skip


def words_of(one: Recorded) -> str:
    """What was recorded in the meeting, in a sentence."""
    ends = {
        MotionStatus.CARRIED: _("Motion %(number)d carried: %(votes_for)d for, %(against)d against."),
        MotionStatus.LOST: _("Motion %(number)d did not carry: %(votes_for)d for, %(against)d against."),
        MotionStatus.WITHDRAWN: _("Motion %(number)d was taken back."),
    }
    facts = {"number": one.number, "votes_for": one.votes_for, "against": one.votes_against}
    said = ends[MotionStatus(one.status)] % facts
    if one.decides:
        granted = ", ".join(f"{part_words(kind)} {outcome_words(outcome)}" for kind, outcome in one.parts)
        said += " " + _("Decision: %(granted)s.") % {"granted": granted}
    return said
