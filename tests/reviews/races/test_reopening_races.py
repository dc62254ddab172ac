"""Two people who answer one request to open a case again at the same moment: one answer counts, the other is told."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from audit import log
from reviews.actions import reopening
from reviews.models import Reopening
from reviews.rules.errors import NotNow, Stale
from reviews.rules.states import State
from tests.databases import FreshDatabase
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.reviews.races.conftest import Trials
from tests.reviews.races.racing import moves, race, told, winners


@pytest.fixture
def made(fresh_database: FreshDatabase) -> Board:
    """The board, the same in every trial."""
    return board()


def asked(made: Board) -> tuple[Case, Reopening]:
    """A decided case that its author wants to amend."""
    case = cases.submission_in(State.DECIDED, made=made)
    return case, cases.ask_amendment(case)


def opened(case: Case) -> list[int]:
    """The revisions of a case; how often it was opened is what the log says of it."""
    found = [event.type for event in log.events(case.submission.stream)].count("submission.reopened")
    numbers = list(case.submission.revisions.order_by("number").values_list("number", flat=True))
    assert len(numbers) == found + 1
    assert [move for move in moves(case) if move[0] in ("decided", "withdrawn")] == [("decided", "returned")] * found
    return numbers


def test_two_who_grant_one_request_at_once(made: Board, trials: Trials[Any]) -> None:
    for _number, (case, row) in trials(lambda _: asked(made)):
        grant = partial(reopening.grant, reopening=row, version=case.version, now=case.later())
        outcomes = race(case, partial(grant, by=made.coordinator), partial(grant, by=made.chair))
        assert (winners(outcomes), [type(refused) for refused in told(outcomes)]) == (1, [NotNow])
        row.refresh_from_db()
        first = not isinstance(outcomes[0], Exception)
        assert (row.status, row.answered_by) == ("granted", made.coordinator if first else made.chair)
        assert (case.submission.state, opened(case)) == (State.RETURNED, [1, 2])


def test_a_grant_against_a_refusal(made: Board, trials: Trials[Any]) -> None:
    for _number, (case, row) in trials(lambda _: asked(made)):
        given = {"reopening": row, "version": case.version, "now": case.later()}
        outcomes = race(
            case,
            partial(reopening.grant, by=made.coordinator, **given),
            partial(reopening.refuse, by=made.chair, reason="Nothing new.", **given),
        )
        assert (winners(outcomes), [type(refused) for refused in told(outcomes)]) == (1, [NotNow])
        row.refresh_from_db()
        if isinstance(outcomes[1], Exception):
            assert (row.status, case.submission.state, opened(case)) == ("granted", State.RETURNED, [1, 2])
        else:
            assert (row.status, case.submission.state, opened(case)) == ("refused", State.DECIDED, [1])


def test_an_author_and_the_board_who_ask_at_once(made: Board, trials: Trials[Any]) -> None:
    for _number, case in trials(lambda _: cases.submission_in(State.DECIDED, made=made)):
        given = {"submission": case.submission, "reason": "A reason.", "version": case.version, "now": case.later()}
        outcomes = race(
            case,
            partial(reopening.ask, by=case.author, **given),
            partial(reopening.ask_re_review, trigger="new_law", by=made.coordinator, **given),
        )
        assert winners(outcomes) == 1
        assert {type(refused) for refused in told(outcomes)} <= {NotNow, Stale}
        assert Reopening.objects.open().filter(submission=case.submission).count() == 1
