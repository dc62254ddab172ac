"""Which questions of a policy a model card answers. It says nothing that the card does not say.

The pack's bindings name what every policy has (kind, summary, compute); the pack's own ``model_card`` may map fields of
the card to questions; and an option that the card names in so many words, and that only one question has, is taken up.
Judgements (levels, tripwires, safeguards, the areas of harm, the rungs) are the authors' alone: no card answers them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reviews.rules import model_card
from reviews.rules.model_card import Card
from reviews.rules.pack import CardField, Pack, Question
from reviews.rules.questionnaire import MAX_TEXT, Answers, is_given, shown
from reviews.rules.splitting import SINGLE

# Fields whose words may name an option. What has two letters is a language here and a country there.
NAMING = ("pipeline_tag", "tags", "library_name", "datasets", "license", "base_model", "language")
SHORTEST_WORD = 3
EMPTY_WORDS = frozenset({"other", "unknown", "none", "yes", "no"})
INFORMING = frozenset({"context", "flag"})
# How cards name N and D; the amount that a step of training works on stands first.
PARAMETERS = (
    "active parameters", "activated parameters", "parameters", "number of parameters", "total parameters",
    "num parameters", "parameter count", "params",
)  # fmt: skip
TOKENS = ("training tokens", "number of training tokens", "pretraining tokens", "pre training tokens", "tokens")
_AMOUNT = re.compile(
    r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,30}(?:\.[0-9]{1,30})?)\s*([a-z]*)(?:\s+(?:parameters|tokens))?"
)
_SCALES = {
    "": 0, "parameters": 0, "tokens": 0, "k": 3, "thousand": 3, "m": 6, "million": 6, "b": 9, "bn": 9, "billion": 9,
    "t": 12, "trillion": 12,
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """An answer that the card gives: to a question, or to one of the amounts (``key``) that stand at a question.

    ``source`` is the field of the card that says it, or ``text`` for what stands below the fields.
    """

    key: str
    question: str
    value: Any
    source: str


def found(pack: Pack, card: Card, answers: Answers) -> tuple[Found, ...]:
    """What the card says in answer to questions that apply, where that is not answered so already; in their order.

    What is chosen already stays chosen: choices of the card are added to a list of choices. Taken together the answers
    have the shape that their questions ask for.
    """
    said: dict[str, Found] = {}
    for one in (*_mapped(pack, card), *_bound(pack, card, answers), *_named(pack, card)):
        said.setdefault(one.key, one)
    merged = {key: _with_given(pack, one, answers) for key, one in said.items()}
    sound = {key: one for key, one in merged.items() if _fits(pack, one) and answers.get(key) != one.value}
    asked = shown(pack, {**answers, **{key: one.value for key, one in sound.items()}})
    place = {key: number for number, key in enumerate(asked)}
    return tuple(sorted((one for one in sound.values() if one.question in place), key=lambda one: place[one.question]))


def wanted_by(pack: Pack, section: str) -> tuple[str, ...]:
    """The evidence types that want a section: as the pack says, or else those about model cards that name it."""
    declared = pack.model_card.evidence.get(section)
    if declared is not None:
        return declared
    phrases = next(one.phrases for one in model_card.SECTIONS if one.key == section)
    return tuple(key for key, about in _about_cards(pack) if any(f" {phrase}" in f" {about}" for phrase in phrases))


def card_evidence(pack: Pack) -> tuple[str, ...]:
    """The evidence types that are about a model card, by their name or label."""
    return tuple(key for key, _words in _about_cards(pack))


def amount(value: Any) -> int | float | None:
    """A positive number as cards write it (``7B``, ``1.5 trillion``, ``65,000,000``); None for anything vaguer."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value if 0 < value < 1e30 and math.isfinite(value) else None
    match = _AMOUNT.fullmatch(value.strip().lower()[:80]) if isinstance(value, str) else None
    if match is None or match[2] not in _SCALES:
        return None
    exact = Decimal(match[1].replace(",", "")) * (10 ** _SCALES[match[2]])
    if not 0 < exact < Decimal(10) ** 30:
        return None
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _about_cards(pack: Pack) -> Iterator[tuple[str, str]]:
    for kind in pack.evidence_types:
        about = model_card.plain(f"{kind.key} {kind.label}")
        if "model card" in about:
            yield kind.key, about


