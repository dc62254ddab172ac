"""Notices of evidence and holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from reviews.access.committee import acting
from reviews.models import Evidence, Hold, Submission
from reviews.notices import vacancy
from reviews.notices._tell import authors, tell
from reviews.rules.states import CommitteeRole


def asked(submission: Submission, *, tier: int, now: datetime) -> None:
    """The authors learn that a raised tier asks for more than they have given."""
    revision = submission.revision
    assert revision is not None
    tell(authors(submission), "evidence.asked", submission, now=now, occasion=f"{revision.pk}:{tier}")


def settled(evidence: Evidence, submission: Submission, *, now: datetime) -> None:
    """The other side learns that evidence was given or waived just now."""
    is_waived = evidence.waived_at == now
    people = authors(submission) if is_waived else acting(submission, CommitteeRole.COORDINATOR)
    event = "evidence.waived" if is_waived else "evidence.given"
    tell(people, event, submission, now=now, occasion=f"{evidence.public_id}:{now.isoformat()}")


def placed(holds: Sequence[Hold], submission: Submission, *, now: datetime) -> None:
    """Each officer named is asked to look; where there is none, administrators hear of it."""
    for hold in holds:
        officers = acting(submission, CommitteeRole(hold.role))
        tell(officers, "hold.placed", submission, now=now, occasion=hold.public_id)
    if holds:
        vacancy.found(submission, now=now)


def cleared(hold: Hold, submission: Submission, *, now: datetime) -> None:
    """Coordinator and chair learn that the hold is gone."""
    people = acting(submission, CommitteeRole.COORDINATOR) + acting(submission, CommitteeRole.CHAIR)
    tell(people, "hold.cleared", submission, now=now, occasion=hold.public_id)
