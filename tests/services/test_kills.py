"""Workers that are killed while they send: nothing is lost, and at most the mail in hand comes once more.

A repeat carries the Message-ID of the first, and the row counts it.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.notifications.processes import wait_until
from tests.services.background import Background, fill, states, unfinished
from tests.sizes import KILLS

# The point, at which mail of the run the worker is killed, and how often the mail in hand was sent then.
POINTS = [
    ("before claim", 1, 1),
    ("after claim", 1, 1),
    ("before connect", 1, 1),
    ("after DATA", 2, 2),
    ("before commit", 2, 2),
    ("after commit", 2, 1),
]


@pytest.mark.parametrize(("point", "turn", "sent"), POINTS, ids=[point for point, _, _ in POINTS])
def test_worker_killed_loses_nothing_and_repeats_at_most_the_mail_in_hand(
    background: Background, point: str, turn: int, sent: int
) -> None:
    enqueued: list[str] = []
    for _ in range(KILLS):
        enqueued += fill(3)
        background.kill_at(point, turn=turn)

    with background.worker():
        wait_until(lambda: not unfinished(), "everything was sent")

    taken, after = background.server.ids(), states()
    assert sorted(taken) == sorted(enqueued)
    assert {state for state, _, _ in after.values()} == {"sent"}
    # Each kill fell on another mail, and each mail that went out twice says so of itself.
    assert Counter(taken.values())[sent] >= KILLS
    assert taken.total() == len(enqueued) + KILLS * (sent - 1)
    assert {mail: repeats for mail, (_, _, repeats) in after.items() if repeats} == {
        mail: count - 1 for mail, count in taken.items() if count > 1
    }
