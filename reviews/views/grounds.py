"""What made a trigger fire, in words: the answers that decide its condition, and no others.

Built-in values are taken apart into the answers that they stand for. Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from reviews.queries.questionnaire import numbers as question_numbers
from reviews.queries.questionnaire import words_of
from reviews.rules import conditions, questionnaire
from reviews.rules.pack import Pack, Trigger
from reviews.rules.questionnaire import DOUBTS, Reading
from reviews.rules.scored import Scored

QUALITIES = {"$weights": "weights", "$irreversible": "irreversible"}


def of(pack: Pack, trigger: Trigger, scored: Scored, answers: Mapping[str, Any]) -> tuple[str, ...]:
    """One sentence for each answer without which it would not have fired as it did, in the order of the condition."""
    reading, number = questionnaire.read(pack, answers), question_numbers(pack, answers)

    def lookup(name: str) -> Any:
        return reading.value(name, inherent_tier=scored.inherent_tier)

    found: list[str] = []
    for leaf in conditions.deciding(trigger.when, lookup):
        if leaf.q == "$inherent_tier":
            found.append(_("The inherent risk by itself is tier %(tier)d") % {"tier": scored.inherent_tier})
            continue
        found += [_said(reading, number[key], key) for key in _questions(reading, leaf.q) if key in number]
    return tuple(dict.fromkeys(found))


def _questions(reading: Reading, name: str) -> Iterator[str]:
    """The questions whose answers a name stands for."""
    pack = reading.pack
    if name in DOUBTS:
        asked = [q.key for q in pack.of_type("tripwire") if q.key in reading.shown]
        telling = [key for key in asked if reading.answers.get(key) in DOUBTS[name]]
        yield from telling or asked
    elif name in QUALITIES:
        parts = [part for part in reading.parts if reading.rung(part) is not None]
        telling = [part for part in parts if getattr(reading.rung(part), QUALITIES[name])]
        yield from (pack.bindings.rung(part) for part in telling or parts)
    elif name == "$compute":
        yield pack.bindings.compute
    else:
        yield from (q.key for q in pack.questions if name in (q.key, *(amount.key for amount in q.helper_inputs)))


def _said(reading: Reading, number: str, key: str) -> str:
    words = words_of(reading.pack.question(key), reading.answers)
    if not words:
        return _("Question %(number)s was not answered") % {"number": number}
    return _("Question %(number)s was answered: %(answer)s") % {"number": number, "answer": "; ".join(words)}