def _bound(pack: Pack, card: Card, answers: Answers) -> Iterator[Found]:
    bindings = pack.bindings
    if not is_given(pack.question(bindings.kind), answers.get(bindings.kind)):
        yield Found(bindings.kind, bindings.kind, SINGLE["model"], "text")
    if text := model_card.summary(card)[:MAX_TEXT]:
        yield Found(bindings.summary, bindings.summary, text, "text")
    if is_given(pack.question(bindings.compute), answers.get(bindings.compute)):
        return  # what was measured is not counted once more
    helpers = pack.question(bindings.compute).helper_inputs
    for helper, names in zip(helpers, (PARAMETERS, TOKENS), strict=False):
        value = _stated(card, names)
        if value is not None:
            yield Found(helper.key, bindings.compute, value, "text")


def _stated(card: Card, names: tuple[str, ...]) -> int | float | None:
    """The amount that stands under the first of these names, unless the card contradicts itself."""
    said: dict[str, set[int | float | None]] = {}
    for label, value in model_card.labelled(card):
        if label in names:
            said.setdefault(label, set()).add(amount(value))
    for name in names:
        if name in said:
            return said[name].pop() if len(said[name]) == 1 else None
    return None


def _mapped(pack: Pack, card: Card) -> Iterator[Found]:
    for entry in pack.model_card.fields:
        question = _question_of(pack, entry.question)
        given = model_card.words(card.fields.get(entry.field))
        value = _value(question, entry, given) if given else None
        if value is not None:
            yield Found(entry.question, question.key, value, entry.field)


def _value(question: Question, entry: CardField, given: tuple[str, ...]) -> Any:
    """The words of a field as an answer to its question; None where they are none."""
    if entry.question != question.key or question.type in ("number", "compute_flop"):
        return amount(given[0]) if len(given) == 1 else None
    if question.type == "text":
        return "\n".join(given)
    chosen = [value for word in given for value in entry.values.get(word, _same(question, word))]
    return _choice(question, chosen)


def _choice(question: Question, chosen: list[Any]) -> Any:
    """Several choices where several may be made; otherwise one, and none where the card names two."""
    distinct = list(dict.fromkeys(chosen))
    if question.type == "multi_choice":
        return distinct or None
    return distinct[0] if len(distinct) == 1 else None


def _named(pack: Pack, card: Card) -> Iterator[Found]:
    """Options that the card names in so many words, each where only one question has it."""
    own = {entry.field for entry in pack.model_card.fields}
    bound = set(vars(pack.bindings).values()) | {entry.question for entry in pack.model_card.fields}
    eligible = [
        q for q in pack.questions
        if q.type in ("single_choice", "multi_choice") and q.role in INFORMING and q.key not in bound
    ]  # fmt: skip
    options: dict[str, list[tuple[str, Any]]] = {}
    for question in eligible:
        for option in question.options:
            for word in {_bare(str(option.value)), _bare(option.label)}:
                options.setdefault(word, []).append((question.key, option.value))
    chosen: dict[str, list[Any]] = {}
    sources: dict[str, str] = {}
    for name in NAMING:
        for word in model_card.words(card.fields.get(name)) if name not in own else ():
            hits = options.get(_bare(word), []) if _is_telling(word) else []
            if len(hits) == 1:
                key, value = hits[0]
                chosen.setdefault(key, []).append(value)
                sources.setdefault(key, name)
    for key, values in chosen.items():
        value = _choice(pack.question(key), values)
        if value is not None:
            yield Found(key, key, value, sources[key])


def _is_telling(word: str) -> bool:
    """Whether a word means the same wherever it stands."""
    return len(word) >= SHORTEST_WORD and _bare(word) not in EMPTY_WORDS


def _same(question: Question, word: str) -> tuple[Any, ...]:
    """The options whose value or label is this word."""
    wanted = _bare(word)
    return tuple(o.value for o in question.options if wanted in (_bare(str(o.value)), _bare(o.label)))


def _bare(word: str) -> str:
    return " ".join(word.casefold().replace("-", " ").replace("_", " ").split())


def _question_of(pack: Pack, key: str) -> Question:
    """The question of that key, or the one at which an amount of that key stands."""
    return next(q for q in pack.questions if q.key == key or any(helper.key == key for helper in q.helper_inputs))


def _with_given(pack: Pack, one: Found, answers: Answers) -> Found:
    given = answers.get(one.key)
    if not isinstance(one.value, list) or not isinstance(given, list):
        return one
    return Found(one.key, one.question, list(dict.fromkeys([*given, *one.value])), one.source)


def _fits(pack: Pack, one: Found) -> bool:
    return one.key != one.question or is_given(pack.question(one.question), one.value)


def answers_of(found_in_card: tuple[Found, ...], taken: frozenset[str]) -> Mapping[str, Any]:
    """The answers that somebody chose to take."""
    return {one.key: one.value for one in found_in_card if one.key in taken}
