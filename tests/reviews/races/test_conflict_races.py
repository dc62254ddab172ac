"""Two who settle one suspicion at once, and naming somebody against an offer: the case stays sound."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from reviews.actions import assignment, conflict
from reviews.models import Assignment, Conflict
from reviews.rules.errors import RuleBroken, Stale
from reviews.rules.states import State
from tests.databases import FreshDatabase
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.reviews.actions.scenes import mails
from tests.reviews.races.conftest import Trials
from tests.reviews.races.racing import race, told, winners


@pytest.fixture
def made(fresh_database: FreshDatabase) -> Board:
    """The board, the same in every trial."""
    return board()


def test_two_who_settle_one_suspicion_at_once(made: Board, trials: Trials[Any]) -> None:
    def prepare(_: int) -> tuple[Case, Conflict]:
        case = cases.submission_in(State.SUBMITTED, made=made)
        return case, cases.suspect(case, made.reviewers[2])

    for _number, (case, row) in trials(prepare):
        settle = partial(settle_again, row, now=case.now)
        outcomes = race(
            case, partial(settle, by=made.coordinator, outcome="stands"), partial(settle, by=made.chair, outcome="none")
        )
        row.refresh_from_db()
        assert (winners(outcomes), [type(refused) for refused in told(outcomes)]) == (1, [Stale])
        first = not isinstance(outcomes[0], Exception)
        settled = (made.coordinator, "stands") if first else (made.chair, "none")
        assert (row.settled_by, row.outcome) == settled


def settle_again(row: Conflict, **facts: Any) -> Conflict:
    """Settle it as each of two pages has it."""
    return conflict.settle(conflict=Conflict.objects.get(pk=row.pk), reason="Asked.", **facts)


def test_a_suspicion_against_an_offer(made: Board, trials: Trials[Any]) -> None:
    """Whoever was suspected first got no offer; an offer that was first stands, and so does the suspicion."""

    def prepare(_: int) -> Case:
        return cases.submission_in(State.SUBMITTED, made=made)

    for _number, case in trials(prepare):
        person, now, version = made.reviewers[2], case.now, case.version
        outcomes = race(
            case,
            lambda case=case, person=person, now=now: conflict.name_somebody(
                submission=case.submission, name=person.display_name, type_key="personal", note="Friends.",
                by=case.author, now=now,
            ),
            lambda case=case, person=person, now=now, version=version: assignment.offer(
                submission=case.submission, reviewer=person, review_days=5, version=version, by=made.coordinator,
                now=now,
            ),
        )  # fmt: skip
        assert Conflict.objects.get(submission=case.submission).user == person
        offered = Assignment.objects.filter(submission=case.submission).count()
        refused = [(type(one), one.code) for one in told(outcomes)]
        assert (offered, refused) in [(1, []), (0, [(RuleBroken, "tie")])]
        assert (("assignment.offered", "Reviewer 2") in mails(case)) is bool(offered)
