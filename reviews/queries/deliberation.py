"""The questions to the authors and their answers, as the reader may know them: of the case, and of each answer; and
what people who stand outside the case were asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access.committee import excluded
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
    """All questions to the authors of a case, newest first; one query."""
    rows = Inquiry.objects.filter(revision__submission=submission, asked_of=None).order_by("-pk")
    rows = rows.select_related("revision__policy", "asked_by", "answered_by")
    current = None if submission.state in TERMINAL else submission.revision_id
    return tuple(_asked(row, as_author=as_author, is_open=row.revision_id == current) for row in rows)


def outsiders(submission: Submission) -> list[User]:
    """Who stands aside from the case by a conflict, and is no author of it: whom the board may ask for information."""
    authors = submission.contributors.filter(user__isnull=False).values_list("user_id", flat=True)
    aside = set(excluded(submission)) - {submission.created_by_id, *authors}
    return list(User.objects.filter(pk__in=aside, is_active=True).order_by("display_name", "pk"))


def information(submission: Submission) -> tuple[Inquiry, ...]:
    """What people who stand outside were asked, newest first; for the board. One query."""
    rows = Inquiry.objects.filter(revision__submission=submission, asked_of__isnull=False).order_by("-pk")
    return tuple(rows.select_related("revision", "asked_by", "asked_of"))


def asked_of(person: User, public_id: str) -> Inquiry | None:
    """A question that was put to this person, who stands outside its case."""
    rows = Inquiry.objects.select_related("revision__submission")
    return rows.filter(public_id=public_id, asked_of=person).first()


def waiting_for(person: User) -> tuple[Inquiry, ...]:
    """What this person was asked as somebody who stands outside, and has not answered; the oldest first."""
    rows = Inquiry.objects.filter(asked_of=person, answered_at=None).select_related("revision__submission")
    return tuple(row for row in rows if waits_for(row, person))


def is_open(inquiry: Inquiry, submission: Submission) -> bool:
    """Whether the case still stands where the question was asked."""
    return submission.state not in TERMINAL and inquiry.revision_id == submission.revision_id


def waits_for(inquiry: Inquiry, person: User) -> bool:
    """Whether a question still waits for this person, who stands outside its case to this day."""
    case = inquiry.revision.submission
    return inquiry.answered_at is None and is_open(inquiry, case) and person in outsiders(case)


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
