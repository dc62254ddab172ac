"""A model card as a file or as text. The text comes back for the next step, so nothing is stored between."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms.layout import PlainForm
from reviews.rules.model_card import MAX_BYTES

TOO_LONG = _("A model card has at most 512 KiB. Is this the README.md alone?")
NOT_TEXT = _("This is no text in UTF-8. Choose the README.md of the model.")


class CardForm(PlainForm):
    """The card; a file wins over a text."""

    file = forms.FileField(
        required=False,
        label=_("The README.md of the model (optional)"),
        help_text=_("Its text appears below. The file itself is not kept; add it under Files, if you release it."),
        allow_empty_file=True,
    )
    text = forms.CharField(
        required=False,
        strip=False,
        label=_("The text of the card"),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "font-monospace"}),
    )

    def clean(self) -> dict[str, Any]:
        """The text of whichever was given."""
        given: dict[str, Any] = super().clean() or {}
        upload = given.get("file")
        field = "text" if upload is None else "file"
        data = given.get("text", "").encode() if upload is None else upload.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            self.add_error(field, TOO_LONG)
            return given
        try:
            given["text"] = data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            self.add_error(field, NOT_TEXT)
            return given
        if not self.errors and not given["text"].strip():
            self.add_error("text", _("Choose a file, or paste the card here."))
        return given
