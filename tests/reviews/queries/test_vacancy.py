"""Roles that a case waits for in vain: counted for one case as ``access`` counts them, and for a committee at once."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from reviews.access.decision import vacant_seats
from reviews.actions import conflict
from reviews.actions.committee import appoint
from reviews.models import Decision
from reviews.queries import vacancy
from reviews.rules.states import CommitteeRole, State
from reviews.rules.ties import Source, Strength
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import board
from tests.factories.people import UserFactory, administrator

pytestmark = pytest.mark.django_db


def step_aside(case: Case, *people: User) -> None:
    for person in people:
        conflict.declare(submission=case.submission, type_key="personal", by=person, now=case.later())
    case.again()


def vacant(case: Case) -> tuple[str, ...]:
    return vacancy.of_case(case.submission, now=case.now)


def test_nothing_is_vacant_on_a_whole_board() -> None:
    made = board()
    for state in (State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.DELIBERATION, State.SIGN_OFF, State.DECIDED):
        assert vacant(cases.submission_in(state, made=made)) == ()


def test_coordinator_is_vacant_once_the_deputy_stepped_aside_too() -> None:
    case = cases.submission_in(State.SUBMITTED)
    step_aside(case, case.board.coordinator)
    assert vacant(case) == ()
    step_aside(case, case.board.deputy)
    assert vacant(case) == ("coordinator",)


def test_officer_of_an_open_hold() -> None:
    case = cases.submit(cases.draft(tier=3))
    roles = sorted(set(case.submission.revision.holds.values_list("role", flat=True)))
    assert roles != []
    step_aside(case, *(case.board.officers[role] for role in roles))
    assert vacant(case) == tuple(roles)
    for role in roles:
        appoint(
            committee=case.board.committee, user=UserFactory(), role=CommitteeRole(role), by=case.board.administrator,
            now=case.later(),
        )  # fmt: skip
    assert vacant(case) == ()


def test_chair_of_a_ballot_that_the_chair_put() -> None:
    case = cases.submission_in(State.DELIBERATION)
    cases.clear_holds(case)
    step_aside(case, case.board.deputy)
    assert vacant(case) == ()
    made = cases.put(case, by=case.board.members[0])
    assert vacant(case) == ()
    type(made).objects.filter(pk=made.pk).update(put_by=case.board.chair)
    assert vacant(case) == ("chair",)


def test_seats_are_those_that_access_finds() -> None:
    case = cases.submission_in(State.SIGN_OFF)
    decision = Decision.objects.get()
    waiting = list(decision.sign_offs.filter(signed_at=None).values_list("seat", flat=True))
    assert vacant_seats(case.submission, decision) == () == vacant(case)
    assert waiting == ["chair"]
    step_aside(case, case.board.chair)
    assert vacant_seats(case.submission, decision) == () == vacant(case)
    step_aside(case, case.board.deputy)
    assert vacant_seats(case.submission, decision) == ("chair",) == vacant(case)


def test_committee_counts_cases_by_role_and_forgets_closed_ones() -> None:
    made = board()
    two = [cases.submission_in(State.SUBMITTED, made=made, label=f"Case {number}") for number in range(2)]
    cases.submission_in(State.DECIDED, made=made, label="Closed")
    for case in two:
        step_aside(case, made.coordinator, made.deputy)
    assert vacancy.of_committee(made.committee, viewer=made.administrator, now=two[0].now) == {"coordinator": 2}


def test_committee_counts_no_case_that_the_viewer_wrote_or_stands_aside_from() -> None:
    made = board()
    author, aside = administrator(), administrator()
    wrote = cases.submit(cases.draft(made, author=author, label="Wrote"))
    stepped = cases.submission_in(State.SUBMITTED, made=made, label="Steps aside")
    stepped.submission.conflicts.create(
        user=aside, type_key="personal", strength=Strength.DECLARED, source=Source.ONESELF, declared_at=stepped.now,
        declared_by=aside,
    )  # fmt: skip
    for case in (wrote, stepped):
        step_aside(case, made.coordinator, made.deputy)
    seen = {person: vacancy.of_committee(made.committee, viewer=person, now=stepped.now) for person in (author, aside)}
    assert seen == {author: {"coordinator": 1}, aside: {"coordinator": 1}}
    assert vacancy.of_committee(made.committee, viewer=made.administrator, now=stepped.now) == {"coordinator": 2}


@pytest.mark.parametrize("count", [1, 3])
def test_committee_in_a_fixed_number_of_queries(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    made = board()
    for number in range(count):
        case = cases.submission_in(State.SUBMITTED, made=made, label=f"Case {number}")
        step_aside(case, made.coordinator, made.deputy)
    with django_assert_num_queries(18):
        assert vacancy.of_committee(made.committee, viewer=made.administrator, now=case.now) == {"coordinator": count}
