"""A policy version waits: everybody who may approve it hears of it, once, and only while it waits."""

from __future__ import annotations

from datetime import datetime

from notifications import outbox
from reviews.models import Adoption
from reviews.queries.policy import approvers

MAY_APPROVE = "reviews.may_approve"


def proposed(adoption: Adoption, *, now: datetime) -> None:
    """Tell each administrator but the proposer. The mail names committee and version; both are no secret of a case."""
    committee = adoption.committee
    for person in approvers(adoption):
        outbox.enqueue(
            template="policy.proposed",
            recipient=person.public_id,
            address=person.email,
            context={
                "name": person.display_name,
                "committee": committee.name,
                "version": adoption.version.version,
                "path": committee.get_absolute_url(),
            },
            dedupe_key=f"policy.proposed:{adoption.public_id}:{person.public_id}",
            about=f"adoption:{adoption.public_id}",
            guard=MAY_APPROVE,
            now=now,
            time_zone=person.time_zone,
        )
    outbox.nudge()
