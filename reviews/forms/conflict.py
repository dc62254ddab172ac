"""Declaring a conflict of interest about oneself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reviews.forms.layout import PlainForm, Question, helper


class ConflictForm(PlainForm):
    """What kind it is, in the words of the policy; a note is read by the coordinator alone."""

    type_key = forms.ChoiceField(label=_("What kind of conflict is it?"), widget=forms.RadioSelect)
    note = forms.CharField(
        required=False,
        max_length=2000,
        label=_("Note to the coordinator (optional)"),
        help_text=_("Nothing that others should not know; one sentence is enough."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, types: Sequence[tuple[str, str | Promise]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type_key"].choices = types  # type: ignore[attr-defined]
        self.helper = helper(Question("type_key", show="plain"), "note")
