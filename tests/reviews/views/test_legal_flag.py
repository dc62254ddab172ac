"""Laws that may apply on the pages: the case, the explanation, the decision; and the page on which one is noted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse

from reviews.models import LegalFlag
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.views.pages import faults_in, get, post, text_of

pytestmark = pytest.mark.django_db


def table(case: Case, person: Any, page: str = "submission-detail") -> str:
    shown = text_of(get(person, page, case.submission.reference))
    return shown.partition('<caption class="visually-hidden">Legal rules that may apply</caption>')[2].partition(
        "</table>"
    )[0]


def first(case: Case) -> LegalFlag:
    return case.again().revision.legal_flags.earliest("pk")


def test_case_page_lists_each_law_with_its_duty_and_state() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    law = case.submission.revision.policy.pack.legal_flag(first(case).flag_key)
    officer = case.board.officers["legal_officer"]
    for person in (case.author, case.board.chair, officer, case.board.reviewers[0]):
        shown = table(case, person)
        assert law.label in shown
        assert law.duty in shown
        assert "not noted yet" in shown
        assert ("Note it" in shown) is (person == officer)


def test_reviewer_who_judges_alone_reads_no_flags() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    blind = case.board.reviewers[0]
    assert table(case, case.board.chair)
    assert table(case, blind) == ""
    assert get(blind, "legal-flag-note", first(case).public_id).status_code == 404


def test_authors_read_that_the_board_noted_it_and_no_more() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    cases.note_flag(case, first(case), text="Filed with the office.")
    officer = case.board.officers["legal_officer"].display_name
    for page in ("submission-detail", "assessment-detail"):
        board_reads, authors_read = table(case, case.board.chair, page), table(case, case.author, page)
        assert f"noted by {officer}" in board_reads
        assert "Filed with the office." in board_reads
        assert "noted by the board" in authors_read
        for hidden in (officer, "Filed with the office."):
            assert hidden not in authors_read


def test_flag_is_noted_by_the_officer_once() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    board, row = case.board, first(case)
    officer = board.officers["legal_officer"]
    expected = {officer: 200, board.chair: 403, board.coordinator: 403, case.author: 403, board.leader: 404}
    assert {person: get(person, "legal-flag-note", row.public_id).status_code for person in expected} == expected
    empty = post(officer, "legal-flag-note", row.public_id, text=" ")
    assert faults_in(text_of(empty)) == {"text": "Write what was done about it, or why it does not apply."}
    assert post(officer, "legal-flag-note", row.public_id, text="Done.").status_code == 302
    row.refresh_from_db()
    assert (row.noted_by, row.text) == (officer, "Done.")
    assert get(officer, "legal-flag-note", row.public_id).status_code == 302


def test_flag_of_a_revision_before_has_no_form_any_more() -> None:
    case = cases.submission_in(State.DECIDED, tier=3)
    row, chair = first(case), case.board.chair
    assert get(chair, "legal-flag-note", row.public_id).status_code == 200
    cases.reopened(case)
    assert get(chair, "legal-flag-note", row.public_id)["Location"] == case.submission.get_absolute_url()
    assert reverse("reviews:legal-flag-note", args=[row.public_id]) not in text_of(
        get(chair, "submission-detail", case.submission.reference)
    )


def test_decision_says_how_many_are_open_and_records_who_noted_what() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    officer = case.board.officers["legal_officer"]
    cases.note_flag(case, first(case), text="Filed with the office.")
    revision = case.again().revision
    known = set(revision.legal_flags.values_list("flag_key", flat=True))
    key = next(law.key for law in revision.policy.pack.legal_flags if law.key not in known)
    LegalFlag.objects.create(revision=revision, flag_key=key, raised_at=case.now)
    cases.clear_holds(case)
    made = cases.put(case)
    cases.vote(case, made)
    assert "not noted as handled" in text_of(get(case.board.chair, "decision-finalise", made.public_id))
    cases.finalise(case, made)
    found = cases.sign_all(case)
    kept = json.loads(found.record)["legal_flags"]
    assert len(kept) == len(known) + 1
    assert (kept[0]["noted_by"]["id"], kept[0]["text"]) == (officer.public_id, "Filed with the office.")
    assert {row["noted_at"] for row in kept[1:]} == {None}
    board_reads = text_of(get(case.board.chair, "decision-detail", case.submission.reference))
    authors_read = text_of(get(case.author, "decision-detail", case.submission.reference))
    assert f"{len(known)} legal rule" in board_reads
    assert f"noted by {officer.display_name}" in board_reads
    assert "noted by the board" in authors_read
    for hidden in (f"noted by {officer.display_name}", "Filed with the office."):
        assert hidden not in authors_read
