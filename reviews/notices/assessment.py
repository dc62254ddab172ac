"""Notices of a tier that rose or that somebody proposes."""

from __future__ import annotations

from datetime import datetime

from reviews.access.assessment import second_people
from reviews.access.committee import acting
from reviews.models import Assessment, Submission, TierProposal
from reviews.notices._tell import tell
from reviews.rules.states import CommitteeRole


def raised(assessment: Assessment, submission: Submission, *, now: datetime) -> None:
    """Coordinator and chair learn that the reviewers' answers ask for more than the authors' did."""
    people = acting(submission, CommitteeRole.COORDINATOR) + acting(submission, CommitteeRole.CHAIR)
    tell(people, "assessment.raised", submission, now=now, occasion=f"{assessment.revision_id}:{assessment.tier}")


def proposed(proposal: TierProposal, submission: Submission, *, now: datetime) -> None:
    """Everybody who may confirm the tier is asked to look at it."""
    people = second_people(submission, proposal)
    tell(people, "assessment.tier_proposed", submission, now=now, occasion=proposal.public_id)


def overridden(assessment: Assessment, proposal: TierProposal, submission: Submission, *, now: datetime) -> None:
    """Coordinator and proposer learn that another tier rules."""
    people = [*acting(submission, CommitteeRole.COORDINATOR), proposal.proposed_by]
    tell(people, "assessment.overridden", submission, now=now, occasion=proposal.public_id)


def refused(proposal: TierProposal, submission: Submission, *, now: datetime) -> None:
    """Whoever proposed it, and whoever acts as chair now, learn that the tier that rules stays."""
    people = [proposal.proposed_by, *acting(submission, CommitteeRole.CHAIR)]
    tell(people, "assessment.tier_refused", submission, now=now, occasion=proposal.public_id)
