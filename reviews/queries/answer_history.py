"""Who answered what, and when: for authors with what was answered before, for the board only the person and the day.

Earlier answers belong to the draft, and of a draft only its authors see anything (ADR 0013).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from reviews.models import AnswerChange, Revision
from reviews.queries.questionnaire import names_of, words_of
from reviews.rules.pack import Pack, Question


@dataclass(frozen=True)
class Given:
    """One answer with its giver; no ``lines`` means that it was taken back."""

    by: str
    at: datetime
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trace:
    """How a question came to its answer, newest first."""

    given: tuple[Given, ...]

    @property
    def last(self) -> Given:
        """Who answered last."""
        return self.given[0]

    @property
    def has_earlier(self) -> bool:
        """Whether there is a history beside the last answer."""
        return len(self.given) > 1


def _changes(revision: Revision) -> list[AnswerChange]:
    """Everything up to this revision, in one query: answers are carried over, and so is who gave them."""
    rows = AnswerChange.objects.filter(
        response__revision__submission=revision.submission_id, response__revision__number__lte=revision.number
    )
    return list(rows.select_related("changed_by").order_by("-changed_at", "-pk"))


def traces(revision: Revision, pack: Pack) -> dict[str, Trace]:
    """The history of each question, by its key, with every answer in words. For authors."""
    owner = {name: question for question in pack.questions for name in names_of(question)}
    rows: dict[str, dict[tuple[str, datetime], dict[str, Any]]] = {}
    for row in _changes(revision):
        if row.key in owner:
            saves = rows.setdefault(owner[row.key].key, {})
            saves.setdefault((row.changed_by.display_name, row.changed_at), {})[row.key] = row.value
    return {key: Trace(tuple(_given(owner[key], saves))) for key, saves in rows.items()}


def _given(question: Question, saves: dict[tuple[str, datetime], dict[str, Any]]) -> Iterator[Given]:
    """One line a save: the amounts that an answer follows from were given together."""
    for (name, at), values in saves.items():
        kept = {key: value for key, value in values.items() if value is not None}
        yield Given(name, at, words_of(question, kept))


def last_given(revision: Revision, pack: Pack) -> dict[str, Trace]:
    """Who gave each answer as it stands, without what was there before. For everybody who may read the answers."""
    return {key: Trace((Given(one.last.by, one.last.at),)) for key, one in traces(revision, pack).items()}


def stopped_at(revision: Revision, person: User) -> str:
    """The question that this person answered last on this revision; empty where there is none."""
    rows = AnswerChange.objects.filter(response__revision=revision, changed_by=person).order_by("-changed_at", "-pk")
    return rows.values_list("key", flat=True).first() or ""
