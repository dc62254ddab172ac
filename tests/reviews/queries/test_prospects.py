"""What leadership asks of all cases: which are stuck and why, and what the next ninety days bring."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from reviews.actions import deliberation, release
from reviews.models import ReleasePlan, Review, Stage
from reviews.queries import heads, prospects
from reviews.queries.prospects import What
from reviews.rules.standstill import Why
from reviews.rules.states import Outcome, State
from reviews.rules.workflow import Owner
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.actions.scenes import decided

pytestmark = pytest.mark.django_db


def stuck(case: Case, now: datetime) -> list[tuple[Why, Owner, int]]:
    rows = list(heads.with_rows(type(case.submission).objects.filter(pk=case.submission.pk)))
    return [(row.why, row.owner, row.days) for row in prospects.stuck(heads.build(rows, now), heads.boards(rows))]


def coming(case: Case, now: datetime) -> list[tuple[date, What, str]]:
    rows = list(heads.with_rows(type(case.submission).objects.filter(pk=case.submission.pk)))
    return [(row.day, row.what, row.rung) for row in prospects.coming(heads.build(rows, now))]


def test_case_that_moves_is_not_stuck() -> None:
    case = cases.submission_in(State.SUBMITTED)
    assert stuck(case, case.now + timedelta(hours=5)) == []


def test_late_case_names_whose_turn_it_is() -> None:
    case = cases.submission_in(State.SUBMITTED)
    assert [row[:2] for row in stuck(case, case.now + timedelta(days=60))] == [(Why.LATE, Owner.COORDINATOR)]


def test_days_of_a_late_case_are_those_past_its_date() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    cases.settle_evidence(case)
    due = heads.build(list(heads.with_rows(type(case.submission).objects.all())), case.now)[0].turn_due
    assert due is not None
    assert due - case.submission.state_entered_at > timedelta(days=10)
    assert stuck(case, due + timedelta(days=7)) == [(Why.LATE, Owner.REVIEWERS, 5)]


def test_case_without_a_move_for_five_business_days() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    cases.settle_evidence(case)
    monday = case.submission.state_entered_at
    assert stuck(case, monday + timedelta(days=4)) == []
    assert stuck(case, monday + timedelta(days=7)) == [(Why.STILL, Owner.REVIEWERS, 5)]


def test_review_is_a_move() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    cases.settle_evidence(case)
    began = case.submission.state_entered_at
    case.now = began + timedelta(days=4)
    cases.file_review(case, Review.objects.order_by("pk")[0])
    assert stuck(case, began + timedelta(days=9)) == []
    assert stuck(case, case.now + timedelta(days=7)) == [(Why.STILL, Owner.REVIEWERS, 5)]


def test_vote_is_a_move() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    motion = cases.put(case)
    case.later(days=2)
    cases.vote(case, motion, case.board.voters[:1])
    (head,) = heads.build(list(heads.with_rows(type(case.submission).objects.all())), case.now)
    assert prospects.moved_at(head) == case.now


def test_question_that_nobody_answers() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    deliberation.ask(submission=case.submission, text="Which data?", by=case.board.coordinator, now=case.later())
    assert stuck(case, case.now + timedelta(days=1)) == []
    assert [row[:2] for row in stuck(case, case.now + timedelta(days=60))] == [(Why.PAUSED, Owner.AUTHORS)]


def test_role_that_nobody_may_fill_comes_first() -> None:
    case = cases.submission_in(State.SUBMITTED)
    for person in (case.board.coordinator, case.board.deputy):
        cases.declare(case, person)
    assert [row[0] for row in stuck(case, case.now)] == [Why.VACANT]


@pytest.mark.parametrize("state", [State.DECIDED, State.WITHDRAWN])
def test_closed_case_is_never_stuck(state: State) -> None:
    case = cases.submission_in(state)
    assert stuck(case, case.now + timedelta(days=400)) == []


def test_open_case_comes_with_the_day_of_its_decision() -> None:
    case = cases.submission_in(State.SUBMITTED, tier=3)
    found = coming(case, case.now)
    assert [(what, rung) for _day, what, rung in found] == [(What.DECISION, "")]
    assert coming(case, case.now + timedelta(days=200)) == []


def test_decision_comes_with_its_conditions_and_its_end() -> None:
    case, decision = decided()
    ends, august = decision.valid_until_date, datetime(2026, 8, 20, 9, tzinfo=case.now.tzinfo)
    assert coming(case, august) == [(date(2026, 9, 1), What.CONDITION, ""), (ends, What.EXPIRY, "")]
    cases.meet(case, decision.conditions.get(order=1))
    assert coming(case, august) == [(ends, What.EXPIRY, "")]


def test_next_stage_comes_when_the_one_before_has_stood_long_enough() -> None:
    case = cases.submit(cases.draft(tier=2))
    for made in cases.seat_reviewers(case):
        cases.file_review(case, made, cases.findings(case, outcome=Outcome.STAGED, rung=""))
    cases.settle_evidence(case)
    cases.sign_all(case)
    plan = ReleasePlan.objects.filter(part="model").get()
    assert [row[1] for row in coming(case, case.now)] == []
    stage = Stage.objects.get(plan=plan, order=1)
    release.open_stage(stage=stage, again_confirmed=True, by=case.board.coordinator, now=case.later())
    ((day, what, rung),) = coming(case, case.now)
    assert (day, what) == ((case.now + timedelta(days=plan.dwell_days)).date(), What.STAGE)
    pack = plan.decision.revision.policy.pack
    assert rung == pack.rung("model", plan.stages.get(order=2).rung).label
