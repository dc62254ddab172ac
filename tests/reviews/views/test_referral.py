"""Referrals on every page: what the board reads, what authors and others do not, and the forms."""

from __future__ import annotations

from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from reviews.actions import motion, referral
from reviews.models import Referral
from reviews.rules.states import Finding, Outcome, State, Vote
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.views.pages import client_of, faults_in, get, post, text_of

pytestmark = pytest.mark.django_db

QUERIES = 23
BODY, QUESTION, ANSWER = "Canary body", "Canary question", "Canary answer"
FINDING = "no objection under conditions"


def refer(case: Case, **changes: str) -> Referral:
    facts = {"body": BODY, "question": QUESTION, **changes}
    return referral.refer(submission=case.submission, by=case.board.chair, now=case.later(), **facts)


def answered(case: Case) -> Referral:
    row = refer(case)
    return referral.record_answer(
        referral=row, finding=Finding.CONDITIONS, answer=ANSWER, by=case.board.chair, now=case.later()
    )


def page(case: Case, person: User, name: str = "referral-list") -> str:
    response = client_of(person).get(reverse(f"reviews:{name}", args=[case.submission.reference]), follow=True)
    return unescape(response.content.decode())


def known(html: str) -> tuple[bool, bool, bool, bool]:
    """Whether the body, the finding, the question and the answer stand on a page."""
    return BODY in html, FINDING in html.lower(), QUESTION in html, ANSWER in html


def test_coordinator_chair_and_deputy_refer_from_the_case() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    address = reverse("reviews:referral-list", args=[case.submission.reference])
    people = [case.board.coordinator, case.board.chair, case.board.deputy, case.board.reviewers[0], case.author]
    found = [address in page(case, person, "submission-detail") for person in people]
    assert found == [True, True, True, False, False]
    assert ["Record the referral" in page(case, person) for person in people] == found


def test_refer_record_and_read() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    by, reference = case.board.coordinator, case.submission.reference
    response = post(by, "referral-list", reference, body=BODY, question=QUESTION)
    assert (response.status_code, response["Location"]) == (302, reverse("reviews:referral-list", args=[reference]))
    row = Referral.objects.get()
    html = page(case, by)
    assert "No answer yet" in html
    assert known(html) == (True, False, True, False)
    assert QUESTION in text_of(get(by, "referral-answer", row.public_id))
    response = post(by, "referral-answer", row.public_id, finding="conditions", answer=ANSWER)
    assert response.status_code == 302
    html = page(case, by)
    assert known(html) == (True, True, True, True)
    assert "Question, put by Coordinator" in html
    assert "Answer, recorded by Coordinator" in html
    assert reverse("reviews:referral-answer", args=[row.public_id]) not in html


def test_forms_that_come_back_say_what_is_missing_and_keep_the_rest() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    by = case.board.chair
    html = text_of(post(by, "referral-list", case.submission.reference, body="Typed body", question=""))
    assert faults_in(html) == {"question": "Please fill this in."}
    assert 'value="Typed body"' in html
    row = refer(case)
    html = text_of(post(by, "referral-answer", row.public_id, finding="", answer="Typed answer"))
    assert set(faults_in(html)) == {"finding"}
    assert "Choose one." in html
    assert "Typed answer" in html


def test_answer_that_somebody_else_recorded_meanwhile_is_told_and_the_text_kept() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    row = answered(case)
    by = case.board.coordinator
    assert get(by, "referral-answer", row.public_id).status_code == 302
    html = text_of(post(by, "referral-answer", row.public_id, finding="objection", answer="Typed answer"))
    assert "The answer to this question was recorded already." in html
    assert "Typed answer" in html
    html = text_of(post(by, "referral-take-back", row.public_id))
    assert "The answer to this question was recorded already." in html
    row.refresh_from_db()
    assert (row.finding, row.withdrawn_at) == ("conditions", None)


def test_taken_back_stays_in_the_list_and_leaves_the_case() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    row = refer(case)
    assert f"Referred to {BODY}" in page(case, case.board.chair, "submission-detail")
    assert post(case.board.deputy, "referral-take-back", row.public_id).status_code == 302
    assert "Taken back" in page(case, case.board.chair)
    assert f"Referred to {BODY}" not in page(case, case.board.chair, "submission-detail")


