"""Asking that a case is opened again, and refusing that. Shape only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from reviews.forms.deliberation import MOST_TEXT
from reviews.forms.layout import PlainForm, Question, helper


def _text(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 5}), help_text=help_text
    )


class AskForm(PlainForm):
    """What an author wants to change, or why they go on."""

    reason = _text(_("What will change, and why?"), _("The board reads it, and it stays on the record."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("reason")


class ReReviewForm(PlainForm):
    """What makes a re-review necessary, and the reason."""

    trigger = forms.ChoiceField(label=_("What makes it necessary?"), widget=forms.RadioSelect)
    reason = _text(
        _("Why is it to be judged again?"),
        _(
            "Once it is granted the authors read this, as what they are asked for. Without hazardous detail, and "
            "without names of the board."
        ),
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["trigger"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, capfirst(words)) for key, words in choices]
        self.helper = helper(Question("trigger", show="plain"), "reason")


class RefuseForm(PlainForm):
    """Why the case stays closed."""

    reason = _text(_("Why not?"), _("Whoever asked reads it. Without hazardous detail."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("reason")
