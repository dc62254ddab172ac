"""Reviews turned by question, so that they stand side by side: those of a round, or two versions of one.

Who may read which of them was decided before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reviews.models import Review, Revision
from reviews.queries.evidence import type_title
from reviews.rules.findings import LABELS
from reviews.views import aggregation, wording


@dataclass(frozen=True)
class Cell:
    """What one reviewer says on one line."""

    who: str
    text: str
    outcome: str = ""


@dataclass(frozen=True)
class Line:
    """One question of the review, with everybody's words on it."""

    label: str
    cells: tuple[Cell, ...]


def lines(reviews: Sequence[Review], revision: Revision, names: Sequence[str] = ()) -> tuple[Line, ...]:
    """The reviews by question, each under its writer's name or under one of ``names``."""
    pack = revision.policy.pack
    heads = names or [str(review.assignment.reviewer) for review in reviews]
    found = []

    def add(label: str, cells: Sequence[tuple[str, str]]) -> None:
        if any(text or outcome for text, outcome in cells):
            found.append(
                Line(label, tuple(Cell(who, text, out) for who, (text, out) in zip(heads, cells, strict=True)))
            )

    add(_("Recommends"), [(str(wording.RECOMMENDATIONS.get(r.recommendation, "")), "") for r in reviews])
    for part in revision.parts.all():
        said = [next((p for p in r.parts.all() if p.kind == part.kind), None) for r in reviews]
        add(
            wording.of(wording.PARTS, part.kind),
            [
                (pack.rung(part.kind, p.rung).label if p.rung else "", p.outcome) if p is not None else ("", "")
                for p in said
            ],
        )
    add(_("Confidence"), [(wording.of(wording.CONFIDENCE, r.confidence) if r.confidence else "", "") for r in reviews])
    add(_(LABELS["findings"]), [(r.findings, "") for r in reviews])
    for domain in pack.domains:
        add(
            _("Findings: %(area)s") % {"area": domain.label},
            [
                (_first(row.text for row in r.domain_findings.all() if row.domain_key == domain.key), "")
                for r in reviews
            ],
        )
    for key in dict.fromkeys(row.type_key for r in reviews for row in r.evidence_views.all()):
        label = _("Evidence: %(type)s") % {"type": type_title(key)} if key else _("On the evidence")
        add(label, [(_evidence(r, key), "") for r in reviews])
    for name, text in LABELS.items():
        if name != "findings":
            add(_(text), [(getattr(r, name), "") for r in reviews])
    return tuple(found)


def changes(before: Review, after: Review, revision: Revision) -> tuple[Line, ...]:
    """Where two versions of a review differ, the earlier one first."""
    pair, pack, authors = (before, after), revision.policy.pack, revision.response.answers
    names = [_("Version %(number)d") % {"number": review.number} for review in pair]
    said = [_joined(aggregation.own(pack, authors, review)) for review in pair]
    answers = [
        Line(text, tuple(Cell(who, words.get(text, "")) for who, words in zip(names, said, strict=True)))
        for text in dict.fromkeys((*said[0], *said[1]))
    ]
    return tuple(
        line
        for line in (*lines(pair, revision, names), *answers)
        if (line.cells[0].text, line.cells[0].outcome) != (line.cells[1].text, line.cells[1].outcome)
    )


def _joined(answers: Sequence[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text, answer in answers:
        found[text] = f"{found[text]}; {answer}" if text in found else answer
    return found


def _evidence(review: Review, key: str) -> str:
    row = next((row for row in review.evidence_views.all() if row.type_key == key), None)
    if row is None:
        return ""
    return ". ".join(filter(None, (wording.of(wording.SUFFICIENCY, row.view) if row.view else "", row.note)))


def _first(texts: Iterable[str]) -> str:
    return next(iter(texts), "")
