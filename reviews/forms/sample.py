"""What looking at a sampled release came to. Shape only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms.deliberation import MOST_TEXT
from reviews.forms.layout import PlainForm, Question, helper
from reviews.rules.states import Sampled

CHOICES = [
    (Sampled.AS_DECLARED.value, _("It is what its answers say")),
    (Sampled.UNDERSTATED.value, _("The answers understate it")),
]


class FindForm(PlainForm):
    """Whether the answers say what the work is."""

    finding = forms.ChoiceField(label=_("What did you find?"), choices=CHOICES, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What did you look at, and what speaks for this?"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The board reads it beside the decision; the authors do not. It cannot be changed afterwards."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(Question("finding", show="plain"), "text")
