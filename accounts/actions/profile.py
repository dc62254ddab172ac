"""What people change about themselves."""

from __future__ import annotations

from datetime import datetime

from accounts.actions import _account
from accounts.actions._account import action
from accounts.actions.people import save
from accounts.models import User


@action
def change_profile(
    *, user: User, display_name: str, time_zone: str, load_cap: int | None = None, version: int | None = None,
    now: datetime,
) -> User:  # fmt: skip
    """A person's own name, zone and load. The event holds the digest of the name; nothing new leaves no event."""
    user = _account.lock(user)
    _account.check_seen(user, version)
    if time_zone != user.time_zone:
        _account.check_zone(time_zone)
    cap = user.load_cap if load_cap is None else load_cap
    wanted = {"display_name": display_name, "time_zone": time_zone, "load_cap": cap}
    save(user, wanted, "account.profile_changed", user, now)
    return user
