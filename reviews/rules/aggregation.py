"""From the authors' answers and the reviewers' to the ones that count: the pack's ``review_aggregation``.

Each function quotes the sentence that it carries out. What the pack leaves open is settled on the careful side: who
was not asked has no voice, severities follow the rule of risk answers, and "cannot apply" needs everybody. The order
of reviewers never matters.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Any

from reviews.rules import judgement
from reviews.rules.judgement import NO, UNSURE, YES, Judgement
from reviews.rules.pack import Domain, Pack, Question
from reviews.rules.questionnaire import Answers, effective
from reviews.rules.scored import Adjusted, Scored
from reviews.rules.scoring import assess, credit_of

STRENGTH = {NO: 0, UNSURE: 1, YES: 2}
NO_CREDIT = 0.0


class Kind(StrEnum):
    """What a mark is about: an answer, or the severity of an area."""

    ANSWER = "answer"
    SEVERITY = "severity"


class Why(StrEnum):
    """Which rule found the value that counts. ``ALL_BELOW`` is what the pack calls marked."""

    AUTHORS = "authors"
    MEDIAN = "median"
    ALL_BELOW = "all_below"
    UNCONFIRMED = "unconfirmed"
    STRONGER = "stronger"
    CLEARED = "cleared"


@dataclass(frozen=True)
class Mark:
    """One value side by side: the authors', each reviewer's (None where not asked), the one that counts and why.

    ``movers`` are the places of those reviewers whose answers took it away from the authors' value. ``credit`` is
    that of a safeguard where it lies between two options.
    """

    kind: Kind
    key: str
    authors: Any
    reviewers: tuple[Any, ...]
    result: Any
    why: Why
    movers: tuple[int, ...] = ()
    credit: float | None = None

    @property
    def is_moved(self) -> bool:
        """Whether something other than the authors' value counts."""
        return self.why is not Why.AUTHORS


@dataclass(frozen=True)
class Aggregated:
    """The answers that count, what no answer can say, and how each of them came about."""

    answers: Mapping[str, Any]
    adjusted: Adjusted
    marks: tuple[Mark, ...]

    def scored(self, pack: Pack) -> Scored:
        """What the policy makes of them."""
        return assess(pack, self.answers, self.adjusted)


def aggregate(pack: Pack, authors: Answers, judgements: Sequence[Judgement]) -> Aggregated:
    """One set of answers from the authors' and any number of reviewers'; without reviewers, the authors' own."""
    given = effective(pack, authors)
    areas = _domains(pack, authors, judgements)
    said = [judgement.own(pack, authors, one) for one in judgements]
    severities = list(_severities(pack, authors, judgements, areas))
    marks = list(_answers(pack, given, judgements, said))
    counted = {mark.key: mark.result for mark in marks if mark.result is not None}
    domains = {pack.bindings.domains: [domain.key for domain in areas]} if judgements else {}
    return Aggregated(
        answers=given | domains | counted,
        adjusted=Adjusted(
            severities={mark.key: mark.result for mark in severities if mark.is_moved},
            credits={mark.key: mark.credit for mark in marks if mark.credit is not None},
        ),
        marks=(*severities, *marks),
    )


def _domains(pack: Pack, authors: Answers, judgements: Sequence[Judgement]) -> tuple[Domain, ...]:
    """ "a reviewer may add a domain" """
    added = tuple(key for one in judgements for key in one.added)
    return judgement.domains(pack, authors, Judgement(added=added))


def _severities(
    pack: Pack, authors: Answers, judgements: Sequence[Judgement], areas: Sequence[Domain]
) -> Iterator[Mark]:
    """The severity of each area that a reviewer moved, by the rule for risk answers; the pack's is the authors'."""
    judged = [judgement.domains(pack, authors, one) for one in judgements]
    for domain in areas:
        said = tuple(
            judgement.severity(pack, domain, one) if domain in theirs else None
            for one, theirs in zip(judgements, judged, strict=True)
        )
        if any(value not in (None, domain.severity) for value in said):
            yield _risk(Kind.SEVERITY, domain.key, domain.severity, said)


