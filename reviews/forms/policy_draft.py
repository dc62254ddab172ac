"""A pack as a file or as text, and that the effect of a draft was read. Shape only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _l

from reviews.forms.layout import PlainForm

MOST_BYTES = 1024 * 1024
TOO_LARGE = _l("This is larger than 1 MiB. A policy pack is a small text file.")
NO_TEXT = _l("This is no UTF-8 text. Save the pack as UTF-8, then try again.")


class PackForm(PlainForm):
    """A pack as a file or as text; the text of a file comes back, so that faults can be mended in place."""

    file = forms.FileField(
        required=False,
        label=_l("A YAML file (optional)"),
        help_text=_l("Its text appears below, with every fault beside it."),
        allow_empty_file=True,
        max_length=200,
    )
    text = forms.CharField(
        required=False,
        strip=False,
        label=_l("The pack"),
        widget=forms.Textarea(
            attrs={"rows": 24, "spellcheck": "false", "class": "font-monospace rb-code", "wrap": "off"}
        ),
    )

    def clean(self) -> dict[str, Any]:
        """The text of whichever was given; a file wins. Browsers send lines of a text with CR LF; packs have LF."""
        given: dict[str, Any] = super().clean() or {}
        upload = given.get("file")
        if upload is not None:
            self._read(upload.read(MOST_BYTES + 1), given)
        else:
            given["text"] = given.get("text", "").replace("\r\n", "\n")
            if len(given["text"].encode()) > MOST_BYTES:
                self.add_error("text", TOO_LARGE)
        if not self.errors and not given["text"].strip():
            self.add_error("text", _l("Choose a file, or write the pack here."))
        return given

    def _read(self, data: bytes, given: dict[str, Any]) -> None:
        if len(data) > MOST_BYTES:
            self.add_error("file", TOO_LARGE)
            return
        try:
            given["text"] = data.decode("utf-8")
        except UnicodeDecodeError:
            self.add_error("file", NO_TEXT)
            return
        if "\x00" in given["text"]:
            self.add_error("file", NO_TEXT)
            return
        self.data = {**self.data, "text": given["text"]}  # so that the page shows what the file said


class PublishForm(PlainForm):
    """That the effect was read before it was proposed to others."""

    read = forms.BooleanField(label=_l("I have read what changes and which cases would come out otherwise."))
