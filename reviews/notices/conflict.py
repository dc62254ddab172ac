"""Notices of declared conflicts."""

from __future__ import annotations

from datetime import datetime

from reviews.access.committee import acting
from reviews.models import Conflict
from reviews.notices import vacancy
from reviews.notices._tell import tell
from reviews.rules.states import CommitteeRole


def declared(conflict: Conflict, *, now: datetime) -> None:
    """The coordinator learns that somebody stepped aside; who it is stands on the page.

    Where nobody is left in a role that the case waits for, administrators hear of it.
    """
    tell(
        acting(conflict.submission, CommitteeRole.COORDINATOR),
        "conflict.declared",
        conflict.submission,
        now=now,
        occasion=conflict.public_id,
    )
    vacancy.found(conflict.submission, now=now)
