"""Giving a case away: what the page says before, where it leads, and what the case shows afterwards."""

from __future__ import annotations

from html import unescape

import pytest
from django import forms
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from reviews.actions.committee import appoint, dismiss
from reviews.models import Committee, Transfer
from reviews.rules.states import CommitteeRole, State
from reviews.views import transfer as views
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.reviews.views.pages import client_of, faults_in, get, post, text_of

pytestmark = pytest.mark.django_db

NAME = "submission-transfer"
REASON = "Canary reason, in the words of the coordinator."
QUERIES = 25
BUTTON = "Give to another committee"


def page(case: Case, person: User | None = None) -> str:
    return unescape(text_of(get(person or case.board.coordinator, NAME, case.submission.reference)))


def give(case: Case, target: Board, **changes: object) -> tuple[int, str, str]:
    data = {"target": target.committee.public_id, "reason": REASON, "version": case.version, **changes}
    response = post(case.board.coordinator, NAME, case.submission.reference, **data)
    return response.status_code, response.headers.get("Location", ""), unescape(text_of(response))


def first_page(case: Case, person: User) -> str:
    return unescape(text_of(get(person, "submission-detail", case.submission.reference)))


def test_button_stands_where_the_coordinator_returns_a_case() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    assert BUTTON not in first_page(case, case.board.coordinator)  # no other committee
    cases.elsewhere()
    address = reverse(f"reviews:{NAME}", args=[case.submission.reference])
    assert address in first_page(case, case.board.coordinator)
    for person in (case.board.chair, case.board.reviewers[0], case.author):
        assert address not in first_page(case, person)


def test_button_is_gone_once_the_board_deliberates() -> None:
    case = cases.submission_in(State.DELIBERATION)
    cases.elsewhere()
    assert BUTTON not in first_page(case, case.board.coordinator)
    assert get(case.board.coordinator, NAME, case.submission.reference).status_code == 302
    status, _, html = give(case, case.board)
    assert (status, case.again().state) == (200, State.DELIBERATION)
    assert "Choose one." in html or "not one of the available choices" in html


def test_each_committee_says_what_would_happen_there() -> None:
    case = cases.submission_in(State.SUBMITTED)
    cases.elsewhere("Same rules")
    cases.elsewhere("Other rules", policy=cases.other_policy())
    poor, idle = board("No rules yet"), board("Nobody home")
    Committee.objects.filter(pk=poor.committee.pk).update(policy=None)
    for person in (idle.coordinator, idle.deputy):
        dismiss(membership=person.memberships.get(), by=idle.administrator, now=case.later())
    html = page(case)
    assert "Works by the policy of this case" in html
    assert "The case is scored anew and waits there for reviewers." in html
    assert "submit it again by that policy. 2 questions are new or asked anew." in html
    assert html.index("Other rules") < html.index("Same rules")
    assert "It has not adopted a policy yet." in html
    assert "Nobody there can coordinate this case." in html
    for made in (poor, idle):
        assert f'value="{made.committee.public_id}"' not in html
        status, _, again = give(case, made)
        assert status == 200
        assert "target" in faults_in(again)
    assert not Transfer.objects.exists()


def test_what_follows_stands_before_the_button() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=1)
    cases.elsewhere()
    cases.file_review(case, case.submission.assignments.get().review, cases.findings(case, clear=False))
    cases.offer(case, case.board.reviewers[1])
    html = page(case)
    sentences = [
        "1 seat of a reviewer ends.", "1 filed review no longer counts.", "what this board made of it ends here",
        "The clock goes on from the first submission", "loses sight of the case at once",
    ]  # fmt: skip
    assert all(html.index(sentence) < html.index("Give the case away") for sentence in sentences)


def test_open_holds_are_named_with_their_officer() -> None:
    case = cases.submission_in(State.SUBMITTED, tier=3)
    cases.elsewhere()
    assert "open holds are for the officers of that committee: legal officer." in page(case)


def test_without_another_committee_the_page_says_so() -> None:
    case = cases.submission_in(State.SUBMITTED)
    html = page(case)
    assert "No other committee can take this case." in html
    assert "Give the case away" not in html


