"""Notices of a case that went to another committee."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from reviews.access.committee import acting
from reviews.models import Assignment, Submission
from reviews.notices import assignment, submission
from reviews.notices._tell import authors, tell
from reviews.rules.states import CommitteeRole


def moved(case: Submission, ended: Iterable[Assignment], *, now: datetime) -> None:
    """The authors know who has it now; the new coordinator knows that it waits; reviewers may stop."""
    tell(authors(case), "submission.transferred", case, now=now)
    _tell_the_board(case, ended, now=now)


def handed_back(case: Submission, ended: Iterable[Assignment], *, now: datetime) -> None:
    """As ``moved``, but the authors owe a revision: one mail says so, and the case says why."""
    submission.returned(case, now=now)
    _tell_the_board(case, ended, now=now)


def _tell_the_board(case: Submission, ended: Iterable[Assignment], *, now: datetime) -> None:
    tell(acting(case, CommitteeRole.COORDINATOR), "submission.taken_over", case, now=now)
    for row in ended:
        assignment.taken_back(row, now=now)
