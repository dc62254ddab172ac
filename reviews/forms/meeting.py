"""Meetings: planning, moving and cancelling one, its agenda, who is there, and its minutes. Shape only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.layout import Column, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms.layout import PlainForm, Question, helper
from reviews.rules.states import Presence

MOST_TEXT = 50_000
MOST_REASON = 2_000
NO_DAY = _("Write the date as year-month-day, such as 2026-12-01.")
NO_TIME = _("Write the time as hours and minutes, such as 14:30.")
NO_SUCH_YEAR = _("No meeting can take place on that day. Is the year right?")
NO_SUCH_TIME = _("Clocks are set forward over this time on that day, so it does not come. Choose another.")

PRESENCES = ((Presence.PRESENT, _("Present")), (Presence.EXCUSED, _("Excused")), (Presence.ABSENT, _("Absent")))


class WhenForm(PlainForm):
    """A day and a time in the zone of the committee, and a place or a link."""

    starts_on = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": NO_DAY},
    )
    starts_time = forms.TimeField(
        label=_("Time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": NO_TIME},
    )
    place = forms.CharField(
        label=_("Place or link (optional)"),
        max_length=300,
        required=False,
        help_text=_("A room, or the address of a call. Whoever is asked to come reads it here, not in the mail."),
    )

    def __init__(self, *args: Any, zone: ZoneInfo | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone or ZoneInfo("UTC")
        self.fields["starts_time"].help_text = _("In the zone of the committee, %(zone)s.") % {
            "zone": self.zone.key.replace("_", " ")
        }
        self.helper = helper(*self._before(), Row(Column("starts_on"), Column("starts_time")), "place", *self._after())

    def _before(self) -> list[str]:
        return []

    def _after(self) -> list[str]:
        return []

    def clean(self) -> dict[str, Any]:
        """The moment, where there is one."""
        data = super().clean() or self.cleaned_data
        day, hour = data.get("starts_on"), data.get("starts_time")
        if isinstance(day, date) and isinstance(hour, time):
            try:
                moment = datetime.combine(day, hour, tzinfo=self.zone).astimezone(UTC)
                local = moment.astimezone(self.zone)
            except OverflowError:
                self.add_error("starts_on", NO_SUCH_YEAR)
                return data
            if local.replace(tzinfo=None) != datetime.combine(day, hour):
                self.add_error("starts_time", NO_SUCH_TIME)
            data["starts_at"] = moment
        return data


class PlanForm(WhenForm):
    """A meeting from nothing."""

    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        help_text=_("Everybody who is asked to come reads it, also who stands aside from a case. Name no case here."),
    )

    def _before(self) -> list[str]:
        return ["title"]


class MoveForm(WhenForm):
    """Another moment or place, and why."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=MOST_REASON,
        help_text=_("Everybody who is asked to come reads it. Name no case here."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def _after(self) -> list[str]:
        return ["reason"]


class CancelForm(PlainForm):
    """Why a meeting does not take place."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=MOST_REASON,
        help_text=_("Everybody who is asked to come reads it. Name no case here."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("reason")


class CasesForm(PlainForm):
    """Which cases are put on the agenda, of those that can be."""

    cases = forms.MultipleChoiceField(
        label=_("Which cases?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("A case that you chose is no longer before the board. Look who is left.")},
    )

    def __init__(self, *args: Any, cases: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["cases"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = cases
        self.helper = helper(Question("cases", show="plain"))


class ItemForm(PlainForm):
    """How long an item takes, whether it keeps its place, and what is noted about it."""

    minutes = forms.IntegerField(
        label=_("Minutes planned"),
        min_value=1,
        error_messages={"invalid": _("Give a whole number of minutes."), "min_value": _("Give at least one minute.")},
    )
    keeps_place = forms.BooleanField(required=False, label=_("It keeps its place when the agenda is ordered"))
    note = forms.CharField(
        label=_("Note for the minutes (optional)"),
        required=False,
        max_length=20_000,
        help_text=_("It goes into this item's part of the minutes, which is read by those who see the case."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, has_begun: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_begun:
            for name in ("minutes", "keeps_place"):
                self.fields[name].widget = forms.HiddenInput()
        self.helper = helper("minutes", "keeps_place", "note")


class PlaceForm(PlainForm):
    """Which way an item goes."""

    to = forms.ChoiceField(
        label=_("Where does it go?"),
        choices=(("up", _("One place up")), ("down", _("One place down"))),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(Question("to", show="plain"))


class AttendanceForm(PlainForm):
    """Whether each of these people is there. Nobody is chosen beforehand."""

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = [key for key, _name in people]
        for key, name in people:
            self.fields[f"presence_{key}"] = forms.ChoiceField(
                label=name,
                choices=PRESENCES,
                widget=forms.RadioSelect,
                error_messages={"required": _("Say whether they are there.")},
            )
        self.helper = helper(*(Question(f"presence_{key}", show="segments") for key in self.people))

    def presence(self) -> dict[str, str]:
        """What was said of each."""
        return {key: self.cleaned_data[f"presence_{key}"] for key in self.people}


class MinutesForm(PlainForm):
    """The general part, and one text for each item whose case the writer sees; for a correction what it corrects."""

    general = forms.CharField(
        label=_("General part"),
        max_length=MOST_TEXT,
        help_text=_("Everybody who sees the meeting reads it. Name no case here."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(
        self, *args: Any, items: Sequence[tuple[str, str]] = (), corrects: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = [key for key, _label in items]
        for key, label in items:
            self.fields[f"part_{key}"] = forms.CharField(
                label=label,
                max_length=MOST_TEXT,
                help_text=_("Read by those who see the case."),
                widget=forms.Textarea(attrs={"rows": 8}),
                error_messages={"required": _("Please fill this in.")},
            )
        if corrects:
            self.fields["reason"] = forms.CharField(
                label=_("What is corrected, and why?"),
                max_length=MOST_REASON,
                help_text=_("Everybody who sees the meeting reads it. Name no case here."),
                widget=forms.Textarea(attrs={"rows": 3}),
                error_messages={"required": _("Please fill this in.")},
            )
        self.helper = helper(*self.fields)

    def parts(self) -> dict[str, str]:
        """The texts by item."""
        return {key: self.cleaned_data[f"part_{key}"] for key in self.items}
