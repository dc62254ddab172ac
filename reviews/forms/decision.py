"""Sending a decision back instead of signing it."""

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
