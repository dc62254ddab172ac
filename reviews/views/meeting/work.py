"""Meetings on the first page: that there is one, and minutes to write or approve."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.models import Meeting
from reviews.queries.chores import Chore
from reviews.views import formats
from reviews.views.components import Button, WorkItem


def item(one: Chore, meeting: Meeting, now: datetime, kind: Literal["primary", "secondary"]) -> WorkItem:
    """One line; the moment is told in the zone of the committee."""
    at = formats.moment(meeting.starts_at, zone=ZoneInfo(meeting.committee.time_zone), now=now)
    if one.kind == "attend":
        what, label = _("Meeting on %(at)s") % {"at": at}, _("See the agenda")
        url, name = meeting.get_absolute_url(), ngettext("%(n)d item", "%(n)d items", one.count) % {"n": one.count}
    elif one.kind == "write_minutes":
        what, label = _("Write the minutes of the meeting on %(at)s") % {"at": at}, _("Write them")
        url, name = reverse("reviews:minutes-write", args=[one.about]), one.name
    else:
        what, label = _("Approve the minutes of the meeting on %(at)s") % {"at": at}, _("Read them")
        url, name = reverse("reviews:minutes-approve", args=[one.about]), one.name
    return WorkItem(what, url, name, "", button=Button(label, url, kind=kind, small=True))
