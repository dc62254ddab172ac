"""Writing and filing reviews: drafts never count, filed ones never change, escalation raises the tier."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from audit import log
from notifications import outbox
from reviews.actions import review
from reviews.actions.committee import appoint
from reviews.models import Assessment, Assignment, Decision, Evidence, Review
from reviews.rules.errors import NotNow, RuleBroken, Stale
from reviews.rules.findings import Findings
from reviews.rules.states import Basis, CommitteeRole, Outcome, State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.people import UserFactory
from tests.reviews.actions.scenes import SCENES, watch, whole

pytestmark = pytest.mark.django_db


def escalated() -> Case:
    """A tier-1 case whose only reviewer escalated."""
    case = cases.submission_in(State.IN_REVIEW, tier=1)
    cases.settle_evidence(case)
    cases.file_review(case, Review.objects.get(), cases.findings(case, clear=False))
    return case


def test_draft_is_kept_whole_or_half_and_not_counted() -> None:
    scene = SCENES["save_review"]()
    row = scene.act(content=Findings(findings="Half a", verdict={"model": ("staged", "vetted_api")}))
    assert (row.findings, row.version, row.filed_at, row.recommendation) == ("Half a", 1, None, "")
    assert [(part.kind, part.outcome, part.rung) for part in row.parts.all()] == [("model", "staged", "vetted_api")]
    assert row.assignment.status == "accepted"
    later = scene.act(content=Findings(findings="More"), version=1)
    assert (later.findings, later.parts.count(), later.version) == ("More", 0, 2)


def test_filed_review_keeps_its_digest_in_the_log_and_its_words_out_of_it() -> None:
    scene = SCENES["file_review"]()
    row = scene.act()
    event = log.events(scene.case.submission.stream)[-1]
    assert event.data["text"].startswith("sha256:")
    assert row.findings not in str(event.data)
    assert (row.assignment.status, row.filed_at, row.assignment.done_at) == ("done", scene.case.now, scene.case.now)


def test_filed_review_is_never_changed() -> None:
    scene = SCENES["file_review"]()
    row = scene.act()
    for call in (review.save_draft, review.file):
        with pytest.raises(NotNow) as refused:
            call(
                review=row, content=Findings(), version=row.version, by=row.assignment.reviewer, now=scene.case.later()
            )
        assert refused.value.code == "filed"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"findings": "  "}, "findings", "findings"),
        ({"confidence": ""}, "confidence", "confidence"),
        ({"confidence": "certain"}, "confidence", "confidence"),
        ({"recommendation": ""}, "recommendation", "recommendation"),
        ({"recommendation": "clear"}, "recommendation", "recommendation"),
        ({"recommendation": "escalate"}, "recommendation", "recommendation"),
        ({"verdict": {}}, "outcome", "model_outcome"),
        (
            {"verdict": {"model": ("full", "gated_weights"), "paper": ("maybe", "full_text")}},
            "outcome",
            "paper_outcome",
        ),
        ({"verdict": {"model": ("staged", "moon"), "paper": ("withheld", "")}}, "rung", "model_rung"),
        ({"verdict": {"model": ("full", "vetted_api"), "paper": ("withheld", "")}}, "full_rung", "model_rung"),
    ],
)
def test_review_that_is_not_whole(changes: dict[str, Any], code: str, field: str) -> None:
    scene = SCENES["file_review"]()
    with pytest.raises(RuleBroken) as refused:
        scene.act(content=replace(cases.findings(scene.case), **changes))
    assert (refused.value.code, refused.value.field) == (code, field)
    scene.thing.refresh_from_db()
    assert scene.thing.findings == ""


def test_reviewer_at_tier_1_clears_or_escalates_and_never_withholds() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=1)
    row = Review.objects.get()
    said = replace(cases.findings(case), recommendation="judge", verdict={"model": ("withheld", "")})
    with pytest.raises(RuleBroken) as refused:
        cases.file_review(case, row, said)
    assert refused.value.code == "recommendation"


def test_reviewer_recommends_no_more_than_was_asked_for() -> None:
    case = cases.submit(cases.draft(answers=whole({**cases.answers_for(2), "release_requested": "vetted_api"})))
    row = cases.accept(case, cases.offer(case, case.board.reviewers[0]))
    said = replace(cases.findings(case), recommendation="judge")
    above = {**said.verdict, "model": ("staged", "open_weights")}
    with pytest.raises(RuleBroken) as refused:
        cases.file_review(case, row, replace(said, verdict=above))
    assert (refused.value.code, refused.value.field) == ("above_request", "model_rung")


def test_draft_in_two_windows() -> None:
    scene = SCENES["save_review"]()
    scene.act()
    with pytest.raises(Stale) as refused:
        scene.act(content=Findings(findings="Other"), version=0)
    assert refused.value.text == review.CHANGED


def test_equal_recommendations_are_the_vote_at_tier_2() -> None:
    case = cases.reviewed(cases.submit(cases.draft(tier=2)))
    found = Decision.objects.get()
    assert (case.again().state, found.basis, found.motion.status, found.motion.put_by) == (
        State.SIGN_OFF, Basis.REVIEWERS, "carried", None,
    )  # fmt: skip
    assert list(found.sign_offs.values_list("seat", flat=True)) == ["chair"]


def test_equal_withholding_grants_nothing_outside_the_house() -> None:
    case = cases.reviewed(cases.submit(cases.draft(tier=2)), outcome=Outcome.WITHHELD)
    found = Decision.objects.get()
    assert {(part.kind, part.outcome, part.granted_rung) for part in found.parts.all()} == {
        ("model", "withheld", "internal"), ("paper", "withheld", "internal"),
    }  # fmt: skip
    assert case.again().state == State.SIGN_OFF


def test_split_at_tier_2_goes_to_the_board() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    cases.settle_evidence(case)
    rows = list(Review.objects.order_by("pk"))
    cases.file_review(case, rows[0])
    with watch(case) as seen:
        cases.file_review(case, rows[1], cases.findings(case, outcome=Outcome.WITHHELD))
    assert case.again().state == State.DELIBERATION
    assert seen.events == [
        ("review.filed", "Reviewer 1"), ("assessment.reviewed", "system"), ("submission.deliberation_opened", "system"),
    ]  # fmt: skip
    assert not Decision.objects.exists()
    told = {name for template, name in seen.mails if template == "submission.deliberation_opened"}
    assert told == {"Coordinator", *(f"Member {n}" for n in range(5)), "External 0", "External 1"}


def test_escalation_raises_the_tier_and_asks_for_more() -> None:
    case = escalated()
    latest = Assessment.objects.order_by("pk").last()
    assert (latest.tier, latest.basis, latest.reason) == (2, "board", "What was found, in plain words.")
    assert latest.result["ceiling_model"] == "gated_weights"
    assert case.again().state == State.IN_REVIEW
    assert set(Evidence.objects.filter(given_at=None).values_list("type_key", flat=True)) == {
        "model_card_complete", "internal_red_team_summary", "rollback_plan",
    }  # fmt: skip
    assert [event.type for event in log.events(case.submission.stream)][-2:] == ["review.filed", "assessment.raised"]


def test_authors_hear_once_that_a_raised_tier_asks_for_more() -> None:
    case = escalated()
    told = [m.recipient for m in outbox.recent(limit=500) if m.template == "evidence.asked"]
    assert told == [case.author.public_id]


def test_escalation_needs_the_second_reviewer_and_then_the_board() -> None:
    case = escalated()
    cases.settle_evidence(case)
    assert case.again().state == State.IN_REVIEW
    second = cases.accept(case, cases.offer(case, case.board.reviewers[1]))
    assert review.recommendations(case.submission.revision) == ("judge",)
    cases.file_review(case, second)
    assert case.again().state == State.DELIBERATION
    made = cases.put(case)
    cases.vote(case, made)
    found = cases.finalise(case, made)
    assert (found.tier, found.basis, case.again().state) == (2, Basis.BOARD, State.DECIDED)


def test_escalation_by_one_of_two_reviewers_at_tier_1() -> None:
    case = cases.submit(cases.draft(tier=1))
    rows = [cases.accept(case, cases.offer(case, person)) for person in case.board.reviewers[:2]]
    cases.settle_evidence(case)
    cases.file_review(case, rows[0])
    assert case.again().state == State.IN_REVIEW
    cases.file_review(case, rows[1], cases.findings(case, clear=False))
    cases.settle_evidence(case)
    assert case.again().state == State.DELIBERATION


def test_two_reviewers_who_both_clear_at_tier_1_are_the_reviewers_path() -> None:
    case = cases.submit(cases.draft(tier=1))
    rows = [cases.accept(case, cases.offer(case, person)) for person in case.board.reviewers[:2]]
    cases.settle_evidence(case)
    for row in rows:
        cases.file_review(case, row)
    assert (case.again().state, Decision.objects.get().basis) == (State.SIGN_OFF, Basis.REVIEWER)


def test_conditions_of_reviews_become_conditions_of_the_decision() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    cases.settle_evidence(case)
    for row in Review.objects.order_by("pk"):
        said = replace(cases.findings(case), conditions="- Name a contact.\n\n* Publish the audit.\n")
        cases.file_review(case, row, said)
    found = Decision.objects.get()
    assert list(found.conditions.values_list("order", "text")) == [(1, "Name a contact."), (2, "Publish the audit.")]


def test_review_is_filed_while_the_case_is_in_review() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    row = Review.objects.first()
    Assignment.objects.exclude(pk=row.assignment_id).end("replaced", case.now)
    type(case.submission).objects.filter(pk=case.submission.pk).update(state=State.SUBMITTED)
    with pytest.raises(NotNow) as refused:
        cases.file_review(case, row)
    assert refused.value.code == "wrong_state"


def test_coordinator_who_judges_alone_is_not_told_of_the_others_reviews() -> None:
    case = cases.submit(cases.draft(tier=3))
    reviewing = case.board.coordinator
    other = UserFactory(display_name="Second coordinator")
    for person, role in ((reviewing, CommitteeRole.REVIEWER), (other, CommitteeRole.COORDINATOR)):
        appoint(committee=case.board.committee, user=person, role=role, by=case.board.administrator, now=case.later())
    seats = [cases.accept(case, cases.offer(case, person)) for person in (*case.board.reviewers[:2], reviewing)]

    def told() -> list[str]:
        return [row.recipient for row in outbox.recent(limit=500) if row.template == "review.filed"]

    cases.file_review(case, seats[0])
    assert told() == [other.public_id]
    cases.file_review(case, seats[2])
    assert sorted(told()) == sorted([other.public_id, other.public_id, reviewing.public_id])
