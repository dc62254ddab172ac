"""Two people at the same moment, on a database that commits: one is first, the other is told, nothing is half done.

Every race is run many times, from threads that a barrier releases together. The last test does without a lock what
the product does with one, and has to go wrong: so the others are known to be able to fail.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from audit import log
from notifications import outbox
from reviews.actions import assignment, conflict, decision, evidence, motion, release, reminder, review, submission
from reviews.models import (
    Assessment,
    Assignment,
    Ballot,
    Decision,
    Evidence,
    Motion,
    Part,
    Pause,
    Review,
    SignOff,
    Stage,
    Submission,
)
from reviews.rules.errors import Denied, NotNow, RuleBroken, Stale
from reviews.rules.states import Outcome, State, Vote
from tests.databases import FreshDatabase, at_once
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.factories.people import UserFactory
from tests.reviews.races.conftest import Trials
from tests.reviews.races.racing import moves, race, told, winners
from tests.sizes import TRIALS


@pytest.fixture
def made(fresh_database: FreshDatabase) -> Board:
    """One board in a database of its own."""
    return board()


def ballot(made: Board) -> tuple[Case, Motion]:
    """A case in deliberation with a motion that has exactly its quorum and carries; four of seven have voted."""
    case = cases.submission_in(State.DELIBERATION, made=made)
    row = cases.put(case, outcome=Outcome.WITHHELD)
    cases.vote(case, row, made.voters[:4])
    case.later()
    return case, row


def test_two_who_finalise_at_once(made: Board, trials: Trials[Any]) -> None:
    for _number, (case, row) in trials(lambda _: ballot(made)):
        version, now = case.version, case.now

        def finalise(row: Motion = row, version: int = version, now: Any = now) -> Decision:
            return decision.finalise(motion=row, version=version, by=made.chair, now=now)

        outcomes = race(case, finalise, finalise)
        assert winners(outcomes) == 1
        assert [(type(found), found.text) for found in told(outcomes)] == [(Stale, decision.DECIDED)]
        assert (Decision.objects.filter(submission=case.submission).count(), case.submission.state) == (1, "sign_off")
        assert moves(case)[-1] == ("deliberation", "sign_off")


def test_vote_against_the_closing_of_the_ballot(made: Board, trials: Trials[Any]) -> None:
    seen = set()
    for _number, (case, row) in trials(lambda _: ballot(made)):
        version, now, voter = case.version, case.now, made.voters[4]
        outcomes = race(
            case,
            lambda row=row, voter=voter, now=now: motion.cast(
                motion=row, vote=Vote.AGAINST, reason="No.", by=voter, now=now
            ),
            lambda row=row, version=version, now=now: decision.finalise(
                motion=row, version=version, by=made.chair, now=now
            ),
        )
        found = Decision.objects.get(submission=case.submission)
        stored = Ballot.objects.filter(motion=row).count()
        assert found.tally["present"] == stored
        assert (stored == 5) is (not isinstance(outcomes[0], Exception))
        assert all(type(refused) is NotNow and refused.text == motion.CLOSED for refused in told(outcomes))
        seen.add(stored)
    assert seen <= {4, 5}


def test_recusal_against_finalising(made: Board, trials: Trials[Any]) -> None:
    for _number, (case, row) in trials(lambda _: ballot(made)):
        version, now, voter = case.version, case.now, made.voters[0]
        outcomes = race(
            case,
            lambda case=case, voter=voter, now=now: conflict.declare(
                submission=case.submission, type_key="personal", by=voter, now=now
            ),
            lambda row=row, version=version, now=now: decision.finalise(
                motion=row, version=version, by=made.chair, now=now
            ),
        )
        assert not isinstance(outcomes[0], Exception)
        events = [event.type for event in log.events(case.submission.stream)]
        found = Decision.objects.filter(submission=case.submission).first()
        if found is None:
            assert [(type(refused), refused.code) for refused in told(outcomes)] == [(RuleBroken, "not_carried")]
            assert case.submission.state == State.DELIBERATION
            continue
        assert events.index("decision.finalised") < events.index("conflict.declared")
        with pytest.raises(RuleBroken) as refused:
            decision.sign(
                decision=found, seat="head_of_research", version=case.version, by=made.officers["head_of_research"],
                now=now,
            )  # fmt: skip
        assert refused.value.code == "rests_on_recused"


def test_two_who_sign_the_last_seat_and_send_it_back_at_once(made: Board, trials: Trials[Any]) -> None:
    def prepare(_: int) -> tuple[Case, Decision]:
        case, row = ballot(made)
        return case, cases.finalise(case, row)

    for _number, (case, found) in trials(prepare):
        version, now, by = case.version, case.later(), made.officers["head_of_research"]
        outcomes = race(
            case,
            lambda found=found, version=version, now=now, by=by: decision.sign(
                decision=found, seat="head_of_research", version=version, by=by, now=now
            ),
            lambda found=found, version=version, now=now, by=by: decision.send_back(
                decision=found, reason="No.", version=version, by=by, now=now
            ),
        )
        assert winners(outcomes) == 1
        assert {type(refused) for refused in told(outcomes)} <= {Stale, NotNow, Denied}
        found.refresh_from_db()
        assert (found.effective_at is None) is (found.sent_back_at is not None)
        assert case.submission.state == (State.DECIDED if found.effective_at else State.DELIBERATION)
        assert SignOff.objects.filter(decision=found, signed_at=None).exists() is (found.effective_at is None)
        moves(case)


def test_two_who_save_the_basics_at_once(made: Board) -> None:
    """Authors, on whom conflicts of interest depend: whoever comes second may not empty the list of the first."""
    case = cases.draft(made)
    others = [UserFactory(), UserFactory()]
    for _number in range(TRIALS):
        seen, now = case.description_version, case.later()

        def describe(person: User, seen: int = seen, now: Any = now) -> Submission:
            return submission.describe(
                submission=case.submission, title=f"By {person.pk}", label="L", venue="", planned_date=None,
                contributors=[submission.Writer(person.display_name, person.email)], version=seen, by=case.author,
                now=now,
            )  # fmt: skip

        outcomes = race(case, *(partial(describe, person) for person in others))
        assert winners(outcomes) == 1
        assert [(type(found), found.text) for found in told(outcomes)] == [(Stale, submission.CHANGED)]
        first = next(person for person, found in zip(others, outcomes, strict=True) if isinstance(found, Submission))
        assert (case.submission.title, case.description_version) == (f"By {first.pk}", seen + 1)
        assert set(case.submission.contributors.values_list("user", flat=True)) == {case.author.pk, first.pk}


def test_two_authors_who_give_the_same_evidence_at_once(made: Board, trials: Trials[Any]) -> None:
    for _number, case in trials(lambda _: cases.submit(cases.draft(made))):
        row = Evidence.objects.filter(revision=case.submission.revision, given_at=None)[0]
        now = case.later()

        def give(text: str, row: Evidence = row, case: Case = case, now: Any = now) -> Evidence:
            mine = Evidence.objects.get(pk=row.pk)
            return evidence.give(evidence=mine, text=text, version=0, by=case.author, now=now)

        outcomes = race(case, partial(give, "One."), partial(give, "Two."))
        assert winners(outcomes) == 1
        assert [type(found) for found in told(outcomes)] == [Stale]
        row.refresh_from_db()
        assert (row.version, row.text) == (1, "One." if isinstance(outcomes[0], Evidence) else "Two.")


def test_double_submit(made: Board, trials: Trials[Any]) -> None:
    for _number, case in trials(lambda _: cases.draft(made)):
        shown, now = {"manifest": case.manifest, "version": case.version}, case.later()

        def submit(case: Case = case, shown: dict[str, Any] = shown, now: Any = now) -> Submission:
            return submission.submit(
                submission=case.submission, attested_name="Author One", by=case.author, now=now, **shown
            )

        outcomes = race(case, submit, submit)
        assert winners(outcomes) == 1
        assert {type(refused) for refused in told(outcomes)} <= {Stale, NotNow}
        revision = case.submission.revision
        assert (revision.number, Assessment.objects.filter(revision=revision).count()) == (1, 1)
        assert Part.objects.filter(revision=revision).count() == 2
        assert moves(case) == [("draft", "submitted")]


def test_same_person_offered_a_seat_twice(made: Board, trials: Trials[Any]) -> None:
    for number, case in trials(lambda _: cases.submit(cases.draft(made))):
        version, now, person = case.version, case.later(), made.reviewers[number % 5]

        def offer(case: Case = case, version: int = version, now: Any = now, person: Any = person) -> Assignment:
            return assignment.offer(
                submission=case.submission, reviewer=person, review_days=5, version=version, by=made.coordinator,
                now=now,
            )  # fmt: skip

        outcomes = race(case, offer, offer)
        assert winners(outcomes) == 1
        assert {type(refused) for refused in told(outcomes)} <= {Stale, RuleBroken}
        assert Assignment.objects.filter(submission=case.submission).count() == 1
        assert moves(case)[-1] == ("submitted", "in_review")


def test_accept_against_lapse_and_a_second_window(made: Board, trials: Trials[Any]) -> None:
    def prepare(_: int) -> tuple[Case, Assignment]:
        case = cases.submit(cases.draft(made))
        return case, cases.offer(case, made.reviewers[0])

    for _number, (case, row) in trials(prepare):
        now = case.later()

        def accept(row: Assignment = row, now: Any = now) -> Assignment:
            mine = Assignment.objects.get(pk=row.pk)
            return assignment.accept(assignment=mine, no_conflict=True, by=made.reviewers[0], now=now)

        outcomes = race(case, accept, accept, lambda row=row, now=now: assignment.lapse(assignment=row, now=now))
        row.refresh_from_db()
        accepted = winners(outcomes[:2])
        assert (row.status, outcomes[2]) in {("accepted", False), ("lapsed", True)}
        assert accepted == (1 if row.status == "accepted" else 0)
        assert Review.objects.filter(assignment=row).count() == accepted
        assert {type(refused) for refused in told(outcomes)} <= {NotNow}


def test_both_reviewers_file_at_once(made: Board, trials: Trials[Any]) -> None:
    def prepare(_: int) -> Case:
        case = cases.submission_in(State.IN_REVIEW, made=made)
        cases.settle_evidence(case)
        return case

    for _number, case in trials(prepare):
        rows = list(Review.objects.filter(assignment__submission=case.submission).order_by("pk"))
        content, now = cases.findings(case), case.later()
        outcomes = race(
            case,
            *(
                lambda row=row, content=content, now=now: review.file(
                    review=row, content=content, version=0, by=row.assignment.reviewer, now=now
                )
                for row in rows
            ),
        )
        assert winners(outcomes) == 2
        assert (case.submission.state, Decision.objects.filter(submission=case.submission).count()) == ("sign_off", 1)
        assert moves(case)[-1] == ("in_review", "sign_off")


def test_two_scans_for_reminders_at_once(made: Board, trials: Trials[Any]) -> None:
    def prepare(_: int) -> Case:
        case = cases.submission_in(State.IN_REVIEW, made=made)
        cases.offer(case, made.reviewers[4])
        return case

    for number, case in trials(prepare):
        now = case.now + timedelta(days=30 + number)

        def scan(case: Case = case, now: Any = now) -> None:
            reminder.enqueue_due(submission=case.submission, now=now)

        race(case, scan, scan)
        found = [
            row.dedupe_key
            for row in outbox.recent(limit=100_000)
            if row.about == case.submission.reference and row.template.startswith("reminder.")
        ]
        assert len(found) == len(set(found)) > 0
        before = len(found)
        scan()
        assert sum(row.about == case.submission.reference and row.template.startswith("reminder.") for row in
                   outbox.recent(limit=100_000)) == before  # fmt: skip


def test_two_openings_of_a_stage_at_once(made: Board, trials: Trials[Any]) -> None:
    def prepare(_: int) -> tuple[Case, Decision]:
        case = cases.submit(cases.draft(made))
        staged = cases.findings(case, outcome=Outcome.STAGED)
        for row in cases.seat_reviewers(case, 2):
            cases.file_review(case, row, staged)
        cases.settle_evidence(case)
        return case, cases.sign_all(case)

    for _number, (case, found) in trials(prepare):
        first = Stage.objects.filter(plan__decision=found, plan__part="model").order_by("order")[0]
        now = case.later()

        def open_it(first: Stage = first, now: Any = now) -> Stage:
            return release.open_stage(stage=first, again_confirmed=True, by=made.coordinator, now=now)

        outcomes = race(case, open_it, open_it)
        assert winners(outcomes) == 1
        assert {type(refused) for refused in told(outcomes)} <= {NotNow, Stale}
        assert Stage.objects.filter(plan=first.plan, opened_at__isnull=False).count() == 1
        opened = [event for event in log.events(case.submission.stream) if event.type == "release.stage_opened"]
        assert len(opened) == 1


def test_the_same_without_a_lock_goes_wrong(made: Board) -> None:
    """Look, then write: both look before either writes, and the case has two of what there may be one."""
    case = cases.submit(cases.draft(made))
    wrong = 0
    for _ in range(5):
        Pause.objects.filter(submission=case.submission).delete()
        both_have_looked = threading.Barrier(2)

        def look_then_write(both_have_looked: threading.Barrier = both_have_looked) -> bool:
            is_free = not Pause.objects.filter(submission=case.submission).exists()
            both_have_looked.wait(timeout=30)
            if is_free:
                Pause.objects.create(submission=case.submission, why=Pause.Why.ASKED, since_at=case.now)
            return is_free

        outcomes = at_once(look_then_write, look_then_write)
        wrong += Pause.objects.filter(submission=case.submission).count() != 1
        assert outcomes == [True, True]
    assert wrong > 0
