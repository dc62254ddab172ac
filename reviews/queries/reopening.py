"""Requests to open a case again, what asks for a re-review, and what a case was opened for."""

from __future__ import annotations

from reviews.models import Conflict, Reopening, Revision, Submission
from reviews.queries.head import Head
from reviews.rules import reopening as rules
from reviews.rules.clearance import ReReview


def open_request(submission: Submission) -> Reopening | None:
    """The request of this case that waits for an answer, whoever asked."""
    return Reopening.objects.open().filter(submission=submission).select_related("asked_by").first()


def by_public_id(public_id: str) -> Reopening | None:
    """One request with its case; whoever asks must still be checked."""
    return Reopening.objects.select_related("submission", "asked_by", "answered_by").filter(public_id=public_id).first()


def opening_of(revision: Revision) -> Reopening | None:
    """The request by which the authors have this revision, the last one where it was taken up more than once."""
    return Reopening.objects.granted().filter(revision=revision).order_by("-answered_at", "-pk").first()


def may_name(head: Head) -> tuple[ReReview, ...]:
    """What somebody may name who asks for a re-review of this case now; one query more than the head has read.

    That somebody stepped aside may still be named after the look at it that the coordinator noted.
    """
    signs = head.signs
    if signs is None:
        return ()
    stands = rules.standing(signs, today=head.today)
    aside = Conflict.objects.in_force().filter(unsettles=head.cleared.decision if head.cleared else None)
    if ReReview.RECUSED not in stands and aside.exists():
        stands = (*stands, ReReview.RECUSED)
    return rules.may_name(stands)
