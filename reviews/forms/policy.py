"""Choosing a policy version for a committee. Shape only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _l

from reviews.forms.layout import PlainForm, Question, helper


class AdoptForm(PlainForm):
    """Which version, and that it was read. Nothing is preselected."""

    version = forms.ChoiceField(label=_l("Which version?"), widget=forms.RadioSelect)
    read = forms.BooleanField(label=_l("I have read this version."))

    def __init__(self, *args: Any, versions: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = versions  # type: ignore[attr-defined]
        self.helper = helper(Question("version", show="plain"), "read")
