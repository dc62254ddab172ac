"""The pages around conflicts: the list, settling, declaring for others, naming somebody, “this is not me”."""

from __future__ import annotations

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from reviews.models import Conflict, Contributor, Objection
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.people import UserFactory
from tests.reviews.views.pages import client_of, get, post, text_of

pytestmark = pytest.mark.django_db


def test_list_says_who_what_and_by_what_and_offers_to_settle() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    made, reference = case.board, case.submission.reference
    cases.declare(case, made.reviewers[1])
    row = cases.suspect(case, made.reviewers[2])
    page = text_of(get(made.coordinator, "conflict-list", reference))
    for words in (
        "Reviewer 1", "Declared by themselves", "Stands aside", "Reviewer 2", "Named by an author, Author One",
        "To be settled", "We are close friends.", "Look for ties now",
        reverse("reviews:conflict-settle", args=[row.public_id]),
    ):  # fmt: skip
        assert words in page
    assert page.count("Settle it") == 1
    assert post(made.coordinator, "conflict-list", reference)["Location"] == reverse(
        "reviews:conflict-list", args=[reference]
    )


def test_settling_with_a_reason_and_too_late() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    row = cases.suspect(case, case.board.reviewers[2])
    page = text_of(get(case.board.coordinator, "conflict-settle", row.public_id))
    assert ("We are close friends." in page, " checked" in page) == (True, False)
    faulty = post(case.board.coordinator, "conflict-settle", row.public_id, outcome="none", reason="")
    assert (faulty.status_code, Conflict.objects.get(pk=row.pk).outcome) == (200, "")
    done = post(case.board.coordinator, "conflict-settle", row.public_id, outcome="none", reason="They never met.")
    assert done["Location"] == reverse("reviews:conflict-list", args=[case.submission.reference])
    late = post(case.board.chair, "conflict-settle", row.public_id, outcome="stands", reason="They did meet.")
    assert late.status_code == 409
    assert "They did meet." in text_of(late)
    assert "They never met." in text_of(late)
    assert get(case.board.chair, "conflict-settle", row.public_id).status_code == 302


def test_the_chair_who_is_deputised_is_named_on_the_list() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    cases.declare(case, case.board.chair)
    page = text_of(get(case.board.coordinator, "conflict-list", case.submission.reference))
    assert "instead of Chair, who stands outside this case" in page


def test_authors_name_somebody_and_read_nothing_of_what_came_of_it() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    reference, person = case.submission.reference, case.board.reviewers[2]
    given = {"type_key": "competitor", "note": "A feud of years.", "email": ""}
    answers = [
        post(case.author, "conflict-name", reference, name=name, **given)["Location"]
        for name in ("Reviewer 2", "Nobody Here")
    ]
    assert answers[0] == answers[1]
    assert [row.name for row in Objection.objects.all()] == ["Reviewer 2", "Nobody Here"]
    page = text_of(get(case.author, "conflict-name", reference))
    assert page.count("A feud of years.") == 2
    cases.settle(case, Conflict.objects.get(user=person), by=case.board.chair)
    assert text_of(get(case.author, "conflict-name", reference)).count("settled") == 0
    record = text_of(get(case.author, "submission-record", reference))
    assert "named somebody who should not judge this case." in record
    assert "Reviewer 2" not in record


def test_a_suspected_candidate_is_shown_with_the_way_to_settle_it() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    cases.suspect(case, case.board.reviewers[2])
    page = text_of(get(case.board.coordinator, "assignment-assign", case.submission.reference))
    assert "Suspected tie, to be settled" in page
    assert reverse("reviews:conflict-list", args=[case.submission.reference]) in page


def test_declaring_for_somebody_and_this_is_not_me() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    reference, made = case.submission.reference, case.board
    given = {"person": made.members[0].public_id, "type_key": "personal", "note": "Cousins."}
    assert post(made.coordinator, "conflict-declare-for", reference, **given).status_code == 302
    assert "Cousins." in text_of(get(made.chair, "conflict-list", reference))
    named = UserFactory(display_name="Author Two")
    Contributor.objects.create(submission=case.submission, user=named, name="Author Two", order=9)
    assert "This is not me" in text_of(get(named, "submission-detail", reference))
    assert "This is not me" not in text_of(get(case.author, "submission-detail", reference))
    assert post(named, "conflict-disown", reference, note="A namesake.").status_code == 302
    assert "Says not to be the contributor who is named" in text_of(get(made.coordinator, "conflict-list", reference))


def test_a_decision_that_rests_on_somebody_who_stands_aside_says_so_to_the_board_alone() -> None:
    case = cases.submission_in(State.DECIDED)
    reviewer = case.submission.assignments.filter(status="done")[0].reviewer
    cases.declare(case, reviewer)
    words = "had a part in this decision and stands aside since"
    reference = case.submission.reference
    assert f"{reviewer} {words}" in text_of(get(case.board.chair, "decision-detail", reference))
    assert words not in text_of(get(case.author, "decision-detail", reference))


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries(rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    for person in [*case.board.reviewers[2 : 2 + rows], *case.board.members[:rows]]:
        cases.suspect(case, person)
    client = client_of(case.board.coordinator)
    address = reverse("reviews:conflict-list", args=[case.submission.reference])
    client.get(address)
    with django_assert_num_queries(33):
        lines = client.get(address).context_data["lines"]
    assert len(lines) == 2 * rows
