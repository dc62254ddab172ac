"""Finalising, signing and sending back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from accounts.models import User
from audit import log
from reviews.access.decision import vacant_seats
from reviews.actions import conflict, decision, motion
from reviews.actions.committee import appoint
from reviews.actions.motion import Proposal
from reviews.models import Decision, Hold, ReleasePlan, Review
from reviews.rules.errors import Denied, NotNow, RuleBroken, Stale
from reviews.rules.states import CommitteeRole, Outcome, PartKind, State, Vote
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.actions.scenes import SCENES, open_ballot, watch

pytestmark = pytest.mark.django_db


def sign(case: Case, found: Decision, seat: str, by: Any) -> Decision:
    return decision.sign(decision=found, seat=seat, version=case.version, by=by, now=case.later())


def step_aside(case: Case, person: Any) -> None:
    conflict.declare(submission=case.submission, type_key="personal", by=person, now=case.later())


def test_decision_is_bound_to_revision_digest_tally_and_board() -> None:
    scene = SCENES["finalise"]()
    found = scene.act()
    case, revision = scene.case, scene.case.again().revision
    assert (found.revision, found.manifest_digest, found.tier, found.basis) == (
        revision, revision.manifest_digest, 3, "board",
    )  # fmt: skip
    assert (found.rationale, found.finalised_by, found.effective_at) == ("The reasons.", case.board.chair, None)
    assert [(p.kind, p.outcome, p.requested_rung, p.granted_rung, p.ceiling_rung) for p in found.parts.all()] == [
        ("paper", "staged", "full_text", "redacted_preprint", "redacted_preprint")
    ]
    assert (found.tally["carried"], found.tally["votes_for"], found.tally["eligible"]) == (True, 7, 7)
    assert found.board["voters"] == [person.public_id for person in case.board.voters]
    assert [(row.order, row.text, row.due_date) for row in found.conditions.all()] == [
        (1, "Publish the audit.", date(2026, 9, 1)), (2, "Name a contact.", None),
    ]  # fmt: skip
    event = next(e for e in log.events(case.submission.stream) if e.type == "decision.finalised")
    assert event.data["manifest"] == revision.manifest_digest
    assert event.data["parts"] == {"paper": ["staged", "redacted_preprint"]}


def test_finalising_is_the_chairs_signature() -> None:
    scene = SCENES["finalise"]()
    found = scene.act()
    assert [(row.seat, row.signed_by, row.signed_as) for row in found.sign_offs.all()] == [
        ("chair", scene.case.board.chair, "chair"), ("head_of_research", None, ""),
    ]  # fmt: skip


def test_motion_that_has_not_carried_is_not_finalised() -> None:
    case, made = open_ballot()
    cases.vote(case, made, case.board.voters[:3])
    with pytest.raises(RuleBroken) as refused:
        cases.finalise(case, made)
    assert refused.value.text == "The quorum is not reached yet."
    cases.vote(case, made, case.board.voters, Vote.AGAINST)
    with pytest.raises(RuleBroken) as refused:
        cases.finalise(case, made)
    assert refused.value.text == "This motion has not carried."


@pytest.mark.parametrize("outcome", [Outcome.FULL, Outcome.STAGED])
def test_open_hold_keeps_everything_permissive_shut(outcome: Outcome) -> None:
    case = cases.submission_in(State.DELIBERATION)
    made = cases.put(case, outcome=outcome, rung="redacted_preprint", first_rung="shared_agreement")
    cases.vote(case, made)
    with pytest.raises(RuleBroken) as refused:
        cases.finalise(case, made)
    assert (refused.value.code, "legal officer" in refused.value.text) == ("held", True)
    cases.clear_holds(case)
    assert cases.finalise(case, made).motion == made


def test_open_hold_does_not_keep_anybody_from_withholding() -> None:
    case = cases.submission_in(State.DELIBERATION)
    made = cases.put(case, outcome=Outcome.WITHHELD)
    cases.vote(case, made)
    cases.finalise(case, made)
    cases.sign_all(case)
    assert (case.submission.state, Hold.objects.get().cleared_at) == (State.DECIDED, None)


def test_hold_keeps_the_signature_of_reviewers_who_agree_shut() -> None:
    answers = cases.answers_for(1)
    case = cases.submit(cases.draft(tier=1, answers=answers))
    Hold.objects.create(revision=case.submission.revision, role="legal_officer", trigger_key="x", placed_at=case.now)
    cases.reviewed(case)
    found = Decision.objects.get()
    with pytest.raises(RuleBroken) as refused:
        sign(case, found, "coordinator", case.board.coordinator)
    assert refused.value.code == "held"
    cases.clear_holds(case)
    sign(case, found, "coordinator", case.board.coordinator)
    assert case.again().state == State.DECIDED


def test_override_takes_its_own_share() -> None:
    case = cases.submission_in(State.DELIBERATION)
    cases.clear_holds(case)
    made = cases.put(case, outcome=Outcome.FULL)
    cases.vote(case, made, case.board.voters[:4])
    cases.vote(case, made, case.board.voters[4:], Vote.AGAINST)
    with pytest.raises(RuleBroken) as refused:
        cases.finalise(case, made)
    assert refused.value.code == "not_carried"
    cases.vote(case, made, case.board.voters[4:5])
    found = cases.finalise(case, made)
    assert (found.tally["is_override"], found.tally["for_needed"], found.override_reason) == (True, 5, "Needed here.")


def test_second_of_two_who_finalise_is_told_so() -> None:
    scene = SCENES["finalise"]()
    version = scene.case.version
    scene.act()
    with pytest.raises(Stale) as refused:
        scene.act(version=version)
    assert refused.value.text == decision.DECIDED
    with pytest.raises(NotNow) as again:
        scene.act()
    assert again.value.code == "ballot_closed"
    assert Decision.objects.count() == 1


def test_mover_signs_nothing_and_the_deputy_stands_in_for_a_chair_who_moved() -> None:
    case = cases.submission_in(State.DELIBERATION)
    made = case.board
    appoint(
        committee=made.committee, user=made.chair, role=CommitteeRole.MEMBER, by=made.administrator, now=case.later()
    )
    cases.clear_holds(case)
    proposals = [Proposal(PartKind.PAPER, Outcome.STAGED, "redacted_preprint", "shared_agreement")]
    moved = motion.put(
        submission=case.submission, proposals=proposals, rationale="Reasons.", version=case.version, by=made.chair,
        now=case.later(),
    )  # fmt: skip
    cases.vote(case, moved)
    with pytest.raises(Denied) as refused:
        cases.finalise(case, moved)
    assert refused.value.code == "mover_signs_nothing"
    found = cases.finalise(case, moved, by=made.deputy)
    assert [(row.seat, row.signed_by, row.signed_as) for row in found.sign_offs.all()][:1] == [
        ("chair", made.deputy, "deputy_chair")
    ]


def test_deputy_stands_in_for_a_chair_with_a_conflict() -> None:
    scene = SCENES["finalise"]()
    case = scene.case
    with pytest.raises(Denied):
        scene.act(by=case.board.deputy)
    step_aside(case, case.board.chair)
    with pytest.raises(Denied):
        scene.act()
    assert scene.act(by=case.board.deputy).finalised_by == case.board.deputy


def test_nobody_fills_two_seats() -> None:
    scene = SCENES["finalise"]()
    case, made = scene.case, scene.case.board
    appoint(
        committee=made.committee, user=made.chair, role=CommitteeRole.HEAD_OF_RESEARCH, by=made.administrator,
        now=case.later(),
    )  # fmt: skip
    found = scene.act()
    with pytest.raises(Denied) as refused:
        sign(case, found, "head_of_research", made.chair)
    assert refused.value.code == "signed_already"
    sign(case, found, "head_of_research", made.officers["head_of_research"])
    assert case.again().state == State.DECIDED


def test_reviewer_does_not_sign_what_they_recommended() -> None:
    case = cases.submit(cases.draft(tier=1))
    made = case.board
    appoint(
        committee=made.committee, user=made.coordinator, role=CommitteeRole.REVIEWER, by=made.administrator,
        now=case.now,
    )  # fmt: skip
    cases.file_review(case, cases.accept(case, cases.offer(case, made.coordinator)))
    cases.settle_evidence(case)
    found = Decision.objects.get()
    with pytest.raises(Denied) as refused:
        sign(case, found, "coordinator", made.coordinator)
    assert refused.value.code == "mover_signs_nothing"
    sign(case, found, "coordinator", made.deputy)
    assert case.again().state == State.DECIDED


def test_seat_that_is_signed_or_unknown() -> None:
    scene = SCENES["sign"]()
    case, found = scene.case, scene.thing
    with pytest.raises(Denied):
        sign(case, found, "executive", case.board.chair)
    with pytest.raises(Denied):
        sign(case, found, "chair", case.board.deputy)


def test_tier_4_needs_three_different_signatures() -> None:
    case = cases.submission_in(State.SIGN_OFF, tier=4)
    found = Decision.objects.get()
    assert list(found.sign_offs.filter(signed_at=None).values_list("seat", flat=True)) == [
        "head_of_research", "executive",
    ]  # fmt: skip
    with watch(case) as seen:
        sign(case, found, "executive", case.board.officers["executive"])
    assert (seen.events, seen.moved) == ([("decision.signed", "Executive")], [])
    assert case.again().state == State.SIGN_OFF
    sign(case, found, "head_of_research", case.board.officers["head_of_research"])
    assert case.again().state == State.DECIDED


def test_last_signature_brings_the_decision_into_force_and_lays_out_its_stages() -> None:
    scene = SCENES["sign"]()
    found = scene.act()
    plan = ReleasePlan.objects.get(decision=found)
    assert (found.effective_at, found.valid_until_date) == (scene.case.now, date(2026, 9, 3))
    assert (plan.part, plan.dwell_days) == ("paper", 30)
    assert [(row.order, row.rung, row.opened_at) for row in plan.stages.all()] == [
        (1, "shared_agreement", None), (2, "abstract_only", None), (3, "redacted_preprint", None),
    ]  # fmt: skip


def test_full_and_withheld_parts_have_no_stages() -> None:
    made = cases.submission_in(State.DECIDED, tier=2).board
    cases.submission_in(State.DECIDED, tier=3, made=made)
    assert Decision.objects.count() == 2
    assert not ReleasePlan.objects.exists()


def test_send_back_without_a_reason() -> None:
    with pytest.raises(RuleBroken) as refused:
        SCENES["send_back"]().act(reason=" ")
    assert (refused.value.code, refused.value.field) == ("reason", "reason")


def test_sent_back_decision_counts_no_more_and_the_board_decides_anew() -> None:
    scene = SCENES["send_back"]()
    scene.act()
    case = scene.case
    scene.thing.refresh_from_db()
    assert (case.again().state, scene.thing.sent_back_by) == (State.DELIBERATION, scene.person("head_of_research"))
    with pytest.raises(NotNow):
        sign(case, scene.thing, "head_of_research", case.board.officers["head_of_research"])
    again = cases.put(case)
    cases.vote(case, again)
    cases.finalise(case, again)
    cases.sign_all(case)
    assert [(row.sent_back_at is None, row.effective_at is None) for row in Decision.objects.order_by("pk")] == [
        (False, True), (True, False),
    ]  # fmt: skip


def test_tier_1_is_sent_back_to_review_and_asks_somebody_again() -> None:
    case = cases.submission_in(State.SIGN_OFF, tier=1)
    found = Decision.objects.get()
    with watch(case) as seen:
        decision.send_back(
            decision=found, reason="Too short.", version=case.version, by=case.board.coordinator, now=case.later()
        )
    assert seen.events == [("decision.sent_back_to_review", "Coordinator")]
    assert (case.again().state, case.submission.assignments.get().status) == (State.IN_REVIEW, "replaced")
    cases.file_review(case, cases.accept(case, cases.offer(case, case.board.reviewers[1])))
    assert case.again().state == State.SIGN_OFF
    cases.sign_all(case)
    assert case.submission.state == State.DECIDED


def test_tier_2_is_sent_back_to_the_board() -> None:
    case = cases.submission_in(State.SIGN_OFF, tier=2)
    with watch(case) as seen:
        decision.send_back(
            decision=Decision.objects.get(), reason="Discuss.", version=case.version, by=case.board.chair,
            now=case.later(),
        )  # fmt: skip
    assert case.again().state == State.DELIBERATION
    assert seen.mails == {
        ("decision.sent_back", "Chair"), ("decision.sent_back", "Coordinator"),
        *(("submission.deliberation_opened", str(person)) for person in case.board.voters),
    }  # fmt: skip


def test_who_got_a_tie_to_the_authors_meanwhile_is_not_told_of_a_deliberation_that_a_sending_back_opens() -> None:
    case = cases.submission_in(State.SIGN_OFF, tier=2)
    tied = case.board.members[0]
    for person in (tied, case.author):
        User.objects.filter(pk=person.pk).update(unit="Lab A")
    with watch(case) as seen:
        decision.send_back(
            decision=Decision.objects.get(), reason="Discuss.", version=case.version, by=case.board.chair,
            now=case.later(),
        )  # fmt: skip
    opened = {person for event, person in seen.mails if event == "submission.deliberation_opened"}
    assert opened == {str(person) for person in case.board.voters if person != tied}


def test_voters_are_told_once_that_deliberation_has_opened() -> None:
    scene = SCENES["send_back"]()
    with watch(scene.case) as seen:
        scene.act()
    assert {event for event, _person in seen.mails} == {"decision.sent_back"}


def test_chair_who_has_signed_cannot_send_back() -> None:
    scene = SCENES["send_back"]()
    with pytest.raises(Denied) as refused:
        scene.act(by=scene.person("chair"))
    assert refused.value.code == "seat_only"


def test_voter_who_steps_aside_before_the_last_signature_takes_the_vote_along() -> None:
    case, made = open_ballot()
    cases.vote(case, made, case.board.voters[:4])
    found = cases.finalise(case, made)
    step_aside(case, case.board.voters[0])
    with pytest.raises(RuleBroken) as refused:
        sign(case, found, "head_of_research", case.board.officers["head_of_research"])
    assert refused.value.code == "rests_on_recused"
    decision.send_back(
        decision=found, reason="One stepped aside.", version=case.version, by=case.board.officers["head_of_research"],
        now=case.later(),
    )  # fmt: skip
    assert case.again().state == State.DELIBERATION


def test_voter_who_is_not_missed_may_step_aside_before_the_last_signature() -> None:
    scene = SCENES["finalise"]()
    case, found = scene.case, scene.act()
    step_aside(case, case.board.externals[1])
    sign(case, found, "head_of_research", case.board.officers["head_of_research"])
    assert case.again().state == State.DECIDED


@pytest.mark.parametrize(("tier", "seat"), [(1, "coordinator"), (2, "chair")])
def test_reviewer_who_steps_aside_before_the_signature_takes_the_recommendation_along(tier: int, seat: str) -> None:
    case = cases.submission_in(State.SIGN_OFF, tier=tier)
    found = Decision.objects.get()
    step_aside(case, Review.objects.order_by("pk").first().assignment.reviewer)
    by = {"coordinator": case.board.coordinator, "chair": case.board.chair}[seat]
    with pytest.raises(RuleBroken) as refused:
        sign(case, found, seat, by)
    assert refused.value.code == "rests_on_recused"
    decision.send_back(decision=found, reason="Stepped aside.", version=case.version, by=by, now=case.later())
    assert case.again().state == (State.IN_REVIEW if tier == 1 else State.DELIBERATION)


def test_superuser_signs_nothing() -> None:
    scene = SCENES["sign"]()
    with pytest.raises(Denied):
        scene.act(by=scene.person("superuser"))


# a seat that nobody can sign -----------------------------------------------------------------------------------------


def signature_that_nobody_can_give() -> tuple[Case, Decision]:
    """A decision whose only open seat has lost everybody who could sign it."""
    case = cases.submission_in(State.SIGN_OFF, tier=3)
    found = Decision.objects.get()
    assert vacant_seats(case.submission, found) == ()
    step_aside(case, case.board.officers["head_of_research"])
    return case, found


@pytest.mark.parametrize("person", ["coordinator", "chair"])
def test_coordinator_and_chair_send_back_what_nobody_can_sign(person: str) -> None:
    case, found = signature_that_nobody_can_give()
    assert vacant_seats(case.submission, found) == ("head_of_research",)
    by = getattr(case.board, person)
    decision.send_back(decision=found, reason="Nobody signs.", version=case.version, by=by, now=case.later())
    assert case.again().state == State.DELIBERATION


@pytest.mark.parametrize("person", ["members", "reviewers"])
def test_nobody_else_sends_back_what_nobody_can_sign(person: str) -> None:
    case, found = signature_that_nobody_can_give()
    by = getattr(case.board, person)[0]
    with pytest.raises(Denied) as refused:
        decision.send_back(decision=found, reason="I would.", version=case.version, by=by, now=case.later())
    assert refused.value.code == "seat_only"


def test_coordinator_sends_back_nothing_that_somebody_can_sign() -> None:
    case, found = signature_that_nobody_can_give()
    appoint(
        committee=case.board.committee, user=case.board.reviewers[4], role=CommitteeRole.HEAD_OF_RESEARCH,
        by=case.board.administrator, now=case.later(),
    )  # fmt: skip
    with pytest.raises(Denied) as refused:
        decision.send_back(
            decision=found, reason="I would.", version=case.version, by=case.board.coordinator, now=case.later()
        )
    assert refused.value.code == "seat_only"
    sign(case, found, "head_of_research", case.board.reviewers[4])
    assert case.again().state == State.DECIDED
