"""More time, somebody else in a seat, a colleague named: what the pages list, and that they betray nothing."""

from __future__ import annotations

import re

import pytest

from reviews.models import Assignment
from reviews.rules.states import AssignmentStatus, State
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.views.pages import faults_in, get, post, text_of

pytestmark = pytest.mark.django_db


def listed(page: str, name: str) -> list[str]:
    """The choices of a select, without the empty one."""
    select = page.split(f'<select name="{name}"')[1].split("</select>")[0]
    return [text.strip() for text in re.findall(r'<option value="[^"]+"[^>]*>([^<]+)', select)]


def seat(case: Case, number: int = 0) -> Assignment:
    return Assignment.objects.get(submission=case.submission, reviewer=case.board.reviewers[number])


def test_colleagues_are_everybody_who_reviews_here_whatever_keeps_them_from_the_case() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    made, row = case.board, seat(case)
    before = text_of(get(row.reviewer, "assignment-hand-over", row.public_id))
    assert listed(before, "reviewer") == [f"Reviewer {number}" for number in range(1, 5)]
    cases.suspect(case, made.reviewers[2])
    cases.declare(case, made.reviewers[1])
    after = text_of(get(row.reviewer, "assignment-hand-over", row.public_id))
    assert listed(after, "reviewer") == listed(before, "reviewer")
    refused = [
        post(row.reviewer, "assignment-hand-over", row.public_id, reviewer=person.public_id)
        for person in made.reviewers[1:3]
    ]
    said = {faults_in(text_of(response))["reviewer"] for response in refused}
    assert said == {"This person cannot take the seat now. Name somebody else, or decline: then the next one is asked."}


def test_handing_over_shows_the_reference_and_nothing_else_of_the_case() -> None:
    case = cases.submit(cases.draft(label="Text model"))
    row = cases.offer(case, case.board.reviewers[0])
    page = text_of(get(row.reviewer, "assignment-hand-over", row.public_id))
    assert case.submission.reference in page
    assert not any(words in page for words in (case.submission.title, "Text model", case.author.display_name))
    done = post(row.reviewer, "assignment-hand-over", row.public_id, reviewer=case.board.reviewers[1].public_id)
    assert (done.status_code, done["Location"]) == (302, "/")
    assert get(row.reviewer, "assignment-hand-over", row.public_id).status_code == 404
    for person in (case.author, case.board.coordinator, case.board.reviewers[3]):
        assert get(person, "assignment-hand-over", row.public_id).status_code == 404


def test_instead_can_be_asked_whoever_may_have_the_seat() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    made, row = case.board, seat(case)
    cases.declare(case, made.reviewers[1])
    cases.suspect(case, made.reviewers[2])
    page = text_of(get(made.coordinator, "assignment-replace", row.public_id))
    assert listed(page, "reviewer") == ["Reviewer 3, load 0 of 4", "Reviewer 4, load 0 of 4"]
    without = post(made.coordinator, "assignment-replace", row.public_id, reviewer=made.reviewers[3].public_id)
    assert faults_in(text_of(without)) == {"reason": "Please give a reason; it stays on the record."}
    nobody = post(made.coordinator, "assignment-replace", row.public_id, reviewer="x", reason="Ill.")
    assert faults_in(text_of(nobody)) == {"reviewer": "Choose a person from the list."}
    done = post(
        made.coordinator, "assignment-replace", row.public_id, reviewer=made.reviewers[3].public_id, reason="Ill."
    )
    row.refresh_from_db()
    assert (done.status_code, row.status, seat(case, 3).status) == (302, "replaced", AssignmentStatus.OFFERED)
    assert "Given up" in text_of(get(made.coordinator, "assignment-assign", case.submission.reference))


def test_more_time_lists_later_dates_only_and_notices_that_somebody_was_faster() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    made, row = case.board, seat(case)
    page = text_of(get(made.coordinator, "assignment-extend", row.public_id))
    assert "Now it is 10 working days, " in page
    days = [int(text.split()[0]) for text in listed(page, "review_days")]
    assert (days[0], days[-1], days == sorted(set(days))) == (11, 90, True)
    done = post(made.coordinator, "assignment-extend", row.public_id, review_days=15, version=10)
    row.refresh_from_db()
    assert (done.status_code, row.review_days) == (302, 15)
    late = post(made.coordinator, "assignment-extend", row.public_id, review_days=12, version=10)
    row.refresh_from_db()
    assert (late.status_code, row.review_days) == (409, 15)
