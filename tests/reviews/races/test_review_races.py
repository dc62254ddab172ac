"""A review that is corrected while the case goes on: to the board, into a vote, or away.

Either the correction comes first and is what everybody goes on with, or the other does and the correction says so or
is told. What goes wrong without a lock stands in ``test_races.py`` and ``tests/services/test_http_races.py``.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from audit import log
from reviews.actions import review
from reviews.models import Assignment, Motion, Review
from reviews.queries import round as rounds
from reviews.queries.review import content_of, filed
from reviews.rules.errors import NotNow, Stale
from reviews.rules.states import MotionStatus, Outcome, State
from tests.databases import FreshDatabase
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.reviews.races.conftest import Trials
from tests.reviews.races.racing import Call, race, told, winners

RIGHT = "What was found, put right."


@pytest.fixture
def home(fresh_database: FreshDatabase) -> Board:
    """A board in a database of its own."""
    return board()


def all_but_one(home: Board, tier: int) -> tuple[Case, list[Review]]:
    """A case on which only the last review is missing."""
    case = cases.submission_in(State.IN_REVIEW, made=home, tier=tier)
    cases.settle_evidence(case)
    rows = list(Review.objects.filter(assignment__submission=case.submission).order_by("pk"))
    for row in rows[:-1]:
        cases.file_review(case, row)
    return case, rows


def correcting(case: Case, row: Review, *, findings: str = RIGHT, **choice: Any) -> Call:
    """The call of a reviewer who corrects what they filed."""
    return partial(
        review.correct, review=row, content=replace(cases.findings(case, **choice), findings=findings),
        reason="A slip.", version=1, by=row.assignment.reviewer, now=case.now,
    )  # fmt: skip


def filing(case: Case, row: Review) -> Call:
    """The call of the reviewer whose review is the last one."""
    return partial(
        review.file, review=row, content=cases.findings(case), version=0, by=row.assignment.reviewer, now=case.now
    )


def versions(row: Review) -> list[tuple[int, str]]:
    """The versions of a seat, of which the last must be the one that counts."""
    found = list(row.assignment.versions.order_by("number"))
    assert Assignment.objects.get(pk=row.assignment_id).review_id == found[-1].pk
    assert all(one.filed_at is not None for one in found)
    return [(one.number, one.findings) for one in found]


def test_correction_against_the_opening_of_deliberation(home: Board, trials: Trials[Any]) -> None:
    """Both stand, and the version says truly whether its writer could read the others by then."""
    for _number, (case, rows) in trials(lambda _: all_but_one(home, 3)):
        outcomes = race(case, correcting(case, rows[0]), filing(case, rows[-1]))
        assert (winners(outcomes), case.submission.state) == (2, State.DELIBERATION)
        assert versions(rows[0]) == [(1, "What was found, in plain words."), (2, RIGHT)]
        first = case.submission.deliberation_opened_at
        made = rows[0].assignment.versions.get(number=2)
        types = order(case)
        assert first is not None
        assert made.after_round is (types.index("submission.deliberation_opened") < types.index("review.corrected"))
        assert len(rounds.facts(case.submission.revision).filed) == len(rows)


def order(case: Case) -> list[str]:
    """The types of the events of a case in the order of the log."""
    return [event.type for event in log.events(case.submission.stream)]


def test_correction_against_equal_recommendations(home: Board, trials: Trials[Any]) -> None:
    """At tier 2 the last review either meets the corrected one, and splits, or the case waits for its signature."""
    for _number, (case, rows) in trials(lambda _: all_but_one(home, 2)):
        outcomes = race(case, correcting(case, rows[0], outcome=Outcome.WITHHELD), filing(case, rows[-1]))
        if isinstance(outcomes[0], Exception):
            assert [(type(found), found.code) for found in told(outcomes)] == [(NotNow, "wrong_state")]
            assert (case.submission.state, len(versions(rows[0]))) == (State.SIGN_OFF, 1)
            continue
        assert (winners(outcomes), case.submission.state, len(versions(rows[0]))) == (2, State.DELIBERATION, 2)
        said = {outcome for one in filed(case.submission.revision) for outcome, _r in content_of(one).verdict.values()}
        assert said == {Outcome.FULL, Outcome.WITHHELD}


def test_correction_against_a_motion_that_is_put(home: Board, trials: Trials[Any]) -> None:
    """No ballot is open over a review that changes under it."""

    def prepare(_kind: int) -> tuple[Case, list[Review]]:
        case, rows = all_but_one(home, 3)
        cases.file_review(case, rows[-1])
        return case, rows

    for _number, (case, rows) in trials(prepare):
        outcomes = race(case, correcting(case, rows[0]), partial(cases.put, case))
        assert Motion.objects.get(revision=case.submission.revision).status == MotionStatus.OPEN
        corrected = not isinstance(outcomes[0], Exception)
        assert [(type(found), found.code) for found in told(outcomes)] == (
            [] if corrected else [(NotNow, "ballot_open")]
        )
        types = order(case)
        assert len(versions(rows[0])) == 1 + corrected
        if corrected:
            assert types.index("review.corrected") < types.index("motion.put")


def test_two_corrections_at_once(home: Board, trials: Trials[Any]) -> None:
    """One of two windows corrects; the other is told."""
    for _number, (case, rows) in trials(lambda _: all_but_one(home, 3)):
        outcomes = race(case, correcting(case, rows[0]), correcting(case, rows[0], findings="Another."))
        assert (winners(outcomes), [type(found) for found in told(outcomes)]) == (1, [Stale])
        assert len(versions(rows[0])) == 2
