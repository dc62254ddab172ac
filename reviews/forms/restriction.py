"""Placing an emergency restriction, voting on it, and asking and answering to lift it. Shape only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms.deliberation import MOST_TEXT
from reviews.forms.layout import PlainForm, Question, helper

CHOICES = [("for", _("The restriction stands")), ("against", _("It ends"))]
ANSWERS = [("lift", _("Lift it: the decision counts again")), ("keep", _("Keep it"))]


class PlaceForm(PlainForm):
    """Why nothing may rest on the decision."""

    reason = forms.CharField(
        label=_("Why must this be stopped at once?"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Board and authors read it. Say what, not how: no detail that could do harm."),
    )


class VoteForm(PlainForm):
    """Whether the restriction stands, and why not."""

    vote = forms.ChoiceField(label=_("Does the restriction stand?"), choices=CHOICES, widget=forms.RadioSelect)
    reason = forms.CharField(
        required=False,
        label=_("Why (needed where it ends)"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Those who see the board read it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(Question("vote", show="plain"), "reason")


class AskLiftForm(PlainForm):
    """Why the restriction can end."""

    reason = forms.CharField(
        label=_("Why can it be lifted?"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A second person reads it and confirms. The authors do not read it."),
    )


class AnswerLiftForm(PlainForm):
    """Lift or keep."""

    answer = forms.ChoiceField(label=_("What do you decide?"), choices=ANSWERS, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(Question("answer", show="plain"))
