"""Notice to somebody who was appointed to stand in. Who cannot open the case yet hears when they can."""

from __future__ import annotations

from datetime import datetime

from reviews.access.submission import sight
from reviews.models import StandIn, Submission
from reviews.notices._tell import tell
from reviews.rules.visibility import Level


def appointed(row: StandIn, submission: Submission, *, now: datetime) -> None:
    """They act on this case from now on; voters before the board meets are told when it does."""
    if sight(row.user, submission).level >= Level.SUMMARY:
        tell([row.user], "stand_in.appointed", submission, now=now, occasion=row.public_id)
