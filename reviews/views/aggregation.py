"""The answers of authors and reviewers side by side, what counts of them, and who moved what.

Who may see which of this was decided before; it prints what ``rules.aggregation`` found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.models import Assessment, Review, Revision
from reviews.queries import assessment as queries
from reviews.queries.motion import open_motion
from reviews.rules import judgement
from reviews.rules.aggregation import Aggregated, Kind, Mark, Why
from reviews.rules.judgement import from_json
from reviews.rules.pack import Pack
from reviews.views.formats import number

WHY = {
    Why.MEDIAN: gettext_lazy("the reviewers' median counts"),
    Why.ALL_BELOW: gettext_lazy("marked: every reviewer is below the authors, so the highest of them counts"),
    Why.UNCONFIRMED: gettext_lazy("not every reviewer confirms that it cannot apply, so it counts as not done"),
    Why.STRONGER: gettext_lazy("yes beats unsure beats no"),
    Why.CLEARED: gettext_lazy("a reviewer cleared the doubt in writing"),
}


@dataclass(frozen=True)
class Cell:
    """What one reviewer answered; ``moves`` marks an answer that took the value away from the authors'."""

    who: str
    text: str
    note: str = ""
    moves: bool = False


@dataclass(frozen=True)
class Row:
    """One question or severity, with everybody's answer on it."""

    text: str
    authors: str
    cells: tuple[Cell, ...]
    result: str
    why: str
    is_moved: bool


@dataclass(frozen=True)
class Table:
    """``differing`` are the rows on which somebody differs from the authors; on the others all agree."""

    people: tuple[str, ...]
    differing: tuple[Row, ...]
    agreed: tuple[Row, ...]


def build(pack: Pack, counted: Aggregated, reviews: Sequence[Review]) -> Table:
    """The table for those who read reviews, with names."""
    people = tuple(str(review.assignment.reviewer) for review in reviews)
    judgements = [from_json(review.judgement) for review in reviews]
    rows = [(mark, row_of(pack, mark, people, judgements)) for mark in counted.marks]
    return Table(
        people=people,
        differing=tuple(row for mark, row in rows if _differs(mark)),
        agreed=tuple(row for mark, row in rows if not _differs(mark)),
    )


def without_names(pack: Pack, counted: Aggregated) -> Table:
    """What the authors see: where something else counts than they answered, and by which rule, nobody's own answer."""
    return Table((), tuple(row_of(pack, mark, (), ()) for mark in counted.marks if mark.is_moved), ())


def own(pack: Pack, authors: dict[str, Any], review: Review) -> tuple[tuple[str, str], ...]:
    """One reviewer's answers in words, with their reasons."""
    said = from_json(review.judgement)
    found = [(domain.label, _added(pack, domain.key)) for domain in pack.domains if domain.key in said.added]
    for key, move in said.moves.items():
        text = _("Severity %(severity)d") % {"severity": pack.domain(key).severity + move.steps}
        found.append((pack.domain(key).label, f"{text}. {move.reason}"))
    for question in judgement.asked(pack, authors, said):
        if question.key in said.answers:
            reason = said.cleared.get(question.key, "")
            found.append((question.text, ". ".join(filter(None, [_words(pack, question.key, said.answers), reason]))))
    return tuple(found)


def _added(pack: Pack, key: str) -> str:
    return _("Added, severity %(severity)d") % {"severity": pack.domain(key).severity}


def _words(pack: Pack, key: str, answers: Any) -> str:
    return pack.question(key).label_of(answers[key]).partition(" - ")[0]


def _differs(mark: Mark) -> bool:
    return mark.is_moved or any(value not in (None, mark.authors) for value in mark.reviewers)


def row_of(pack: Pack, mark: Mark, people: Sequence[str], judgements: Sequence[judgement.Judgement]) -> Row:
    """One mark with everybody's answer in words, and the reasons that reviewers gave."""
    said = zip(people, mark.reviewers, judgements, strict=False)
    return Row(
        text=text_of(pack, mark),
        authors=value_of(pack, mark, mark.authors),
        cells=tuple(
            Cell(who, value_of(pack, mark, value), _note(mark, one), place in mark.movers)
            for place, (who, value, one) in enumerate(said)
        ),
        result=_result(pack, mark),
        why=str(WHY.get(mark.why, "")),
        is_moved=mark.is_moved,
    )


def text_of(pack: Pack, mark: Mark) -> str:
    """What a mark is about."""
    if mark.kind is Kind.SEVERITY:
        return _("Severity: %(area)s") % {"area": pack.domain(mark.key).label}
    return pack.question(mark.key).text


def value_of(pack: Pack, mark: Mark, value: Any) -> str:
    """An answer in words."""
    if value is None:
        return _("not asked")
    if mark.kind is Kind.SEVERITY:
        return str(value)
    words = pack.question(mark.key).label_of(value).partition(" - ")[0]
    return f"{value} {words}" if isinstance(value, int) else words


def _result(pack: Pack, mark: Mark) -> str:
    if mark.credit is None:
        return value_of(pack, mark, mark.result)
    return _("credit %(credit)s") % {"credit": number(mark.credit, decimals=2)}


def _note(mark: Mark, one: judgement.Judgement) -> str:
    """The reason that a reviewer gave for moving a severity or clearing a doubt."""
    if mark.kind is Kind.SEVERITY:
        return one.moves[mark.key].reason if mark.key in one.moves else ""
    return one.cleared.get(mark.key, "")


def gone(revision: Revision, numbers: Assessment) -> str:
    """That answers of somebody who stands aside are in the numbers, for those who know who reviewed; else empty."""
    if not queries.rests_on_gone(revision, numbers):
        return ""
    said = _("The numbers hold answers of a reviewer who stands aside since.")
    if open_motion(revision) is not None:
        return f"{said} {_('They stay while the ballot is open and are counted again once it is closed.')}"
    return f"{said} {_('They stay as they were when it was decided.')}"
