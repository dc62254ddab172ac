"""What a model card says for a draft, in words: each answer beside what is answered now, and what the card lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from reviews.queries.questionnaire import Answers, figure, numbers, words_of
from reviews.rules import model_card, model_card_answers
from reviews.rules.model_card import Card
from reviews.rules.model_card_answers import Found
from reviews.rules.pack import Pack, Question

SECTIONS: Mapping[str, tuple[Promise, Promise]] = {
    "description": (_l("Description"), _l("What the model is, who made it and how.")),
    "intended_use": (_l("Intended use"), _l("What it is for, and for whom.")),
    "out_of_scope": (_l("Out-of-scope use"), _l("What it must not be used for, and where it does not work well.")),
    "risks": (_l("Bias, risks and limitations"), _l("What can go wrong, for whom, and what users should do about it.")),
    "training_data": (_l("Training data"), _l("What it was trained on, and how that was chosen and cleaned.")),
    "training": (_l("Training procedure and compute"), _l("How it was trained, on what hardware, for how long.")),
    "evaluation": (_l("Evaluation"), _l("On what it was tested, by which measures, with which results.")),
}
FIELDS: Mapping[str, Promise] = {
    "license": _l("what others may do with it"),
    "language": _l("which languages it was made for"),
    "datasets": _l("what it was trained on"),
    "base_model": _l("the model that it was adapted from, if there is one"),
    "pipeline_tag": _l("the task that it is made for"),
    "model-index": _l("results of evaluations"),
    "co2_eq_emissions": _l("what its training emitted"),
}


@dataclass(frozen=True)
class Offer:
    """An answer that the card gives. ``is_new``: nothing is answered yet; else taking it replaces ``now``."""

    key: str
    number: str
    text: str
    says: tuple[str, ...]
    now: tuple[str, ...]
    source: str

    @property
    def is_new(self) -> bool:
        """Whether nothing stands there yet."""
        return not self.now


@dataclass(frozen=True)
class Gap:
    """Something that the card should say and does not, and the labels of the evidence that wants it."""

    title: str
    why: str
    is_empty: bool = False
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """One card, looked at for one set of answers. ``fault`` says why the fields at its top could not be read."""

    found: tuple[Found, ...]
    offers: tuple[Offer, ...]
    gaps: tuple[Gap, ...]
    fields: tuple[Gap, ...]
    wanted_by: tuple[str, ...]
    fault: str


def look(pack: Pack, text: str, answers: Answers) -> Look:
    """What this card says and lacks; no query."""
    card = model_card.read(text)
    found = model_card_answers.found(pack, card, answers)
    number = numbers(pack, {**answers, **{one.key: one.value for one in found}})
    return Look(
        found=found,
        offers=tuple(_offer(pack, one, answers, number) for one in found),
        gaps=tuple(_gap(pack, lack) for lack in model_card.lacks(card)),
        fields=_fields(card),
        wanted_by=tuple(pack.evidence_type(key).label for key in model_card_answers.card_evidence(pack)),
        fault=_(card.fault) if card.fault else "",
    )


def _offer(pack: Pack, one: Found, answers: Answers, number: Mapping[str, str]) -> Offer:
    question = pack.question(one.question)
    text = question.text
    if one.key != question.key:
        label = next(helper.label for helper in question.helper_inputs if helper.key == one.key)
        text = f"{text}: {label}"
    return Offer(
        one.key,
        number.get(question.key, ""),
        text,
        says=_words(question, one.key, one.value),
        now=_words(question, one.key, answers.get(one.key)),
        source=_("its text") if one.source == "text" else one.source,
    )


def _words(question: Question, key: str, value: Any) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    return words_of(question, {key: value}) if key == question.key else (figure(value),)


def _gap(pack: Pack, lack: model_card.Lack) -> Gap:
    title, why = SECTIONS[lack.section]
    labels = tuple(pack.evidence_type(key).label for key in model_card_answers.wanted_by(pack, lack.section))
    return Gap(str(title), str(why), lack.is_empty, labels)


def _fields(card: Card) -> tuple[Gap, ...]:
    return tuple(Gap(name, str(FIELDS[name])) for name in model_card.absent(card))
