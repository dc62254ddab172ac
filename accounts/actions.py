"""What people change about accounts. Each change leaves one event in the stream of that account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit import log


@transaction.atomic(durable=True)
def change_profile(*, user: User, display_name: str, time_zone: str, now: datetime) -> User:
    """A person's own name and zone. The event holds the zone and the digest of the name; nothing new, no event."""
    held = User.objects.select_for_update().get(pk=user.pk)
    data: dict[str, Any] = {}
    if display_name != held.display_name:
        data["display_name"] = log.digest(display_name)
    if time_zone != held.time_zone:
        data["time_zone"] = time_zone
    if data:
        held.display_name, held.time_zone = display_name, time_zone
        held.save(update_fields=["display_name", "time_zone"])
        log.record(
            stream=f"account:{held.public_id}", type="account.profile_changed", actor=held.public_id, at=now, data=data
        )
    return held
