"""Writing a review alone, filing it, and reading reviews side by side once the round is closed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.actions import conflict, review
from reviews.models import Review
from reviews.rules.findings import Findings
from reviews.rules.states import AssignmentStatus, Outcome, State
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.views.pages import client_of, faults_in, get, post, text_of

pytestmark = pytest.mark.django_db
LIST_QUERIES = 29
SECRET = "Words that only their writer knows."


def in_review(tier: int = 3) -> tuple[Case, list[Review]]:
    case = cases.submit(cases.draft(tier=tier))
    return case, cases.seat_reviewers(case)


def whole(case: Case, **changes: str) -> dict[str, str]:
    parts = case.again().revision.parts.all()
    return {
        "do": "file", "findings": "What was found.", "confidence": "high",
        **{f"{part.kind}_outcome": "full" for part in parts}, **own_answers(case), **evidence(case), **changes,
    }  # fmt: skip


def evidence(case: Case, view: str = "enough") -> dict[str, str]:
    return {f"evidence_{row.type_key}": view for row in case.submission.revision.evidence.all()}


def own_answers(case: Case) -> dict[str, str]:
    return {f"answer_{key}": str(value) for key, value in cases.like_the_authors(case).answers.items()}


def open_evidence(case: Case) -> int:
    return int(case.submission.revision.evidence.filter(given_at=None, waived_at=None).count())


def test_number_without_end_is_an_answer_to_nothing() -> None:
    case, (own, *_) = in_review()
    level = next(name for name, value in own_answers(case).items() if value.isdecimal())
    sent = whole(case, **{level: "9" * 5000}) | {"version": "9" * 5000}
    page = post(own.assignment.reviewer, "review-edit", own.public_id, **sent)
    assert (page.status_code, list(faults_in(text_of(page)))) == (200, [level])


def test_review_is_open_to_its_writer_alone_before_filing() -> None:
    case, (own, *_) = in_review()
    board = case.board
    assert get(own.assignment.reviewer, "review-edit", own.public_id).status_code == 200
    for person in (board.coordinator, board.chair, case.author, board.reviewers[1], board.members[0], board.leader):
        assert get(person, "review-edit", own.public_id).status_code == 404


def test_review_shows_the_material_but_not_the_authors_levels() -> None:
    case, (own, *_) = in_review()
    page = text_of(get(own.assignment.reviewer, "review-edit", own.public_id))
    assert "A plain summary of the work." in page
    assert "Surveillance and biometric identification" in page
    pack = case.submission.revision.policy.pack
    answers = case.submission.revision.response.answers
    levels = [q for q in pack.questions if q.role in ("enablement", "modifier", "mitigation") and q.key in answers]
    assert levels
    for question in levels:
        assert f'name="answer_{question.key}"' in page
        beside = page.split('id="review-head"')[0]
        assert question.text not in beside
    assert "residual" not in page


def test_nothing_is_chosen_beforehand() -> None:
    _case, (own, *_) = in_review()
    page = text_of(get(own.assignment.reviewer, "review-edit", own.public_id))
    assert " checked>" not in page
    assert page.count("<option") > 3
    assert "selected" not in page.replace('<option value="" selected>', "")


def test_reviewer_adds_an_area_moves_a_severity_and_clears_a_doubt_in_writing() -> None:
    case = cases.submit(cases.draft(answers={**cases.answers_for(3), "trip_export": "unsure"}))
    own = cases.seat_reviewers(case)[0]
    person, given = own.assignment.reviewer, whole(case)
    changes = {"answer_trip_export": "no", "added_areas": "cbrn", "severity_surveillance": "1"}
    response = post(person, "review-edit", own.public_id, version=0, **{**given, **changes})
    said = text_of(response)
    assert set(faults_in(said)) == {"answer_cap_cbrn", "why_severity_surveillance", "why_clear_trip_export"}
    for words in ("Answer this question as you see it.", "Say why you move the severity.", "The authors are not sure"):
        assert words in said
    whys = {"answer_cap_cbrn": "1", "why_severity_surveillance": "Worse.", "why_clear_trip_export": "Ruled out."}
    draft = {**given, **changes, **whys, "do": "draft"}
    assert post(person, "review-edit", own.public_id, version=0, **draft).status_code == 302
    page = text_of(get(person, "review-edit", own.public_id))
    assert "Ruled out." in page
    assert post(person, "review-edit", own.public_id, version=1, **{**draft, "do": "file"}).status_code == 302
    own.refresh_from_db()
    assert own.judgement["added"] == ["cbrn"]
    assert own.judgement["moves"] == {"surveillance": {"steps": 1, "reason": "Worse."}}
    assert own.judgement["cleared"] == {"trip_export": "Ruled out."}
    read = text_of(get(person, "review-edit", own.public_id))
    assert "Severity 4. Worse." in read
    assert "No. Ruled out." in read


def test_a_draft_is_kept_half_written() -> None:
    _case, (own, *_) = in_review()
    response = post(own.assignment.reviewer, "review-edit", own.public_id, do="draft", findings=SECRET, version=0)
    own.refresh_from_db()
    assert (response.status_code, own.findings, own.filed_at) == (302, SECRET, None)
    assert SECRET in text_of(get(own.assignment.reviewer, "review-edit", own.public_id))


def test_a_draft_is_never_shown_or_counted() -> None:
    case, (own, *_) = in_review()
    review.save_draft(
        review=own, content=Findings(findings=SECRET), version=0, by=own.assignment.reviewer, now=case.later()
    )
    reference = case.submission.reference
    for person in (case.board.coordinator, case.board.chair, case.board.reviewers[1]):
        response = get(person, "review-list", reference)
        assert response.status_code == 200
        assert SECRET not in text_of(response)
    assert "0 of 3" in text_of(get(case.board.coordinator, "review-list", reference))
    assert get(case.author, "review-list", reference).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("findings", "", "Write what you found"),
        ("confidence", "", "Say how sure you are"),
        ("paper_outcome", "", "Choose an outcome for each part"),
        ("paper_outcome", "staged", "Choose the highest rung you accept"),
    ],
)
def test_filing_says_what_is_missing_and_keeps_the_rest(field: str, value: str, message: str) -> None:
    case, (own, *_) = in_review()
    data = {**whole(case), field: value, "to_board": "Kept word for word."}
    response = post(own.assignment.reviewer, "review-edit", own.public_id, version=0, **data)
    page = text_of(response)
    own.refresh_from_db()
    assert (response.status_code, own.filed_at) == (200, None)
    assert message in page
    assert "Kept word for word." in page


@pytest.mark.parametrize("long", ["", "x" * 20_001])
def test_filing_with_nothing_names_everything_that_is_missing_beside_its_field(long: str) -> None:
    case, (own, *_) = in_review()
    response = post(own.assignment.reviewer, "review-edit", own.public_id, version=0, do="file", to_board=long)
    found = {name for name in faults_in(text_of(response)) if name != "to_board"}
    assert found == {"findings", "paper_outcome", "confidence", *own_answers(case), *evidence(case)}
    assert ("to_board" in faults_in(text_of(response))) is bool(long)
    draft = post(own.assignment.reviewer, "review-edit", own.public_id, version=0, do="draft")
    assert draft.status_code == 302


def test_filing_a_saved_elsewhere_review_is_stale_and_shows_both() -> None:
    case, (own, *_) = in_review()
    content = Findings(findings="Saved in the other window.")
    review.save_draft(review=own, content=content, version=0, by=own.assignment.reviewer, now=case.later())
    data = whole(case, findings="Typed in this window.")
    response = post(own.assignment.reviewer, "review-edit", own.public_id, version=0, **data)
    page = text_of(response)
    assert response.status_code == 409
    assert "Saved in the other window." in page
    assert "Typed in this window." in page


def test_filing_makes_it_a_page_to_read() -> None:
    case, (own, *_) = in_review()
    person = own.assignment.reviewer
    response = post(person, "review-edit", own.public_id, version=0, **whole(case))
    own.refresh_from_db()
    assert (response.status_code, own.assignment.status) == (302, AssignmentStatus.DONE)
    assert "<textarea" not in text_of(get(person, "review-edit", own.public_id))
    again = post(person, "review-edit", own.public_id, version=own.version, **whole(case, findings="Other."))
    own.refresh_from_db()
    assert (again.status_code, own.findings) == (302, "What was found.")


def test_withheld_needs_no_level_and_stays_in_the_house() -> None:
    case, (own, *_) = in_review()
    data = whole(case, paper_outcome="withheld")
    assert post(own.assignment.reviewer, "review-edit", own.public_id, version=0, **data).status_code == 302
    part = own.parts.get(kind="paper")
    pack = case.submission.revision.policy.pack
    assert (part.outcome, pack.rung("paper", part.rung).reversibility) == (Outcome.WITHHELD, 0)


def test_tier_one_clears_or_looks_closer_and_cannot_withhold() -> None:
    case, (own,) = in_review(tier=1)
    page = text_of(get(own.assignment.reviewer, "review-edit", own.public_id))
    assert 'value="clear"' in page
    assert 'value="escalate"' in page
    assert "withheld" not in page
    data = {"do": "file", "findings": "Fine.", "confidence": "high", "recommendation": "withheld"}
    data |= own_answers(case) | evidence(case)
    assert post(own.assignment.reviewer, "review-edit", own.public_id, version=0, **data).status_code == 200
    data["recommendation"] = "clear"
    assert post(own.assignment.reviewer, "review-edit", own.public_id, version=0, **data).status_code == 302


def test_others_stay_closed_until_the_round_is_closed() -> None:
    case, made = in_review()
    first, second, third = made
    cases.file_review(case, first, Findings(**{**cases.findings(case).__dict__, "findings": SECRET}))
    reference, others = case.submission.reference, (second, third)
    for row in others:
        assert get(row.assignment.reviewer, "review-edit", first.public_id).status_code == 404
        page = text_of(get(row.assignment.reviewer, "review-list", reference))
        assert SECRET not in page
        assert first.assignment.reviewer.display_name not in page
    for person in (case.board.coordinator, case.board.chair):
        assert get(person, "review-edit", first.public_id).status_code == 404
        assert SECRET not in text_of(get(person, "review-list", reference))
    for row in others:
        cases.file_review(case, row)
    page = text_of(get(second.assignment.reviewer, "review-list", reference))
    assert SECRET not in page  # evidence is still open, so the round is
    assert f"The round still waits for: {open_evidence(case)} pieces of evidence." in page
    cases.settle_evidence(case)
    assert case.again().state == State.DELIBERATION
    for person in (second.assignment.reviewer, case.board.coordinator, case.board.members[0]):
        assert SECRET in text_of(get(person, "review-list", reference))
        assert get(person, "review-edit", first.public_id).status_code == 200


def test_review_list_says_what_the_round_waits_for() -> None:
    case, (first, second, _third) = in_review()
    cases.file_review(case, first)
    conflict.declare(submission=case.submission, type_key="personal", by=second.assignment.reviewer, now=case.later())
    cases.ask(case)
    page = text_of(get(case.board.coordinator, "review-list", case.submission.reference))
    count = open_evidence(case)
    assert f"The round still waits for: 2 reviews, {count} pieces of evidence, 1 answer of the authors." in page
    blind = text_of(get(_third.assignment.reviewer, "review-list", case.submission.reference))
    assert "still waits for" not in blind


def test_review_page_names_the_evidence_as_the_list_of_evidence_does() -> None:
    case, (own, *_) = in_review(tier=4)
    revision = case.submission.revision
    page = text_of(get(own.assignment.reviewer, "review-edit", own.public_id))
    listed = text_of(get(own.assignment.reviewer, "evidence-list", case.submission.reference))
    for row in revision.evidence.all():
        title = row.type_key.replace("_", " ").capitalize()
        said = (
            f'<b class="rb-strong">{title}</b><span class="s">{revision.policy.pack.evidence_type(row.type_key).label}<'
        )
        assert (said in page, said in listed) == (True, True)


def test_authors_never_see_reviews_nor_their_writers() -> None:
    case = cases.submission_in(State.DECIDED, tier=3)
    reference = case.submission.reference
    made = Review.objects.first()
    assert made is not None
    assert get(case.author, "review-list", reference).status_code == 404
    assert get(case.author, "review-edit", made.public_id).status_code == 404


def test_a_conflict_mid_way_closes_the_review_at_once() -> None:
    case, (own, *_) = in_review()
    person = own.assignment.reviewer
    conflict.declare(submission=case.submission, type_key="personal", by=person, now=case.later())
    assert get(person, "review-edit", own.public_id).status_code == 404
    assert post(person, "review-edit", own.public_id, version=0, **whole(case)).status_code == 404
    assert get(person, "review-list", case.submission.reference).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_review_list_takes_the_same_queries(count: int) -> None:
    case = cases.submit(cases.draft(tier=3))
    made = cases.seat_reviewers(case, 3)
    for row in made[count:]:
        conflict.declare(submission=case.submission, type_key="personal", by=row.assignment.reviewer, now=case.later())
    for row in made[:count]:
        cases.file_review(case, row)
    client, url = client_of(case.board.coordinator), reverse("reviews:review-list", args=[case.submission.reference])
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        client.get(url)
    assert len(seen) == LIST_QUERIES
