"""The queue: for those who run a committee, its open cases, the soonest due first."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from reviews.actions import conflict
from reviews.queries import listing
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.committee import board
from tests.reviews.views.pages import get, text_of

pytestmark = pytest.mark.django_db


def labels(person: User, kind: str = "") -> list[str]:
    """The labels of the rows of one kind."""
    rows = get(person, "queue", kind=kind).context_data["page"].object_list
    return [row.head.submission.label for row in rows]


def test_only_those_who_run_a_committee_have_a_queue() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    made = case.board
    for person in (made.coordinator, made.chair, made.deputy):
        assert get(person, "queue").status_code == 200
    others = [case.author, made.members[0], made.reviewers[0], made.leader, made.auditor, made.administrator]
    assert [get(person, "queue").status_code for person in others if person] == [404] * 6


def test_kinds_count_what_they_show() -> None:
    made = board()
    cases.submit(cases.draft(made, tier=2, label="Fresh"))
    cases.submission_in(State.IN_REVIEW, made=made, label="Read")
    cases.submission_in(State.RETURNED, made=made, label="Back")
    cases.submission_in(State.DECIDED, made=made, label="Done")
    cases.draft(made, tier=2, label="Draft")

    assert sorted(labels(made.coordinator)) == ["Back", "Fresh", "Read"]
    assert labels(made.coordinator, "unassigned") == ["Fresh"]
    assert labels(made.coordinator, "waiting") == ["Back"]
    assert sorted(labels(made.coordinator, "late")) == ["Fresh", "Read"]
    assert sorted(labels(made.coordinator, "nonsense")) == ["Back", "Fresh", "Read"]
    views = get(made.coordinator, "queue").context_data["views"]
    assert [view.count for view in views] == ["3", "1", "2", "1"]


def test_soonest_due_comes_first_and_a_standing_clock_last() -> None:
    made = board()
    back = cases.submission_in(State.RETURNED, made=made, label="Back")
    cases.submission_in(State.IN_REVIEW, made=made, label="Read")
    cases.submit(cases.draft(made, tier=2, label="Fresh"))

    assert [row.head.submission.label for row in listing.queue(made.coordinator, back.now)] == ["Fresh", "Read", "Back"]


def test_case_of_another_committee_is_not_there() -> None:
    cases.submission_in(State.IN_REVIEW, label="Ours")
    other = board("Another board")

    assert labels(other.coordinator) == []
    assert "The queue is empty." in text_of(get(other.coordinator, "queue"))


def test_own_case_and_conflicted_case_are_not_in_the_queue() -> None:
    made = board()
    cases.submit(cases.draft(made, author=made.coordinator, tier=2, label="Own"))
    case = cases.submit(cases.draft(made, tier=2, label="Theirs"))
    assert labels(made.coordinator) == ["Theirs"]
    conflict.declare(submission=case.submission, type_key="financial", by=made.coordinator, now=case.later())

    assert labels(made.coordinator) == []
    assert sorted(labels(made.deputy)) == ["Own", "Theirs"]


def test_case_whose_parts_deserve_different_tiers_says_so_to_those_who_see_scores() -> None:
    made = board()
    answers = {**cases.answers_for(1), "paper_release_requested": "redacted_preprint"}
    cases.submit(cases.draft(made, answers=answers, label="Apart"))
    cases.submit(cases.draft(made, tier=2, label="Model alone"))
    rows = {row.name: row for row in get(made.coordinator, "queue").context_data["rows"]}
    assert {name: row.hint for name, row in rows.items()} == {
        "Title of Apart": "The parts deserve different tiers: model 1, paper 0.",
        "Title of Model alone": "",
    }
    page = get(made.coordinator, "queue")
    assert f'href="{rows["Title of Apart"].hint_url}"' in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_queue_costs_the_same_queries(
    count: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = board()
    for number in range(count):
        cases.submission_in(State.IN_REVIEW, made=made, label=f"Model {number}")
    client.force_login(made.coordinator)

    with django_assert_num_queries(24):
        rows = client.get("/queue/").context_data["rows"]
    assert len(rows) == count
