"""Emergency restriction: whether one is in force, until when the board has to ratify it, and what its votes come to.

A restriction only takes away. It lapses by itself, as follows from stored moments, where nobody ratified it in time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reviews.rules.quorum import Tally
from reviews.rules.states import Vote


class Ending(StrEnum):
    """How a restriction ended: nobody ratified it in time, a vote refused it, two people lifted it, or a later decision
    took the place of what it restricted."""

    LAPSED = "lapsed"
    REFUSED = "refused"
    LIFTED = "lifted"
    REPLACED = "replaced"


class Phase(StrEnum):
    """Where a restriction stands at a moment. In force are the first two."""

    WAITS = "waits"
    RATIFIED = "ratified"
    LAPSED = "lapsed"
    ENDED = "ended"


IN_FORCE = frozenset({Phase.WAITS, Phase.RATIFIED})


class Verdict(StrEnum):
    """What the votes on a restriction come to, once nothing that is out can change it."""

    OPEN = "open"
    RATIFIED = "ratified"
    REFUSED = "refused"


@dataclass(frozen=True)
class Moments:
    """What is stored of one restriction."""

    ratify_by: datetime
    ratified_at: datetime | None = None
    ended_at: datetime | None = None


def phase(stored: Moments, *, now: datetime) -> Phase:
    """Where a restriction stands: it waits for ratification up to and with its last moment."""
    if stored.ended_at is not None:
        return Phase.ENDED
    if stored.ratified_at is not None:
        return Phase.RATIFIED
    return Phase.WAITS if now <= stored.ratify_by else Phase.LAPSED


def by_board(count: Tally) -> Verdict:
    """Where the tier has a board vote: its quorum and its majority, once no vote that is out can change the result.

    Too few refuse nothing: where the quorum is not there, or cannot be any more, the restriction lapses by its date.
    """
    if not count.is_settled:
        return Verdict.OPEN
    if count.carried:
        return Verdict.RATIFIED
    return Verdict.REFUSED if count.quorum_met else Verdict.OPEN


def by_one(people: Collection[str], votes: Mapping[str, Vote]) -> Verdict:
    """Where the tier has no board vote: one other person is enough, and refused is what all of them refused.

    ``people`` are those who may ratify now. So nobody alone ends what another one placed.
    """
    said = {key: votes[key] for key in people if key in votes}
    if Vote.FOR in said.values():
        return Verdict.RATIFIED
    return Verdict.REFUSED if said and len(said) == len(people) else Verdict.OPEN
