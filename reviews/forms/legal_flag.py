"""What was done about a law that may apply. Shape only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms.evidence import MOST_TEXT
from reviews.forms.layout import PlainForm, helper


class NoteForm(PlainForm):
    """How it was dealt with, in words."""

    text = forms.CharField(
        required=False,
        max_length=MOST_TEXT,
        label=_("What was done, or why it does not apply"),
        help_text=_("The board reads it, and it goes into the decision record. Authors read only that it was noted."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("text")
