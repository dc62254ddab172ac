"""A lost password: whoever asks gets the same answer at the same pace, whether there is such an account or not."""

from __future__ import annotations

from datetime import datetime

from accounts import notices
from accounts.actions._account import action


@action
def ask_for_new_password(*, email: str, now: datetime) -> None:
    """Leave a mail that is sent only if, right before, there is an open account with this address.

    Nothing is looked up here, so that nothing can be read from how long it takes.
    """
    notices.new_password_asked(email.lower(), now=now)
