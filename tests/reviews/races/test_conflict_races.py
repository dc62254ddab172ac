"""Two who settle one suspicion at once, naming somebody against an offer, joining against a transfer: the case stays
sound."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from accounts.models import User
from reviews.actions import assignment, conflict, transfer
from reviews.actions.committee import appoint
from reviews.models import Assignment, Conflict, Membership, Submission
from reviews.rules.errors import RuleBroken, Stale
from reviews.rules.states import CommitteeRole, State
from reviews.rules.visibility import Level
from tests.databases import FreshDatabase
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.factories.people import UserFactory
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


def test_whoever_joins_while_a_case_comes_is_looked_at(made: Board, trials: Trials[Any]) -> None:
    """The transfer looks at those who serve there, the appointment at the cases that are there: one sees the other.

    The appointment comes a little later from trial to trial, so that some meet the transfer right before its end.
    """

    def prepare(_: int) -> tuple[Case, Board, User]:
        there = cases.elsewhere()
        cases.submission_in(State.SUBMITTED, made=there)
        case = cases.submission_in(State.SUBMITTED, made=made)
        return case, there, UserFactory(display_name="Newcomer", unit=case.author.unit)

    def joins(case: Case, there: Board, newcomer: User, after: int) -> Membership:
        for _ in range(after):
            Submission.objects.visible_to(newcomer, Level.SUMMARY).count()
        return appoint(
            committee=there.committee, user=newcomer, role=CommitteeRole.MEMBER, by=there.administrator, now=case.now
        )

    for number, (case, there, newcomer) in trials(prepare):
        outcomes = race(
            case,
            partial(
                transfer.transfer, submission=case.submission, target=there.committee, reason="They know more.",
                version=case.version, by=made.coordinator, now=case.now,
            ),
            partial(joins, case, there, newcomer, number % 25),
        )  # fmt: skip
        assert winners(outcomes) == 2
        found = Conflict.objects.filter(submission=case.submission, user=newcomer)
        assert list(found.values_list("type_key", "strength")) == [("same_unit", "detected")]