def test_case_page_says_that_an_answer_is_awaited_and_then_what_it_was() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    row = refer(case)
    for person in (case.board.coordinator, case.author, case.board.reviewers[0]):
        html = page(case, person, "submission-detail")
        assert f"Referred to {BODY}" in html
        assert "no answer yet, since" in html
    cases.record_answer(case, row, Finding.CONDITIONS)
    found = [FINDING in page(case, person, "submission-detail").lower() for person in
             (case.board.coordinator, case.author, case.board.reviewers[0])]  # fmt: skip
    assert found == [True, True, False]


PAGES = (
    "submission-detail", "submission-record", "referral-list", "inquiry-list", "evidence-list", "review-list",
    "motion-list", "decision-detail", "my-work", "submission-list",
)  # fmt: skip


def everywhere(case: Case, person: User) -> str:
    client, found = client_of(person), []
    for name in PAGES:
        args = [] if name in ("my-work", "submission-list") else [case.submission.reference]
        found.append(unescape(client.get(reverse(f"reviews:{name}", args=args), follow=True).content.decode()))
    return "".join(found)


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.RETURNED, State.DELIBERATION, State.SIGN_OFF, State.DECIDED])
def test_no_page_tells_authors_a_text_and_none_tells_leadership_anything(state: State) -> None:
    case = cases.submission_in(state, tier=3 if state in (State.SIGN_OFF, State.DECIDED) else None)
    answered(case)
    assert case.board.leader is not None
    assert known(everywhere(case, case.board.chair)) == (True, True, True, True)
    assert known(everywhere(case, case.author)) == (True, True, False, False)
    assert known(everywhere(case, case.board.leader)) == (False, False, False, False)


def test_reviewer_who_judges_alone_reads_no_finding_on_any_page() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    answered(case)
    seat = case.submission.assignments.order_by("pk")[0]
    assert known(everywhere(case, seat.reviewer)) == (True, False, False, False)
    cases.file_review(case, seat.review)
    assert known(everywhere(case, seat.reviewer)) == (True, True, True, True)


def test_board_reads_it_where_it_deliberates_and_in_the_preview() -> None:
    case = cases.submission_in(State.DELIBERATION)
    cases.clear_holds(case)
    answered(case)
    open_one = refer(case, body="Second body", question="Still open?")
    for person in (case.board.members[0], case.board.chair):
        html = page(case, person, "motion-list")
        assert known(html) == (True, True, True, True)
        assert "Still open?" in html
    made = cases.put(case)
    cases.vote(case, made)
    preview = unescape(text_of(get(case.board.chair, "decision-finalise", made.public_id)))
    assert known(preview) == (True, True, True, True)
    assert "no answer yet." in preview
    assert open_one.body in preview


def decided() -> Case:
    """A case in force with an answered referral, one that was taken back before, and one that came after."""
    case = cases.submission_in(State.DELIBERATION)
    cases.clear_holds(case)
    answered(case)
    gone = refer(case, body="Taken back body")
    referral.take_back(referral=gone, by=case.board.chair, now=case.later())
    made = cases.put(case, outcome=Outcome.WITHHELD)
    for person in case.board.voters:
        motion.cast(motion=made, vote=Vote.FOR, by=person, now=case.later())
    cases.finalise(case, made)
    cases.sign_all(case)
    refer(case, body="Later body")
    return case


def test_decision_record_holds_it_for_the_board_and_auditors_and_without_texts_for_others() -> None:
    case = decided()
    assert case.board.auditor is not None
    signer = case.board.officers["head_of_research"]
    found = {name: known(page(case, person, "decision-detail")) for name, person in {
        "chair": case.board.chair, "auditor": case.board.auditor, "author": case.author, "signatory": signer,
    }.items()}  # fmt: skip
    assert found == {
        "chair": (True, True, True, True), "auditor": (True, True, True, True),
        "author": (True, True, False, False), "signatory": (True, True, False, False),
    }  # fmt: skip


def test_decision_record_names_what_stood_when_it_took_effect_and_nothing_else() -> None:
    case = decided()
    html = page(case, case.board.chair, "decision-detail")
    assert "Taken back body" not in html
    assert "Later body" not in html
    assert "Later body" in page(case, case.board.chair)


def test_texts_are_escaped_and_read_as_markdown() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    refer(case, body="<b>body", question="<script>x</script> *with* weight")
    html = text_of(get(case.board.chair, "referral-list", case.submission.reference))
    assert "<script>x" not in html
    assert "<b>body" not in html
    assert "<em>with</em>" in html


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_for_one_and_three(count: int) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    for _ in range(count):
        answered(case)
    client, address = client_of(case.board.chair), reverse("reviews:referral-list", args=[case.submission.reference])
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        client.get(address)
    assert len(seen) == QUERIES
