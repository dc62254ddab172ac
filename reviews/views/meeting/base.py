"""The walk that every page of a meeting takes: find it or 404, ask ``access``, one action, back to the meeting."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from reviews.access import meeting as access
from reviews.access.committee import forget
from reviews.access.submission import sight
from reviews.access.twin import can
from reviews.models import AgendaItem, Meeting
from reviews.queries import meeting as queries
from reviews.queries.meeting import Agenda
from reviews.rules.errors import Denied, NotNow
from reviews.views import errors, formats
from reviews.views.base import Acting, PersonView
from reviews.views.components import Crumb


class Among(PersonView):
    """A page among the meetings. To everybody else there is nothing here."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find, check, serve."""
        self.find()
        try:
            self.check()
        except Denied as refused:
            return errors.denied(request, reason=_(refused.text))
        except NotNow as refused:
            if request.method in ("GET", "HEAD"):
                messages.warning(request, _(refused.text))
                return redirect(self.back_url())
        return super().dispatch(request, *args, **kwargs)

    def find(self) -> None:
        """Whoever can be asked to a meeting; everybody else gets ``Http404``."""
        if not can(access.check_can_list, self.user):
            raise Http404

    def check(self) -> None:
        """Ask ``access`` whether this reader may do what the page is for. Raises ``Denied`` or ``NotNow``."""

    def back_url(self) -> str:
        """Where a person goes when the page is not for now, or is done with."""
        return reverse("reviews:meeting-list")

    def crumbs(self) -> tuple[Crumb, ...]:
        """The way here."""
        return (Crumb(_("Meetings"), reverse("reviews:meeting-list")),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Every page knows its moment."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {"now": self.now, **context}


class OfMeeting(Among):
    """A page of one meeting that the reader sees."""

    meeting: Meeting

    def find(self) -> None:
        """The meeting, as if there were none when the reader does not see it."""
        found = queries.get_visible(self.user, self.kwargs["public_id"])
        if found is None:
            raise Http404
        self.meeting = found

    @cached_property
    def agenda(self) -> Agenda:
        """Everything on it, each part read once; ``check`` asks afresh."""
        return Agenda(self.meeting)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of the committee, in which its meetings are told."""
        return ZoneInfo(self.meeting.committee.time_zone)

    def moment(self) -> str:
        """When the meeting takes place, in words."""
        return formats.moment(self.meeting.starts_at, zone=self.zone, now=self.now, year=True)

    def back_url(self) -> str:
        """The meeting's page."""
        return self.meeting.get_absolute_url()

    def crumbs(self) -> tuple[Crumb, ...]:
        """The way here, through the meeting."""
        return (*super().crumbs(), Crumb(self.meeting.title, self.meeting.get_absolute_url()))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The meeting on every page of it."""
        return super().get_context_data(meeting=self.meeting, **kwargs)


class OfItem(OfMeeting):
    """A page of one item, which is there for whoever sees its case with its board."""

    item: AgendaItem

    def find(self) -> None:
        """The item with its meeting."""
        row = queries.item(self.kwargs["public_id"])
        found = queries.get_visible(self.user, row.meeting.public_id) if row is not None else None
        if row is None or found is None or not sight(self.user, row.submission).board:
            raise Http404
        forget(row.submission)
        self.item, self.meeting = row, found

    def about(self) -> str:
        """Which item."""
        return self.item.submission.reference


class Form(Acting):
    """A form of those who run the committee, with what is said beside it. Stands before ``OfMeeting``."""

    template_name = "reviews/meeting/form.html"
    form_class = forms.Form

    def check(self) -> None:
        """Only those who run the committee; the others read."""
        assert isinstance(self, OfMeeting)
        access.check_can_run(self.user, self.meeting)

    def version(self) -> int:
        """Of the meeting."""
        assert isinstance(self, OfMeeting)
        return self.meeting.version

    def look_again(self) -> None:
        """What is true now."""
        assert isinstance(self, OfMeeting)
        self.find()
        self.__dict__.pop("agenda", None)

    def get_success_url(self) -> str:
        """Back to where the work goes on."""
        assert isinstance(self, Among)
        return self.back_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the form page prints."""
        assert isinstance(self, Among)
        context = super().get_context_data(**kwargs)
        heading = context.get("heading") or self.heading
        return {
            "now": self.now,
            "heading": heading,
            "lead": self.lead,
            "submit": self.submit_label,
            "back": self.back_url(),
            "crumbs": (*self.crumbs(), Crumb(heading)),
            **context,
        }
