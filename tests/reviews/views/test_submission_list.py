"""The list of cases: only what the reader sees, narrowed before it is counted, titles only for those who see them."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from reviews.actions import conflict
from reviews.models import Submission
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import board
from tests.factories.people import UserFactory
from tests.reviews.views.pages import get, text_of

pytestmark = pytest.mark.django_db


def shown(person: User, **query: str) -> list[str]:
    """The names of the rows that this person gets."""
    return [row.name for row in get(person, "submission-list", **query).context_data["rows"]]


def leading(case: Case) -> User:
    """Somebody of leadership with a draft of their own; without one they are led to leadership's page."""
    assert case.board.leader is not None
    cases.draft(case.board, author=case.board.leader, label="Own model")
    return case.board.leader


def test_each_person_sees_what_is_visible_to_them() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    title, label = case.submission.title, case.submission.label
    made = case.board

    assert shown(case.author) == [title]
    assert shown(made.coordinator) == [title]
    assert shown(made.reviewers[0]) == [title]
    assert shown(made.auditor) == [label]
    assert set(shown(leading(case))) == {"Title of Own model", label}
    assert shown(made.members[0]) == []
    assert shown(made.administrator) == []
    assert shown(UserFactory()) == []


def test_conflicted_member_sees_no_row() -> None:
    case = cases.submission_in(State.DELIBERATION)
    member = case.board.members[0]
    assert shown(member) == [case.submission.title]
    conflict.declare(submission=case.submission, type_key="financial", by=member, now=case.later())

    assert shown(member) == []


def test_words_find_reference_label_and_title() -> None:
    made = board()
    first = cases.submission_in(State.IN_REVIEW, made=made, label="Blue model")
    cases.submission_in(State.IN_REVIEW, made=made, label="Red model")
    Submission.objects.filter(pk=first.submission.pk).update(title="Seldom word")

    assert shown(made.coordinator, q=first.submission.reference[-5:].lower()) == ["Seldom word"]
    assert shown(made.coordinator, q="blue") == ["Seldom word"]
    assert shown(made.coordinator, q="seldom") == ["Seldom word"]
    assert shown(made.coordinator, q="nothing like it") == []


def test_words_do_not_reveal_a_title_that_the_reader_does_not_see() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    Submission.objects.filter(pk=case.submission.pk).update(title="Seldom word")
    assert shown(case.board.coordinator, q="seldom") == ["Seldom word"]

    leader = leading(case)
    assert shown(leader, q="seldom") == []
    assert shown(leader, q=case.submission.label) == [case.submission.label]


def test_state_and_tier_narrow() -> None:
    made = board()
    running = cases.submission_in(State.IN_REVIEW, made=made, label="Running")
    decided = cases.submission_in(State.DECIDED, made=made, tier=3, label="Decided")
    both = [running.submission.title, decided.submission.title]

    assert shown(made.coordinator) == both
    assert shown(made.coordinator, state="open") == both[:1]
    assert shown(made.coordinator, state="decided") == both[1:]
    assert shown(made.coordinator, tier="3") == both[1:]
    assert shown(made.coordinator, tier="3", state="open") == []


@pytest.mark.parametrize(
    "query", [{"state": "nonsense"}, {"tier": "9"}, {"q": "x" * 101}, {"page": "x"}, {"q": "\x00"}]
)
def test_nonsense_in_the_address_breaks_nothing(query: dict[str, str]) -> None:
    case = cases.submission_in(State.IN_REVIEW)

    assert get(case.board.coordinator, "submission-list", **query).status_code == 200


def test_narrowed_to_nothing_offers_the_way_back() -> None:
    board()
    page = text_of(get(UserFactory(), "submission-list", q="x"))

    assert "No case fits these filters." in page
    assert "No case yet." in text_of(get(UserFactory(), "submission-list"))


def test_pages_are_counted_after_narrowing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reviews.views.submission_list.PAGE", 2)
    made = board()
    for number in range(3):
        cases.submit(cases.draft(made, tier=2, label=f"Model {number}"))
    cases.submission_in(State.RETURNED, made=made, label="Other")
    response = get(made.coordinator, "submission-list", state="submitted", page="2")

    assert len(response.context_data["rows"]) == 1
    assert "3 to 3 of 3 entries" in text_of(response)
    assert "state=submitted&amp;page=1" in text_of(response)


def test_reader_in_summary_gets_no_link_and_not_whose_turn_it_is() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    coordinator = get(case.board.coordinator, "submission-list").context_data["rows"][0]
    rows = get(leading(case), "submission-list").context_data["rows"]
    leader = next(row for row in rows if row.reference == case.submission.reference)

    assert (coordinator.url, coordinator.turn) == (case.submission.get_absolute_url(), "Reviewers")
    assert (leader.url, leader.turn, leader.turn_note) == ("", "", "")


def test_offered_reviewer_is_led_to_the_offer() -> None:
    case = cases.submit(cases.draft(tier=2))
    offer = cases.offer(case, case.board.reviewers[0])
    row = get(case.board.reviewers[0], "submission-list").context_data["rows"][0]

    assert (row.name, row.url) == (case.submission.label, f"/offers/{offer.public_id}/")


def test_authors_see_no_outcome_before_the_last_signature() -> None:
    case = cases.submission_in(State.SIGN_OFF, tier=3)
    assert get(case.author, "submission-list").context_data["rows"][0].outcomes == ()
    cases.sign_all(case)

    assert get(case.author, "submission-list").context_data["rows"][0].outcomes == (("Paper", "withheld"),)


def test_states_are_narrowed_by_the_words_that_the_list_shows() -> None:
    case = cases.submission_in(State.RETURNED)
    page = text_of(get(case.author, "submission-list"))
    assert '<option value="returned">Returned to authors</option>' in page


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_queries(
    count: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = board()
    for number in range(count):
        cases.submission_in(State.IN_REVIEW, made=made, label=f"Model {number}")
    client.force_login(made.coordinator)

    with django_assert_num_queries(24):
        rows = client.get("/cases/").context_data["rows"]
    assert len(rows) == count
