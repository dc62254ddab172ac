"""Proving and answering against each other: one proof waits, one answer counts, and nobody answers from outside."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from accounts.models import User
from reviews.actions import condition, conflict
from reviews.models import Condition, ConditionProof
from reviews.rules.errors import Denied, NotNow, Stale
from tests.databases import FreshDatabase
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.reviews.races.conftest import Trials
from tests.reviews.races.racing import race, told


@pytest.fixture
def made(fresh_database: FreshDatabase) -> Board:
    """The board, the same in every trial."""
    return board()


def promised(made: Board) -> Case:
    """A decision in force with one condition."""
    case = cases.submission_in(cases.State.DELIBERATION, made=made, tier=3)
    cases.clear_holds(case)
    motion = cases.put(case, conditions=("Keep a log.",))
    cases.vote(case, motion)
    cases.finalise(case, motion)
    cases.sign_all(case)
    return case


def row_of(case: Case) -> Condition:
    return Condition.objects.get(decision__submission=case.submission)


def prove(case: Case, text: str) -> partial[ConditionProof]:
    """A first proof, at the moment of the race."""
    return partial(condition.prove, condition=row_of(case), text=text, version=0, by=case.author, now=case.now)


def accept(case: Case, proof: ConditionProof, by: User) -> partial[Any]:
    """It is enough."""
    return partial(condition.accept, proof=proof, by=by, now=case.now)


def refuse(case: Case, proof: ConditionProof, by: User) -> partial[Any]:
    """It is not."""
    return partial(condition.refuse, proof=proof, reason="No date.", by=by, now=case.now)


def test_two_proofs_at_once(made: Board, trials: Trials[Any]) -> None:
    """One waits; the other is told that there is one."""
    for _number, case in trials(lambda _: promised(made)):
        outcomes = race(case, prove(case, "Here."), prove(case, "There."))
        assert [(type(one), one.code) for one in told(outcomes)] == [(Stale, "stale")]
        assert [proof.number for proof in row_of(case).proofs.all()] == [1]


def test_accepting_against_refusing(made: Board, trials: Trials[Any]) -> None:
    """One answer counts, and the condition is what that answer says."""

    def prepare(_: int) -> tuple[Case, ConditionProof]:
        case = promised(made)
        return case, cases.prove_condition(case, row_of(case))

    for _number, (case, proof) in trials(prepare):
        outcomes = race(case, accept(case, proof, made.coordinator), refuse(case, proof, made.chair))
        assert [(type(one), one.code) for one in told(outcomes)] == [(NotNow, "answered")]
        proof.refresh_from_db()
        assert (row_of(case).met_at is not None) is proof.is_accepted


def test_accepting_against_stepping_aside(made: Board, trials: Trials[Any]) -> None:
    """The answer stands from before, or is refused; nobody answers from outside."""

    def prepare(_: int) -> tuple[Case, ConditionProof]:
        case = promised(made)
        return case, cases.prove_condition(case, row_of(case))

    for _number, (case, proof) in trials(prepare):
        aside = partial(conflict.declare, submission=case.submission, type_key="personal", by=made.chair, now=case.now)
        outcomes = race(case, accept(case, proof, made.chair), aside)
        refused = [(type(one), one.code) for one in told(outcomes)]
        assert (row_of(case).met_by, refused) in [(made.chair, []), (None, [(Denied, "conflicted")])]
