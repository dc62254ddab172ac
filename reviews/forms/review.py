"""The structured review. Nothing is chosen beforehand; a draft may be half empty, so nothing is required here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import HTML, Div, Fieldset
from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reviews.forms.judgement import JudgementFields, typed
from reviews.forms.layout import Field, PlainForm, Question, helper
from reviews.rules.judgement import Judgement
from reviews.rules.pack import Pack
from reviews.rules.questionnaire import Answers
from reviews.rules.states import Outcome, Recommendation

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Choices = Sequence[tuple[str, str | Promise]]

OUTCOMES: Choices = (
    (Outcome.FULL, _("Full - what was asked for, with or without conditions")),
    (Outcome.STAGED, _("Staged - a lower level first, or no higher than a level")),
    (Outcome.WITHHELD, _("Withheld - nothing leaves the house")),
)
RECOMMENDATIONS: Choices = (
    (Recommendation.CLEAR, _("Clear - release as requested, the coordinator signs")),
    (Recommendation.ESCALATE, _("Look closer - raise the case by one tier; say why above")),
)
CONFIDENCE: Choices = (
    ("", _("Choose")),
    ("low", _("Low: outside my field")),
    ("medium", _("Medium")),
    ("high", _("High: I work on this")),
)


@dataclass(frozen=True)
class PartChoice:
    """One part of the case as the form asks about it."""

    kind: str
    label: str
    requested: str
    rungs: Choices


def _text(label: _StrPromise, rows: int = 3, help_text: _StrPromise | str = "") -> forms.CharField:
    return forms.CharField(
        required=False, max_length=20000, label=label, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


class ReviewForm(PlainForm):
    """What a reviewer writes. ``parts`` is empty where a review only clears or looks closer.

    ``authors`` are the authors' answers, of which the page shows nothing that the reviewer judges; ``stored`` is what
    the reviewer saved of their own.
    """

    findings = _text(
        _("What did you find, and how sure are you?"),
        5,
        _("Say what, not how. No steps, prompts or links that would help someone do it."),
    )
    misuse_paths = _text(_("Ways to misuse it that you considered (optional)"))
    evidence_view = _text(_("Is the evidence enough? What is missing? (optional)"))
    conditions = _text(_("Conditions you would set (optional)"), 3, _("One a line. They go into the motion."))
    to_board = _text(_("To the board (optional)"), 3, _("Board and reviewers read this."))
    to_authors = _text(_("To the authors (optional)"), 3, _("The authors read this, without your name."))
    confidence = forms.ChoiceField(required=False, label=_("How confident are you?"), choices=CONFIDENCE)

    def __init__(
        self, data: QueryDict | None = None, *, pack: Pack, authors: Answers, stored: Judgement,
        parts: Sequence[PartChoice] = (), **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, **kwargs)
        self.parts = tuple(parts)
        self.own = JudgementFields(pack, authors, stored if data is None else typed(pack, data))
        self.fields.update(self.own.fields())
        verdict: list[Any] = []
        if not self.parts:
            self.fields["recommendation"] = forms.ChoiceField(
                required=False, label=_("What do you recommend?"), choices=RECOMMENDATIONS, widget=forms.RadioSelect
            )
            verdict.append(Question("recommendation", show="plain"))
        for part in self.parts:
            self.fields[f"{part.kind}_outcome"] = forms.ChoiceField(
                required=False, label=_("Outcome you recommend"), choices=OUTCOMES, widget=forms.RadioSelect
            )
            self.fields[f"{part.kind}_rung"] = forms.ChoiceField(
                required=False,
                label=_("Highest level you could accept"),
                choices=[("", _("Choose")), *part.rungs],
                help_text=_("Full is what was asked for; withheld needs no level."),
            )
            verdict.append(
                Fieldset(part.label, Question(f"{part.kind}_outcome", show="plain"), Field(f"{part.kind}_rung"))
            )
        self.helper = helper(
            HTML(f"<h3>{_('1. Your own answers')}</h3>"),
            *self.own.layout(),
            HTML(f"<h3>{_('2. Findings')}</h3>"),
            "findings",
            "misuse_paths",
            HTML(f"<h3>{_('3. Evidence')}</h3>"),
            "evidence_view",
            HTML(f"<h3>{_('4. Recommendation')}</h3>"),
            Div(*verdict),
            "confidence",
            "conditions",
            HTML(f"<h3>{_('5. Words to others')}</h3>"),
            "to_board",
            "to_authors",
        )

    def judgement(self) -> Judgement:
        """The reviewer's own answers as far as they are given."""
        return self.own.read(self.cleaned_data)

    def verdict(self) -> dict[str, tuple[str, str]]:
        """Per part the outcome and rung as far as they are chosen; full is the requested rung without saying so."""
        found = {}
        for part in self.parts:
            outcome = self.cleaned_data.get(f"{part.kind}_outcome") or ""
            rung = self.cleaned_data.get(f"{part.kind}_rung") or ""
            if outcome == Outcome.FULL and not rung:
                rung = part.requested
            if outcome:
                found[part.kind] = (outcome, rung)
        return found
