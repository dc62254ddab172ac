"""One form per page of the questionnaire, made from the pack. It checks shape only; half a page may be saved."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.forms.layout import PlainForm, Question, Show, helper
from reviews.queries.answer_history import Trace
from reviews.queries.deliberation import Asked
from reviews.queries.proof import OfAnswer
from reviews.queries.questionnaire import because, computed, figure, names_of, numbers, words_of
from reviews.rules import pack as nouns
from reviews.rules import questionnaire, thresholds
from reviews.rules.pack import Pack
from reviews.rules.questionnaire import MAX_TEXT

NONE = "__none__"
ASKED = "asked"
# A key of a pack has no hyphen, so no question is ever called like one of these.
BASE = "base-"
TOUCHED = "rb-touched"
NO_TRACES: Mapping[str, Trace] = MappingProxyType({})
NO_PROOFS: Mapping[str, OfAnswer] = MappingProxyType({})
NO_INQUIRIES: Mapping[str, Sequence[Asked]] = MappingProxyType({})
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z")
_SHOW: Mapping[str, Show] = {
    "single_choice": "plain",
    "multi_choice": "picks",
    "yes_no": "segments",
    "tripwire": "segments",
    "scale_0_4": "scale",
    "compute_flop": "compute",
}


class AmountField(forms.CharField):
    """A number as people write it: ``1500000000``, ``1 500 000 000``, ``1.5e9``."""

    def to_python(self, value: Any) -> Any:
        """The number, whole where it was written whole; None for nothing."""
        text = re.sub(r"[\s_\u00a0\u202f]", "", super().to_python(value) or "")
        if not text:
            return None
        if not _NUMBER.match(text) or len(text) > 60:
            raise ValidationError(_("Write a number such as 1500000000 or 1.5e9."), code="number")
        return float(text) if re.search(r"[.eE]", text) else int(text)

    def prepare_value(self, value: Any) -> Any:
        """A stored number as it can be typed; what was typed stays as typed."""
        return repr(value).replace("e+", "e").removesuffix(".0") if isinstance(value, int | float) else value


class LevelField(forms.TypedChoiceField):
    """One of the levels of a scale, as a whole number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, empty_value=None, widget=forms.RadioSelect, **kwargs)


