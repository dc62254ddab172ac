"""Counting anew what is voted on beside the state of a case, once people left who counted. Nothing is permitted here.

Called inside the transaction in which they left, so that no vote of theirs decides afterwards.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from reviews.actions import _appeals, _restrictions
from reviews.models import Submission


def count_without(submission: Submission, people: Collection[int], *, now: datetime) -> None:
    """These people, by key, count no longer on a locked case: a restriction or an appeal comes out where nobody who is
    left can change it, and where a judge is missing whoever appoints is told."""
    _restrictions.settle(submission, now=now)
    _appeals.count_without(submission, people, now=now)
