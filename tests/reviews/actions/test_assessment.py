"""What replaces the authors' tier: reviewers' answers once a round is filed, and a tier that two people set."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from accounts.models import User
from audit import log
from notifications import outbox
from reviews.actions import assessment, conflict, motion
from reviews.actions import decision as decisions
from reviews.models import Assessment, Assignment, Evidence, Hold, Review, TierProposal
from reviews.queries import motion as board_of
from reviews.queries.assessment import current, of_authors, rests_on_gone
from reviews.queries.round import working_tier
from reviews.rules.errors import Denied, NotNow, RuleBroken
from reviews.rules.judgement import Judgement
from reviews.rules.states import State, Vote
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.views.pages import get, text_of

pytestmark = pytest.mark.django_db
HIGHER = {"cap_cyber": 3}
LOWER = {"cap_manipulation": 0, "cap_fraud": 0, "cap_bias": 0, "cap_unreliable_output": 0, "cap_model_security": 0}


def filed(case: Case, **changed: Any) -> Case:
    for row in Review.objects.filter(assignment__submission=case.submission, filed_at=None).order_by("pk"):
        cases.file_review(case, row, replace(cases.findings(case), judgement=cases.like_the_authors(case, **changed)))
    case.again()
    return case


def bases(case: Case) -> list[tuple[str, int]]:
    return list(case.again().revision.assessments.values_list("basis", "tier"))


def told(event: str) -> set[str]:
    return {row.recipient for row in outbox.recent(limit=500) if row.template == event}


def test_filing_needs_every_answer_beside_its_field() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    said = cases.findings(case)
    kept = {key: value for key, value in said.judgement.answers.items() if key != "ease"}
    with pytest.raises(RuleBroken) as refused:
        cases.file_review(case, Review.objects.order_by("pk")[0], replace(said, judgement=Judgement(answers=kept)))
    assert (refused.value.code, refused.value.field) == ("answer", "answer_ease")


def test_reviews_like_the_authors_leave_the_tier_and_are_counted_once() -> None:
    case = filed(cases.submission_in(State.IN_REVIEW))
    cases.settle_evidence(case)
    assert bases(case) == [("author", 2), ("reviews", 2)]
    assert set(current(case.submission.revision).counted) == set(Review.objects.values_list("public_id", flat=True))
    assert told("assessment.raised") == set()


def test_higher_answers_replace_tier_reviewers_and_evidence_from_then_on() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    cases.settle_evidence(case)
    filed(case, **HIGHER)
    revision = case.submission.revision
    assert bases(case) == [("author", 2), ("reviews", 3)]
    assert (case.submission.state, working_tier(revision)) == (State.IN_REVIEW, 3)
    assert Evidence.objects.filter(revision=revision, type_key="safeguards_test", given_at=None).count() == 1
    assert told("assessment.raised") == {case.board.coordinator.public_id, case.board.chair.public_id}
    assert told("evidence.asked") == {case.author.public_id}
    cases.accept(case, cases.offer(case, case.board.reviewers[2]))
    cases.settle_evidence(case)
    filed(case, **HIGHER)
    assert (bases(case)[-1], case.submission.state) == (("reviews", 3), State.DELIBERATION)


def test_a_review_that_counts_no_longer_leaves_no_trace_in_the_tier() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    filed(case, **HIGHER)
    first, second = Review.objects.order_by("pk")
    for row in (first, second):
        conflict.declare(submission=case.submission, type_key="personal", by=row.assignment.reviewer, now=case.later())
    for person in case.board.reviewers[2:5]:
        cases.accept(case, cases.offer(case, person))
    filed(case)
    assert bases(case) == [("author", 2), ("reviews", 3), ("reviews", 2)]


def test_lower_answers_are_shown_and_leave_the_tier_of_the_authors() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    made = filed(case, cap_surveillance=0, cap_bias=0, trip_prohibited="yes")
    found = current(made.submission.revision)
    assert (found.basis, found.tier, found.inherent, found.result["score_tier"]) == ("reviews", 3, 0.0, 0)
    assert found.result["ceiling_paper"] == "redacted_preprint"


def test_reviewers_can_bring_a_hold() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    first, second = Review.objects.order_by("pk")
    cases.file_review(case, first)
    yes = cases.like_the_authors(case, trip_export="yes")
    cases.file_review(case, second, replace(cases.findings(case), judgement=yes))
    assert "export_officer" in set(Hold.objects.values_list("role", flat=True))
    assert bases(case)[-1] == ("reviews", 3)


def test_two_people_lower_the_tier_and_the_round_moves_on() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    cases.settle_evidence(case)
    filed(case, cap_manipulation=4, uplift=4, ease=4)
    assert (bases(case)[-1], case.submission.state) == (("reviews", 3), State.IN_REVIEW)
    row = cases.propose_tier(case, 2)
    assert bases(case)[-1] == ("reviews", 3)
    made = cases.confirm_tier(case, row)
    assert (made.basis, made.tier, made.reason, made.made_by) == ("override", 2, row.reason, case.board.deputy)
    assert (case.again().state, working_tier(case.submission.revision)) == (State.SIGN_OFF, 2)
    assert not Evidence.objects.filter(revision=case.submission.revision, given_at=None, waived_at=None).exists()


def test_a_set_tier_stays_when_reviews_are_counted_but_never_below_a_trigger() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    cases.confirm_tier(case, cases.propose_tier(case, 4))
    cases.confirm_tier(case, cases.propose_tier(case, 2))
    assert bases(case) == [("author", 2), ("override", 4), ("override", 2)]
    filed(case, cap_manipulation=4, uplift=4, ease=4)
    assert bases(case)[-1] == ("reviews", 2)
    other = cases.submission_in(State.IN_REVIEW, made=case.board, label="Other")
    cases.confirm_tier(other, cases.propose_tier(other, 3))
    cases.confirm_tier(other, cases.propose_tier(other, 2))
    filed(other, **HIGHER)
    assert bases(other)[-1] == ("reviews", 3)


@pytest.mark.parametrize("tier", [0, 1, 2, 7])
def test_no_tier_below_a_trigger_nor_the_one_that_rules(tier: int) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    with pytest.raises(RuleBroken) as refused:
        cases.propose_tier(case, tier)
    assert (refused.value.code, refused.value.field) == ("tier", "tier")


def test_another_tier_needs_a_reason_and_one_proposal_at_a_time() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    with pytest.raises(RuleBroken) as refused:
        cases.propose_tier(case, 3, " ")
    assert refused.value.field == "reason"
    row = cases.propose_tier(case, 3)
    with pytest.raises(NotNow) as waits:
        cases.propose_tier(case, 4)
    assert waits.value.code == "proposal_open"
    assert told("assessment.tier_proposed") == {case.board.deputy.public_id}
    assessment.take_back_tier(proposal=row, by=case.board.chair, now=case.later())
    with pytest.raises(NotNow):
        cases.confirm_tier(case, row)
    assert cases.propose_tier(case, 4).tier == 4


def test_nobody_sets_a_tier_alone_and_only_some_confirm() -> None:
    case = cases.submission_in(State.DELIBERATION)
    row = cases.propose_tier(case, 4)
    for person, code in (
        (case.board.chair, "proposer"), (case.board.coordinator, "second_person"), (case.author, "conflicted"),
        (case.board.reviewers[0], "second_person"),
    ):  # fmt: skip
        with pytest.raises(Denied) as refused:
            assessment.confirm_tier(proposal=row, version=case.version, by=person, now=case.later())
        assert refused.value.code == code
    made = assessment.confirm_tier(proposal=row, version=case.version, by=case.board.members[0], now=case.later())
    assert (made.tier, TierProposal.objects.get().confirmed_by) == (4, case.board.members[0])


def test_a_ballot_is_closed_before_its_rules_change() -> None:
    case = cases.submission_in(State.DELIBERATION)
    row = cases.propose_tier(case, 4)
    cases.put(case)
    with pytest.raises(NotNow) as refused:
        cases.confirm_tier(case, row)
    assert refused.value.code == "ballot_open"


def test_a_proposal_ends_with_its_revision_and_with_the_committee() -> None:
    case = cases.submission_in(State.SUBMITTED)
    row = cases.propose_tier(case, 3)
    cases.give_away(case)
    row.refresh_from_db()
    assert (row.is_open, Assessment.objects.count()) == (False, 2)


def deliberated() -> tuple[Case, list[User]]:
    """Tier 2 by the authors, raised by all three reviewers and so before the board; who they are."""
    case = cases.submission_in(State.IN_REVIEW)
    filed(case, **HIGHER)
    cases.accept(case, cases.offer(case, case.board.reviewers[2]))
    filed(case, **HIGHER)
    cases.settle_evidence(case)
    assert (case.again().state, bases(case)[-1]) == (State.DELIBERATION, ("reviews", 3))
    return case, [row.assignment.reviewer for row in Review.objects.order_by("pk")]


def gone(case: Case) -> bool:
    return rests_on_gone(case.submission.revision, current(case.submission.revision))


def test_a_reviewer_who_leaves_after_the_round_is_counted_no_longer() -> None:
    case, people = deliberated()
    owed = Evidence.objects.count()
    for number, person in enumerate(people[:2], start=1):
        cases.declare(case, person)
        assert len(current(case.submission.revision).counted) == 3 - number
    assert (bases(case)[-1], case.again().state) == (("reviews", 3), State.DELIBERATION)
    cases.declare(case, people[2])  # the only one who was left
    found = current(case.submission.revision)
    assert (found.basis, found.tier, found.counted) == ("reviews", 2, ())
    assert found.result["domains"] == of_authors(case.submission.revision).result["domains"]
    assert (case.again().state, Evidence.objects.count(), Assignment.objects.count()) == (State.DELIBERATION, owed, 3)
    put = cases.put(case)
    assert board_of.tally(put, case.submission, now=case.now).quorum_needed == 4
    assert log.verify(case.submission.stream).faults == ()


@pytest.mark.parametrize("how", ["taken back", "lost", "sent back"])
def test_the_tier_stays_while_a_ballot_rests_on_it_and_is_counted_again_after(how: str) -> None:
    case, people = deliberated()
    put = cases.put(case)
    decision = None
    if how == "sent back":
        cases.vote(case, put)
        decision = cases.finalise(case, put)
    for person in people:
        cases.declare(case, person)
    assert (bases(case)[-1], gone(case)) == (("reviews", 3), True)
    made = case.board
    if how == "taken back":
        motion.take_back(motion=put, by=put.put_by, now=case.later())
    elif how == "lost":
        cases.vote(case, put, choice=Vote.AGAINST)
        motion.close_lost(motion=put, by=made.chair, now=case.later())
    else:
        seat = decision.sign_offs.filter(signed_at=None).first().seat
        signer = {"coordinator": made.coordinator, **made.officers}[seat]
        decisions.send_back(decision=decision, reason="Look.", version=case.version, by=signer, now=case.later())
    assert (case.again().state, bases(case)[-1], gone(case)) == (State.DELIBERATION, ("reviews", 2), False)


def test_pages_say_that_a_ballot_rests_on_answers_of_somebody_who_left() -> None:
    case, people = deliberated()
    made, reference = case.board, case.submission.reference
    said = "The numbers hold answers of a reviewer who stands aside since."
    cases.put(case)
    cases.declare(case, people[0])
    readers = [made.chair, made.members[0], people[1], case.author]
    pages = [said in text_of(get(one, "assessment-detail", reference)) for one in readers]
    assert pages == [True, True, True, False]
    page = text_of(get(made.chair, "motion-list", reference))
    assert said in page
    assert "They stay while the ballot is open and are counted again once it is closed." in page
