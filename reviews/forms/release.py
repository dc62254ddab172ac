"""Opening a stage."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms.layout import PlainForm, helper


class OpenForm(PlainForm):
    """A stage that can be recalled opens with a click; one that cannot is confirmed a second time."""

    def __init__(self, *args: Any, is_irreversible: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_irreversible:
            self.fields["again_confirmed"] = forms.BooleanField(
                required=False,
                label=_(
                    "I have compared the files with the digests of the decision, and I know that this cannot be undone."
                ),
            )
        self.helper = helper(*self.fields)
