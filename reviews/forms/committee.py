"""Forms about committees: their settings, closure days, roles. Shape only; the actions judge the content."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import Column, Row
from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _l

from accounts.forms import zone_field
from reviews.forms.layout import PlainForm, Question, helper
from reviews.models import Committee
from reviews.rules import calendars
from reviews.rules.states import CommitteeRole

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

NO_DAY = _l("Write the date as year-month-day, such as 2026-12-31.")


def country_choices() -> list[tuple[str, str | Promise]]:
    """The countries whose public holidays are known, after none."""
    known = ((code, f"{name} ({code})") for code, name in calendars.countries().items())
    return [("", _l("No public holidays")), *known]


class SettingsForm(PlainForm):
    """Name, zone, working weekdays and public holidays of a committee."""

    name = forms.CharField(label=_l("Name"), max_length=Committee._meta.get_field("name").max_length)
    time_zone = zone_field(help_text=_l("A day ends, and what is due that day with it, at 17:00 in this zone."))
    weekdays = forms.TypedMultipleChoiceField(
        label=_l("Working days"),
        coerce=int,
        choices=list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_l("Only these days count when something is due."),
    )
    country = forms.ChoiceField(
        label=_l("Public holidays (optional)"),
        choices=country_choices,
        required=False,
        help_text=_l("Nothing is due on the public holidays of this country. Further days are closed one by one."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("name", Row(Column("time_zone", css_class="col-md-6"), Column("country")), "weekdays")


def _day(label: _StrPromise) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": NO_DAY},
    )


class DaysForm(PlainForm):
    """From one day to another, both included; without a last day it is the first alone."""

    first = _day(_l("First day"))
    last = _day(_l("Last day (optional)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last"].required = False
        self.helper = helper(Row(Column("first"), Column("last")), *self.more())

    def more(self) -> list[str]:
        """What else is asked."""
        return []

    def stretch(self) -> tuple[date, date]:
        """Both ends."""
        first: date = self.cleaned_data["first"]
        return first, self.cleaned_data["last"] or first


class CloseDaysForm(DaysForm):
    """Days on which the committee does not work, and why."""

    label = forms.CharField(
        label=_l("What is it? (optional)"), max_length=120, required=False, help_text=_l("Such as “Winter closure”.")
    )

    def more(self) -> list[str]:
        """The reason."""
        return ["label"]


class MemberForm(PlainForm):
    """One role or several for one person. Nobody is preselected."""

    person = forms.ChoiceField(label=_l("Person"))
    roles = forms.MultipleChoiceField(label=_l("Roles"), widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        *args: Any,
        people: Sequence[tuple[str, str]] = (),
        roles: Sequence[tuple[str, str | Promise]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", _l("Choose one")), *people]  # type: ignore[attr-defined]
        self.fields["roles"].choices = roles  # type: ignore[attr-defined]
        self.helper = helper("person", Question("roles", show="plain"))

    def roles_given(self) -> list[CommitteeRole]:
        """The chosen roles as words of the vocabulary."""
        return [CommitteeRole(role) for role in self.cleaned_data["roles"]]
