"""The structured review. Nothing is chosen beforehand; a draft may be half empty, so nothing is required here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crispy_forms.layout import HTML, Div, Fieldset
from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from reviews.forms.judgement import JudgementFields, typed
from reviews.forms.layout import Field, PlainForm, Question, helper
from reviews.rules.findings import CHOICES, TEXTS, Findings, field_of
from reviews.rules.judgement import Judgement
from reviews.rules.pack import Pack
from reviews.rules.questionnaire import Answers
from reviews.rules.states import Outcome, Recommendation, Sufficiency

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
SUFFICIENCY: Choices = (
    ("", _("Choose")),
    (Sufficiency.ENOUGH, _("Enough")),
    (Sufficiency.NOT_ENOUGH, _("Not enough")),
    (Sufficiency.CANNOT_JUDGE, _("I cannot judge this")),
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


@dataclass(frozen=True)
class EvidenceChoice:
    """One required type of evidence as the form asks about it; ``standing`` says what there is of it."""

    key: str
    title: str
    standing: str


def _text(label: _StrPromise | str, rows: int = 3, help_text: _StrPromise | str = "") -> forms.CharField:
    return forms.CharField(
        required=False, max_length=20000, label=label, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


class ReviewForm(PlainForm):
    """What a reviewer writes. ``parts`` is empty where a review only clears or looks closer; ``evidence`` are the
    types of evidence that the case owes.

    ``authors`` are the authors' answers, of which the page shows nothing that the reviewer judges; ``stored`` is what
    the reviewer saved of their own.
    """

    findings = _text(
        _("What did you find, and how sure are you?"),
        5,
        _("Say what, not how. No steps, prompts or links that would help someone do it."),
    )
    misuse_paths = _text(_("Ways to misuse it that you considered (optional)"))
    conditions = _text(_("Conditions you would set (optional)"), 3, _("One a line. They go into the motion."))
    to_board = _text(_("To the board (optional)"), 3, _("Board and reviewers read this."))
    to_authors = _text(_("To the authors (optional)"), 3, _("The authors read this, without your name."))
    confidence = forms.ChoiceField(required=False, label=_("How confident are you?"), choices=CONFIDENCE)

    def __init__(
        self, data: QueryDict | None = None, *, pack: Pack, authors: Answers, stored: Judgement,
        parts: Sequence[PartChoice] = (), evidence: Sequence[EvidenceChoice] = (), **kwargs: Any,
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
            HTML(f"<h3>{_('2. Is the evidence enough?')}</h3>"),
            *self._evidence(evidence),
            HTML(f"<h3>{_('3. Findings')}</h3>"),
            "findings",
            *self._domains(),
            "misuse_paths",
            HTML(f"<h3>{_('4. Recommendation')}</h3>"),
            Div(*verdict),
            "confidence",
            "conditions",
            HTML(f"<h3>{_('5. Words to others')}</h3>"),
            "to_board",
            "to_authors",
        )

    def _evidence(self, rows: Sequence[EvidenceChoice]) -> Iterator[Any]:
        """One row a type: what there is, whether it is enough, and what is missing."""
        if not rows:
            yield HTML(f'<p class="rb-meta">{_("No evidence is asked for here.")}</p>')
        for row in rows:
            view, note = field_of("view", row.key), field_of("note", row.key)
            self.fields[view] = forms.ChoiceField(
                required=False, label=row.title, help_text=row.standing, choices=SUFFICIENCY
            )
            self.fields[note] = _text(_("What is missing, or worth saying?"), 2)
            yield Div(Field(view), Field(note), css_class="rb-judge")

    def _domains(self) -> Iterator[str]:
        """A text of its own for each area of harm that this review judges."""
        for domain in self.own.domains:
            name = field_of("domain", domain.key)
            self.fields[name] = _text(format_lazy(_("On {area} (optional)"), area=domain.label), 3)
            yield name

    def clean(self) -> dict[str, Any]:
        """Line ends as they are stored, so that a text that nobody touched is the same text."""
        given: dict[str, Any] = super().clean() or {}
        return {name: value.replace("\r\n", "\n") if isinstance(value, str) else value for name, value in given.items()}

    def content(self) -> Findings:
        """What was typed, whole or half."""
        given = {name: self.cleaned_data.get(name) or "" for name in (*TEXTS, *CHOICES)}
        if self.parts:
            given["recommendation"] = Recommendation.JUDGE
        keys = [
            name.removeprefix(field_of("view", "")) for name in self.fields if name.startswith(field_of("view", ""))
        ]
        evidence = {
            key: tuple(self.cleaned_data.get(field_of(code, key)) or "" for code in ("view", "note")) for key in keys
        }
        texts = {d.key: self.cleaned_data.get(field_of("domain", d.key)) or "" for d in self.own.domains}
        return Findings(
            verdict=self.verdict(),
            judgement=self.judgement(),
            domains={key: text for key, text in texts.items() if text},
            evidence={key: (view, note) for key, (view, note) in evidence.items() if view or note},
            **given,
        )

    def touched(self, names: Collection[str]) -> dict[str, Any]:
        """These fields as they were typed, each as the rules know it; None where one is empty. Faulty ones are left."""
        found = {}
        for name in self.fields.keys() & frozenset(names):
            if name in self.cleaned_data:
                value = self.cleaned_data[name]
                found[name] = None if value in ("", []) else value
        return found

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
            if outcome or rung:
                found[part.kind] = (outcome, rung)
        return found


class CorrectionForm(ReviewForm):
    """A filed review once more, to be changed, and why."""

    reason = _text(
        _("Why do you correct it?"), 2, _("Everybody who reads your review sees this, and what you changed.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout.insert(0, "reason")
