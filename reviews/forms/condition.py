"""Proving a condition, and answering a proof. Shape only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms.evidence import MOST_TEXT, GiveForm
from reviews.forms.layout import PlainForm, Question, helper

MET, NOT_ENOUGH = "met", "not_enough"


class ProveForm(GiveForm):
    """What shows that the condition is met: text, a file, or both."""


class AnswerForm(PlainForm):
    """Whether a proof is enough. Nothing is chosen beforehand."""

    verdict = forms.ChoiceField(
        label=_("What does the proof show?"),
        choices=((MET, _("The condition is met")), (NOT_ENOUGH, _("It is not enough yet - say what is missing"))),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        required=False,
        max_length=MOST_TEXT,
        label=_("What is missing (needed only then)"),
        help_text=_("Whoever owes the condition reads it, without your name where they are authors."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(Question("verdict", show="plain"), "reason")
