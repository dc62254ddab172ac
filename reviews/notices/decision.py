"""Notices of decisions and signatures. The mail says only that something is there to read."""

from __future__ import annotations

from datetime import datetime

from reviews.access.committee import acting, voters
from reviews.access.motion import behind
from reviews.models import Decision, Submission
from reviews.notices import vacancy
from reviews.notices._tell import tell
from reviews.rules.states import CommitteeRole


def awaits_signature(decision: Decision, submission: Submission, *, now: datetime) -> None:
    """Each open seat is asked to sign; where it has nobody, administrators hear of it."""
    for seat in decision.sign_offs.filter(signed_at=None):
        people = acting(submission, CommitteeRole(seat.seat), without=behind(decision.motion))
        tell(people, "decision.awaits_signature", submission, now=now, occasion=f"{decision.public_id}:{seat.seat}")
    vacancy.found(submission, now=now)


def completed(decision: Decision, submission: Submission, *, now: datetime) -> None:
    """With the last signature the coordinator is told; the authors hear of their letter (``notices.letter``)."""
    coordinators = acting(submission, CommitteeRole.COORDINATOR)
    tell(coordinators, "decision.recorded", submission, now=now, occasion=decision.public_id)


def sent_back(decision: Decision, submission: Submission, *, opened: bool, now: datetime) -> None:
    """Chair and coordinator take it up again; where that has ``opened`` the deliberation, the voters may read now."""
    people = acting(submission, CommitteeRole.CHAIR) + acting(submission, CommitteeRole.COORDINATOR)
    tell(people, "decision.sent_back", submission, now=now, occasion=decision.public_id)
    if opened:
        tell(voters(submission), "submission.deliberation_opened", submission, now=now)
