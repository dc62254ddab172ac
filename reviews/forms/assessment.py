"""Proposing another tier, and refusing one. Shape only; which tiers may be set the view says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms.deliberation import MOST_TEXT
from reviews.forms.layout import PlainForm, Question, helper


class TierForm(PlainForm):
    """Which tier, and why."""

    tier = forms.TypedChoiceField(label=_("Which tier should rule?"), coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why?"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The board reads it, and it stays on the record. Without hazardous detail."),
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["tier"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)
        self.helper = helper(Question("tier", show="plain"), "reason")


class RefusalForm(PlainForm):
    """Why not."""

    reason = forms.CharField(
        label=_("Why not?"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Whoever proposed it and the board read it. Without hazardous detail."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("reason")
