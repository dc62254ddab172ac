"""How far reviewers agree, question by question: how wide their answers lie apart, and how many say the same.

It reads the marks of ``aggregation`` and judges nothing: which value counts was found there. Only those who were asked
have a voice, so a question that one reviewer alone was asked is neither agreed nor disputed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reviews.rules.aggregation import NO_CREDIT, STRENGTH, Kind, Mark
from reviews.rules.judgement import YES, is_tripwire
from reviews.rules.pack import Pack
from reviews.rules.questionnaire import SCALE
from reviews.rules.scoring import credit_of

WIDEST = 1.0


@dataclass(frozen=True)
class Agreement:
    """One question: ``spread`` from 0, all alike, to 1, the ends of its scale; ``alike`` say the same of ``asked``."""

    mark: Mark
    spread: float
    alike: int
    asked: int

    @property
    def share(self) -> float:
        """What part of those who were asked gives the most frequent answer."""
        return self.alike / self.asked

    @property
    def is_agreed(self) -> bool:
        """Whether everybody says the same."""
        return self.alike == self.asked


@dataclass(frozen=True)
class Compared:
    """``differing`` begins with the widest spread; among equals with the fewest alike, then as the pack asks.
    ``agreed`` is in the order of the pack.
    """

    differing: tuple[Agreement, ...]
    agreed: tuple[Agreement, ...]


def compare(pack: Pack, marks: Sequence[Mark]) -> Compared:
    """The questions that at least two reviewers answered, ranked by how far they lie apart."""
    found = [one for one in (_measure(pack, mark) for mark in marks) if one.asked > 1]
    apart = [one for one in found if not one.is_agreed]
    return Compared(
        differing=tuple(sorted(apart, key=lambda one: (-one.spread, one.share))),
        agreed=tuple(one for one in found if one.is_agreed),
    )


def _measure(pack: Pack, mark: Mark) -> Agreement:
    said = [value for value in mark.reviewers if value is not None]
    alike = max(Counter(said).values(), default=0)
    places = [_place(pack, mark, value) for value in said]
    known = [place for place in places if place is not None]
    if 0 < len(known) < len(places):
        # "Cannot apply here" lies on no scale, so nothing is farther from an answer that does.
        return Agreement(mark, WIDEST, alike, len(said))
    return Agreement(mark, max(known) - min(known) if known else 0.0, alike, len(said))


def _place(pack: Pack, mark: Mark, value: Any) -> float | None:
    """Where an answer lies on its scale, from 0 to 1; None where it lies on none."""
    if mark.kind is Kind.SEVERITY:
        severities = sorted(pack.scoring.score_cap_by_severity)
        return (value - severities[0]) / max(severities[-1] - severities[0], 1)
    question = pack.question(mark.key)
    if is_tripwire(question):
        return float(STRENGTH[value]) / STRENGTH[YES]
    if question.role == "mitigation":
        worth = [option.credit for option in question.options if option.credit is not None]
        credit = credit_of(question, value)
        return None if credit is None else (credit - NO_CREDIT) / (max(worth, default=0.0) or WIDEST)
    return value / max(SCALE)
