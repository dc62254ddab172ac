"""A question to a second body, and what it answered. Shape only."""

from __future__ import annotations

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from reviews.forms.deliberation import MOST_TEXT
from reviews.forms.layout import PlainForm, Question, helper
from reviews.queries.roles import FINDINGS


class ReferForm(PlainForm):
    """Whom the board asks, and what."""

    body = forms.CharField(
        label=_("Who is asked?"),
        max_length=120,
        help_text=_("Such as the ethics board. The authors read this name."),
    )
    question = forms.CharField(
        label=_("The question"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The board reads it; the authors do not."),
    )


class RecordAnswerForm(PlainForm):
    """What the body found, and its words."""

    finding = forms.ChoiceField(label=_("What did it find?"), widget=forms.RadioSelect)
    answer = forms.CharField(
        label=_("The answer"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Word for word, or in short with where the letter lies. The board reads it; the authors do not."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["finding"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, capfirst(str(words))) for key, words in FINDINGS.items()]
        self.helper = helper(Question("finding", show="plain"), "answer")
