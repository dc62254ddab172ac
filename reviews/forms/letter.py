"""The text of a committee's letters, and the reasons of one decision that may be shared."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms.layout import PlainForm, helper
from reviews.rules.letter import LONGEST


class TemplateForm(PlainForm):
    """A committee's text with its places, and how the committee is reached."""

    text = forms.CharField(
        required=False,
        max_length=LONGEST,
        strip=False,
        label=_("What every letter says"),
        help_text=_(
            "The outcome stands in the first line by itself. Below it comes this text: # begins a heading, - an item "
            "of a list, **two stars** make words bold, and the places listed here are filled in for each decision."
        ),
        widget=forms.Textarea(attrs={"rows": 26}),
    )
    contact = forms.CharField(
        required=False,
        max_length=1000,
        label=_("How the committee is reached (optional)"),
        help_text=_("Comes into {contact}. Without it the letter names your organisation's address for questions."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("text", "contact")

    def typed(self) -> str:
        """A digest of what was typed, so that a save can be told from a text that nobody has looked at yet."""
        words = "\x00".join(self.cleaned_data.get(name, "").replace("\r\n", "\n") for name in ("text", "contact"))
        return hashlib.sha256(words.encode()).hexdigest()


class SharedReasonsForm(PlainForm):
    """What the shareable letter says of the reasons, beyond its general sentences."""

    text = forms.CharField(
        required=False,
        max_length=5000,
        label=_("Reasons that may be shared (optional)"),
        help_text=_(
            "Anybody may come to read this. Write nothing here of the work itself, of its authors, or of who judged. "
            "Left empty, the letter gives the general sentences alone."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("text")
