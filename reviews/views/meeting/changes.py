"""What those who run a committee do with a meeting: plan, announce, move, cancel, order, note who is there, close."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from reviews.access import meeting as access
from reviews.actions import agenda as items
from reviews.actions import meeting as actions
from reviews.forms.meeting import AttendanceForm, CancelForm, CasesForm, MoveForm, PlanForm
from reviews.models import Committee, Meeting, Submission
from reviews.queries import committee as committees
from reviews.queries import meeting as queries
from reviews.queries.meeting import Candidate
from reviews.rules.errors import NotNow
from reviews.rules.states import MeetingStatus
from reviews.views import formats
from reviews.views.components import Empty
from reviews.views.meeting.base import Among, Form, OfMeeting


class Plan(Form, Among):
    """A meeting from nothing. Its agenda comes next, and nobody is told before it is announced."""

    form_class = PlanForm
    heading = _l("Plan a meeting")
    lead = _l("Next you put cases on its agenda. Nobody is told before you announce it.")
    submit_label = _l("Plan it")
    committee: Committee
    made: Meeting

    def find(self) -> None:
        """The committee, as if there were none when the reader may not open it."""
        found = committees.get_visible(self.user, self.kwargs["public_id"])
        if found is None:
            raise Http404
        self.committee = found

    def check(self) -> None:
        """Those who run it."""
        access.check_can_plan(self.user, self.committee)

    def version(self) -> int:
        """There is nothing yet that somebody else could change."""
        return 0

    def get_form_kwargs(self) -> dict[str, Any]:
        """The zone in which the time is meant."""
        return {**super().get_form_kwargs(), "zone": ZoneInfo(self.committee.time_zone)}

    def act(self, form: forms.Form) -> object:
        """Plan it."""
        given = form.cleaned_data
        self.made = actions.plan(
            committee=self.committee, title=given["title"], starts_at=given["starts_at"], place=given["place"],
            by=self.user, now=self.now,
        )  # fmt: skip
        messages.success(self.request, _("The meeting is planned. Put cases on its agenda now."))
        return self.made

    def get_success_url(self) -> str:
        """The meeting."""
        return self.made.get_absolute_url()


class _Ahead(Form, OfMeeting):
    """A form about a meeting that has not begun."""

    def check(self) -> None:
        """Those who run the committee, before it begins."""
        super().check()
        access.check_ahead(self.meeting)


class Announce(_Ahead):
    """Tell everybody who is asked to come."""

    heading = _l("Announce the meeting")
    submit_label = _l("Announce it")
    done_text = _l("It is announced. Whoever was not told before gets a mail with the time and a link.")

    def act(self, form: forms.Form) -> object:
        """Announce it."""
        return actions.invite(meeting=self.meeting, version=self.seen(), by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Who gets a mail."""
        names = ", ".join(str(person) for person in self.agenda.people)
        text = _("These people see the meeting from now on, and get a mail with its time and a link: %(names)s.")
        return super().get_context_data(lead=text % {"names": names}, **kwargs)