class PicksField(forms.MultipleChoiceField):
    """Any of the options; where none at all is an answer, it must be said by choosing "None of these"."""

    def __init__(self, *, allow_empty: bool, choices: list[tuple[Any, str]], **kwargs: Any) -> None:
        self.allow_empty = allow_empty
        if allow_empty:
            choices = [*choices, (NONE, _("None of these"))]
        super().__init__(choices=choices, widget=forms.CheckboxSelectMultiple, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A confirmed "none of these" is an empty list."""
        return [NONE] if self.allow_empty and value == [] else value

    def clean(self, value: Any) -> list[str] | None:
        """The options chosen; None where nobody has answered."""
        chosen: list[str] = super().clean(value)
        if NONE not in chosen:
            return chosen or None
        if len(chosen) > 1:
            raise ValidationError(_("Choose either “None of these” or what applies, not both."), code="none_and_some")
        return []


def field_for(question: nouns.Question) -> forms.Field:
    """The field of a question. None of them is required: a page may be saved half answered."""
    common: dict[str, Any] = {"label": question.text, "help_text": question.help, "required": False}
    options = [(option.value, option.label) for option in question.options]
    wrong = {"invalid_choice": gettext_lazy("Choose one of the options.")}
    match question.type:
        case "multi_choice":
            return PicksField(allow_empty=question.allow_empty, choices=options, error_messages=wrong, **common)
        case "scale_0_4":
            return LevelField(choices=options, error_messages=wrong, **common)
        case "text":
            widget = forms.Textarea(attrs={"rows": 6, "maxlength": MAX_TEXT})
            return forms.CharField(widget=widget, strip=True, **common)
        case "compute_flop" | "number":
            return AmountField(widget=_amount_widget(), **common)
    return forms.ChoiceField(choices=options, widget=forms.RadioSelect, error_messages=wrong, **common)


def left_behind(data: QueryDict, known: Collection[str] = ()) -> dict[str, list[str]]:
    """What was typed under names that the policy no longer knows, where the page had shown something else before."""
    names = {*data.getlist(ASKED), *(name.removeprefix(BASE) for name in data if name.startswith(BASE))} - set(known)
    typed = {name: [one for one in data.getlist(name) if one.strip()] for name in sorted(names)}
    return {name: given for name, given in typed.items() if given and not _was_shown(given, data.get(BASE + name))}


def _was_shown(given: list[str], mark: str | None) -> bool:
    """Whether the page had come with this answer; its question is gone, so each shape that it can have had is tried."""
    text = given[0].replace("\r\n", "\n").strip()
    shapes: list[Any] = [given, [one for one in given if one != NONE], text]
    if _NUMBER.match(text):
        shapes += [float(text), *([int(text)] if text.lstrip("+-").isdigit() else [])]
    return mark in [questionnaire.fingerprint(shape) for shape in shapes]


def _amount_widget() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


class SectionForm(PlainForm):
    """The questions of one page that apply, given the stored answers.

    ``asked`` are the questions that the page showed when it was sent: only these are saved or emptied, so a
    question that somebody else's answer hid meanwhile, or a new policy moved, loses nothing. ``new`` are marked as
    just added; ``traces`` say who answered what before, ``proofs`` what shows it, ``inquiries`` what the board asked
    about it; ``elsewhere`` are those whose saved answer is another one than the page shows.
    """

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        pack: Pack,
        section: str,
        stored: Mapping[str, Any],
        new: Collection[str] = (),
        traces: Mapping[str, Trace] = NO_TRACES,
        proofs: Mapping[str, OfAnswer] = NO_PROOFS,
        inquiries: Mapping[str, Sequence[Asked]] = NO_INQUIRIES,
        elsewhere: Collection[str] = (),
    ) -> None:
        self.pack, self.section, self.stored, self.traces = pack, section, dict(stored), traces
        self.proofs, self.inquiries, self.elsewhere = proofs, inquiries, frozenset(elsewhere)
        shown = set(questionnaire.shown(pack, stored))
        wanted = shown if data is None else set(data.getlist(ASKED))
        here = pack.section_questions(section) if data is None else pack.questions
        self.questions = tuple(question for question in here if question.key in wanted)
        self.new = frozenset(new) & wanted
        super().__init__(data, initial=self.stored, auto_id="id_%s")
        for question in self.questions:
            self.fields[question.key] = field_for(question)
            for amount in question.helper_inputs:
                self.fields[amount.key] = AmountField(label=amount.label, required=False, widget=_amount_widget())
        self.lay_out(stored)

    def lay_out(self, stored: Mapping[str, Any], *, compare: bool = False) -> None:
        """Arrange the page for these stored answers; ``compare`` shows them beside what was typed and differs."""
        self.number = numbers(self.pack, stored)
        self.helper = helper(*(self._question(q, self.number.get(q.key, ""), stored, compare) for q in self.questions))

    def _question(self, question: nouns.Question, number: str, stored: Mapping[str, Any], compare: bool) -> Question:
        why = because(self.pack, question, stored)
        if question.key in self.new:
            why = _("New on this page. %(why)s") % {"why": why}
        more_label, more = self._more(question)
        return Question(
            question.key,
            show=_SHOW.get(question.type, "single"),
            number=number,
            why=why,
            helpers=[amount.key for amount in question.helper_inputs],
            more_label=more_label,
            more=more,
            foot=[*self._computed(question, stored), *self._saved(question, stored, compare=compare)],
            trace=self.traces.get(question.key),
            proof=self.proofs.get(question.key),
            thresholds=self._thresholds(question, stored),
            asked=self.inquiries.get(question.key, ()),
        )

    def _more(self, question: nouns.Question) -> tuple[str, list[str]]:
        """What is one tap away: what an area of harm means, and what others answered."""
        label, meaning = self._meaning(question)
        if not question.examples:
            return label, meaning
        return (_("%(what)s, with examples") % {"what": label} if label else _("Examples")), [
            *meaning,
            *question.examples,
        ]

    def _meaning(self, question: nouns.Question) -> tuple[str, list[str]]:
        if question.key == self.pack.bindings.domains:
            return _("What each area means"), [f"{d.label}. {d.definition}" for d in self.pack.domains]
        if question.domain:
            domain = self.pack.domain(question.domain)
            return _("What this area means"), [f"{domain.label}. {domain.definition}"]
        return "", []

    def _computed(self, question: nouns.Question, stored: Mapping[str, Any]) -> list[str]:
        product = computed(question, stored)
        if product is None:
            return []
        return [_("6·N·D = %(flop)s operations, counted from the two amounts") % {"flop": figure(product)}]

    def _thresholds(self, question: nouns.Question, stored: Mapping[str, Any]) -> list[tuple[thresholds.Line, str]]:
        if question.key != self.pack.bindings.compute:
            return []
        return [(line, figure(line.amount)) for line in thresholds.lines(self.pack, stored)]

    def _saved(self, question: nouns.Question, stored: Mapping[str, Any], *, compare: bool) -> list[str]:
        """What is saved, where it differs from what stands in the form."""
        keys = names_of(question)
        differs = not self.elsewhere.isdisjoint(keys)
        if compare:
            typed = self.answers | dict.fromkeys(self.cleared)
            differs = any(typed.get(key) != stored.get(key) for key in keys)
        if not differs:
            return []
        words = "; ".join(words_of(question, stored)) or _("no answer")
        return [_("Saved in another place: %(answer)s") % {"answer": words}]

    def clean(self) -> dict[str, Any]:
        """The shape of each answer, as the rules know it; the sentence stands beside the question."""
        given: dict[str, Any] = super().clean() or {}
        for question in self.questions:
            value = given.get(question.key)
            if isinstance(value, str):
                given[question.key] = value.replace("\r\n", "\n") or None
            if sentence := questionnaire.fault_of(question, given.get(question.key)):
                self.add_error(question.key, _(sentence))
        for key, sentence in questionnaire.faults(self.pack, self._amounts(given)).items():
            self.add_error(key, _(sentence))
        return given

    def _amounts(self, given: Mapping[str, Any]) -> dict[str, Any]:
        keys = [amount.key for question in self.questions for amount in question.helper_inputs]
        return {key: given[key] for key in keys if given.get(key) is not None}

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered on this page."""
        return {key: value for key, value in self.cleaned_data.items() if value not in (None, "")}

    @property
    def cleared(self) -> frozenset[str]:
        """What was left empty on this page; what could not be read is not empty."""
        return frozenset(self.fields) - frozenset(self.answers) - frozenset(self.errors)

    @property
    def shown(self) -> dict[str, str]:
        """The fingerprint of each answer as the page showed it when it was sent."""
        return {name: self.data[BASE + name] for name in self.fields if BASE + name in self.data}

    def marks(self, shown: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """Hidden inputs that say which questions this page shows and how each was answered when it was shown.

        ``shown`` are the fingerprints that the page has already and keeps; the others are those of what is stored.
        """
        asked = [(ASKED, question.key) for question in self.questions]
        marks = {name: questionnaire.fingerprint(self.stored.get(name)) for name in self.fields} | dict(shown)
        return (*asked, *((BASE + name, marks[name]) for name in self.fields))

    def question_html(self, key: str) -> SafeString:
        """One question as the whole page would print it, for a page that gains it."""
        self.rendered_fields: set[str] = set()
        return self._laid_out(key).render(self, {})

    def foot_html(self, key: str) -> SafeString:
        """What stands below a question, for a page that has it already."""
        return self._laid_out(key).render_foot()

    def _laid_out(self, key: str) -> Question:
        found: Question = next(one for one in self.helper.layout.fields if one.key == key)
        return found
