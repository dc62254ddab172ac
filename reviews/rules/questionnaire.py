"""Which questions a case is asked, which answers exist, and whether an answer has the shape of its question.

Answers are a mapping from key to value. "A key that is absent is unanswered; an empty list is a confirmed 'none of
these'." None, blank text, and values that do not fit their question count as absent, so that drafts and answers
carried over from an older policy never break a page.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reviews.rules.conditions import Lookup, holds, is_number, names
from reviews.rules.manifest import by_value
from reviews.rules.pack import PARTS, Pack, Part, Question, Rung
from reviews.rules.quoting import short
from reviews.rules.sentences import gettext_noop

Answers = Mapping[str, Any]

MAX_TEXT = 20_000
SCALE = range(5)
OFF_SCALE = gettext_noop("Choose a whole number from 0 to 4.")
TOO_LONG = gettext_noop("The text is longer than 20000 characters.")
FLOP_PER_PARAMETER_AND_TOKEN = 6
DERIVED = ("$compute", "$weights", "$irreversible", "$any_trip", "$any_unsure", "$inherent_tier")
DOUBTS: Mapping[str, tuple[str | None, ...]] = {"$any_trip": ("yes", "unsure"), "$any_unsure": ("unsure", None)}
KINDS: dict[str, tuple[Part, ...]] = {"model": ("model",), "paper": ("paper",), "paper_and_model": PARTS}


@dataclass(frozen=True)
class Reading:
    """The questions that apply, in the order they are asked, and the answers that exist."""

    pack: Pack
    shown: tuple[str, ...]
    answers: Mapping[str, Any]

    @cached_property
    def doubts(self) -> Mapping[str, bool]:
        """``$any_trip`` and ``$any_unsure`` over the tripwires that are shown; counted once, however many ask."""
        given = [self.answers.get(key) for key in _tripwires(self)]
        return {name: any(answer in told for answer in given) for name, told in DOUBTS.items()}

    def value(self, name: str, *, inherent_tier: int | None = None) -> Any:
        """What a condition sees under a name; None when it is unanswered."""
        if not name.startswith("$"):
            return self.answers.get(name)
        return inherent_tier if name == "$inherent_tier" else _derived(self, name)

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is to be released; empty while nobody has said so."""
        return KINDS.get(str(self.answers.get(self.pack.bindings.kind)), ())

    def rung(self, part: Part) -> Rung | None:
        """The rung that is requested for a part; None when nobody has named one."""
        if self.parts and part not in self.parts:
            return None
        value = self.answers.get(self.pack.bindings.rung(part))
        return None if value is None else self.pack.rung(part, value)


def read(pack: Pack, answers: Answers) -> Reading:
    """One pass over the questions: conditions look back only, so what is hidden never counts for what follows.

    "Answers to questions that are not shown do not exist: not for conditions, scoring, triggers or flags."
    """
    shown: list[str] = []
    existing: dict[str, Any] = {}

    doubts = dict.fromkeys(DOUBTS, False)

    def so_far(name: str) -> Any:
        if name in doubts:
            return doubts[name]
        return Reading(pack, (), existing).value(name) if name.startswith("$") else existing.get(name)

    for question in pack.questions:
        if question.show_if is not None and not holds(question.show_if, so_far):
            continue
        shown.append(question.key)
        if is_given(question, answers.get(question.key)):
            existing[question.key] = answers[question.key]
        if question.type == "tripwire":
            for name, told in DOUBTS.items():
                doubts[name] = doubts[name] or existing.get(question.key) in told
        for helper in question.helper_inputs:
            if answers.get(helper.key) is not None and not _amount_fault(answers[helper.key]):
                existing[helper.key] = answers[helper.key]
    return Reading(pack, tuple(shown), existing)


def lookup(pack: Pack, answers: Answers) -> Lookup:
    """What conditions see of a case; ``$inherent_tier`` stays unanswered, since only scoring knows it."""
    return read(pack, answers).value


def shown(pack: Pack, answers: Answers) -> tuple[str, ...]:
    """The keys of the questions that apply, in the order they are asked."""
    return read(pack, answers).shown


def effective(pack: Pack, answers: Answers) -> dict[str, Any]:
    """The answers that exist: to questions that apply, in the shape that they ask for."""
    return dict(read(pack, answers).answers)


def missing(pack: Pack, answers: Answers) -> tuple[str, ...]:
    """The keys of required questions that apply and have no answer, in the order they are asked."""
    return missing_in(read(pack, answers))


def missing_in(reading: Reading) -> tuple[str, ...]:
    """``missing`` for answers that were read already."""
    return tuple(
        key for key in reading.shown if key not in reading.answers and _requires(reading.pack.question(key), reading)
    )


def bound(reading: Reading) -> tuple[str, ...]:
    """What no case can be frozen without, whatever a pack says of it: its kind, its summary, a level for each part."""
    bindings = reading.pack.bindings
    return (bindings.kind, bindings.summary, *(bindings.rung(part) for part in reading.parts))


def is_required(pack: Pack, question: Question, answers: Answers) -> bool:
    """Whether a question applies and must be answered, given the other answers."""
    reading = read(pack, answers)
    return question.key in reading.shown and _requires(question, reading)


def _requires(question: Question, reading: Reading) -> bool:
    if question.required or question.key in bound(reading):
        return True
    return question.required_if is not None and holds(question.required_if, reading.value)


def parts(pack: Pack, answers: Answers) -> tuple[Part, ...]:
    """The parts that a case has; empty while its kind is unanswered."""
    return read(pack, answers).parts


