"""The pages on which a closed case is opened again: who is asked what, in which words, and what comes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from reviews.actions import reopening
from reviews.actions.policy import publish
from reviews.models import Assignment, Committee, Contributor, Decision, Reopening, SampleFinding
from reviews.queries import clearance
from reviews.queries.head import Head
from reviews.rules.errors import NotNow
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.people import administrator
from tests.reviews.views.pages import get, post, text_of
from tests.rules.packs import edited

pytestmark = pytest.mark.django_db

REASON = "Canary reason"


def decided(tier: int = 2) -> Case:
    """A case whose decision holds today."""
    case = cases.submission_in(State.SUBMITTED, tier=tier)
    cases.reviewed(case)
    case.now = timezone.now() - timedelta(days=2)
    cases.sign_all(case)
    return case


def test_an_author_asks_and_the_coordinator_opens_the_case_again() -> None:
    case = decided()
    reference, board = case.submission.reference, case.board
    page = text_of(get(case.author, "reopening-ask", reference))
    assert "Ask for an amendment" in page
    assert "goes stale at the moment at which a file, an answer or a contributor" in page
    assert post(case.author, "reopening-ask", reference, reason=REASON, version=case.version).status_code == 302
    row = Reopening.objects.get()
    assert "A request to open it again waits for its answer." in text_of(
        get(case.author, "submission-detail", reference)
    )
    assert REASON in text_of(get(case.author, "submission-detail", reference))
    assert "Answer a request to reopen" in text_of(get(board.coordinator, "my-work"))
    assert "Answer a request to reopen" not in text_of(get(board.members[0], "my-work"))
    assert "You may answer." in text_of(get(board.coordinator, "submission-detail", reference))
    page = text_of(get(board.coordinator, "reopening-answer", row.public_id))
    assert REASON in page
    assert reverse("reviews:reopening-refuse", args=[row.public_id]) in page
    assert post(board.coordinator, "reopening-answer", row.public_id, version=case.version).status_code == 302
    assert case.again().state == State.RETURNED
    page = text_of(get(case.author, "submission-detail", reference))
    assert "What this case was opened again for" in page
    assert REASON in page
    assert "In force" in text_of(get(case.author, "decision-detail", reference))


def test_a_refusal_says_why_and_another_request_can_be_made() -> None:
    case = decided()
    reference, board = case.submission.reference, case.board
    row = cases.ask_amendment(case)
    page = text_of(post(board.chair, "reopening-refuse", row.public_id, reason="", version=case.version))
    assert "Please fill this in." in page
    post(board.chair, "reopening-refuse", row.public_id, reason="Canary answer", version=case.version)
    page = text_of(get(case.author, "submission-detail", reference))
    assert "Canary answer" in page
    assert "Chair" not in page
    assert reverse("reviews:reopening-ask", args=[reference]) in page


def test_an_author_takes_a_request_back() -> None:
    case = decided()
    row = cases.ask_amendment(case)
    assert get(case.author, "reopening-take-back", row.public_id).status_code == 200
    assert post(case.author, "reopening-take-back", row.public_id).status_code == 302
    row.refresh_from_db()
    assert row.status == "taken_back"


def test_authors_learn_nothing_of_a_re_review_before_it_is_granted() -> None:
    case = decided(tier=2)
    reference, board = case.submission.reference, case.board
    page = text_of(get(board.coordinator, "reopening-ask-re-review", reference))
    assert "A new law" in page
    assert "An answer or its proof is another one" not in page
    given = {"trigger": "new_law", "reason": REASON, "version": case.version}
    assert post(board.coordinator, "reopening-ask-re-review", reference, **given).status_code == 302
    row = Reopening.objects.get()
    assert "the decision is there to read." in text_of(get(case.author, "submission-detail", reference))
    for name in ("submission-detail", "submission-record", "decision-detail"):
        page = text_of(get(case.author, name, reference))
        assert REASON not in page
        assert "re-review" not in page.lower().replace("any change needs a new review", "")
        assert "open it again" not in page
    assert REASON in text_of(get(board.chair, "submission-detail", reference))
    assert get(case.author, "reopening-answer", row.public_id).status_code == 404
    assert get(case.author, "reopening-take-back", row.public_id).status_code == 404
    assert get(board.coordinator, "reopening-answer", row.public_id).status_code == 403
    assert post(board.chair, "reopening-answer", row.public_id, version=case.version).status_code == 302
    page = text_of(get(case.author, "submission-detail", reference))
    assert REASON in page
    assert "opened the case again for its authors: a re-review." in page


def test_an_author_who_asks_while_the_board_does_is_told_that_it_is_answered_first() -> None:
    case = decided()
    cases.ask_re_review(case)
    page = text_of(get(case.author, "submission-detail", case.submission.reference))
    assert "Somebody asked to open this case again already. That is answered first." in page


def test_a_re_review_is_due_before_the_clearance_ends_until_one_is_refused() -> None:
    case = cases.submission_in(State.SUBMITTED)
    cases.reviewed(case)
    case.now = timezone.now() - timedelta(days=1500)
    cases.sign_all(case)
    board = case.board
    assert "A re-review is due" in text_of(get(board.coordinator, "my-work"))
    assert "A re-review is due" not in text_of(get(board.chair, "my-work"))
    assert "the last day of its validity has passed" in text_of(
        get(board.coordinator, "submission-detail", case.submission.reference)
    )
    case.now = timezone.now()
    row = cases.ask_re_review(case, trigger="validity_ended")
    assert "A re-review is due" not in text_of(get(board.coordinator, "my-work"))
    assert "Answer a request to reopen" in text_of(get(board.chair, "my-work"))
    cases.refuse(case, row)
    assert "A re-review is due" not in text_of(get(board.coordinator, "my-work"))


def test_a_refusal_is_an_answer_for_one_decision_alone() -> None:
    case = cases.submission_in(State.SUBMITTED)
    cases.reviewed(case)
    case.now = timezone.now() - timedelta(days=3600)
    cases.sign_all(case)
    board, reference = case.board, case.submission.reference
    case.now = timezone.now() - timedelta(days=2000)
    cases.refuse(case, cases.ask_re_review(case, trigger="validity_ended"))
    assert "Nothing new." in text_of(get(board.coordinator, "submission-detail", reference))
    assert "A re-review is due" not in text_of(get(board.coordinator, "my-work"))
    cases.decided_anew(case)
    assert "Nothing new." not in text_of(get(board.coordinator, "submission-detail", reference))
    assert "A re-review is due" in text_of(get(board.coordinator, "my-work"))


def test_a_restriction_does_not_hide_that_a_re_review_is_due() -> None:
    case = cases.sampled()
    case.now = timezone.now() - timedelta(hours=1)
    cases.restrict(case)
    cases.find(case)
    board, reference = case.board, case.submission.reference
    page = text_of(get(board.coordinator, "submission-detail", reference))
    assert "An emergency restriction is in force" in page
    assert "what was declared turned out to be understated" in page
    assert "A re-review is due" in text_of(get(board.coordinator, "my-work"))
    cases.refuse(case, cases.ask_re_review(case, trigger="understated"))
    assert "A re-review is due" not in text_of(get(board.coordinator, "my-work"))


def test_a_case_withdrawn_after_it_was_submitted_is_taken_up_again() -> None:
    case = cases.withdrawn(cases.submission_in(State.IN_REVIEW))
    reference = case.submission.reference
    assert "Ask to go on with it" in text_of(get(case.author, "submission-detail", reference))
    post(case.author, "reopening-ask", reference, reason=REASON, version=case.version)
    post(case.board.coordinator, "reopening-answer", Reopening.objects.get().public_id, version=case.version)
    assert (case.again().state, case.submission.revision.number) == (State.RETURNED, 2)


def test_nobody_keeps_a_clearance_by_withdrawing_out_of_the_look_at_it() -> None:
    case = decided()
    board, reference = case.board, case.submission.reference
    cases.grant(case, cases.ask_re_review(case))
    case.now = timezone.now() - timedelta(hours=5)
    cases.withdrawn(case)
    assert clearance.of_decision(Decision.objects.get(), case.submission, now=timezone.now()).holds
    assert "Ask for a re-review" in text_of(get(board.coordinator, "submission-detail", reference))
    facts = {"trigger": "incident", "reason": REASON, "version": case.version}
    post(board.coordinator, "reopening-ask-re-review", reference, **facts)
    asked = Reopening.objects.latest("pk")
    post(board.chair, "reopening-answer", asked.public_id, version=case.version)
    assert (case.again().state, asked.why) == (State.RETURNED, "re_review")


def test_where_no_decision_rules_a_withdrawn_case_is_not_looked_at_again() -> None:
    case = cases.withdrawn(cases.submission_in(State.IN_REVIEW))
    page = text_of(get(case.board.coordinator, "submission-detail", case.submission.reference))
    assert "Ask for a re-review" not in page
    with pytest.raises(NotNow):
        cases.ask_re_review(case)


def test_a_draft_that_was_withdrawn_says_why_it_stays_so() -> None:
    case = cases.submission_in(State.WITHDRAWN)
    page = text_of(get(case.author, "submission-detail", case.submission.reference))
    assert "withdrawn before it was submitted, so no board ever had it. Start a new case instead." in page


def test_a_sampled_release_is_looked_at_and_its_authors_learn_nothing_of_it() -> None:
    case = cases.sampled()
    board, reference = case.board, case.submission.reference
    row = Decision.objects.get()
    assert "Look at a sampled release" in text_of(get(board.coordinator, "my-work"))
    assert "Look at this sampled release" in text_of(get(board.coordinator, "decision-detail", reference))
    assert get(case.author, "sample-find", row.public_id).status_code == 404
    assert get(board.coordinator, "sample-find", row.public_id).status_code == 200
    response = post(board.coordinator, "sample-find", row.public_id, finding="understated", text="Canary finding")
    ask = reverse("reviews:reopening-ask-re-review", args=[reference])
    assert response["Location"] == f"{ask}?trigger=understated"
    assert SampleFinding.objects.get().text == "Canary finding"
    page = text_of(get(board.coordinator, "my-work"))
    assert ("Look at a sampled release" in page, "A re-review is due" in page) == (False, True)
    assert "Canary finding" in text_of(get(board.chair, "decision-detail", reference))
    for name in ("submission-detail", "submission-record", "decision-detail"):
        page = text_of(get(case.author, name, reference))
        assert "Canary finding" not in page
        assert "later look" not in page
        assert "sampled" not in page.lower()
    asked = reopening.ask_re_review(
        submission=case.submission, trigger="understated", reason=REASON, version=case.version, by=board.coordinator,
        now=case.later(),
    )  # fmt: skip
    cases.grant(case, asked)
    cases.submit(case)
    # What was cleared without people comes before reviewers now, though its answers are the same.
    assert (case.again().state, case.submission.revision.number) == (State.SUBMITTED, 2)


def differences(html: str) -> str:
    """The section of what differs from the decided revision; empty where there is none."""
    return html.partition('id="amended"')[2].partition("</section>")[0]


def test_what_differs_from_the_decided_revision_stands_on_top_for_authors_board_and_reviewers() -> None:
    case = cases.submission_in(State.DECIDED)
    board, reference = case.board, case.submission.reference
    assert differences(text_of(get(case.author, "submission-detail", reference))) == ""
    other = publish(text=edited('version: "2026.11"', 'version: "2027.01"'), by=administrator(), now=case.now)
    Committee.objects.update(policy=other)
    made = cases.reopened(case, reason=REASON)
    section = differences(text_of(get(case.author, "submission-detail", reference)))
    assert section.count("The same") == 2
    assert "An amendment" in section
    assert "2026.11 then, 2027.01 now" in " ".join(section.split())
    assert "No answer changed" in section
    artifact = made.artifacts.order_by("pk")[0]
    made.artifacts.filter(pk=artifact.pk).update(sha256="b" * 64)
    response = made.response
    response.answers = {**response.answers, "artifact_summary": "Canary summary."}
    response.save()
    Contributor.objects.create(submission=case.submission, name="Somebody New", order=9)
    # Nobody on the board sees a draft; the revision that they see is the one that was decided.
    assert differences(text_of(get(board.coordinator, "submission-detail", reference))) == ""
    cases.submit(case)
    seat = Assignment.objects.filter(revision=case.submission.revision).earliest("pk")
    draft = cases.accept(case, seat)
    for page in (
        get(case.author, "submission-detail", reference),
        get(board.coordinator, "submission-detail", reference),
        get(seat.reviewer, "review-edit", draft.public_id),
    ):
        section = differences(text_of(page))
        assert f"{artifact.name} (model) is another one" in section
        assert "Somebody New is new" in section
        assert "Canary summary." in section
    blind = differences(text_of(get(seat.reviewer, "submission-detail", reference)))
    assert "Canary summary." in blind
    assert "residual" not in blind


def test_the_clock_starts_anew_with_the_first_revision_after_the_case_was_opened_again() -> None:
    case = cases.submission_in(State.DECIDED)
    first = case.submission.clock_from_at
    case.later(days=400)
    cases.reopened(case)
    assert case.submission.clock_from_at is None
    page = text_of(get(case.author, "submission-detail", case.submission.reference))
    assert "starts when submitted" in page
    cases.submit(case)
    assert case.again().clock_from_at == case.now
    assert first == case.submission.submitted_at
    head = Head(case.submission, case.now)
    assert head.days_used == 0
    assert head.decision_due is not None
    assert head.decision_due > case.now
