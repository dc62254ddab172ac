"""The forms around a reviewer's seat: the offer, its answer, taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reviews.forms.layout import PlainForm, helper

NOT_OFFERED = _("Choose how long the review may take.")


class OfferForm(PlainForm):
    """One seat for the person whose button was pressed. Each choice of working days names the date that follows."""

    reviewer = forms.CharField(max_length=22)  # the button that was pressed
    review_days = forms.IntegerField(
        label=_("Time for the review"),
        widget=forms.Select,
        error_messages={"required": NOT_OFFERED, "invalid": NOT_OFFERED},
    )

    def __init__(self, *args: Any, days: Sequence[tuple[int, str | Promise]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["review_days"].widget.attrs["class"] = "form-select form-select-sm"
        self.offer_days(days)

    def offer_days(self, days: Sequence[tuple[int, str | Promise]]) -> None:
        """The choices, each with its date; which numbers are allowed is the action's rule."""
        select = self.fields["review_days"].widget
        assert isinstance(select, forms.Select)
        select.choices = days


class AcceptForm(PlainForm):
    """The statement that opens the material; that it must be ticked is the action's rule."""

    no_conflict = forms.BooleanField(
        required=False, label=_("I have no conflict of interest with this case or its authors.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("no_conflict")


class DeclineForm(PlainForm):
    """Why not, in a word; that there is one is the action's rule."""

    reason = forms.CharField(
        required=False,
        max_length=2000,
        label=_("Why not?"),
        help_text=_("A word is enough, such as “away” or “not my field”. The coordinator reads it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("reason")


class _InsteadForm(PlainForm):
    """Who takes a seat instead, and a word about it. Each heir adds ``reason`` in its own words."""

    reviewer = forms.CharField(label=_("Instead"), widget=forms.Select)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("reviewer", "reason")

    def offer_people(self, people: Sequence[tuple[str, str]]) -> None:
        """The people to choose from; who may is the action's rule."""
        select = self.fields["reviewer"].widget
        assert isinstance(select, forms.Select)
        select.choices = [("", _("Choose a person")), *people]


class ReplaceForm(_InsteadForm):
    """Somebody else, and why."""

    reason = forms.CharField(
        required=False, max_length=2000, label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3})
    )


class HandOverForm(_InsteadForm):
    """The colleague, and a word to the coordinator."""

    reviewer = forms.CharField(label=_("Colleague"), widget=forms.Select)
    reason = forms.CharField(
        required=False,
        max_length=2000,
        label=_("A word to the coordinator (optional)"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ExtendForm(PlainForm):
    """The later date, as the working days from the offer on."""

    review_days = forms.IntegerField(
        label=_("Time for the review"),
        widget=forms.Select,
        error_messages={"required": NOT_OFFERED, "invalid": NOT_OFFERED},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("review_days")

    def offer_days(self, days: Sequence[tuple[int, str]]) -> None:
        """The choices, each with its date; which numbers are allowed is the action's rule."""
        select = self.fields["review_days"].widget
        assert isinstance(select, forms.Select)
        select.choices = days


class TakeBackForm(PlainForm):
    """Why a seat is freed; it stays on the record."""

    reason = forms.CharField(
        required=False, max_length=2000, label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("reason")