class Move(_Ahead):
    """Another moment or place."""

    form_class = MoveForm
    heading = _l("Move the meeting")
    submit_label = _l("Move it")
    done_text = _l("It is moved. Whoever was asked to come is told.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The zone in which the time is meant."""
        return {**super().get_form_kwargs(), "zone": self.zone}

    def get_initial(self) -> dict[str, Any]:
        """When and where it is planned."""
        local = self.meeting.starts_at.astimezone(self.zone)
        return {"starts_on": local.date(), "starts_time": local.time(), "place": self.meeting.place}

    def act(self, form: forms.Form) -> object:
        """Move it."""
        given = form.cleaned_data
        return actions.move(
            meeting=self.meeting, starts_at=given["starts_at"], place=given["place"], reason=given["reason"],
            version=self.seen(), by=self.user, now=self.now,
        )  # fmt: skip


class Cancel(_Ahead):
    """It does not take place."""

    form_class = CancelForm
    heading = _l("Cancel the meeting")
    lead = _l("It does not take place. Its cases go on without it, and votes are cast as always.")
    submit_label = _l("Cancel the meeting")
    submit_css = "btn-danger"
    done_text = _l("It is cancelled. Whoever was asked to come is told.")

    def act(self, form: forms.Form) -> object:
        """Cancel it."""
        return actions.cancel(
            meeting=self.meeting, reason=form.cleaned_data["reason"], version=self.seen(), by=self.user, now=self.now
        )


class Cases(Form, OfMeeting):
    """Put cases on the agenda."""

    template_name = "reviews/meeting/cases.html"
    form_class = CasesForm
    heading = _l("Put cases on the agenda")
    lead = _l("Cases in deliberation that are not on it yet, the oldest first.")
    submit_label = _l("Put them on the agenda")
    done_text = _l("They stand at the end of the agenda. You can order it now.")

    def check(self) -> None:
        """Those who run the committee, until the meeting is over."""
        super().check()
        if self.meeting.status != MeetingStatus.PLANNED:
            raise NotNow(_("This meeting is over."), code="over")

    @property
    def _found(self) -> list[Candidate]:
        return queries.candidates(self.meeting, self.user, self.now)

    def get_form_kwargs(self) -> dict[str, Any]:
        """What can be put on it."""
        choices = [(one.head.submission.reference, self._words(one)) for one in self._found]
        return {**super().get_form_kwargs(), "cases": choices}

    def _words(self, one: Candidate) -> str:
        head = one.head
        days = ngettext("%(n)d business day old", "%(n)d business days old", head.days_used) % {"n": head.days_used}
        said = [days]
        if head.decision_due is not None:
            due = formats.moment(head.decision_due, zone=self.zone, now=self.now)
            said.append(_("due %(due)s") % {"due": due})
        if one.out:
            said.append(_("leaves the room: %(names)s") % {"names": ", ".join(one.out)})
        case = head.submission
        return f"{case.reference} {case.label} - {'; '.join(said)}"

    def act(self, form: forms.Form) -> object:
        """Put them on it."""
        chosen = Submission.objects.filter(reference__in=form.cleaned_data["cases"])
        return items.add(
            meeting=self.meeting, submissions=list(chosen), version=self.seen(), by=self.user, now=self.now
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Nothing to choose is said in words."""
        context = super().get_context_data(**kwargs)
        text = _("A case can be put on it once its deliberation has opened, and if you do not stand aside from it.")
        has_any = bool(context["form"].fields["cases"].choices)
        return {**context, "has_any": has_any, "empty": Empty(_("No other case is before the board."), text)}


class Order(_Ahead):
    """Let people leave the room as rarely as possible."""

    template_name = "reviews/meeting/order.html"
    heading = _l("Order the agenda")
    lead = _l("In this order people leave the room as rarely as possible. You can still move items by hand afterwards.")
    submit_label = _l("Use this order")
    done_text = _l("The agenda is ordered.")

    def act(self, form: forms.Form) -> object:
        """Order it."""
        return items.order(meeting=self.meeting, version=self.seen(), by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The order that was found, and what it saves; the numbers are for who sees every item."""
        found = self.agenda.arranged()
        lines = {line.public_id: line for line in self.agenda.lines(self.user)}
        counts = None
        if all(line.is_seen for line in lines.values()):
            counts = (
                (_("As it stands"), _times(self.agenda.leavings())),
                (_("By age"), _times(found.by_age.leavings)),
                (_("In this order"), _times(found.walk.leavings)),
            )
        return super().get_context_data(
            proposed=[lines[key] for key in found.walk.order], counts=counts, is_exact=found.is_exact, **kwargs
        )


def _times(count: int) -> str:
    return ngettext("somebody leaves once", "somebody leaves %(n)d times", count) % {"n": count}


class Attendance(Form, OfMeeting):
    """Say of everybody who is asked to come whether they are there. The first time this opens the meeting."""

    form_class = AttendanceForm
    done_text = _l("It is noted who is there.")

    def check(self) -> None:
        """Those who run the committee, until the meeting is over."""
        super().check()
        if self.meeting.status != MeetingStatus.PLANNED:
            raise NotNow(_("This meeting is over."), code="over")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Who is asked."""
        people = [(person.public_id, str(person)) for person in self.agenda.people]
        return {**super().get_form_kwargs(), "people": people}

    def get_initial(self) -> dict[str, Any]:
        """What was noted before; nobody is chosen beforehand."""
        return {f"presence_{row.user.public_id}": row.presence for row in self.agenda.attendance.values()}

    def act(self, form: forms.Form) -> object:
        """Note it."""
        assert isinstance(form, AttendanceForm)
        return actions.note_attendance(
            meeting=self.meeting, presence=form.presence(), version=self.seen(), by=self.user, now=self.now
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What it does."""
        if self.meeting.opened_at is None:
            words = {
                "heading": _("Who is there?"),
                "lead": _("This opens the meeting. Presence makes no quorum: that is counted by votes on each case."),
                "submit": _("Open the meeting"),
            }
        else:
            words = {"heading": _("Who is there?"), "lead": _("As it is now."), "submit": _("Save")}
        return super().get_context_data(**words, **kwargs)


class Close(Form, OfMeeting):
    """The meeting is over."""

    heading = _l("Close the meeting")
    lead = _l("An item that is under way ends with it. Then the minutes are written. Ballots stay open as they are.")
    submit_label = _l("Close the meeting")
    done_text = _l("The meeting is closed.")

    def check(self) -> None:
        """Those who run the committee, while it is held."""
        super().check()
        access.check_open(self.meeting)

    def act(self, form: forms.Form) -> object:
        """Close it."""
        return actions.close(meeting=self.meeting, version=self.seen(), by=self.user, now=self.now)
