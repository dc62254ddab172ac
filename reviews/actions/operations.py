"""What administrators do to the machinery: giving dead letters another chance. No case is touched."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from audit import log
from notifications import outbox
from reviews.access import operations as access
from reviews.actions._transition import action


@action
def retry_mails(*, public_ids: tuple[str, ...], by: User, now: datetime) -> int:
    """Put dead letters back into the outbox; returns how many there were. Guards are asked anew before sending."""
    access.check_can_operate(by)
    count = outbox.retry(*public_ids, now=now)
    if count:
        log.record(
            stream=f"account:{by.public_id}",
            type="operations.mails_retried",
            actor=by.public_id,
            at=now,
            data={"mails": count},
        )
        outbox.nudge()
    return count
