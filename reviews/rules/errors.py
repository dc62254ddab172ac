"""The four ways in which the program says no. Each carries a code and a sentence that a user may read."""

from __future__ import annotations


class Refused(Exception):
    """A refusal that was foreseen; everything else is a fault and crashes."""

    def __init__(self, text: str, *, code: str = "refused", field: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.code = code
        self.field = field


class Denied(Refused):
    """Not you: this person may not do this, whatever the state."""


class NotNow(Refused):
    """Not now: the state of the case does not allow it."""


class RuleBroken(Refused):
    """Not like this: the content breaks a rule."""


class Stale(Refused):
    """Somebody was faster: the thing changed since the form was shown."""
