"""A case that goes to another committee while somebody still works on it in the old one.

Either the work comes first and ends with the transfer, or the transfer comes first and the other is told; the new
committee never inherits a seat, a review or a motion. The last test does without a lock what the product does with
one, and has to go wrong: so the others are known to be able to fail.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from audit import log
from reviews.access.committee import acting
from reviews.access.submission import sight
from reviews.actions import assignment, conflict, evidence, motion, policy, review, submission, transfer
from reviews.actions import committee as committees
from reviews.models import (
    Adoption,
    Assessment,
    Assignment,
    Committee,
    Decision,
    Evidence,
    Membership,
    Motion,
    Review,
    Submission,
    Transfer,
)
from reviews.queries import round as rounds
from reviews.rules.errors import Denied, NotNow, RuleBroken, Stale
from reviews.rules.states import CommitteeRole, Outcome, State
from reviews.rules.visibility import Level
from tests.databases import FreshDatabase, at_once
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import PACK, START, Board, board
from tests.factories.people import UserFactory
from tests.reviews.races.conftest import Trials
from tests.reviews.races.racing import Call, moves, race, told, winners

SEATED = ["offered", "accepted", "done"]


@dataclass(frozen=True)
class World:
    """Three boards that work by the same policy; the first has two coordinators."""

    home: Board
    there: Board
    third: Board
    second: User


@pytest.fixture
def world(fresh_database: FreshDatabase) -> World:
    """All of them in a database of its own."""
    home, second = board(), UserFactory(display_name="Second coordinator")
    committees.appoint(
        committee=home.committee, user=second, role=CommitteeRole.COORDINATOR, by=home.administrator, now=START
    )
    return World(home, cases.elsewhere(), cases.elsewhere("Third board"), second)


def giving(case: Case, target: Board, by: User | None = None) -> Call:
    """The call of a coordinator who looks at the case as it is now."""
    return partial(
        transfer.transfer, submission=case.submission, target=target.committee, reason="They know the field better.",
        version=case.version, by=by or case.board.coordinator, now=case.now,
    )  # fmt: skip


def in_review(world: World, *, tier: int = 2) -> tuple[Case, list[Review]]:
    """A case whose reviewers have accepted and whose authors owe nothing: the last review moves it."""
    case = cases.submission_in(State.IN_REVIEW, made=world.home, tier=tier)
    cases.settle_evidence(case)
    return case, list(Review.objects.filter(assignment__submission=case.submission).order_by("pk"))


def filing(case: Case, row: Review, **choice: Any) -> Call:
    """The call of a reviewer who files."""
    return partial(
        review.file, review=row, content=cases.findings(case, **choice), version=row.version,
        by=row.assignment.reviewer, now=case.now,
    )  # fmt: skip


def offering(case: Case, world: World) -> Call:
    """The call of the first coordinator, who asks one reviewer more."""
    return partial(
        assignment.offer, submission=case.submission, reviewer=world.home.reviewers[-1], review_days=5,
        version=case.version, by=world.home.coordinator, now=case.now,
    )  # fmt: skip


def went(case: Case) -> bool:
    """Whether the case changed its committee; what must hold after a transfer, or without one, is looked at here."""
    rows = list(Transfer.objects.filter(submission=case.submission))
    types = [event.type for event in log.events(case.submission.stream)]
    assert types.count("submission.transferred") == types.count("assessment.scored_anew") == len(rows)
    if not rows:
        assert case.submission.committee == case.board.committee
        return False
    assert [(row.source, row.target) for row in rows] == [(case.board.committee, case.submission.committee)]
    revision, old = case.submission.revision, case.board
    assert (case.submission.state, case.submission.deliberation_opened_at) == (State.SUBMITTED, None)
    assert moves(case)[-1][1] == "submitted"
    assert Assignment.objects.filter(submission=case.submission, status__in=SEATED).count() == 0
    assert (rounds.facts(revision).filed, rounds.facts(revision).waiting) == ((), 0)
    assert Motion.objects.filter(revision__submission=case.submission).count() == 0
    assert Decision.objects.filter(submission=case.submission).count() == 0
    assert Assessment.objects.filter(revision=revision).last().basis == "transfer"
    seats = Assignment.objects.filter(submission=case.submission).select_related("reviewer")
    people = [old.coordinator, old.members[0], *(seat.reviewer for seat in seats)]
    assert {sight(person, case.submission).level for person in people} == {Level.NONE}
    (coordinator,) = acting(case.submission, CommitteeRole.COORDINATOR)[:1]
    assert sight(coordinator, case.submission).level is Level.MATERIAL
    return True


def order(case: Case, *types: str) -> list[str]:
    """Those events of the case that are of these types, in the order of the log."""
    return [event.type for event in log.events(case.submission.stream) if event.type in types]


def answers(outcomes: list[Any]) -> list[tuple[type, str]]:
    """The kind and the code of each refusal."""
    return [(type(found), found.code) for found in told(outcomes)]


def test_two_coordinators_who_transfer_at_once(world: World, trials: Trials[Any]) -> None:
    """To two committees, or both to the same one."""
    states = (State.SUBMITTED, State.IN_REVIEW)
    for number, case in trials(lambda kind: cases.submission_in(states[kind], made=world.home), kinds=2):
        state = states[number % 2]
        other = (world.third, world.there)[number % 3 // 2]
        outcomes = race(case, giving(case, world.there), giving(case, other, world.second))
        assert winners(outcomes) == 1
        assert [(type(found), found.text) for found in told(outcomes)] == [(Stale, transfer.ELSEWHERE)]
        target = world.there if isinstance(outcomes[0], Submission) else other
        assert (went(case), case.submission.committee) == (True, target.committee)
        assert moves(case)[-1] == (state, "submitted")
        assert Assessment.objects.filter(revision=case.submission.revision).count() == 2


def test_transfer_against_a_review_that_is_not_the_last(world: World, trials: Trials[Any]) -> None:
    """Both may stand; the review then counts for nothing in the new committee."""
    for _number, (case, rows) in trials(lambda _: in_review(world)):
        outcomes = race(case, filing(case, rows[0]), giving(case, world.there))
        filed = not isinstance(outcomes[0], Exception)
        assert (went(case), answers(outcomes)) == (True, [] if filed else [(NotNow, "not_accepted")])
        rows[0].refresh_from_db()
        assert (rows[0].filed_at is not None) is filed
        assert order(case, "review.filed", "submission.transferred") == [
            *(["review.filed"] if filed else []), "submission.transferred",
        ]  # fmt: skip


def test_transfer_against_the_last_review(world: World, trials: Trials[Any]) -> None:
    """The last review moves the case to the signatures or to the board, whence it does not go elsewhere."""

    def prepare(kind: int) -> tuple[Case, list[Review]]:
        case, rows = in_review(world, tier=2 + kind)
        for row in rows[1:]:
            cases.file_review(case, row)
        return case, rows

    for number, (case, rows) in trials(prepare, kinds=2):
        tier = 2 + number % 2
        outcomes = race(case, filing(case, rows[0]), giving(case, world.there))
        assert winners(outcomes) == 1
        if went(case):
            assert answers(outcomes) == [(NotNow, "not_accepted")]
            continue
        assert answers(outcomes) == [(Stale, "stale")]
        assert case.submission.state == (State.SIGN_OFF if tier == 2 else State.DELIBERATION)
        assert Decision.objects.filter(submission=case.submission).count() == (1 if tier == 2 else 0)
        assert len(rounds.facts(case.submission.revision).filed) == len(rows)


def test_transfer_against_a_review_that_raises_the_tier(world: World, trials: Trials[Any]) -> None:
    """A raised tier belongs to the committee before: whoever comes first, the new one starts from the answers."""
    for _number, (case, rows) in trials(lambda _: in_review(world, tier=1)):
        outcomes = race(case, filing(case, rows[0], clear=False), giving(case, world.there))
        raised = not isinstance(outcomes[0], Exception)
        assert (went(case), answers(outcomes)) == (True, [] if raised else [(NotNow, "not_accepted")])
        made = Assessment.objects.filter(revision=case.submission.revision).order_by("pk")
        assert list(made.values_list("basis", "tier")) == [
            ("author", 1), *([("board", 2)] if raised else []), ("transfer", 1),
        ]  # fmt: skip


def test_transfer_against_the_first_offer(world: World, trials: Trials[Any]) -> None:
    """The first offer starts the review, so that the coordinator who comes second has seen another case."""
    for _number, case in trials(lambda _: cases.submission_in(State.SUBMITTED, made=world.home)):
        outcomes = race(case, offering(case, world), giving(case, world.there, world.second))
        assert winners(outcomes) == 1
        if went(case):
            assert answers(outcomes) == [(Denied, "coordinator_only")]
            assert Assignment.objects.filter(submission=case.submission).count() == 0
            continue
        assert answers(outcomes) == [(Stale, "stale")]
        assert case.submission.state == State.IN_REVIEW
        assert Assignment.objects.get(submission=case.submission).status == "offered"


def test_transfer_against_a_further_offer(world: World, trials: Trials[Any]) -> None:
    for _number, (case, rows) in trials(lambda _: in_review(world)):
        outcomes = race(case, offering(case, world), giving(case, world.there, world.second))
        offered = not isinstance(outcomes[0], Exception)
        assert (went(case), answers(outcomes)) == (True, [] if offered else [(Denied, "coordinator_only")])
        seats = list(Assignment.objects.filter(submission=case.submission).values_list("status", flat=True))
        assert seats == ["replaced"] * (len(rows) + offered)


def test_transfer_against_the_answers_to_an_offer(world: World, trials: Trials[Any]) -> None:
    """Accepted, declined or lapsed a moment before, or not open any more: no seat outlives the transfer."""
    seen = set()

    def prepare(_: int) -> tuple[Case, Assignment]:
        case = cases.submit(cases.draft(world.home))
        return case, cases.offer(case, world.home.reviewers[0])

    for number, (case, row) in trials(prepare):
        answer = (
            partial(assignment.accept, no_conflict=True, by=row.reviewer),
            partial(assignment.decline, reason="Away.", by=row.reviewer),
            assignment.lapse,
        )[number % 3]
        mine = Assignment.objects.get(pk=row.pk)
        outcomes = race(case, partial(answer, assignment=mine, now=case.now), giving(case, world.there))
        answered = outcomes[0] is not False and not isinstance(outcomes[0], Exception)
        late = [] if answered or answer is assignment.lapse else [(NotNow, "not_open")]
        assert (went(case), answers(outcomes)) == (True, late)
        row.refresh_from_db()
        ends = ("replaced", "declined", "lapsed")
        assert row.status == (ends[number % 3] if answered else "replaced")
        assert Review.objects.filter(assignment=row).count() == (1 if answered and number % 3 == 0 else 0)
        seen.add(row.status)
    assert "replaced" in seen


def test_transfer_against_the_opening_of_deliberation_and_its_first_motion(world: World, trials: Trials[Any]) -> None:
    """The authors give the last evidence, the board opens, and a member moves at once: then the case stays."""

    def prepare(_: int) -> tuple[Case, Evidence]:
        case = cases.submission_in(State.IN_REVIEW, made=world.home, tier=3)
        for row in Review.objects.filter(assignment__submission=case.submission).order_by("pk"):
            cases.file_review(case, row, cases.findings(case, outcome=Outcome.STAGED))
        *others, last = Evidence.objects.filter(revision=case.submission.revision, given_at=None, waived_at=None)
        for item in others:
            evidence.give(evidence=item, text="Here it is.", by=case.author, now=case.later())
        return case, last

    for _number, (case, last) in trials(prepare):
        version, mover, kept = case.version, world.home.members[0], case.submission

        def open_and_move(
            case: Case = case, last: Evidence = last, version: int = version, mover: User = mover,
            kept: Submission = kept,
        ) -> Motion:  # fmt: skip
            evidence.give(evidence=last, text="Here it is.", by=case.author, now=case.now)
            return motion.put_return(submission=kept, rationale="Redact.", version=version + 1, by=mover, now=case.now)

        outcomes = race(case, open_and_move, giving(case, world.there))
        assert winners(outcomes) == 1
        last.refresh_from_db()
        assert last.given_at is not None  # the authors' evidence is theirs and stays, whoever has the case
        if went(case):
            assert answers(outcomes) == [(Denied, "mover_only")]
            continue
        assert answers(outcomes) == [(Stale, "stale")]
        assert case.submission.state == State.DELIBERATION
        assert Motion.objects.get(revision=case.submission.revision).status == "open"


def test_transfer_against_a_return_to_the_authors(world: World, trials: Trials[Any]) -> None:
    for _number, case in trials(lambda _: cases.submission_in(State.IN_REVIEW, made=world.home, tier=1)):
        back = partial(
            submission.return_to_authors, submission=case.submission, reason="Redact.", version=case.version,
            by=world.second, now=case.now,
        )  # fmt: skip
        outcomes = race(case, back, giving(case, world.there))
        assert winners(outcomes) == 1
        if went(case):
            assert answers(outcomes) == [(Denied, "coordinator_only")]
            assert case.submission.revision.number == 1
            continue
        assert answers(outcomes) == [(Stale, "stale")]
        assert (case.submission.state, case.submission.revision.number) == (State.RETURNED, 2)


def test_transfer_against_withdrawal(world: World, trials: Trials[Any]) -> None:
    for _number, case in trials(lambda _: cases.submission_in(State.IN_REVIEW, made=world.home, tier=1)):
        away = partial(
            submission.withdraw, submission=case.submission, version=case.version, by=case.author, now=case.now
        )
        outcomes = race(case, away, giving(case, world.there))
        assert (winners(outcomes), answers(outcomes)) == (1, [(Stale, "stale")])
        if not went(case):
            assert case.submission.state == State.WITHDRAWN
        assert Assignment.objects.filter(submission=case.submission, status__in=SEATED).count() == 0


def test_transfer_against_a_reviewer_who_steps_aside(world: World, trials: Trials[Any]) -> None:
    """Declared first, the seat was given up and says so; afterwards there is no case that this person could open."""
    for _number, (case, rows) in trials(lambda _: in_review(world)):
        seat = rows[0].assignment
        aside = partial(
            conflict.declare, submission=case.submission, type_key="personal", by=seat.reviewer, now=case.now
        )
        outcomes = race(case, aside, giving(case, world.there))
        declared = not isinstance(outcomes[0], Exception)
        assert (went(case), answers(outcomes)) == (True, [] if declared else [(Denied, "invisible")])
        seat.refresh_from_db()
        assert seat.status == ("recused" if declared else "replaced")


def test_transfer_against_the_last_who_coordinates_there(world: World, trials: Trials[Any]) -> None:
    """A case never goes where nobody can coordinate it, not even when that somebody is leaving right now."""
    there, administrator = world.there, world.home.administrator
    committees.dismiss(membership=Membership.objects.get(user=there.deputy, until_at=None), by=administrator, now=START)
    for _number, case in trials(lambda _: cases.submission_in(State.SUBMITTED, made=world.home)):
        seat = Membership.objects.get(user=there.coordinator, role=CommitteeRole.COORDINATOR, until_at=None)
        leave = partial(committees.dismiss, membership=seat, by=administrator, now=case.now)
        outcomes = race(case, leave, giving(case, there))
        assert log.verify(f"committee:{there.committee.public_id}").faults == ()
        assert winners(outcomes) == 1
        assert answers(outcomes) == [(RuleBroken, "last_of_role" if went(case) else "nobody")]


def test_transfer_against_another_policy_coming_into_force_there(world: World, trials: Trials[Any]) -> None:
    """The case is judged by the one or by the other; the committee is never without any."""
    text = PACK.read_text(encoding="utf-8").replace('version: "2026.11"', 'version: "2027.1"', 1)
    before, after = world.there.committee.policy, policy.publish(text=text, by=world.there.administrator, now=START)
    for _number, case in trials(lambda _: cases.submission_in(State.SUBMITTED, made=world.home, tier=1)):
        waiting = Adoption.objects.get(committee=world.there.committee, version=after)
        adopt = partial(policy.approve, adoption=waiting, by=world.home.administrator, now=START)
        outcomes = race(case, adopt, giving(case, world.there))
        assert (winners(outcomes), case.submission.committee) == (2, world.there.committee)
        revision = case.submission.revision
        assert revision.policy in (before, after)
        is_handed_back = revision.policy != case.submission.revisions.get(number=1).policy
        assert (case.submission.state, revision.number) == (
            (State.RETURNED, 2) if is_handed_back else (State.SUBMITTED, 1)
        )
        assert log.verify(f"committee:{world.there.committee.public_id}").faults == ()


def test_cases_that_change_places_at_once(world: World, trials: Trials[Any]) -> None:
    """Two committees that give each other a case wait for each other's rows in no circle."""

    def prepare(_: int) -> tuple[Case, Case]:
        mine = cases.submission_in(State.IN_REVIEW, made=world.home)
        return mine, cases.submission_in(State.IN_REVIEW, made=world.there, label="Their case")

    for _number, (mine, theirs) in trials(prepare):
        outcomes = race(mine, giving(mine, world.there), giving(theirs, world.home))
        theirs.again()
        assert (winners(outcomes), went(mine), went(theirs)) == (2, True, True)
        assert log.verify(theirs.submission.stream).faults == ()


def test_the_same_without_a_lock_goes_wrong(world: World) -> None:
    """Look where the case is, then give it away: both look before either writes, and it went two ways at once."""
    case = cases.submission_in(State.SUBMITTED, made=world.home)
    wrong = 0
    for number in range(5):
        Submission.objects.filter(pk=case.submission.pk).update(committee=world.home.committee)
        both_have_looked = threading.Barrier(2)

        def look_then_write(target: Committee, both_have_looked: threading.Barrier = both_have_looked) -> bool:
            found = Submission.objects.get(pk=case.submission.pk)
            both_have_looked.wait(timeout=30)
            is_free = found.committee_id == world.home.committee.pk
            if is_free:
                Submission.objects.filter(pk=found.pk).update(committee=target)
                Transfer.objects.create(
                    submission=found, source_id=found.committee_id, target=target, reason="R", transferred_at=case.now,
                    transferred_by=world.home.coordinator,
                )  # fmt: skip
            return is_free

        outcomes = at_once(
            partial(look_then_write, world.there.committee), partial(look_then_write, world.third.committee)
        )
        assert outcomes == [True, True]
        wrong += Transfer.objects.filter(source=world.home.committee).count() == 2 * (number + 1)
    assert wrong > 0
