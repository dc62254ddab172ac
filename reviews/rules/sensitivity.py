"""What would change the tier: for each single answer, the nearest other one that lowers it. Scores, decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from reviews.rules.judgement import NO, UNSURE, YES
from reviews.rules.pack import Pack, Question
from reviews.rules.questionnaire import parts
from reviews.rules.scored import Adjusted
from reviews.rules.scoring import AS_ANSWERED, assess, credit_of

ROLES = ("rung", "enablement", "modifier", "tripwire", "mitigation")
FROM_MILD = (NO, UNSURE, YES)


@dataclass(frozen=True)
class Change:
    """One answer changed to ``value`` gives this tier and residual; everything else stays as it is."""

    key: str
    value: str | int
    tier: int
    residual: float


@dataclass(frozen=True)
class Joint:
    """Several answers changed at once, by key; together they give this tier and residual."""

    values: tuple[tuple[str, str | int], ...]
    tier: int
    residual: float


def lowering(pack: Pack, answers: Mapping[str, Any], adjusted: Adjusted = AS_ANSWERED) -> tuple[Change, ...]:
    """Single changes that lower the tier, in the order of the questions; the smallest change of each question.

    An answer that is missing is changed from what it counts as until it is given.
    """
    before = assess(pack, answers, adjusted)
    if before.tier == pack.tiers[0].tier:
        return ()
    found = (_nearest(pack, answers, adjusted, pack.question(key), before.tier) for key in before.shown)
    return tuple(change for change in found if change is not None)


def lower_rungs(pack: Pack, answers: Mapping[str, Any]) -> Joint | None:
    """The least that the requested levels of all parts together must go down to lower the tier.

    None where it does not help, and where there is one part only: then ``lowering`` says it.
    """
    asked = [pack.question(pack.bindings.rung(part)) for part in parts(pack, answers)]
    before = assess(pack, answers).tier
    ways = [[(steps, value) for steps, value in enumerate(_from_here(pack, q, answers.get(q.key)))] for q in asked]
    if len(ways) < 2:
        return None
    for way in sorted(product(*ways), key=lambda way: sum(steps for steps, _value in way)):
        values = {question.key: value for question, (_steps, value) in zip(asked, way, strict=True)}
        after = assess(pack, {**answers, **values})
        if after.tier < before:
            moved = tuple((key, value) for key, value in values.items() if value != answers.get(key))
            return Joint(moved, after.tier, after.residual)
    return None


def _from_here(pack: Pack, question: Question, given: Any) -> Iterator[str | int]:
    """The answer as it counts now, then the milder ones, nearest first."""
    counted = given if given is not None else counts_as(pack, question)
    if counted is not None:
        yield counted
    yield from milder(question, counted)


def _nearest(
    pack: Pack, answers: Mapping[str, Any], adjusted: Adjusted, question: Question, tier: int
) -> Change | None:
    if question.role not in ROLES:
        return None
    kept = {key: credit for key, credit in adjusted.credits.items() if key != question.key}
    others = Adjusted(adjusted.severities, kept)
    given = answers.get(question.key)
    counted = counts_as(pack, question) if given is None else given
    for value in milder(question, counted, adjusted.credits.get(question.key)):
        after = assess(pack, {**answers, question.key: value}, others)
        if after.tier < tier:
            return Change(question.key, value, after.tier, after.residual)
    return None


def counts_as(pack: Pack, question: Question) -> str | int | None:
    """What scoring takes for a shown question without an answer; None where it takes nothing."""
    if question.role == "rung" and question.options:
        return question.options[-1].value
    if question.role in ("enablement", "modifier"):
        return pack.scoring.provisional_value_for_missing_scale
    if question.role == "tripwire":
        return UNSURE
    if question.role == "mitigation":
        return next((option.value for option in question.options if option.credit == credit_of(question, None)), None)
    return None


def milder(question: Question, given: Any, credit: float | None = None) -> Iterator[str | int]:
    """The options on the mild side of the one given, nearest first, in whatever order they stand.

    A safeguard is milder the more credit it earns than counts now (``credit``, where reviewers found it between two
    options); what "cannot apply" gives way to any safeguard, and is none itself.
    """
    option = question.option(given)
    if option is None:
        return
    if question.role == "mitigation":
        now = option.credit if credit is None else credit
        better = [(one.credit, one.value) for one in question.options if one.credit is not None]
        ranked = sorted((pair for pair in better if now is None or pair[0] > now), key=lambda pair: pair[0])
        yield from (value for _credit, value in ranked)
    else:
        order = list(FROM_MILD if question.role == "tripwire" else question.values)
        yield from reversed(order[: order.index(given)])
