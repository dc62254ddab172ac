"""What changed since the revision before, in words: with its effect for those who see scores, without levels else."""

from __future__ import annotations

from dataclasses import dataclass

from reviews.models import Revision
from reviews.queries.questionnaire import words_of
from reviews.rules.pack import Pack
from reviews.rules.questionnaire import effective
from reviews.rules.revision_diff import Change, compare
from reviews.rules.visibility import is_authors_level
from reviews.views.formats import number


@dataclass(frozen=True)
class Changed:
    """One question answered otherwise. ``effect`` is empty where nothing moves; ``tier`` only where it differs."""

    text: str
    before: str
    after: str
    effect: str = ""
    tier: int | None = None


@dataclass(frozen=True)
class Differing:
    """All changes since ``number``; both results for those who see scores, else None."""

    number: int
    rows: tuple[Changed, ...]
    before: tuple[float, int] | None = None
    after: tuple[float, int] | None = None


def since(before: Revision, revision: Revision, *, blind: bool) -> Differing:
    """The changes between two revisions. Who still judges alone sees none of a level, and no effect."""
    pack = revision.policy.pack
    old, new = before.response.answers, revision.response.answers
    found = compare(pack, old, new)
    seen = [change for change in found.changes if not (blind and _is_level(pack, change))]
    was, now = effective(pack, old), effective(pack, new)
    rows = tuple(_changed(pack, change, was, now, None if blind else found.before.tier) for change in seen)
    if blind:
        return Differing(before.number, rows)
    return Differing(
        before.number, rows, (found.before.residual, found.before.tier), (found.after.residual, found.after.tier)
    )


def _is_level(pack: Pack, change: Change) -> bool:
    question = pack.question(change.key)
    return is_authors_level(question.role, question.type)


def _changed(pack: Pack, change: Change, was: dict[str, object], now: dict[str, object], tier: int | None) -> Changed:
    question = pack.question(change.key)
    moved = tier is not None and change.residual_by
    return Changed(
        text=question.text,
        before="; ".join(words_of(question, was)),
        after="; ".join(words_of(question, now)),
        effect=number(change.residual_by, sign=True) if moved else "",
        tier=change.tier if tier is not None and change.tier != tier else None,
    )
