"""The minutes of a meeting: reading and printing them, writing and correcting them, approving them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.generic import TemplateView

from reviews.access import meeting as access
from reviews.access.twin import can
from reviews.actions import minutes as actions
from reviews.forms.meeting import MinutesForm
from reviews.models import Minutes
from reviews.queries import meeting as meetings
from reviews.queries import minutes as queries
from reviews.queries.meeting import Line
from reviews.queries.minutes import Part
from reviews.rules.errors import NotNow
from reviews.rules.states import MeetingStatus
from reviews.views.components import Button, Crumb, Empty, Fact, shown
from reviews.views.meeting.base import Form, OfMeeting


class _OfMinutes(OfMeeting):
    """A page about the minutes of a meeting."""

    @cached_property
    def versions(self) -> list[Minutes]:
        """Every version, the newest first."""
        return queries.of_meeting(self.meeting)

    @property
    def url(self) -> str:
        """Where they are read."""
        return reverse("reviews:minutes-detail", args=[self.meeting.public_id])


def heading_of(line: Line) -> str:
    """What an item is called in the minutes, to whoever sees its case and to whoever does not."""
    if line.is_seen:
        return f"{line.number}. {line.reference} {line.label}"
    if line.aside:
        return _("%(number)d. An item that you stand aside from") % {"number": line.number}
    return _("%(number)d. An item that you do not see") % {"number": line.number}


class Detail(_OfMinutes, TemplateView):
    """The minutes as the reader may read them: the general part, and the parts of the cases that they see."""

    template_name = "reviews/meeting/minutes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The version that was asked for, or the newest."""
        shown_one = self._chosen()
        runs = can(access.check_can_run, self.user, self.meeting)
        parts = queries.parts(shown_one, self.agenda, self.user) if shown_one is not None else []
        write = Button(
            self._label(), reverse("reviews:minutes-write", args=[self.meeting.public_id]), icon="pen",
            kind="secondary" if self.versions else "primary",
            shown=runs and self.meeting.status == MeetingStatus.HELD,
        )  # fmt: skip
        return super().get_context_data(
            heading=_("Minutes: %(title)s") % {"title": self.meeting.title},
            lead=self.moment(),
            crumbs=(*super().crumbs(), Crumb(_("Minutes"))),
            prints=shown_one is not None,
            actions=shown((write, *self._approve())),
            minutes=shown_one,
            is_newest=bool(self.versions) and shown_one == self.versions[0],
            parts=[(heading_of(part.line), part) for part in parts],
            facts=self._facts(parts),
            versions=[(row, f"{self.url}?version={row.number}") for row in self.versions],
            empty=self._empty(write),
            **kwargs,
        )

    def _chosen(self) -> Minutes | None:
        asked = self.request.GET.get("version", "")
        found = [row for row in self.versions if str(row.number) == asked]
        if asked and not found:
            raise Http404
        return next(iter(found or self.versions), None)

    def _label(self) -> str:
        if not self.versions:
            return _("Write the minutes")
        return _("Correct them") if self.versions[0].approved_at is not None else _("Change the draft")

    def _approve(self) -> tuple[Button, ...]:
        if not self.versions or self.versions[0].approved_at is not None:
            return ()
        may = can(access.check_can_approve, self.user, self.versions[0], self.agenda.cases)
        url = reverse("reviews:minutes-approve", args=[self.versions[0].public_id])
        return (Button(_("Approve the minutes"), url, kind="primary", icon="check2", shown=may),)

    def _facts(self, parts: list[Part]) -> tuple[Fact, ...]:
        hidden = sum(not part.line.is_seen for part in parts)
        found = []
        if hidden:
            found.append(Fact(_("Parts that you do not see"), hidden))
        if self.versions and self.versions[0].approved_at is None:
            people = access.approvers(self.versions[0], self.agenda.cases)
            names = ", ".join(str(person) for person in people) or _("nobody; another person has to run the committee")
            found.append(Fact(_("Can be approved by"), names))
        return tuple(found)

    def _empty(self, write: Button) -> Empty:
        if self.meeting.status != MeetingStatus.HELD:
            return Empty(_("There are no minutes yet."), _("They are written once the meeting is closed."))
        text = _("Whoever coordinates the committee writes them; what happened is drafted already.")
        return Empty(_("There are no minutes yet."), text, write if write.shown else None)


