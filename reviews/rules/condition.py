"""The conditions of a decision: whom each binds, how it stands, and which stages wait for it.

Those that a policy puts on its questions are another thing (``conditions``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Progress(StrEnum):
    """How far a condition is: open, with a proof that waits for its answer, or met."""

    OPEN = "open"
    GIVEN = "given"
    MET = "met"


@dataclass(frozen=True)
class Facts:
    """What was stored about one condition. It is met before ``rung`` of ``part``; empty: no stage waits for it."""

    is_met: bool = False
    is_given: bool = False
    due: date | None = None
    part: str = ""
    rung: str = ""


def progress(facts: Facts) -> Progress:
    """How far it is. A proof alone meets nothing; somebody else has to have seen that it does."""
    if facts.is_met:
        return Progress.MET
    return Progress.GIVEN if facts.is_given else Progress.OPEN


def wants_proof(facts: Facts) -> bool:
    """Whether somebody is asked for a proof now: it is open, and has a day or a stage that waits for it."""
    return progress(facts) is Progress.OPEN and (facts.due is not None or facts.rung != "")


def is_late(facts: Facts, today: date) -> bool:
    """Whether its day has passed and it is not met. A proof that waits makes it no less late."""
    return not facts.is_met and facts.due is not None and facts.due < today


def late(conditions: Iterable[Facts], today: date) -> int:
    """How many are past their day and not met; each shuts every further stage."""
    return sum(is_late(one, today) for one in conditions)


def required(conditions: Iterable[Facts], part: str, rungs: Sequence[str], order: int) -> int:
    """How many are still to be met before stage ``order`` of a part opens: those of that stage and of earlier ones.

    ``rungs`` are those of the part's stages in their order, which counts from 1.
    """
    reached = rungs[:order]
    return sum(not one.is_met and one.part == part and one.rung in reached for one in conditions)


def owed_by(owner: int | None, authors: Collection[int], runners: Collection[int]) -> frozenset[int]:
    """Whom a condition binds: its owner, as long as they are an author or run the case; otherwise the authors together.

    People are keys here. ``authors`` have open accounts, ``runners`` stand outside no case that they run.
    """
    if owner is not None and (owner in authors or owner in runners):
        return frozenset({owner})
    return frozenset(authors)
