"""Stepping aside: it works at once and everywhere."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import User
from reviews.models import Conflict, Decision
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.views.pages import get, post, text_of

pytestmark = pytest.mark.django_db


def declare(case: Case, person: User, kind: str = "coauthor_36m", note: str = "") -> object:
    return post(person, "conflict-declare", case.submission.reference, type_key=kind, note=note)


def test_declaring_is_for_everybody_who_sees_the_case_but_its_authors() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    board, reference = case.board, case.submission.reference
    expected = {
        board.coordinator: 200, board.chair: 200, board.reviewers[0]: 200, board.leader: 200,
        case.author: 403, board.reviewers[4]: 404, board.members[0]: 404,
    }  # fmt: skip
    assert {person: get(person, "conflict-declare", reference).status_code for person in expected} == expected


def test_declaring_shows_the_kinds_in_words() -> None:
    case = cases.submission_in(State.SUBMITTED)
    page = text_of(get(case.board.coordinator, "conflict-declare", case.submission.reference))
    pack = case.submission.revision.policy.pack
    assert all(kind.label in page for kind in pack.decision.conflict_types)
    assert " checked" not in page


@pytest.mark.parametrize("kind", ["", "boredom"])
def test_declaring_needs_a_known_kind_and_keeps_the_note(kind: str) -> None:
    case = cases.submission_in(State.SUBMITTED)
    response = post(
        case.board.coordinator, "conflict-declare", case.submission.reference, type_key=kind, note="Kept as typed."
    )
    assert response.status_code == 200
    assert "Kept as typed." in text_of(response)
    assert Conflict.objects.count() == 0


def test_somebody_asked_sees_no_more_than_the_basics_here() -> None:
    case = cases.submission_in(State.SUBMITTED)
    person = cases.offer(case, case.board.reviewers[0]).reviewer
    page = text_of(get(person, "conflict-declare", case.submission.reference))
    assert case.submission.label in page
    assert case.submission.title not in page
    assert declare(case, person).status_code == 302
    assert get(person, "conflict-declare", case.submission.reference).status_code == 404


def test_after_declaring_the_case_is_gone_everywhere() -> None:
    case = cases.submission_in(State.DELIBERATION)
    cases.clear_holds(case)
    made = cases.put(case)
    person, reference = case.board.members[0], case.submission.reference
    cases.vote(case, made, [person])
    response = declare(case, person)
    assert response["Location"] == reverse("reviews:my-work")
    for name in ("conflict-declare", "review-list", "motion-list", "motion-put", "motion-put-return", "release-detail"):
        assert get(person, name, reference).status_code == 404
    assert post(person, "motion-cast", made.public_id, vote="for").status_code == 404
    assert get(person, "motion-take-back", made.public_id).status_code == 404
    page = text_of(get(case.board.chair, "motion-list", reference))
    assert "No longer counted" in page
    assert "Co-author within 36 months" in page


def test_a_conflicted_signatory_sees_no_record() -> None:
    case = cases.submission_in(State.DELIBERATION)
    cases.clear_holds(case)
    made = cases.put(case)
    cases.vote(case, made)
    decided = cases.finalise(case, made)
    person = case.board.officers["head_of_research"]
    assert get(person, "decision-sign", decided.public_id, "head_of_research").status_code == 200
    declare(case, person)
    assert get(person, "decision-sign", decided.public_id, "head_of_research").status_code == 404
    assert get(person, "decision-send-back", decided.public_id).status_code == 404
    assert get(person, "decision-detail", case.submission.reference).status_code == 404
    assert Decision.objects.get().effective_at is None
