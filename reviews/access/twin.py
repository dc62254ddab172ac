"""From a raising rule to an answer: what a button shows, and why it is disabled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reviews.rules.errors import Refused


def refusal(check: Callable[..., object], *args: Any, **kwargs: Any) -> Refused | None:
    """The refusal that ``check`` raises for these arguments, or None when it lets them pass."""
    try:
        check(*args, **kwargs)
    except Refused as refused:
        return refused
    return None


def can(check: Callable[..., object], *args: Any, **kwargs: Any) -> bool:
    """Whether ``check`` lets these arguments pass."""
    return refusal(check, *args, **kwargs) is None
