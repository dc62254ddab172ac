"""Referrals: put, answered once, taken back; never in the way of the case."""

from __future__ import annotations

from typing import Any

import pytest

from audit import log
from reviews.actions import referral
from reviews.models import Referral
from reviews.rules.errors import NotNow, RuleBroken
from reviews.rules.states import Finding, State
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.actions.scenes import mails

pytestmark = pytest.mark.django_db


def refer(case: Case, **changes: Any) -> Referral:
    facts = {
        "submission": case.submission, "body": " Ethics board ", "question": " Is consent needed? ",
        "by": case.board.chair, "now": case.later(), **changes,
    }  # fmt: skip
    return referral.refer(**facts)


def answer(case: Case, row: Referral, **changes: Any) -> Referral:
    facts = {
        "referral": row, "finding": "objection", "answer": " Ask again. ", "by": case.board.deputy,
        "now": case.later(), **changes,
    }  # fmt: skip
    return referral.record_answer(**facts)


def test_question_and_answer_are_kept_with_who_and_when() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    row = refer(case)
    assert (row.body, row.question, row.sent_by, row.sent_at, row.is_open) == (
        "Ethics board", "Is consent needed?", case.board.chair, case.now, True,
    )  # fmt: skip
    found = answer(case, row)
    assert (found.finding, found.answer, found.answered_by, found.answered_at, found.is_open) == (
        "objection", "Ask again.", case.board.deputy, case.now, False,
    )  # fmt: skip


def test_log_holds_codes_and_digests_and_no_text() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    row = refer(case, body="Canary body", question="Canary question")
    answer(case, row, answer="Canary answer")
    events = [entry for entry in log.events(case.submission.stream) if entry.type.startswith("referral.")]
    assert [entry.data for entry in events] == [
        {"referral": row.public_id, "body": log.digest("Canary body"), "question": log.digest("Canary question")},
        {"referral": row.public_id, "finding": "objection", "answer": log.digest("Canary answer")},
    ]


@pytest.mark.parametrize("state", list(State))
def test_case_is_referred_once_submitted_and_not_after_it_was_withdrawn(state: State) -> None:
    case = cases.submission_in(state)
    before = case.again()
    if state in (State.DRAFT, State.WITHDRAWN):
        with pytest.raises(NotNow):
            refer(case)
        return
    answer(case, refer(case))
    after = case.again()
    assert (after.state, after.version, after.state_entered_at) == (
        before.state, before.version, before.state_entered_at,
    )  # fmt: skip


def test_open_referral_keeps_nothing_from_going_on() -> None:
    case = cases.submission_in(State.SUBMITTED)
    row = refer(case)
    cases.sign_all(cases.reviewed(case))
    assert case.again().state == State.DECIDED
    assert answer(case, row).finding == Finding.OBJECTION


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"body": "  "}, "body"), ({"question": "\n"}, "question")],
)
def test_referral_needs_a_body_and_a_question(changes: dict[str, str], field: str) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    with pytest.raises(RuleBroken) as refused:
        refer(case, **changes)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"finding": "maybe"}, "finding"), ({"finding": ""}, "finding"), ({"answer": " "}, "answer")],
)
def test_answer_needs_a_finding_and_words(changes: dict[str, str], field: str) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    with pytest.raises(RuleBroken) as refused:
        answer(case, refer(case), **changes)
    assert refused.value.field == field


def test_closed_referral_takes_nothing_more() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    done, gone = refer(case), refer(case)
    answer(case, done)
    referral.take_back(referral=gone, by=case.board.coordinator, now=case.later())
    assert (gone.refresh_from_db(), gone.is_open, gone.withdrawn_by) == (None, False, case.board.coordinator)
    for row, code in ((done, "answered"), (gone, "taken_back")):
        with pytest.raises(NotNow) as refused:
            answer(case, row)
        assert refused.value.code == code
        with pytest.raises(NotNow) as refused:
            referral.take_back(referral=row, by=case.board.coordinator, now=case.later())
        assert refused.value.code == code


def test_coordinator_and_chair_hear_what_another_recorded() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    answer(case, refer(case))
    told = [name for template, name in mails(case) if template == "referral.answered"]
    assert told == ["Author One", "Chair", "Coordinator"]
    answer(case, refer(case), by=case.board.chair)
    told = [name for template, name in mails(case) if template == "referral.answered"]
    assert told == ["Author One", "Author One", "Chair", "Coordinator", "Coordinator"]


def test_referrals_go_with_the_case_to_another_committee() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    row = refer(case)
    cases.give_away(case)
    assert answer(case, row).answered_by == case.board.deputy
