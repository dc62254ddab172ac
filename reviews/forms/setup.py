"""What the organisation calls itself. Shape only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _l

from accounts.models import Organisation
from reviews.forms.layout import PlainForm, helper


class OrganisationForm(PlainForm):
    """Name and address for questions."""

    name = forms.CharField(
        label=_l("Name of the organisation"),
        max_length=Organisation._meta.get_field("name").max_length,
        help_text=_l("It stands on top of every page and in every mail."),
    )
    contact_email = forms.EmailField(
        label=_l("Address for questions"),
        max_length=Organisation._meta.get_field("contact_email").max_length,
        help_text=_l("Where people turn who cannot come in, or do not know what to do."),
        error_messages={"invalid": _l("This is not an e-mail address, such as name@example.org.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("name", "contact_email")
