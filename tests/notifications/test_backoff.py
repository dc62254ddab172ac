"""The pauses between attempts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.backoff import MAX_ATTEMPTS, WAITS, wait_after


def test_pauses_grow_and_end() -> None:
    waits = [wait_after(attempts) for attempts in range(1, MAX_ATTEMPTS + 2)]

    assert waits == [
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=15),
        timedelta(hours=1),
        timedelta(hours=4),
        timedelta(hours=12),
        timedelta(hours=24),
        None,
        None,
    ]
    assert list(WAITS) == sorted(WAITS)


def test_pause_without_an_attempt_is_refused() -> None:
    with pytest.raises(ValueError, match="attempt"):
        wait_after(0)
