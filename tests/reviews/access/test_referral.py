"""Who refers a case, and how much everybody else reads of it."""

from __future__ import annotations

import pytest

from accounts.models import User
from reviews.access.referral import check_can_refer
from reviews.access.submission import sight
from reviews.access.twin import can
from reviews.models import Assignment
from reviews.queries import referral as queries
from reviews.queries.referral import Line
from reviews.rules.states import Finding, State
from reviews.rules.visibility import Referred, referred
from tests.factories import cases
from tests.factories.cases import Case

pytestmark = pytest.mark.django_db


def read(case: Case, person: User) -> Line:
    return queries.lines(case.submission, referred(sight(person, case.again())))[0]


def answered(state: State, tier: int) -> Case:
    case = cases.submission_in(state, tier=tier)
    cases.record_answer(case, cases.refer(case), Finding.OBJECTION)
    return case


def test_those_who_run_the_committee_without_a_conflict() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    made = case.board
    cases.declare(case, made.chair)
    people = [made.coordinator, made.deputy, made.chair, made.members[0], made.reviewers[0], case.author, made.leader]
    found = [can(check_can_refer, person, case.submission) for person in people]
    assert found == [True, True, False, False, False, False, False]


def test_board_reads_everything() -> None:
    case = answered(State.DELIBERATION, 3)
    for person in (case.board.chair, case.board.members[0], case.board.reviewers[0]):
        line = read(case, person)
        assert (line.body, line.finding, line.question, line.answer, line.sent_by, line.answered_by) == (
            "Ethics board", "objection", "Is consent needed?", "No consent is needed.", "Coordinator", "Coordinator",
        )  # fmt: skip


def test_authors_read_the_finding_and_no_text_and_no_name() -> None:
    case = answered(State.IN_REVIEW, 2)
    line = read(case, case.author)
    assert (line.body, line.finding) == ("Ethics board", "objection")
    assert (line.question, line.answer, line.sent_by, line.answered_by) == ("", "", "", "")
    assert (line.sent_at is not None, line.answered_at is not None) == (True, True)


def test_reviewer_who_judges_alone_learns_that_somebody_was_asked_and_nothing_of_the_answer() -> None:
    case = answered(State.IN_REVIEW, 2)
    seat = Assignment.objects.order_by("pk")[0]
    line = read(case, seat.reviewer)
    assert (line.body, line.finding, line.question, line.answer, line.sent_by) == ("Ethics board", "", "", "", "")
    cases.file_review(case, seat.review)
    assert read(case, seat.reviewer).answer == "No consent is needed."


def test_depth_follows_from_sight_alone() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    made = case.board
    people = [case.author, made.reviewers[0], made.coordinator]
    assert [referred(sight(person, case.submission)) for person in people] == [
        Referred.FINDING, Referred.FACT, Referred.TEXTS,
    ]  # fmt: skip
