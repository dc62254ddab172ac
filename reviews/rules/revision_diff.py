"""What the authors changed from one revision to another, answer by answer, and what each change does to the score.

Both revisions are scored by the policy of the newer one, so that a changed policy does not look like a changed answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from reviews.rules.manifest import ArtifactFacts
from reviews.rules.pack import Pack, Question
from reviews.rules.questionnaire import Answers, effective
from reviews.rules.scored import Scored
from reviews.rules.scoring import assess


@dataclass(frozen=True)
class Change:
    """One question answered otherwise, by itself or by its helping amounts; None where there was or is no answer.

    ``residual`` and ``tier`` are what this change alone would give, with what it newly asks answered as it is now.
    """

    key: str
    before: Any
    after: Any
    residual: float
    tier: int
    residual_by: float


class How(StrEnum):
    """What became of one file from one revision to another."""

    ADDED = "added"
    REMOVED = "removed"
    REPLACED = "replaced"


@dataclass(frozen=True)
class FileChange:
    """One file that is there in one revision only, or with other bytes, or at another place."""

    part: str
    name: str
    how: How


@dataclass(frozen=True)
class Difference:
    """Every change in the order of the questions, and both results. Changes do not add up: answers multiply."""

    changes: tuple[Change, ...]
    before: Scored
    after: Scored


def compare(pack: Pack, before: Answers, after: Answers) -> Difference:
    """The difference between the answers of two revisions under the policy of the newer one."""
    old, new = effective(pack, before), effective(pack, after)
    base = assess(pack, old)
    changed = [q for q in pack.questions if any(not _same(old.get(key), new.get(key)) for key in _unit(q))]
    return Difference(
        changes=tuple(_change(pack, old, new, question, base) for question in changed),
        before=base,
        after=assess(pack, new),
    )


def files(before: Iterable[ArtifactFacts], after: Iterable[ArtifactFacts]) -> tuple[FileChange, ...]:
    """What differs between the files of two revisions, by part and name."""
    old = {(fact.part, fact.name): fact for fact in before}
    new = {(fact.part, fact.name): fact for fact in after}
    found = []
    for part, name in sorted(old.keys() | new.keys()):
        then, now = old.get((part, name)), new.get((part, name))
        if then != now:
            how = How.ADDED if then is None else How.REMOVED if now is None else How.REPLACED
            found.append(FileChange(part, name, how))
    return tuple(found)


def _unit(question: Question) -> tuple[str, ...]:
    return (question.key, *(helper.key for helper in question.helper_inputs))


def _same(one: Any, other: Any) -> bool:
    """Several choices are the same in whatever order they were ticked."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(one) == sorted(other)
    return bool(one == other)


def _change(pack: Pack, old: Mapping[str, Any], new: Mapping[str, Any], question: Question, base: Scored) -> Change:
    alone = assess(pack, _alone(pack, old, new, question))
    by = round(alone.residual - base.residual, pack.scoring.round_to)
    return Change(question.key, old.get(question.key), new.get(question.key), alone.residual, alone.tier, by)


def _alone(pack: Pack, old: Mapping[str, Any], new: Mapping[str, Any], question: Question) -> dict[str, Any]:
    """The old answers with one of the new; what only this one asks is answered with it."""
    unit = _unit(question)
    mixed = {key: value for key, value in old.items() if key not in unit}
    mixed |= {key: new[key] for key in unit if key in new}
    brought = assess(pack, mixed).shown
    return mixed | {key: new[key] for key in brought if key not in old and key in new}
