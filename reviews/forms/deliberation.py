"""A question to the authors, and its answer. Shape only."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms.layout import PlainForm

MOST_TEXT = 20_000


class AskForm(PlainForm):
    """The board's question."""

    text = forms.CharField(
        label=_("Your question"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The authors read it as coming from the board. Do not name reviewers."),
    )


class AnswerForm(PlainForm):
    """The authors' answer."""

    text = forms.CharField(
        label=_("Your answer"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Without hazardous detail. Coordinator and reviewers read it."),
    )
