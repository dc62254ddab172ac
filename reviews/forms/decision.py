"""Sending a decision back instead of signing it, and noting what another look at one came to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms.layout import PlainForm, helper


class SendBackForm(PlainForm):
    """Why the signature is refused."""

    reason = forms.CharField(
        required=False,
        max_length=20000,
        label=_("Why do you not sign?"),
        help_text=_("Those who decided read this and work with it."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("reason")


class LookAgainForm(PlainForm):
    """What looking at the decision again came to."""

    finding = forms.CharField(
        required=False,
        max_length=20000,
        label=_("What did you find?"),
        help_text=_(
            "Whether the decision would have come out the same without those who stand aside, whom you asked, and what "
            "follows. The board reads it beside the decision."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("finding")
