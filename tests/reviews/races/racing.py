"""What the races about cases share: the start, who came through, what the others were told, and the way of the case."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from audit import log
from reviews.rules.errors import Refused
from tests.databases import at_once
from tests.factories.cases import Case

Call = Callable[[], Any]


def race(case: Case, *calls: Call) -> list[Any]:
    """Run the calls at once; nothing but the four refusals may come out, and the chain stays whole."""
    outcomes = at_once(*calls)
    faults = [found for found in outcomes if isinstance(found, Exception) and not isinstance(found, Refused)]
    assert faults == []
    assert log.verify(case.submission.stream).faults == ()
    case.again()
    return outcomes


def winners(outcomes: list[Any]) -> int:
    """How many came through."""
    return sum(not isinstance(found, Exception) for found in outcomes)


def told(outcomes: list[Any]) -> list[Refused]:
    """What those who did not come through were told."""
    return [found for found in outcomes if isinstance(found, Refused)]


def moves(case: Case) -> list[tuple[str, str]]:
    """The moves in the log, each of which has to start where the one before ended."""
    found = [(event.data["from"], event.data["to"]) for event in log.events(case.submission.stream) if
             "from" in event.data]  # fmt: skip
    assert all(before[1] == after[0] for before, after in itertools.pairwise(found))
    assert len(found) == case.version
    return found