def fingerprint(value: Any) -> str:
    """A short mark of an answer, the same for equal answers however they are written; empty for none."""
    if value is None:
        return ""
    text = json.dumps(by_value(value), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def merge(stored: Answers, typed: Answers, shown: Mapping[str, str]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What of a form counts after somebody else saved, and the keys that both changed.

    ``shown`` has the fingerprint of each answer as the form showed it. A key that is not in it counts as changed.
    """
    kept, clashing = {}, []
    for key, value in typed.items():
        mine, theirs = fingerprint(value), fingerprint(stored.get(key))
        if mine == theirs or mine == shown.get(key):
            continue
        kept[key] = value
        if theirs != shown.get(key):
            clashing.append(key)
    return kept, tuple(clashing)


def why_shown(pack: Pack, key: str) -> tuple[str, ...]:
    """The keys of the questions that decide whether this one is asked."""
    return tuple(name for name in names(pack.question(key).show_if) if not name.startswith("$"))


def _derived(reading: Reading, name: str) -> Any:
    """The built-in values that the pack documents under ``derived_values``."""
    match name:
        case "$compute":
            return _compute(reading)
        case "$weights":
            return _any_rung(reading, "weights")
        case "$irreversible":
            return _any_rung(reading, "irreversible")
        case "$any_trip" | "$any_unsure":
            return reading.doubts[name]
    raise KeyError(name)


def _tripwires(reading: Reading) -> list[str]:
    shown = set(reading.shown)
    return [question.key for question in reading.pack.of_type("tripwire") if question.key in shown]


def may_preview(pack: Pack, answers: Answers) -> bool:
    """Whether a tier can be foretold: not before every tripwire that applies has an answer, since each may set it."""
    reading = read(pack, answers)
    return all(key in reading.answers for key in _tripwires(reading))


def _compute(reading: Reading) -> float | None:
    """The compute "when given, else 6 * parameters_n * training_tokens_d when both helper inputs are given"."""
    question = reading.pack.question(reading.pack.bindings.compute)
    given = reading.answers.get(question.key)
    if given is not None:
        return float(given)
    amounts = [reading.answers.get(helper.key) for helper in question.helper_inputs]
    if len(amounts) != 2 or amounts[0] is None or amounts[1] is None:
        return None
    return FLOP_PER_PARAMETER_AND_TOKEN * float(amounts[0]) * float(amounts[1])


def _any_rung(reading: Reading, quality: str) -> bool | None:
    """True when a requested rung has the quality, unanswered while one that could have it is still unnamed."""
    rungs = [reading.rung(part) for part in reading.parts or PARTS]
    if any(rung is not None and getattr(rung, quality) for rung in rungs):
        return True
    return None if any(rung is None for rung in rungs) else False


def is_given(question: Question, value: Any) -> bool:
    """Whether a value answers the question: right in shape, and not blank."""
    if value is None or fault_of(question, value):
        return False
    if isinstance(value, str):
        return bool(value.strip())
    return not isinstance(value, list | tuple) or len(value) > 0 or question.allow_empty


def faults(pack: Pack, answers: Answers) -> dict[str, str]:
    """What is wrong with the shape of each answer, by key; whether a question applies plays no part."""
    found: dict[str, str] = {}
    questions = {question.key: question for question in pack.questions}
    helpers = {helper.key for question in pack.questions for helper in question.helper_inputs}
    for key, value in answers.items():
        if key in questions:
            sentence = fault_of(questions[key], value)
        elif key in helpers:
            sentence = "" if value is None else _amount_fault(value)
        else:
            sentence = gettext_noop("The policy has no question of this name.")
        if sentence:
            found[key] = sentence
    return found


def fault_of(question: Question, value: Any) -> str:
    """What is wrong with the shape of one answer, as a sentence; empty when nothing is. None means: no answer."""
    if value is None:
        return ""
    match question.type:
        case "multi_choice":
            return _choices_fault(question, value)
        case "scale_0_4":
            fits = isinstance(value, int) and not isinstance(value, bool) and value in SCALE
            return "" if fits else OFF_SCALE
        case "text":
            return _text_fault(value)
        case "compute_flop":
            return _amount_fault(value)
        case "number":
            return _number_fault(value)
    return _choice_fault(question, value)


def _choice_fault(question: Question, value: Any) -> str:
    if isinstance(value, bool) and question.option("yes") is not None:
        return f"Write “{'yes' if value else 'no'}” as a word in quotes, not as true or false."
    if not isinstance(value, str):
        return gettext_noop("Choose one of the options.")
    return "" if question.option(value) else f"“{short(value)}” is not one of the options."


def _choices_fault(question: Question, value: Any) -> str:
    if not isinstance(value, list | tuple):
        return gettext_noop("Give a list of options.")
    if not all(isinstance(one, str) for one in value):
        return gettext_noop("Choose from the options.")
    unknown = [one for one in value if question.option(one) is None]
    if unknown:
        return f"“{short(unknown[0])}” is not one of the options."
    return "" if len(set(value)) == len(value) else gettext_noop("Choose each option only once.")


def _text_fault(value: Any) -> str:
    if not isinstance(value, str):
        return gettext_noop("Give a text.")
    if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
        return gettext_noop("The text contains a character that cannot be stored.")
    return "" if len(value) <= MAX_TEXT else TOO_LONG


def is_finite(value: Any) -> bool:
    """Whether a value is a number that can be computed with."""
    return not _number_fault(value)


def _number_fault(value: Any) -> str:
    if not is_number(value):
        return gettext_noop("Give a number.")
    try:
        finite = math.isfinite(value)
    except OverflowError:
        finite = False
    return "" if finite else gettext_noop("Give a finite number.")


def _amount_fault(value: Any) -> str:
    return _number_fault(value) or (gettext_noop("Give a number that is not negative.") if value < 0 else "")
