"""Writing against stepping aside: whatever comes first, whoever stands aside writes and hears nothing afterwards."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from accounts.models import User
from reviews.actions import comment, conflict
from reviews.models import Comment
from reviews.queries.comment import About
from reviews.rules.errors import Denied, RuleBroken
from reviews.rules.states import State
from tests.databases import FreshDatabase
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.reviews.actions.scenes import mails
from tests.reviews.races.conftest import Trials
from tests.reviews.races.racing import race, told


@pytest.fixture
def made(fresh_database: FreshDatabase) -> Board:
    """The board, the same in every trial."""
    return board()


def write(case: Case, by: User, mentions: tuple[User, ...] = ()) -> partial[Comment]:
    """A message for the board, at the moment of the race."""
    return partial(
        comment.write, submission=case.submission, text="A word.", audience="board", about=About(), mentions=mentions,
        by=by, now=case.now,
    )  # fmt: skip


def step_aside(case: Case, by: User) -> partial[Any]:
    """A conflict of one's own."""
    return partial(conflict.declare, submission=case.submission, type_key="personal", by=by, now=case.now)


def test_writing_against_stepping_aside(made: Board, trials: Trials[Any]) -> None:
    """The message stands from before, or is refused; nobody writes from outside."""

    def prepare(_: int) -> Case:
        return cases.submission_in(State.DELIBERATION, made=made, tier=3)

    for _number, case in trials(prepare):
        voter = made.members[0]
        outcomes = race(case, write(case, voter), step_aside(case, voter))
        written = Comment.objects.filter(submission=case.submission).count()
        refused = [(type(one), one.code) for one in told(outcomes)]
        assert (written, refused) in [(1, []), (0, [(Denied, "no_part")])]
        assert not Comment.objects.visible_to(voter).exists()


def test_mentioning_against_stepping_aside(made: Board, trials: Trials[Any]) -> None:
    """Who stepped aside is not mentioned any more, or was before; either way no mail about it is left to go out."""

    def prepare(_: int) -> Case:
        return cases.submission_in(State.DELIBERATION, made=made, tier=3)

    for _number, case in trials(prepare):
        voter = made.members[0]
        outcomes = race(case, write(case, made.coordinator, (voter,)), step_aside(case, voter))
        written = Comment.objects.filter(submission=case.submission).count()
        refused = [(type(one), one.code) for one in told(outcomes)]
        assert (written, refused) in [(1, []), (0, [(RuleBroken, "mention")])]
        assert ("comment.mentioned", "Member 0") not in mails(case)
