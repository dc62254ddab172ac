"""Who could sign, in a few queries, is whom ``access`` names one by one."""

from __future__ import annotations

import pytest

from reviews.access.committee import acting
from reviews.actions import conflict
from reviews.queries.decision import signatories
from reviews.rules.states import CommitteeRole, State
from tests.factories import cases

pytestmark = pytest.mark.django_db
SEATS = ("coordinator", "chair", "head_of_research", "executive")


@pytest.mark.parametrize("without", ["nobody", "chair", "coordinator", "deputy", "executive"])
@pytest.mark.parametrize("is_conflicted", [False, True])
def test_signatories_are_those_who_act(without: str, is_conflicted: bool) -> None:
    case = cases.submission_in(State.SUBMITTED)
    board = case.board
    people = {"chair": board.chair, "coordinator": board.coordinator, "deputy": board.deputy, **board.officers}
    shut = {people[without].pk} if without in people else set()
    if is_conflicted:
        conflict.declare(submission=case.submission, type_key="personal", by=board.chair, now=case.later())
    found = signatories(case.submission, SEATS, without=shut)
    assert found == {seat: acting(case.submission, CommitteeRole(seat), without=shut) for seat in SEATS}
