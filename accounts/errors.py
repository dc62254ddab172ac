"""How this app says no. Each refusal carries a code and a sentence that may be shown to the person who tried."""

from __future__ import annotations


class Refused(Exception):
    """The change is not allowed like this. ``field`` names the answer that is at fault, where there is one."""

    def __init__(self, text: str, *, code: str = "refused", field: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.code = code
        self.field = field


class Denied(Refused):
    """Not you: this person may not do this to anybody, or not to that person."""


class Stale(Refused):
    """Somebody was faster: the account changed since the form was shown."""