class Write(Form, _OfMinutes):
    """Write the minutes, change the draft, or correct what was approved."""

    form_class = MinutesForm
    submit_label = _l("Save the minutes")
    done_text = _l("Saved. Somebody who did not write them approves them.")

    def check(self) -> None:
        """Those who run the committee, once the meeting is closed."""
        super().check()
        if self.meeting.status != MeetingStatus.HELD:
            raise NotNow(_("Minutes are written once the meeting is closed."), code="not_held")

    def back_url(self) -> str:
        """The minutes; the meeting while there are none."""
        return self.url if self.versions else super().back_url()

    @cached_property
    def last(self) -> Minutes | None:
        """The newest version."""
        return next(iter(self.versions), None)

    @property
    def corrects(self) -> bool:
        """Whether what is saved becomes a version beside one that was approved."""
        return self.last is not None and self.last.approved_at is not None

    def state(self) -> str:
        """The state of the newest version, which the form carries."""
        return actions.state_of(self.last)

    def shown_version(self) -> str:
        """As for any form, in words of its own: a form that came back keeps the state that it was shown with."""
        return self.state() if self.is_stale or self.request.method != "POST" else self.request.POST.get("version", "")

    def look_again(self) -> None:
        """What is true now."""
        super().look_again()
        for name in ("versions", "last"):
            self.__dict__.pop(name, None)

    def get_form_kwargs(self) -> dict[str, Any]:
        """A text for each item whose case the writer sees."""
        lines = [line for line in self.agenda.lines(self.user) if line.is_seen]
        items = [(line.public_id, heading_of(line)) for line in lines]
        return {**super().get_form_kwargs(), "items": items, "corrects": self.corrects}

    def get_initial(self) -> dict[str, Any]:
        """What was written, or what happened."""
        start, seen = queries.standing(self.agenda, self.last), self.agenda.seen_by(self.user)
        texts = {f"part_{row.public_id}": start.parts[row.pk] for row in self.agenda.items if row.pk in seen}
        return {"general": start.general, **texts}

    def act(self, form: forms.Form) -> object:
        """Save them."""
        assert isinstance(form, MinutesForm)
        given = form.cleaned_data
        return actions.write(
            meeting=self.meeting, general=given["general"], parts=form.parts(), reason=given.get("reason", ""),
            seen=self.request.POST.get("version", ""), by=self.user, now=self.now,
        )  # fmt: skip

    def get_success_url(self) -> str:
        """Where they are read."""
        return self.url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether it is the first text, a draft or a correction."""
        heading, lead = _("Write the minutes"), _("What happened is drafted already. Complete it, and save.")
        if self.corrects:
            heading = _("Correct the minutes")
            lead = _("What was approved stays as it is. Your correction is a version beside it, approved anew.")
        elif self.last is not None:
            heading, lead = _("Change the draft"), _("It is approved by somebody who wrote nothing of it.")
        return super().get_context_data(heading=heading, lead=lead, **kwargs)


class Approve(Form, _OfMinutes):
    """Approve a version that somebody else wrote."""

    template_name = "reviews/meeting/approve.html"
    heading = _l("Approve the minutes")
    lead = _l("From then on they stay as they are. What turns out wrong is corrected by a version beside them.")
    submit_label = _l("Approve them")
    done_text = _l("The minutes are approved.")
    row: Minutes

    def find(self) -> None:
        """The version, for whoever sees its meeting."""
        row = queries.by_public_id(self.kwargs["public_id"])
        found = meetings.get_visible(self.user, row.meeting.public_id) if row is not None else None
        if row is None or found is None:
            raise Http404
        self.row, self.meeting = row, found
        self.row.meeting = found

    def check(self) -> None:
        """Somebody who runs the committee and wrote nothing of it, once."""
        access.check_can_approve(self.user, self.row, self.agenda.cases)
        if self.row.approved_at is not None:
            raise NotNow(_("These minutes were approved already."), code="approved")

    def back_url(self) -> str:
        """The minutes."""
        return self.url

    def shown_version(self) -> str:
        """The state of the version, which the form carries."""
        return actions.state_of(self.row)

    def act(self, form: forms.Form) -> object:
        """Approve them."""
        seen = self.request.POST.get("version", "")
        return actions.approve(minutes=self.row, seen=seen, by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is approved, as far as the reader sees it."""
        parts = queries.parts(self.row, self.agenda, self.user)
        return super().get_context_data(
            minutes=self.row, parts=[(heading_of(part.line), part) for part in parts], **kwargs
        )
