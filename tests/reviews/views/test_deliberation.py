"""Questions to the authors: asked by the coordinator, answered by an author, read without names."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notifications import outbox
from reviews.actions import deliberation as actions
from reviews.actions import submission
from reviews.actions.policy import publish
from reviews.models import Conflict, Inquiry, Pause, Revision
from reviews.notices.guards import may_inform
from reviews.queries.deliberation import waiting_for
from reviews.queries.head import Head
from reviews.rules.errors import NotNow
from reviews.rules.states import State
from reviews.rules.workflow import Owner
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.policy import text_of as text_of_pack
from tests.reviews.views.pages import faults_in, get, post, text_of
from tests.rules.packs import PACK

pytestmark = pytest.mark.django_db


def page(case: Case) -> str:
    return reverse("reviews:inquiry-list", args=[case.submission.reference])


def asked(case: Case, text: str = "Which data?") -> Inquiry:
    return actions.ask(submission=case.submission, text=text, by=case.board.coordinator, now=case.later())


def test_coordinator_asks_and_the_author_answers(client: Client) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    client.force_login(case.board.coordinator)
    assert client.post(page(case), {"text": "Which data?", "version": case.version}).status_code == 302
    inquiry = Inquiry.objects.get()
    address = reverse("reviews:inquiry-answer", args=[inquiry.public_id])
    client.force_login(case.author)
    html = client.get(page(case)).content.decode()
    assert "Which data?" in html
    assert "<b>The board</b>" in html
    assert address in html
    html = client.post(address, {"text": "", "version": case.version}).content.decode()
    assert "Please fill this in." in html
    assert client.post(address, {"text": "Public data.", "version": case.version}).status_code == 302
    client.force_login(case.board.coordinator)
    html = client.get(page(case)).content.decode()
    assert "Public data." in html
    assert "<b>Author One</b>" in html


def test_only_the_coordinator_asks_and_only_authors_answer(client: Client) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    inquiry = asked(case)
    address = reverse("reviews:inquiry-answer", args=[inquiry.public_id])
    found = {}
    for name, person in {
        "author": case.author, "coordinator": case.board.coordinator, "reviewer": case.board.reviewers[0],
        "member": case.board.members[0],
    }.items():  # fmt: skip
        client.force_login(person)
        form = 'id="ask"' in client.get(page(case)).content.decode()
        found[name] = (
            form,
            client.post(page(case), {"text": "Mine.", "version": "9"}).status_code,
            client.get(address).status_code,
        )
    assert found == {
        "author": (False, 403, 200),
        "coordinator": (True, 302, 403),
        "reviewer": (False, 403, 403),
        "member": (False, 404, 404),
    }


def test_question_answered_meanwhile_is_told_and_the_text_kept(client: Client) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    inquiry = asked(case)
    actions.answer(inquiry=inquiry, text="First.", by=case.author, now=case.later())
    client.force_login(case.author)
    address = reverse("reviews:inquiry-answer", args=[inquiry.public_id])
    assert client.get(address).status_code == 302
    html = client.post(address, {"text": "Second words.", "version": "1"}).content.decode()
    assert "This question was answered already." in html
    assert "Second words." in html
    inquiry.refresh_from_db()
    assert inquiry.answer == "First."


def test_decided_case_is_not_asked_any_more(client: Client) -> None:
    case = cases.submission_in(State.DECIDED)
    client.force_login(case.board.coordinator)
    assert 'id="ask"' not in client.get(page(case)).content.decode()
    html = client.post(page(case), {"text": "Late.", "version": case.version}).content.decode()
    assert "Questions are asked between submission and decision." in html


def test_question_about_one_answer_stands_beside_it_for_both_sides(client: Client) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    answers = reverse("reviews:questionnaire-overview", args=[case.submission.reference])
    link = f'href="{page(case)}?question=modality#ask"'
    client.force_login(case.board.coordinator)
    assert link in client.get(answers).content.decode()
    form = client.get(page(case), {"question": "modality"}).content.decode()
    assert '<option value="modality" selected>' in form
    sent = {"text": "Is speech in it?", "question": "modality", "version": case.version}
    assert client.post(page(case), sent)["Location"] == f"{answers}#q-modality"
    inquiry = Inquiry.objects.get()
    reply = reverse("reviews:inquiry-answer", args=[inquiry.public_id])
    client.force_login(case.author)
    html = client.get(answers).content.decode()
    assert (link in html, reply in html, "<b>The board</b> asks" in html, "Coordinator" in html) == (
        False, True, True, False,
    )  # fmt: skip
    assert PACK.question("modality").text in client.get(reply).content.decode()
    response = client.post(reply, {"text": "No, text alone.", "version": case.version})
    assert response["Location"] == f"{answers}#q-modality"
    client.force_login(case.board.reviewers[0])
    html = client.get(answers).content.decode()
    assert ("Is speech in it?" in html, "No, text alone." in html, "About the answer to:" in html) == (
        True,
        True,
        False,
    )
    assert "About the answer to:" in client.get(page(case)).content.decode()


def test_question_about_an_answer_stays_beside_it_where_the_authors_mend_it(client: Client) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    actions.ask(
        submission=case.submission, text="Is speech in it?", question="modality", by=case.board.coordinator,
        now=case.later(),
    )  # fmt: skip
    submission.return_to_authors(
        submission=case.submission, reason="Look again.", version=case.version, by=case.board.coordinator,
        now=case.later(),
    )  # fmt: skip
    client.force_login(case.author)
    html = client.get(
        reverse("reviews:questionnaire-section", args=[case.submission.reference, "profile"])
    ).content.decode()
    assert ("Is speech in it?" in html, "Not answered; the case has moved on" in html) == (True, True)


def test_answer_that_is_not_there_cannot_be_asked_about(client: Client) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    client.force_login(case.board.coordinator)
    html = client.get(page(case), {"question": "nonsense"}).content.decode()
    chosen = html[html.index('id="id_question"') :]
    assert '" selected>' not in chosen[: chosen.index("</select>")]
    html = client.post(page(case), {"text": "Mine.", "question": "nonsense", "version": "0"}).content.decode()
    assert "Choose one of the answers of this case, or the whole case." in html


@pytest.mark.parametrize("rows", [1, 3])
def test_list_needs_the_same_queries_for_one_and_three(
    client: Client, rows: int, django_assert_num_queries: Any
) -> None:
    case = cases.submission_in(State.SUBMITTED)
    for number in range(rows):
        asked(case, f"Question {number}?")
    client.force_login(case.author)
    with django_assert_num_queries(19):
        client.get(page(case))


def test_whoever_stands_aside_tells_the_board_what_they_know_and_no_clock_stops() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    made, aside = case.board, case.board.reviewers[1]
    cases.declare(case, aside)
    coordinator = get(made.coordinator, "inquiry-list", case.submission.reference)
    assert "Ask somebody who stands aside" in text_of(coordinator)
    url = ("inquiry-ask-outside", case.submission.reference)
    wrong = post(made.coordinator, *url, person=made.reviewers[0].public_id, text="What?")
    assert faults_in(text_of(wrong)) == {"person": "This person does not stand aside from the case."}
    assert post(made.coordinator, *url, person=aside.public_id, text="Was it public?").status_code == 302
    inquiry = Inquiry.objects.get()
    assert (inquiry.asked_of, inquiry.pause) == (aside, None)
    assert not Pause.objects.exists()
    head = Head(case.again(), case.now)
    assert (head.open_inquiries, head.owner, head.is_paused) == ([], Owner.COORDINATOR, False)
    assert "Tell the board what you know, if you like" in text_of(get(aside, "my-work"))
    page = text_of(get(aside, "inquiry-inform", inquiry.public_id))
    assert "Was it public?" in page
    assert case.submission.reference in page
    assert not any(hidden in page for hidden in (case.submission.title, case.submission.label, "Coordinator"))
    for person in (made.coordinator, case.author, made.reviewers[0]):
        assert get(person, "inquiry-inform", inquiry.public_id).status_code == 404
    assert get(case.author, "inquiry-answer", inquiry.public_id).status_code == 200  # the page of another question
    assert post(case.author, "inquiry-answer", inquiry.public_id, text="Yes.").status_code == 403
    done = post(aside, "inquiry-inform", inquiry.public_id, text="Yes, all of it.")
    assert (done.status_code, done["Location"]) == (302, "/")
    assert get(aside, "inquiry-inform", inquiry.public_id).status_code == 302
    board = text_of(get(made.coordinator, "inquiry-list", case.submission.reference))
    assert f"Information from {aside}, who stands outside the case" in board
    assert "Yes, all of it." in board
    for person in (case.author, made.reviewers[0]):  # who wrote it, and who judges alone so far
        assert "Yes, all of it." not in text_of(get(person, "inquiry-list", case.submission.reference))


def test_nobody_who_stands_aside_is_asked_where_the_policy_does_not_let_them() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    cases.declare(case, case.board.reviewers[1])
    flag = "may_give_information_when_asked: "
    silent = publish(text=text_of_pack("2026.13", (flag + "true", flag + "false")), by=None, now=case.now)
    Revision.objects.filter(pk=case.submission.revision_id).update(policy=silent)
    with pytest.raises(NotNow) as refused:
        cases.ask_outside(case, case.board.reviewers[1])
    assert refused.value.code == "not_by_policy"
    coordinator, reference = case.board.coordinator, case.submission.reference
    assert "Ask somebody who stands aside" not in text_of(get(coordinator, "inquiry-list", reference))
    assert get(coordinator, "inquiry-ask-outside", reference).status_code == 302


def test_a_mail_to_whoever_stands_aside_goes_only_while_the_question_waits_for_them() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    aside = case.board.reviewers[1]
    row = cases.declare(case, aside)
    actions.inform(inquiry=cases.ask_outside(case, aside), text="Yes.", by=aside, now=case.later())
    cases.ask_outside(case, aside)
    sent = [one for one in outbox.recent(limit=100) if one.template == "inquiry.asked_outside"]
    assert [may_inform(one) for one in sorted(sent, key=lambda one: one.created_at)] == [False, True]
    Conflict.objects.filter(pk=row.pk).update(
        outcome="none", settled_at=case.now, settled_by=case.board.chair, reason="It was nothing."
    )
    assert [may_inform(one) for one in sent] == [False, False]
    left = Inquiry.objects.get(answered_at=None)
    assert (get(aside, "inquiry-inform", left.public_id).status_code, waiting_for(aside)) == (302, ())
    with pytest.raises(NotNow) as refused:
        actions.inform(inquiry=Inquiry.objects.get(answered_at=None), text="Yes.", by=aside, now=case.later())
    assert refused.value.code == "not_aside"
