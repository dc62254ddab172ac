"""What one reviewer answers for themselves: which questions they are asked, and what their answers still lack.

A reviewer starts from what the authors claim about the case (kind, rungs, areas, tripwires) and answers anew, blind,
what is a matter of judgement. Which questions these are follows from roles and types in the pack. How the answers of
several reviewers become one is ``aggregation``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reviews.rules.pack import Domain, Pack, Question
from reviews.rules.questionnaire import Answers, Reading, effective, is_given, read

JUDGED = frozenset({"enablement", "modifier", "mitigation"})
TRIPWIRE = "tripwire"
NO, UNSURE, YES = "no", "unsure", "yes"


@dataclass(frozen=True)
class Move:
    """A domain's severity moved by some steps. Without a reason it counts only where the pack asks for none."""

    steps: int
    reason: str = ""


@dataclass(frozen=True)
class Judgement:
    """A reviewer's own answers by question, areas they added, severities they moved, why they cleared an "unsure"."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    moves: Mapping[str, Move] = field(default_factory=dict)
    cleared: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain data, to be stored with the review."""
        return {
            "answers": dict(self.answers),
            "added": list(self.added),
            "moves": {key: {"steps": move.steps, "reason": move.reason} for key, move in self.moves.items()},
            "cleared": dict(self.cleared),
        }


def from_json(stored: Mapping[str, Any]) -> Judgement:
    """The judgement as ``as_json`` wrote it; an empty one for a review from before reviewers were asked."""
    return Judgement(
        answers=dict(stored.get("answers", {})),
        added=tuple(stored.get("added", ())),
        moves={key: Move(**move) for key, move in stored.get("moves", {}).items()},
        cleared=dict(stored.get("cleared", {})),
    )


@dataclass(frozen=True)
class Lack:
    """What keeps a judgement from being filed. ``code`` is answer, steps, severity_reason or clear_reason."""

    code: str
    key: str


def is_tripwire(question: Question) -> bool:
    """Whether a question is a tripwire."""
    return question.type == TRIPWIRE


def is_judged(question: Question) -> bool:
    """Whether reviewers answer a question again: risk, safeguards and tripwires."""
    return question.role in JUDGED or is_tripwire(question)


def asked(pack: Pack, authors: Answers, judgement: Judgement) -> tuple[Question, ...]:
    """The questions for this reviewer so far, in the order of the pack. An area that they add brings its own.

    A pack may ask for the level of every area; a reviewer judges those areas that somebody chose.
    """
    judged = {domain.key for domain in domains(pack, authors, judgement)}
    shown = map(pack.question, _reading(pack, authors, judgement).shown)
    return tuple(q for q in shown if is_judged(q) and (q.role != "enablement" or q.domain in judged))


def own(pack: Pack, authors: Answers, judgement: Judgement) -> dict[str, Any]:
    """The answers that this reviewer gave to questions that they are asked."""
    return {
        question.key: judgement.answers[question.key]
        for question in asked(pack, authors, judgement)
        if is_given(question, judgement.answers.get(question.key))
    }


def domains(pack: Pack, authors: Answers, judgement: Judgement) -> tuple[Domain, ...]:
    """The areas that this reviewer judges: the authors', and those that they add."""
    chosen = {*_chosen(pack, authors), *judgement.added}
    return tuple(domain for domain in pack.domains if domain.key in chosen)


def may_add(pack: Pack, authors: Answers) -> tuple[Domain, ...]:
    """The areas that the authors did not choose."""
    chosen = _chosen(pack, authors)
    return tuple(domain for domain in pack.domains if domain.key not in chosen)


def unsure(pack: Pack, authors: Answers) -> tuple[str, ...]:
    """The tripwires that the authors left unsure, which a reviewer clears only in writing."""
    given = effective(pack, authors)
    return tuple(q.key for q in pack.questions if is_tripwire(q) and given.get(q.key) == UNSURE)


def lacking(pack: Pack, authors: Answers, judgement: Judgement) -> tuple[Lack, ...]:
    """Everything that is missing before a judgement can be filed, in the order of the questions."""
    return tuple(_lacking(pack, authors, judgement))


def _lacking(pack: Pack, authors: Answers, judgement: Judgement) -> Iterator[Lack]:
    answers, doubts = own(pack, authors, judgement), unsure(pack, authors)
    for domain in domains(pack, authors, judgement):
        move = judgement.moves.get(domain.key, Move(0))
        if not _may_move(pack, domain, move.steps):
            yield Lack("steps", domain.key)
        elif move.steps and not _is_explained(pack, move):
            yield Lack("severity_reason", domain.key)
    for question in asked(pack, authors, judgement):
        if question.key not in answers:
            yield Lack("answer", question.key)
        elif question.key in doubts and answers[question.key] == NO and not _reason(judgement, question.key):
            yield Lack("clear_reason", question.key)


def severity(pack: Pack, domain: Domain, judgement: Judgement) -> int:
    """How severe this reviewer finds an area: the pack's severity, moved as far as it may be and is explained. Some
    packs ask for no explanation.
    """
    move = judgement.moves.get(domain.key, Move(0))
    counts = _is_explained(pack, move) and _may_move(pack, domain, move.steps)
    return domain.severity + move.steps if counts else domain.severity


def steps(pack: Pack, domain: Domain) -> tuple[int, ...]:
    """By how much the severity of an area may be moved, 0 among them."""
    most = pack.scoring.severity_max_steps
    return tuple(by for by in range(-most, most + 1) if _may_move(pack, domain, by))


def clears(judgement: Judgement, key: str) -> bool:
    """Whether a reviewer says no to a tripwire, and why."""
    return judgement.answers.get(key) == NO and bool(_reason(judgement, key))


def _is_explained(pack: Pack, move: Move) -> bool:
    return bool(move.reason.strip()) or not pack.scoring.severity_needs_reason


def _reason(judgement: Judgement, key: str) -> str:
    return judgement.cleared.get(key, "").strip()


def _may_move(pack: Pack, domain: Domain, by: int) -> bool:
    within = abs(by) <= pack.scoring.severity_max_steps
    return by == 0 or (within and domain.severity + by in pack.scoring.score_cap_by_severity)


def _chosen(pack: Pack, authors: Answers) -> frozenset[str]:
    return frozenset(effective(pack, authors).get(pack.bindings.domains, ()))


def _reading(pack: Pack, authors: Answers, judgement: Judgement) -> Reading:
    """The questionnaire as this reviewer fills it in. The authors' own levels decide nothing in it; of what they
    judged only the tripwires stand, which a reviewer sees, until the reviewer answers them.
    """
    given = effective(pack, authors)
    judged = {q.key for q in pack.questions if is_judged(q)}
    levels = {q.key for q in pack.questions if q.role in JUDGED}
    mixed = {key: value for key, value in given.items() if key not in levels}
    mixed |= {key: value for key, value in judgement.answers.items() if key in judged}
    mixed[pack.bindings.domains] = [domain.key for domain in domains(pack, authors, judgement)]
    return read(pack, mixed)
