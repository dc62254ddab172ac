"""Notices of a case's own moves."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from reviews.access.committee import acting
from reviews.models import Submission
from reviews.notices import vacancy
from reviews.notices._tell import authors, tell
from reviews.rules.states import CommitteeRole


def received(submission: Submission, *, now: datetime) -> None:
    """The authors know that it arrived; the coordinator knows that it waits."""
    tell(authors(submission), "submission.received", submission, now=now)
    tell(acting(submission, CommitteeRole.COORDINATOR), "submission.arrived", submission, now=now)


def returned(submission: Submission, *, now: datetime) -> None:
    """The authors owe a new revision."""
    tell(authors(submission), "submission.returned", submission, now=now)


def split(submission: Submission, new: Submission, *, by: User, now: datetime) -> None:
    """The other authors of a case learn that it is two now, and where the new one is."""
    people = [person for person in authors(submission) if person != by]
    tell(people, "submission.split", submission, now=now, occasion=new.reference, path=new.get_absolute_url())


def withdrawn(submission: Submission, people: list[User], *, now: datetime) -> None:
    """Whoever still worked on it may stop."""
    tell(people, "submission.withdrawn", submission, now=now)


def deliberation_opened(submission: Submission, voters: list[User], *, now: datetime) -> None:
    """The voting members may read now; where nobody may act as chair, administrators hear of it."""
    coordinators = acting(submission, CommitteeRole.COORDINATOR)
    tell([*voters, *coordinators], "submission.deliberation_opened", submission, now=now)
    vacancy.found(submission, now=now)