def _answers(
    pack: Pack, given: Answers, judgements: Sequence[Judgement], said: Sequence[Mapping[str, Any]]
) -> Iterator[Mark]:
    """Every judged question that somebody answered, in the order of the pack."""
    for question in filter(judgement.is_judged, pack.questions):
        key, theirs = question.key, tuple(answers.get(question.key) for answers in said)
        authors = given.get(key)
        if authors is None and all(value is None for value in theirs):
            continue
        if judgement.is_tripwire(question):
            cleared = tuple(
                value is not None and judgement.clears(one, key) for one, value in zip(judgements, theirs, strict=True)
            )
            yield _tripwire(key, authors, theirs, cleared)
        elif question.role == "mitigation":
            yield _safeguard(question, authors, theirs)
        else:
            # "the author's value there counts as 0": they did not choose the area, so they were not asked.
            unasked = 0 if question.role == "enablement" else None
            yield _risk(Kind.ANSWER, key, unasked if authors is None else authors, theirs)


def _risk(kind: Kind, key: str, authors: int | None, reviewers: tuple[int | None, ...]) -> Mark:
    """ "risk answers: the higher of the author's value and the reviewers' median (rounded up), except that where every
    reviewer is below the author the highest of them counts and is marked"
    """
    said = [value for value in reviewers if value is not None]
    if not said:
        return Mark(kind, key, authors, reviewers, authors, Why.AUTHORS)
    middle, highest = math.ceil(median(said)), max(said)
    if authors is not None and highest < authors:
        return Mark(kind, key, authors, reviewers, highest, Why.ALL_BELOW, _places(reviewers, lambda v: v < authors))
    if authors is None or middle > authors:
        low = -1 if authors is None else authors
        return Mark(kind, key, authors, reviewers, middle, Why.MEDIAN, _places(reviewers, lambda v: v > low))
    return Mark(kind, key, authors, reviewers, authors, Why.AUTHORS)


def _safeguard(question: Question, authors: str | None, reviewers: tuple[str | None, ...]) -> Mark:
    """ "safeguard answers: the lower of the author's credit and the reviewers' median credit"

    "Cannot apply here (reviewer must confirm)" stands where every reviewer confirms it; else it is not done.
    """
    said = [credit_of(question, value) for value in reviewers if value is not None]
    mark = (Kind.ANSWER, question.key, authors, reviewers)
    if not said:
        return Mark(*mark, authors, Why.AUTHORS)
    claimed = None if authors is None else credit_of(question, authors)
    if claimed is None and all(credit is None for credit in said):
        return Mark(*mark, authors or _unable(question), Why.AUTHORS if authors else Why.MEDIAN)
    middle = median(credit or NO_CREDIT for credit in said)
    if authors is not None and claimed is None:
        movers = _places(reviewers, lambda value: credit_of(question, value) is not None)
        return Mark(*mark, _option(question, NO_CREDIT), Why.UNCONFIRMED, movers, _between(question, NO_CREDIT))
    if claimed is not None and claimed <= middle:
        return Mark(*mark, authors, Why.AUTHORS)
    movers = _places(reviewers, lambda value: claimed is None or (credit_of(question, value) or NO_CREDIT) < claimed)
    return Mark(*mark, _option(question, middle), Why.MEDIAN, movers, _between(question, middle))


def _tripwire(key: str, authors: str | None, reviewers: tuple[str | None, ...], cleared: tuple[bool, ...]) -> Mark:
    """ "yes beats unsure beats no; a reviewer may clear an unsure with a written reason"

    A reviewer clears the authors' doubt, not that of another reviewer.
    """
    is_cleared = authors == UNSURE and any(cleared)
    voices = [value for value in (None if is_cleared else authors, *reviewers) if value is not None]
    result = max(voices, key=STRENGTH.__getitem__)
    if result == authors:
        return Mark(Kind.ANSWER, key, authors, reviewers, result, Why.AUTHORS)
    if result == NO:
        movers = tuple(place for place, counts in enumerate(cleared) if counts)
        return Mark(Kind.ANSWER, key, authors, reviewers, result, Why.CLEARED, movers)
    return Mark(Kind.ANSWER, key, authors, reviewers, result, Why.STRONGER, _places(reviewers, result.__eq__))


def _places(reviewers: Sequence[Any], moves: Callable[[Any], bool]) -> tuple[int, ...]:
    return tuple(place for place, value in enumerate(reviewers) if value is not None and moves(value))


def _unable(question: Question) -> Any:
    return next(option.value for option in question.options if option.has_credit and option.credit is None)


def _option(question: Question, credit: float) -> Any:
    """The best answer that is worth no more than this; the weakest one where none is."""
    worth = {option.value: option.credit for option in question.options if option.credit is not None}
    within = [value for value, one in worth.items() if one <= credit]
    return max(within, key=worth.__getitem__) if within else min(worth, key=worth.__getitem__)


def _between(question: Question, credit: float) -> float | None:
    """The credit itself, where no option is worth exactly that."""
    return None if any(option.credit == credit for option in question.options) else credit
