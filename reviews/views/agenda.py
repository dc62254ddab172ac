"""One item of an agenda: its length and note, its place, taking it off, beginning and ending it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from reviews.access import meeting as access
from reviews.actions import agenda as actions
from reviews.forms.meeting import ItemForm, PlaceForm
from reviews.rules.errors import NotNow
from reviews.rules.states import MeetingStatus
from reviews.views.meeting.base import Form, OfItem


class _OfItem(Form, OfItem):
    """A form about one item, for those who run the committee and do not stand aside from its case."""

    def check(self) -> None:
        """Those who run the committee; to whoever stands aside the item is not there."""
        access.check_can_treat(self.user, self.meeting, self.item.submission)


class _Ahead(_OfItem):
    """A form about an item of a meeting that has not begun."""

    def check(self) -> None:
        """Before it begins."""
        super().check()
        access.check_ahead(self.meeting)


class Change(_OfItem):
    """How long it takes and whether it keeps its place; later the note alone."""

    form_class = ItemForm
    heading = _l("Change the item")
    submit_label = _l("Save")
    done_text = _l("It is saved.")

    def check(self) -> None:
        """Until the meeting is over."""
        super().check()
        if self.meeting.status != MeetingStatus.PLANNED:
            raise NotNow(_("This meeting is over."), code="over")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Whether the meeting has begun."""
        return {**super().get_form_kwargs(), "has_begun": self.meeting.opened_at is not None}

    def get_initial(self) -> dict[str, Any]:
        """As it is."""
        return {name: getattr(self.item, name) for name in ("minutes", "keeps_place", "note")}

    def act(self, form: forms.Form) -> object:
        """Save it."""
        return actions.change(item=self.item, version=self.seen(), by=self.user, now=self.now, **form.cleaned_data)


class Place(_Ahead):
    """One place up or down."""

    form_class = PlaceForm
    heading = _l("Move the item")
    submit_label = _l("Move it")

    def act(self, form: forms.Form) -> object:
        """Move it."""
        up = form.cleaned_data["to"] == "up"
        return actions.shift(item=self.item, up=up, version=self.seen(), by=self.user, now=self.now)


class TakeOff(_Ahead):
    """It is not talked about in this meeting."""

    heading = _l("Take the item off the agenda")
    lead = _l("The case goes on as it is, and can be put on this agenda or another one again.")
    submit_label = _l("Take it off")
    submit_css = "btn-danger"
    done_text = _l("It is taken off the agenda.")

    def act(self, form: forms.Form) -> object:
        """Take it off."""
        return actions.take_off(item=self.item, version=self.seen(), by=self.user, now=self.now)


class _Held(_OfItem):
    """A form about an item of a meeting that is being held."""

    def check(self) -> None:
        """While it is held."""
        super().check()
        access.check_open(self.meeting)


class Start(_Held):
    """Begin it; whoever stands aside leaves the room."""

    heading = _l("Begin the item")
    submit_label = _l("Begin it")

    def act(self, form: forms.Form) -> object:
        """Begin it."""
        return actions.start(item=self.item, version=self.seen(), by=self.user, now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Who leaves."""
        out = self.agenda.whole(self.item).out
        lead = _("Nobody who is asked to come stands aside from it.")
        if out:
            lead = _("These people leave the room first: %(names)s.") % {"names": ", ".join(out)}
        return super().get_context_data(lead=lead, **kwargs)


class End(_Held):
    """End it; whoever left comes back."""

    heading = _l("End the item")
    lead = _l("Who was in the room, and who was not, is kept for the minutes.")
    submit_label = _l("End it")

    def act(self, form: forms.Form) -> object:
        """End it."""
        return actions.end(item=self.item, version=self.seen(), by=self.user, now=self.now)
