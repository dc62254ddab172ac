"""Notices of conditions. Which one, and what was said of it, stands on the case."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from reviews.access.condition import asked, bound
from reviews.models import Condition, ConditionProof, Submission
from reviews.notices._tell import tell


def given(proof: ConditionProof, submission: Submission, *, now: datetime) -> None:
    """Somebody of the board is asked to look at a proof; never its own giver nor the owner of the condition."""
    path = reverse("reviews:condition-answer", args=[proof.public_id])
    waiting = Condition.objects.with_waiting().get(pk=proof.condition_id)
    people = asked(submission, waiting)
    tell(people, "condition.proof_given", submission, now=now, occasion=proof.public_id, path=path)


def answered(proof: ConditionProof, submission: Submission, *, now: datetime) -> None:
    """Whoever owes the condition learns whether the proof was enough."""
    event = "condition.proof_accepted" if proof.is_accepted else "condition.proof_refused"
    path = reverse("reviews:release-detail", args=[submission.reference])
    people = bound(submission).owing(proof.condition)
    tell(people, event, submission, now=now, occasion=proof.public_id, path=path)
