"""Notices of stages."""

from __future__ import annotations

from datetime import datetime

from reviews.models import Stage, Submission
from reviews.notices._tell import authors, tell


def opened(stage: Stage, submission: Submission, *, now: datetime) -> None:
    """The authors may go one step further; which one stands on the page."""
    tell(authors(submission), "release.stage_opened", submission, now=now, occasion=stage.public_id)
