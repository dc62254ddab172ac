"""The form that gives a case to another committee. Shape only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms.deliberation import MOST_TEXT
from reviews.forms.layout import PlainForm, Question, helper


class TransferForm(PlainForm):
    """Which committee, and why. Each choice says what would happen to the case there."""

    target = forms.ChoiceField(label=_("Which committee takes the case?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why does the case go there?"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The authors and the other committee read this as you write it. Do not name reviewers."),
    )

    def __init__(self, *args: Any, targets: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["target"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(targets)
        self.helper = helper(Question("target", show="plain"), "reason")
