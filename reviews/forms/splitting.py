"""Splitting a case: which part becomes a case of its own, and what its title gets added. Shape only."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms.layout import PlainForm
from reviews.rules.states import PartKind


class SplitForm(PlainForm):
    """One part goes; the other stays with the reference, the history and the evidence."""

    part = forms.ChoiceField(
        label=_("Which part becomes a case of its own?"),
        choices=[(PartKind.PAPER, _("The paper")), (PartKind.MODEL, _("The model"))],
        widget=forms.RadioSelect,
        help_text=_("The other one stays in this case, with its reference, its history and the evidence given so far."),
    )
    suffix = forms.CharField(
        label=_("Added to title and label of the new case"),
        max_length=40,
        help_text=_("In brackets, to tell the two apart: “paper”, or “weights”. You can change both later."),
    )
