"""A question to the authors or to somebody who stands aside, and its answer. Shape only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms.layout import PlainForm

MOST_TEXT = 20_000

Choices = Sequence[tuple[str, Any]]


class AskForm(PlainForm):
    """The board's question, about the whole case or about one of the answers in ``about``."""

    question = forms.ChoiceField(
        label=_("About"),
        required=False,
        error_messages={"invalid_choice": _("Choose one of the answers of this case, or the whole case.")},
    )
    text = forms.CharField(
        label=_("Your question"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The authors read it as coming from the board. Do not name reviewers."),
    )

    def __init__(self, *args: Any, about: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["question"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", _("The whole case")), *about]


class AnswerForm(PlainForm):
    """The authors' answer."""

    text = forms.CharField(
        label=_("Your answer"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Without hazardous detail. Coordinator and reviewers read it."),
    )


class AskOutsideForm(PlainForm):
    """The board's question to one of those who stand outside the case."""

    person = forms.CharField(label=_("Whom to ask"), widget=forms.Select)
    text = forms.CharField(
        label=_("Your question"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "They read this and the reference of the case, and nothing else. Write no more than they may know."
        ),
    )

    def __init__(self, *args: Any, people: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        select = self.fields["person"].widget
        assert isinstance(select, forms.Select)
        select.choices = [("", _("Choose a person")), *people]


class InformForm(PlainForm):
    """What somebody who stands outside tells the board."""

    text = forms.CharField(
        label=_("Your answer"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("The board reads it with your name, as information from somebody who stands outside the case."),
    )
