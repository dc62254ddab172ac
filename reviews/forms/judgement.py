"""A reviewer's own answers as fields of their review. Shape only; nothing is chosen beforehand.

Which questions are asked follows from the authors' claims and from what the reviewer typed so far, so that an area
that they add brings its questions with the next page. What the authors answered themselves never comes here, but for
the tripwires that they left unsure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crispy_forms.layout import HTML
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from reviews.forms.layout import Details, Question
from reviews.forms.questionnaire import field_for
from reviews.rules import judgement as rules
from reviews.rules import pack as nouns
from reviews.rules.findings import ADDED, field_of
from reviews.rules.judgement import Judgement, Move
from reviews.rules.pack import Domain, Pack
from reviews.rules.questionnaire import MAX_TEXT, SCALE, Answers

LEVELS = frozenset(map(str, SCALE))


class JudgementFields:
    """The fields of one judgement, how they lie on the page, and what was typed into them."""

    def __init__(self, pack: Pack, authors: Answers, typed: Judgement) -> None:
        self.pack, self.authors, self.typed = pack, authors, typed
        self.asked = rules.asked(pack, authors, typed)
        self.domains = rules.domains(pack, authors, typed)
        self.unsure = frozenset(rules.unsure(pack, authors))

    def fields(self) -> dict[str, forms.Field]:
        """Every field by its name."""
        found: dict[str, forms.Field] = {}
        for question in self.asked:
            found[field_of("answer", question.key)] = _field(question)
            if question.key in self.unsure:
                label = _("If you say no: why can you rule it out?")
                found[field_of("clear_reason", question.key)] = _reason(label)
        for domain in self.domains:
            found[field_of("steps", domain.key)] = _severity(self.pack, domain)
            found[field_of("severity_reason", domain.key)] = _reason(_("Why do you move it?"))
        others = [(domain.key, domain.label) for domain in rules.may_add(self.pack, self.authors)]
        found[ADDED] = forms.MultipleChoiceField(
            required=False,
            label=_("Areas that the authors did not choose and you would (optional)"),
            help_text=_("Save the draft, and their questions stand below."),
            choices=others,
            widget=forms.CheckboxSelectMultiple,
        )
        return found

    def layout(self) -> Iterator[Any]:
        """Areas and added areas first, then what holds for all of them, tripwires and safeguards."""
        by_domain = {question.domain: question for question in self.asked if question.role == "enablement"}
        for domain in self.domains:
            if domain.key in by_domain:
                yield self._question(by_domain[domain.key])
            yield self._moving(domain)
        more = rules.may_add(self.pack, self.authors)
        yield Details(
            _("Another area of harm"),
            Question(
                ADDED,
                show="picks",
                more_label=_("What each area means"),
                more=[f"{domain.label}. {domain.definition}" for domain in more],
            ),
            is_open=bool(self.typed.added),
        )
        yield from (self._question(question) for question in self.asked if question.role == "modifier")
        yield HTML(f"<h4>{_('Safeguards, as you find them')}</h4>")
        yield from (self._question(question) for question in self.asked if question.role == "mitigation")
        yield HTML(f"<h4>{_('Tripwires')}</h4>")
        for question in filter(rules.is_tripwire, self.asked):
            yield self._question(question)
            if question.key in self.unsure:
                yield Question(
                    field_of("clear_reason", question.key), show="single", why=_("The authors are not sure.")
                )

    def _question(self, question: nouns.Question) -> Question:
        name = field_of("answer", question.key)
        if rules.is_tripwire(question):
            return Question(name, show="segments")
        return Question(name, show="single" if question.role == "mitigation" else "rate")

    def _moving(self, domain: Domain) -> Details:
        return Details(
            _("%(area)s: severity %(severity)d") % {"area": domain.label, "severity": domain.severity},
            Question(field_of("steps", domain.key), show="single"),
            Question(field_of("severity_reason", domain.key), show="single"),
            is_open=domain.key in self.typed.moves,
        )

    def read(self, cleaned: Mapping[str, Any]) -> Judgement:
        """What was typed, as far as it has the shape of an answer."""
        answers = {q.key: cleaned.get(field_of("answer", q.key)) for q in self.asked}
        moves = {domain.key: self._move(domain, cleaned) for domain in self.domains}
        reasons = {key: str(cleaned.get(field_of("clear_reason", key)) or "").strip() for key in self.unsure}
        return Judgement(
            answers={key: value for key, value in answers.items() if value not in (None, "")},
            added=tuple(cleaned.get(ADDED) or ()),
            moves={key: move for key, move in moves.items() if move.steps or move.reason},
            cleared={key: reason for key, reason in reasons.items() if reason},
        )

    def _move(self, domain: Domain, cleaned: Mapping[str, Any]) -> Move:
        by = cleaned.get(field_of("steps", domain.key))
        return Move(by or 0, str(cleaned.get(field_of("severity_reason", domain.key)) or "").strip())


def typed(pack: Pack, data: QueryDict) -> Judgement:
    """What decides which questions are asked, read before there are fields: added areas, tripwires, moves."""
    answers: dict[str, Any] = {}
    for question in filter(rules.is_judged, pack.questions):
        given = data.get(field_of("answer", question.key), "")
        is_level = question.type == "scale_0_4" and given in LEVELS
        answers[question.key] = int(given) if is_level else given
    moves = {
        domain.key: Move(0)
        for domain in pack.domains
        if data.get(field_of("steps", domain.key)) or data.get(field_of("severity_reason", domain.key))
    }
    return Judgement(answers=answers, added=tuple(data.getlist(ADDED)), moves=moves)


def _field(question: nouns.Question) -> forms.Field:
    if question.role != "mitigation":
        return field_for(question)
    options = [("", _("Choose")), *((option.value, option.label) for option in question.options)]
    return forms.ChoiceField(required=False, label=question.text, help_text=question.help, choices=options)


def _severity(pack: Pack, domain: Domain) -> forms.Field:
    options = [("", _("As the policy has it: %(severity)d") % {"severity": domain.severity})]
    for by in rules.steps(pack, domain):
        if by:
            words = _("Worse: %(severity)d") if by > 0 else _("Less bad: %(severity)d")
            options.append((str(by), words % {"severity": domain.severity + by}))
    return forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        label=_("How bad is the worst credible outcome?"),
        help_text=_("4 is mass casualty or society-wide, 1 is minor. Move it only with a reason."),
        choices=options,
    )


def _reason(label: str) -> forms.Field:
    return forms.CharField(
        required=False, label=label, max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 2}), strip=True
    )
