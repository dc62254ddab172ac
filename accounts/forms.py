"""Forms about one's own account. Shape only."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import zones
from accounts.models import User


def zone_choices() -> list[tuple[str, str]]:
    """The zones a person can live in: the named places of the world, and UTC."""
    places = sorted(name for name in zones.names() if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/")))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


class ProfileForm(forms.Form):
    """What a person may change about themselves; address, unit and roles belong to the administrator."""

    display_name = forms.CharField(
        label=_("Name"),
        max_length=User._meta.get_field("display_name").max_length,
        help_text=_("As others see it on cases and in decisions."),
        error_messages={"required": _("Please fill this in.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=zone_choices, help_text=_("All dates and times are shown to you in this zone.")
    )
