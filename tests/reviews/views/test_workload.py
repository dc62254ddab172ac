"""The workload page: what each reviewer carries, where knowledge is short, and that hidden cases move no number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Expertise, User
from reviews.actions.committee import appoint
from reviews.models import Assignment, Committee, Submission
from reviews.queries import proposal
from reviews.queries.workload import Board, boards
from reviews.rules.states import CommitteeRole, State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import board
from tests.factories.people import AbsenceFactory, UserFactory
from tests.reviews.views.pages import client_of, get, text_of

pytestmark = pytest.mark.django_db
QUERIES = 30


def loads(one: Board) -> dict[str, tuple[int, int, int, int]]:
    """By reviewer: offered, accepted, overdue, room."""
    return {str(load.person): (load.offered, load.accepted, load.overdue, load.room) for load in one.loads}


def expert(person: User, key: str, made_by: User) -> None:
    Expertise.objects.create(
        user=person, kind="domain", key=key, confirmed_at=timezone.now(), confirmed_by=made_by
    )  # fmt: skip


def leading(case: Case) -> str:
    return proposal.table(case.board.coordinator, case.now).wanting[case.submission.reference].leading


def test_each_reviewer_with_what_they_carry_the_late_first_then_the_most_burdened() -> None:
    made = board(reviewers=3)
    case = cases.submit(cases.draft(made, tier=2))
    cases.accept(case, cases.offer(case, made.reviewers[1], days=5))
    other = cases.submit(cases.draft(made, tier=2, label="Second"))
    for person in made.reviewers[1:]:
        cases.offer(other, person)
    cases.accept(other, cases.offer(other, made.reviewers[0], days=60))
    (found,) = boards(made.chair, case.now)
    assert loads(found) == {"Reviewer 1": (1, 1, 0, 2), "Reviewer 0": (0, 1, 0, 3), "Reviewer 2": (1, 0, 0, 3)}
    (late,) = boards(made.chair, case.now + timedelta(days=14))
    assert list(loads(late)) == ["Reviewer 1", "Reviewer 0", "Reviewer 2"]
    assert (late.open, late.overdue, late.room) == (4, 1, 8)


def test_what_is_done_and_what_is_over_is_no_load() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    rows = Assignment.objects.order_by("pk")
    cases.file_review(case, rows[0].review)
    cases.declare(case, rows[1].reviewer)
    assert set(loads(boards(case.board.coordinator, case.now)[0]).values()) == {(0, 0, 0, 4)}


def test_nothing_is_late_while_the_authors_owe_an_answer() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    cases.ask(case)
    (found,) = boards(case.board.coordinator, case.now + timedelta(days=60))
    assert (found.open, found.overdue) == (2, 0)


def test_a_domain_is_short_of_whom_the_policy_or_what_is_open_asks_for() -> None:
    made = board(reviewers=3)
    case = cases.submit(cases.draft(made, tier=2))
    key = leading(case)
    expert(made.reviewers[0], key, made.administrator)
    expert(made.reviewers[1], key, made.administrator)

    def row() -> tuple[int, int, int, int, int]:
        (found,) = boards(made.coordinator, case.now)
        (one,) = [one for one in found.knowledge if one.domain.key == key]
        return one.experts, one.free, one.asked, one.open_seats, one.missing

    assert row() == (2, 2, 2, 1, 0)
    AbsenceFactory(user=made.reviewers[0], from_date=case.now.date(), until_date=case.now.date())
    assert row() == (2, 1, 2, 1, 0)
    User.objects.filter(pk=made.reviewers[1].pk).update(load_cap=0)
    assert row() == (2, 0, 2, 1, 1)
    cases.offer(case, made.reviewers[0])
    assert row() == (2, 0, 2, 0, 0)


def test_a_domain_that_nobody_knows_comes_first() -> None:
    made = board(reviewers=2)
    domains = [domain.key for domain in made.committee.policy_in_force.pack.domains]
    for person in made.reviewers:
        for key in domains[:-1]:
            expert(person, key, made.administrator)
    (found,) = boards(made.coordinator, timezone.now())
    assert (found.knowledge[0].domain.key, found.knowledge[0].missing, found.short) == (domains[-1], 2, 1)
    page = text_of(get(made.coordinator, "workload"))
    assert page.count("2 experts are missing") == 1


def conflicted(case: Case) -> None:
    cases.declare(case, case.board.coordinator)


def elsewhere(case: Case) -> None:
    """Another committee has the case, and the same reviewers."""
    Submission.objects.filter(pk=case.submission.pk).update(committee=shared(case))


def shared(case: Case) -> int:
    other = cases.elsewhere()
    for person in case.board.reviewers:
        appoint(
            committee=other.committee, user=person, role=CommitteeRole.REVIEWER, by=other.administrator, now=case.now
        )
    return other.committee.pk


def own(case: Case) -> None:
    Submission.objects.filter(pk=case.submission.pk).update(created_by=case.board.coordinator)


@pytest.mark.parametrize("hide", [conflicted, elsewhere, own])
def test_the_same_before_and_after_a_case_that_the_reader_must_not_see(hide: Callable[[Case], None]) -> None:
    """Two reviewers are asked and one is late: leaks would show, since the same case open to the reader shows both."""
    made = board()
    shown = cases.submission_in(State.IN_REVIEW, made=made)
    hidden = cases.submit(cases.draft(made, author=UserFactory(display_name="Author Two"), label="Hidden case"))
    expert(made.reviewers[4], leading(hidden), made.administrator)
    hide(hidden)
    later = hidden.now + timedelta(days=60)
    reader = made.coordinator
    before, page = boards(reader, later), figures(reader)
    seated = [Assignment(
        submission=hidden.submission, revision=hidden.submission.revision, reviewer=person, offered_at=hidden.now,
        review_days=5, status="accepted", answered_at=hidden.now, no_conflict_at=hidden.now,
    ) for person in made.reviewers[3:]]  # fmt: skip
    Assignment.objects.bulk_create(seated)
    assert boards(reader, later) == before
    assert figures(reader) == page
    Submission.objects.filter(pk=hidden.submission.pk).update(created_by=hidden.author, committee=made.committee)
    (open_to_deputy,) = boards(made.deputy, later)
    assert open_to_deputy.open == before[0].open + 2
    assert shown.submission.label not in page


def figures(person: User) -> str:
    """The page without what is new on every page."""
    page = text_of(get(person, "workload"))
    return page[page.index("<main") : page.index("</main>")]


def test_the_queue_leads_there() -> None:
    made = board()
    assert 'href="/queue/workload/"' in text_of(get(made.coordinator, "queue"))


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_cases_or_people(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = board(reviewers=2 * count)
    for number in range(count):
        case = cases.submit(cases.draft(made, tier=2, label=f"Case {number}"))
        for person in made.reviewers[2 * number : 2 * number + 2]:
            cases.offer(case, person)
    client = client_of(made.coordinator)
    client.get("/queue/workload/")
    with django_assert_num_queries(QUERIES):
        assert client.get("/queue/workload/").status_code == 200


def test_an_absence_counts_by_the_day_of_the_committee() -> None:
    made = board(reviewers=1)
    Committee.objects.update(time_zone="Pacific/Honolulu")
    person = made.reviewers[0]
    AbsenceFactory(user=person, from_date=date(2026, 3, 4), until_date=date(2026, 3, 4))
    evening = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)  # there the evening of the fourth
    assert [load.away is not None for one in boards(made.coordinator, evening) for load in one.loads] == [True]
    late = evening + timedelta(days=1)
    assert [load.away is not None for one in boards(made.coordinator, late) for load in one.loads] == [False]
