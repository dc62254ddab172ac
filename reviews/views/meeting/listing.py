"""The list of meetings: what is ahead, what is over, and where minutes wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from reviews.models import Meeting, Minutes
from reviews.queries import meeting as queries
from reviews.rules.states import MeetingStatus
from reviews.views import formats
from reviews.views.components import Button, Empty
from reviews.views.meeting.base import Among


@dataclass(frozen=True)
class Line:
    """One meeting in the list."""

    meeting: Meeting
    when: str
    items: str
    status: tuple[str, str, str]
    minutes: str


class List(Among, TemplateView):
    """The meetings that the reader sees; whoever runs a committee plans another."""

    template_name = "reviews/meeting/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The next one first, then those that are over."""
        run = queries.committees_run_by(self.user)
        label = _("Plan a meeting")
        buttons = tuple(
            Button(
                label if len(run) == 1 else _("Plan a meeting: %(name)s") % {"name": committee.name},
                reverse("reviews:meeting-plan", args=[committee.public_id]),
                kind="primary" if number == 0 else "secondary",
                icon="plus-lg",
            )
            for number, committee in enumerate(run)
        )
        text = _("A meeting takes several cases one after the other. Votes need none: they are cast on each case.")
        if not run:
            text = _("When a meeting is announced it stands here, and you get a mail. Votes need no meeting.")
        return super().get_context_data(
            heading=_("Meetings"),
            actions=buttons,
            lines=[self._line(row) for row in queries.visible(self.user)],
            empty=Empty(_("No meeting yet."), text, buttons[0] if buttons else None),
            **kwargs,
        )

    def _line(self, row: queries.Row) -> Line:
        zone = ZoneInfo(row.meeting.committee.time_zone)
        return Line(
            row.meeting,
            formats.moment(row.meeting.starts_at, zone=zone, now=self.now),
            ngettext("%(n)d item", "%(n)d items", row.items) % {"n": row.items},
            status_of(row.meeting),
            _minutes(row.meeting, row.minutes),
        )


def status_of(meeting: Meeting) -> tuple[str, str, str]:
    """Where a meeting stands: words, kind and glyph of a badge."""
    if meeting.status == MeetingStatus.CANCELLED:
        return _("Cancelled"), "", "x"
    if meeting.status == MeetingStatus.HELD:
        return _("Held"), "good", "check2"
    if meeting.is_open:
        return _("Being held"), "you", "record-circle"
    if meeting.invited_at is None:
        return _("In preparation"), "", "pencil"
    return _("Announced"), "", "calendar3"


def _minutes(meeting: Meeting, last: Minutes | None) -> str:
    if meeting.status != MeetingStatus.HELD:
        return ""
    if last is None:
        return _("Not written yet")
    return _("Approved") if last.approved_at is not None else _("Wait for approval")
