"""Notices of letters. The mail says only that a letter is there; it is read behind sign-in."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from notifications import outbox
from reviews.models import Decision, Letter, Submission
from reviews.notices._tell import authors, tell
from reviews.rules.letter import Variant

EVENT = "letter.ready"
LETTER_STANDS = "reviews.letter_stands"


def ready(decision: Decision, submission: Submission, *, now: datetime) -> None:
    """The authors are told once that their letter is there. One of a decision that this one supersedes, and of which
    no mail has left yet, is not spoken of any more."""
    if decision.supersedes is not None:
        of_before = f"{EVENT}:{submission.reference}:{decision.supersedes.public_id}:"
        outbox.cancel(about=submission.reference, dedupe_prefix=of_before, now=now)
    letter = Letter.objects.get(decision=decision, variant=Variant.FULL)
    tell(
        authors(submission),
        "letter.ready",
        submission,
        now=now,
        occasion=decision.public_id,
        guard=LETTER_STANDS,
        path=reverse("reviews:letter-detail", args=[letter.public_id]),
        decision=decision.public_id,
    )
