"""Putting a motion and voting on it. Shape only: what is sound is decided where the motion is put."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crispy_forms.layout import HTML, Div, Fieldset
from django import forms
from django.core.validators import MaxValueValidator
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reviews.actions.motion import DISSENT
from reviews.forms.layout import PlainForm, Question, helper
from reviews.rules.states import Outcome, Vote

Choices = Sequence[tuple[str, str | Promise]]

OUTCOMES: Choices = (
    (Outcome.FULL, _("Full - the level that was asked for, at once")),
    (Outcome.STAGED, _("Staged - through earlier stages, or no higher than a level")),
    (Outcome.WITHHELD, _("Withheld - nothing leaves the house")),
)
VOTES: Choices = (
    (Vote.FOR, _("For - as written above")),
    (Vote.AGAINST, _("Against - say what you would accept instead")),
    (Vote.ABSTAIN, _("Abstain - counts for the quorum, not for the motion")),
)
FIRST_ROWS = 3
# What a row asks of one condition.
COLUMNS = ("text", "due", "owner", "before", "evidence")
MOST_ROWS = 40


@dataclass(frozen=True)
class PartChoice:
    """One part of the case as the form asks about it; ``rungs`` go up to what was asked for."""

    kind: str
    label: str
    rungs: Choices


@dataclass(frozen=True)
class Row:
    """A condition as it was typed, in which row; ``owner`` is a public identifier, ``before`` a part and a rung."""

    name: str
    text: str
    due_date: date | None
    owner: str
    before: str
    evidence: str


class MotionForm(PlainForm):
    """A motion to decide. ``rows`` conditions have their place; more are asked for with a button."""

    valid_months = forms.IntegerField(
        label=_("Valid for, in months"),
        min_value=1,
        error_messages={"invalid": _("Give a whole number of months."), "min_value": _("Give at least one month.")},
    )
    rationale = forms.CharField(
        required=False,
        max_length=20000,
        label=_("Reasons"),
        help_text=_("They go into the decision record; the authors read them. Say what, not how."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    override_reason = forms.CharField(
        required=False,
        max_length=20000,
        label=_("Why above the ceiling (needed only then)"),
        help_text=_("A level above the ceiling of the tier needs the override vote and these reasons."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    benefits = forms.CharField(
        required=False,
        max_length=20000,
        label=_("Benefits (optional)"),
        help_text=_("What speaks for the release, and for whom."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    alternatives = forms.CharField(
        required=False,
        max_length=20000,
        label=_("Alternatives considered (optional)"),
        help_text=_("What else could be done, and why it was not proposed."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        parts: Sequence[PartChoice] = (),
        rows: int = FIRST_ROWS,
        owners: Choices = (),
        stages: Choices = (),
        today: date | None = None,
        most_months: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.parts, self.rows, self.today = tuple(parts), max(1, min(rows, MOST_ROWS)), today
        self.owners: Choices = (("", _("All authors together")), *owners)
        self.stages: Choices = (("", _("No stage waits for it")), *stages)
        months = self.fields["valid_months"]
        assert isinstance(months, forms.IntegerField)
        if most_months:
            months.help_text = _("At most %(most)d in this tier.") % {"most": most_months}
            months.validators.append(MaxValueValidator(most_months, message=months.help_text))
            months.widget.attrs["max"] = most_months
        layout: list[Any] = [HTML('{% include "components/_enter.html" %}'), *(self._part(part) for part in self.parts)]
        layout.append(Fieldset(str(_("Conditions (optional)")), *(self._row(number) for number in range(self.rows))))
        more = str(_("Room for more conditions"))
        layout.append(
            HTML(
                f'<p><button class="btn btn-sm btn-secondary" type="submit" name="do" value="more">{more}</button></p>'
                f'<input type="hidden" name="rows" value="{self.rows}">'
            )
        )
        layout += ["valid_months", "rationale", "benefits", "alternatives", "override_reason"]
        self.helper = helper(*layout)

    def _part(self, part: PartChoice) -> Fieldset:
        kind, choices = part.kind, [("", _("Choose")), *part.rungs]
        self.fields[f"{kind}_outcome"] = forms.ChoiceField(
            required=False, label=_("Outcome"), choices=OUTCOMES, widget=forms.RadioSelect
        )
        self.fields[f"{kind}_rung"] = forms.ChoiceField(
            required=False, label=_("Staged: highest level"), choices=choices
        )
        self.fields[f"{kind}_first_rung"] = forms.ChoiceField(
            required=False,
            label=_("Staged: first level"),
            choices=choices,
            help_text=_("The next levels open one after the other. Empty: the highest level is the only stage."),
        )
        two = Div(Div(f"{kind}_rung"), Div(f"{kind}_first_rung"), css_class="rb-helpers")
        return Fieldset(part.label, Question(f"{kind}_outcome", show="plain"), two)

    def _row(self, number: int) -> Div:
        text, due, owner, before, evidence = (f"condition_{number}_{name}" for name in COLUMNS)
        self.fields[text] = forms.CharField(
            required=False,
            max_length=2000,
            label=_("Condition %(number)d") % {"number": number + 1},
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields[due] = forms.DateField(
            required=False,
            label=_("Due (optional)"),
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": _("Give a day, such as 2026-12-01.")},
        )
        self.fields[owner] = forms.ChoiceField(required=False, label=_("Who owes it"), choices=self.owners)
        self.fields[before] = forms.ChoiceField(required=False, label=_("Before which stage"), choices=self.stages)
        self.fields[evidence] = forms.CharField(
            required=False, max_length=500, label=_("What will prove it (optional)"), widget=forms.TextInput
        )
        return Div(Div(text), Div(evidence), Div(due), Div(owner), Div(before), css_class="rb-helpers rb-terms")

    def clean(self) -> dict[str, Any]:
        """A date belongs to a condition, and lies ahead."""
        data = super().clean() or self.cleaned_data
        for number in range(self.rows):
            text, due, *others = (data.get(f"condition_{number}_{name}") for name in COLUMNS)
            if due and not text:
                self.add_error(f"condition_{number}_text", _("Write the condition, or clear its date."))
            elif any(others) and not text:
                self.add_error(f"condition_{number}_text", _("Write the condition, or clear what belongs to it."))
            if due and self.today and due < self.today:
                self.add_error(f"condition_{number}_due", _("This day has passed."))
        return data

    def conditions(self) -> list[Row]:
        """The rows that were filled in, in their order."""
        found = []
        for number in range(self.rows):
            name = f"condition_{number}"
            text, due, *others = (self.cleaned_data.get(f"{name}_{column}") for column in COLUMNS)
            if text:
                found.append(Row(name, text, due, *(other or "" for other in others)))
        return found


def rows_of(data: Mapping[str, Any]) -> int:
    """How many rows of conditions a posted form has."""
    given = str(data.get("rows", ""))
    return int(given) if given.isdecimal() and len(given) < 4 else FIRST_ROWS


class ReturnForm(PlainForm):
    """A motion to give the case back."""

    rationale = forms.CharField(
        required=False,
        max_length=20000,
        label=_("What should the authors change, and why?"),
        help_text=_("The authors read this if the motion carries."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("rationale")


class VoteForm(PlainForm):
    """A ballot."""

    vote = forms.ChoiceField(label=_("Your vote"), choices=VOTES, widget=forms.RadioSelect)
    reason = forms.CharField(
        required=False,
        max_length=20000,
        label=_("Reason (needed for against and abstain)"),
        help_text=_("Goes into the decision record word for word, for those who see the board."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_dissent = forms.BooleanField(
        required=False,
        label=_("Record this as a dissent: printed in the decision, for the authors too, there without my name"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(Question("vote", show="plain"), "reason", "is_dissent")

    def clean(self) -> dict[str, Any]:
        """A dissent speaks against."""
        data = super().clean() or self.cleaned_data
        if data.get("is_dissent") and data.get("vote") == Vote.FOR:
            self.add_error("is_dissent", gettext(DISSENT))
        return data
