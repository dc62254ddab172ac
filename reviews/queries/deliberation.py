"""The questions to the authors and their answers, as the reader may know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from reviews.models import Inquiry, Submission
from reviews.rules.states import TERMINAL


@dataclass(frozen=True)
class Asked:
    """One question with its answer, if it has one. Authors read "The board" for who asked.

    ``is_open``: it still waits for its answer; a question of an earlier revision or a closed case no longer does.
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


def questions(submission: Submission, *, as_author: bool) -> tuple[Asked, ...]:
    """All questions of a case, newest first; one query."""
    rows = Inquiry.objects.filter(revision__submission=submission).order_by("-pk")
    rows = rows.select_related("revision", "asked_by", "answered_by")
    current = None if submission.state in TERMINAL else submission.revision_id
    return tuple(_asked(row, as_author=as_author, is_open=row.revision_id == current) for row in rows)


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
    )
