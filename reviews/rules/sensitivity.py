"""What would change the tier: for each single answer, the nearest other one that lowers it. Scores, decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reviews.rules.pack import Pack, Question
from reviews.rules.scored import Adjusted
from reviews.rules.scoring import AS_ANSWERED, assess

ROLES = ("rung", "enablement", "modifier", "mitigation")


@dataclass(frozen=True)
class Change:
    """One answer changed to ``value`` gives this tier and residual; everything else stays as it is."""

    key: str
    value: str | int
    tier: int
    residual: float


def lowering(pack: Pack, answers: Mapping[str, Any], adjusted: Adjusted = AS_ANSWERED) -> tuple[Change, ...]:
    """Single changes that lower the tier, in the order of the questions; the smallest change of each question."""
    before = assess(pack, answers, adjusted)
    found = (_nearest(pack, answers, adjusted, pack.question(key), before.tier) for key in before.shown)
    return tuple(change for change in found if change is not None)


def _nearest(
    pack: Pack, answers: Mapping[str, Any], adjusted: Adjusted, question: Question, tier: int
) -> Change | None:
    if question.role not in ROLES:
        return None
    kept = {key: credit for key, credit in adjusted.credits.items() if key != question.key}
    others = Adjusted(adjusted.severities, kept)
    for value in _milder(question, answers.get(question.key)):
        after = assess(pack, {**answers, question.key: value}, others)
        if after.tier < tier:
            return Change(question.key, value, after.tier, after.residual)
    return None


def _milder(question: Question, given: Any) -> Iterator[str | int]:
    """The options on the mild side of the one given, nearest first; "cannot apply" is no safeguard."""
    options = [option for option in question.options if question.role != "mitigation" or option.credit is not None]
    values = [option.value for option in options]
    if given not in values:
        return
    place = values.index(given)
    yield from values[place + 1 :] if question.role == "mitigation" else reversed(values[:place])
