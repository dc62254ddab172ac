"""Attaching a proof to an answer: a file, or where it lies. Shape only."""

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


class ProofForm(PlainForm):
    """One of both."""

    file = UploadField(label=gettext_lazy("File (optional if you say where it lies)"), required=False)
    location = forms.CharField(
        label=gettext_lazy("Where it lies (optional if you add a file)"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("An address that the board can open, the number of a report, or who gives access."),
    )

    def __init__(self, *args: Any, refused: Mapping[str, str] = NOTHING, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused = refused
        self.fields["file"].help_text = _("At most %(limit)s MiB. Stay on this page until it has arrived.") % {
            "limit": settings.MAX_UPLOAD_MIB
        }
        self.helper = helper("file", "location")

    def clean(self) -> dict[str, Any]:
        """A file that was not taken in was dropped on the way."""
        given: dict[str, Any] = super().clean() or {}
        if "file" in self.refused:
            self.add_error("file", not_kept(self.refused["file"]))
        return given
