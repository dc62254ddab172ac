"""The questions to the authors and their answers, as the reader may know them: of the case, and of each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from reviews.models import Inquiry, Submission
from reviews.rules.states import TERMINAL


@dataclass(frozen=True)
class Asked:
    """One question with its answer, if it has one. Authors read "The board" for who asked.

    ``is_open``: it still waits for its answer; a question of an earlier revision or a closed case no longer does.
    ``question`` and ``about``: key and words of the answer that it is about; both empty for the case as a whole.
    """

    public_id: str
    revision: int
    text: str
    asked_at: datetime
    asked_by: str
    asked_initials: str
    answer: str
    answered_at: datetime | None
    answered_by: str
    answered_initials: str
    is_open: bool
    question: str = ""
    about: str = ""


def questions(submission: Submission, *, as_author: bool) -> tuple[Asked, ...]:
    """All questions of a case, newest first; one query."""
    rows = Inquiry.objects.filter(revision__submission=submission).order_by("-pk")
    rows = rows.select_related("revision__policy", "asked_by", "answered_by")
    current = None if submission.state in TERMINAL else submission.revision_id
    return tuple(_asked(row, as_author=as_author, is_open=row.revision_id == current) for row in rows)


def by_question(asked: Sequence[Asked]) -> dict[str, tuple[Asked, ...]]:
    """What was asked about single answers, by the key of the question, each oldest first."""
    found: dict[str, tuple[Asked, ...]] = {}
    for one in reversed(asked):
        if one.question:
            found[one.question] = (*found.get(one.question, ()), one)
    return found


def _asked(row: Inquiry, *, as_author: bool, is_open: bool) -> Asked:
    return Asked(
        public_id=row.public_id,
        revision=row.revision.number,
        text=row.text,
        asked_at=row.asked_at,
        asked_by=_("The board") if as_author else row.asked_by.display_name,
        asked_initials="" if as_author else row.asked_by.initials,
        answer=row.answer,
        answered_at=row.answered_at,
        answered_by=row.answered_by.display_name if row.answered_by is not None else "",
        answered_initials=row.answered_by.initials if row.answered_by is not None else "",
        is_open=is_open and row.answered_at is None,
        question=row.question_key,
        about=row.revision.policy.pack.question(row.question_key).text if row.question_key else "",
    )
