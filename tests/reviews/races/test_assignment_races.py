"""Seats at the same moment: nobody sits twice, nobody follows twice, and what was refused left nothing behind.

The last test does without a lock what the product does with one, and has to go wrong.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from reviews.actions import assignment, conflict, motion, proposal
from reviews.actions.committee import appoint
from reviews.actions.proposal import Pick
from reviews.models import Assignment, Ballot, Conflict, Review
from reviews.queries import motion as ballots
from reviews.rules.errors import Denied, NotNow, RuleBroken, Stale
from reviews.rules.states import LIVE_ASSIGNMENT, AssignmentStatus, CommitteeRole, Outcome, State, Vote
from tests.databases import FreshDatabase, at_once
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import START, Board, board
from tests.reviews.races.conftest import Trials
from tests.reviews.races.racing import race, told, winners


@pytest.fixture
def made(fresh_database: FreshDatabase) -> Board:
    """The board, the same in every trial."""
    return board()


def mine(row: Assignment) -> Assignment:
    """The seat as each of two pages has it."""
    return Assignment.objects.get(pk=row.pk)


def offered(made: Board) -> tuple[Case, Assignment]:
    """A tier-1 case with one offer."""
    case = cases.submit(cases.draft(made, tier=1))
    return case, cases.offer(case, made.reviewers[0])


def live(case: Case) -> list[User]:
    """Whose seats are open."""
    rows = Assignment.objects.filter(submission=case.submission, status__in=LIVE_ASSIGNMENT)
    return [row.reviewer for row in rows.order_by("pk")]


def test_the_same_seat_in_two_batches_at_once(made: Board, trials: Trials[Any]) -> None:
    """Two pages show the same proposal; one offers it, the other is told, and nobody hears twice."""

    def prepare(_: int) -> tuple[Case, int]:
        case = cases.submission_in(State.SUBMITTED, made=made, tier=3)
        return case, case.version

    for _number, (case, version) in trials(prepare):
        picks = [Pick(case.submission, version, person, 10) for person in made.reviewers[:3]]
        offer = partial(proposal.offer_all, picks=picks, by=made.coordinator, now=case.later())
        outcomes = race(case, offer, offer)
        assert (winners(outcomes), [type(refused) for refused in told(outcomes)]) == (1, [Stale])
        assert live(case) == made.reviewers[:3]


def test_two_committees_that_ask_one_person_at_once_keep_to_what_they_take(made: Board, trials: Trials[Any]) -> None:
    """The last place on a desk goes to one of two batches, though they have no case in common."""
    there, shared = board(name="The other board"), made.reviewers[0]
    appoint(committee=there.committee, user=shared, role=CommitteeRole.REVIEWER, by=made.administrator, now=START)
    for _number, case in trials(lambda _: cases.submit(cases.draft(made, tier=1))):
        other = cases.submit(cases.draft(there, tier=1))
        busy = Assignment.objects.filter(reviewer=shared, status__in=LIVE_ASSIGNMENT).count()
        User.objects.filter(pk=shared.pk).update(load_cap=busy + 1)
        now = max(case.later(), other.later())
        outcomes = at_once(*(
            partial(
                proposal.offer_all, picks=[Pick(one.submission, one.version, shared, 10)], by=one.board.coordinator,
                now=now,
            )
            for one in (case, other)
        ))  # fmt: skip
        assert (winners(outcomes), [refused.code for refused in told(outcomes)]) == (1, ["full"])
        assert len([one for one in (case, other) if shared in live(one)]) == 1


def test_two_scans_that_let_an_offer_lapse_ask_one_successor(made: Board, trials: Trials[Any]) -> None:
    for _number, (case, row) in trials(lambda _: offered(made)):
        now = case.later()
        outcomes = race(case, *[lambda row=row, now=now: assignment.lapse(assignment=mine(row), now=now)] * 2)
        assert sorted(outcomes) == [False, True]
        assert (len(live(case)), made.reviewers[0] in live(case)) == (1, False)


def test_declining_against_lapsing_asks_one_successor(made: Board, trials: Trials[Any]) -> None:
    for _number, (case, row) in trials(lambda _: offered(made)):
        now = case.later()
        outcomes = race(
            case,
            lambda row=row, now=now: assignment.decline(
                assignment=mine(row), reason="Away.", by=made.reviewers[0], now=now
            ),
            lambda row=row, now=now: assignment.lapse(assignment=mine(row), now=now),
        )
        row.refresh_from_db()
        lapsed = outcomes[1]
        assert row.status == (AssignmentStatus.LAPSED if lapsed else AssignmentStatus.DECLINED)
        assert [type(refused) for refused in told(outcomes)] == ([NotNow] if lapsed else [])
        assert (len(live(case)), made.reviewers[0] in live(case)) == (1, False)


def test_accepting_against_replacing(made: Board, trials: Trials[Any]) -> None:
    """Whoever accepted first is replaced all the same; whoever was replaced first accepts no more."""
    for _number, (case, row) in trials(lambda _: offered(made)):
        now = case.later()
        outcomes = race(
            case,
            lambda row=row, now=now: assignment.accept(
                assignment=mine(row), no_conflict=True, by=made.reviewers[0], now=now
            ),
            lambda row=row, now=now: assignment.replace(
                assignment=mine(row), reviewer=made.reviewers[1], reason="Ill.", by=made.coordinator, now=now
            ),
        )
        row.refresh_from_db()
        accepted = not isinstance(outcomes[0], Exception)
        assert (row.status, live(case)) == (AssignmentStatus.REPLACED, [made.reviewers[1]])
        assert [(type(refused), refused.code) for refused in told(outcomes)] == (
            [] if accepted else [(NotNow, "not_open")]
        )
        assert (row.no_conflict_at is not None, Review.objects.filter(assignment=row).exists()) == (accepted, accepted)


def test_handing_over_against_an_offer_to_the_same_colleague(made: Board, trials: Trials[Any]) -> None:
    for _number, (case, row) in trials(lambda _: offered(made)):
        now, version, colleague = case.later(), case.version, made.reviewers[1]
        outcomes = race(
            case,
            lambda row=row, now=now, to=colleague: assignment.hand_over(
                assignment=mine(row), to=to, by=made.reviewers[0], now=now
            ),
            lambda case=case, now=now, to=colleague, version=version: assignment.offer(
                submission=case.submission, reviewer=to, review_days=5, version=version, by=made.coordinator, now=now
            ),
        )
        assert winners(outcomes) == 1
        assert {(type(refused), refused.code) for refused in told(outcomes)} <= {
            (RuleBroken, "cannot_take"), (RuleBroken, "seated"),
        }  # fmt: skip
        assert live(case).count(colleague) == 1


def test_a_batch_against_a_new_conflict(made: Board, trials: Trials[Any]) -> None:
    """Whoever declared first is offered nothing, and neither is anybody of the batch; afterwards the seat ends."""

    def prepare(_: int) -> tuple[Case, int]:
        case = cases.submission_in(State.SUBMITTED, made=made, tier=3)
        return case, case.version

    for _number, (case, version) in trials(prepare):
        now, out = case.later(), made.reviewers[1]
        picks = [Pick(case.submission, version, person, 10) for person in made.reviewers[:3]]
        outcomes = race(
            case,
            lambda picks=picks, now=now: proposal.offer_all(picks=picks, by=made.coordinator, now=now),
            lambda case=case, now=now, out=out: conflict.declare_for(
                submission=case.submission, person=out, type_key="personal", note="Siblings.", by=made.coordinator,
                now=now,
            ),
        )  # fmt: skip
        assert Conflict.objects.get(submission=case.submission).user == out
        assert out not in live(case)
        refused = [(type(one), one.code) for one in told(outcomes)]
        assert refused in ([], [(RuleBroken, "conflict")])
        assert len(Assignment.objects.filter(submission=case.submission)) >= (0 if refused else 3)
        assert not refused or live(case) == []


def test_recusal_against_a_vote(made: Board, trials: Trials[Any]) -> None:
    """Either the ballot is refused or it stands and counts for nothing; the quorum is that of those who remain."""

    def prepare(_: int) -> tuple[Case, Any]:
        case = cases.submission_in(State.DELIBERATION, made=made)
        row = cases.put(case, outcome=Outcome.WITHHELD)
        cases.vote(case, row, made.voters[:3])
        return case, row

    for _number, (case, row) in trials(prepare):
        now, voter = case.later(), made.voters[3]
        outcomes = race(
            case,
            lambda row=row, now=now, voter=voter: motion.cast(motion=row, vote=Vote.FOR, by=voter, now=now),
            lambda case=case, now=now, voter=voter: conflict.declare(
                submission=case.submission, type_key="personal", by=voter, now=now
            ),
        )
        assert not isinstance(outcomes[1], Exception)
        stored = Ballot.objects.filter(motion=row, voter=voter).exists()
        assert [(type(refused), refused.code) for refused in told(outcomes)] == (
            [] if stored else [(Denied, "conflicted")]
        )
        found = ballots.tally(row, case.again(), now=case.now)
        assert (found.eligible, found.present, found.carried) == (6, 3, False)


def test_the_same_without_a_lock_goes_wrong(made: Board) -> None:
    """Look who is next, then write: both find the seat free before either writes, and two people follow one."""
    wrong = 0
    for _ in range(5):
        case, row = offered(made)
        assignment.take_back(assignment=row, reason="Free.", by=made.coordinator, now=case.later())
        both_have_looked = threading.Barrier(2)

        def look_then_write(
            person: User, case: Case = case, row: Assignment = row, barrier: threading.Barrier = both_have_looked
        ) -> bool:
            is_free = not live(case)
            barrier.wait(timeout=30)
            if is_free:
                Assignment.objects.create(
                    submission=case.submission, revision=row.revision, reviewer=person, offered_at=case.now,
                    review_days=5,
                )  # fmt: skip
            return is_free

        outcomes = at_once(*(partial(look_then_write, person) for person in made.reviewers[1:3]))
        wrong += outcomes == [True, True] and len(live(case)) == 2
    assert wrong == 5
