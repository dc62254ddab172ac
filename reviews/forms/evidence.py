"""Giving evidence, waiving it, clearing a hold. Shape only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.actions.artifact import not_kept
from reviews.forms.artifact import NOTHING, UploadField
from reviews.forms.layout import PlainForm, helper

MOST_TEXT = 20_000


class GiveForm(PlainForm):
    """Text, a file, or both."""

    text = forms.CharField(
        label=gettext_lazy("In words (optional if you add a file)"),
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Without hazardous detail; such detail belongs in a file."),
    )
    file = UploadField(label=gettext_lazy("File (optional)"), required=False)

    def __init__(self, *args: Any, refused: Mapping[str, str] = NOTHING, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused = refused
        self.fields["file"].help_text = _("At most %(limit)s MiB. Stay on this page until it has arrived.") % {
            "limit": settings.MAX_UPLOAD_MIB
        }
        self.helper = helper("text", "file")

    def clean(self) -> dict[str, Any]:
        """A file that was not taken in was dropped on the way."""
        given: dict[str, Any] = super().clean() or {}
        if "file" in self.refused:
            self.add_error("file", not_kept(self.refused["file"]))
        return given


class WaiveForm(PlainForm):
    """Why the board does without."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Authors and board read it, and it stays on the record."),
    )


class ClearForm(PlainForm):
    """What the officer checked."""

    text = forms.CharField(
        label=gettext_lazy("What you checked, and why it may be released"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("The board reads it; the authors do not."),
    )