def test_giving_it_away_leads_to_the_queue_and_the_case_is_not_there_any_more() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    old, target = case.board, cases.elsewhere()
    status, where, _ = give(case, target)
    assert (status, where) == (302, reverse("reviews:queue"))
    for person in (old.coordinator, old.chair, old.reviewers[0], old.officers["legal_officer"]):
        for name in ("submission-detail", "submission-record", "referral-list", NAME):
            assert get(person, name, case.submission.reference).status_code == 404
    assert get(target.coordinator, "submission-detail", case.submission.reference).status_code == 200


def test_coordinator_of_both_committees_goes_on_with_the_case() -> None:
    case = cases.submission_in(State.SUBMITTED)
    target, person = cases.elsewhere(), case.board.coordinator
    appoint(
        committee=target.committee, user=person, role=CommitteeRole.COORDINATOR, by=target.administrator,
        now=case.later(),
    )  # fmt: skip
    status, where, _ = give(case, target)
    assert (status, where) == (302, case.submission.get_absolute_url())


def test_form_that_comes_back_keeps_what_was_typed() -> None:
    case = cases.submission_in(State.SUBMITTED)
    target = cases.elsewhere()
    status, _, html = give(case, target, reason="")
    assert (status, faults_in(html)) == (200, {"reason": "Please fill this in."})
    assert f'value="{target.committee.public_id}" id="id_target_0" checked' in html
    status, _, html = give(case, target, version=0)
    assert status == 409
    assert REASON in html
    assert "Somebody changed this case" in html


def test_second_of_two_is_led_to_the_queue_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    case = cases.submission_in(State.SUBMITTED)
    first, second = cases.elsewhere(), cases.elsewhere("Third board")
    act = views.Transfer.act

    def somebody_is_faster(view: views.Transfer, form: forms.Form) -> object:
        cases.give_away(Case(case.submission, case.author, case.board, case.now), first)
        return act(view, form)

    monkeypatch.setattr(views.Transfer, "act", somebody_is_faster)
    sent = {"target": second.committee.public_id, "reason": REASON, "version": case.version}
    address = reverse(f"reviews:{NAME}", args=[case.submission.reference])
    response = client_of(case.board.coordinator).post(address, sent, follow=True)
    assert response.redirect_chain == [(reverse("reviews:queue"), 302)]
    assert "Somebody gave this case to another committee a moment ago." in response.content.decode()
    assert case.again().committee == first.committee


def test_case_says_where_it_came_from_and_why_to_authors_and_board() -> None:
    case = cases.submission_in(State.SUBMITTED)
    cases.give_away(case, reason=REASON)
    for person in (case.author, case.board.coordinator, case.board.chair):
        html = first_page(case, person)
        assert "Came from another committee" in html
        assert REASON in html
        assert "The clock goes on from the first submission." in html


def test_reviewer_who_judges_alone_does_not_read_why() -> None:
    case = cases.submission_in(State.SUBMITTED)
    cases.give_away(case, reason=REASON)
    cases.seat_reviewers(case)
    html = first_page(case, case.board.reviewers[0])
    assert "Came from another committee" in html
    assert REASON not in html


def test_authors_read_what_is_new_and_go_on() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    cases.give_away(case, cases.elsewhere(policy=cases.other_policy()))
    html = first_page(case, case.author)
    assert "It works by another policy" in html
    assert "<li>Who can be asked at any hour?</li>" in html
    for name in ("questionnaire-overview", "submission-submit", "artifact-list", "submission-record", "evidence-list"):
        assert get(case.author, name, case.submission.reference).status_code in (200, 302)
    for name in ("submission-detail", "questionnaire-overview", "submission-record", "artifact-list"):
        assert get(case.board.coordinator, name, case.submission.reference).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_queries_for_one_and_three_committees(count: int) -> None:
    case = cases.submission_in(State.SUBMITTED)
    for number in range(count):
        cases.elsewhere(f"Board {number + 2}")
    client = client_of(case.board.coordinator)
    address = reverse(f"reviews:{NAME}", args=[case.submission.reference])
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        client.get(address)
    assert len(seen) == QUERIES
