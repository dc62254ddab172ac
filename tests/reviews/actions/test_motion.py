"""Motions and ballots."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from accounts.actions import deactivate
from reviews.actions import conflict, motion
from reviews.actions.committee import appoint, dismiss
from reviews.actions.motion import Proposal, Term
from reviews.models import Ballot, Motion
from reviews.queries import motion as board
from reviews.rules.errors import Denied, NotNow, RuleBroken
from reviews.rules.states import CommitteeRole, Outcome, PartKind, State, Vote
from tests.factories import cases
from tests.reviews.actions.scenes import SCENES, mails, open_ballot

pytestmark = pytest.mark.django_db

PAPER = PartKind.PAPER


def test_motion_keeps_parts_conditions_and_the_board_of_its_moment() -> None:
    scene = SCENES["put_motion"]()
    made = scene.act()
    assert [(part.kind, part.outcome, part.rung, part.first_rung) for part in made.parts.all()] == [
        ("paper", "staged", "redacted_preprint", "shared_agreement")
    ]
    assert [(row.order, row.text, row.due_date) for row in made.conditions.all()] == [
        (1, "Publish the audit.", date(2026, 9, 1)), (2, "Name a contact.", None),
    ]  # fmt: skip
    assert made.board == {"voters": [person.public_id for person in scene.case.board.voters], "excluded": []}
    assert (made.number, made.kind, made.basis, made.status, made.valid_months) == (1, "decide", "board", "open", 6)


@pytest.mark.parametrize(("months", "valid"), [(None, 6), (3, 3), (6, 6)])
def test_validity_is_never_longer_than_the_tiers(months: int | None, valid: int) -> None:
    assert SCENES["put_motion"]().act(valid_months=months).valid_months == valid


@pytest.mark.parametrize("months", [-5, 0, 7, 60])
def test_validity_out_of_bounds_is_refused_and_never_cut_silently(months: int) -> None:
    with pytest.raises(RuleBroken) as refused:
        SCENES["put_motion"]().act(valid_months=months)
    assert (refused.value.code, refused.value.field) == ("valid_months", "valid_months")


def test_condition_is_not_due_on_a_day_that_has_passed() -> None:
    with pytest.raises(RuleBroken) as refused:
        SCENES["put_motion"]().act(conditions=[Term("Publish the audit.", date(2026, 1, 1))])
    assert (refused.value.code, refused.value.text) == (
        "condition_due", "A condition is due on 2026-01-01, and that day has passed.",
    )  # fmt: skip


def test_vote_for_a_motion_is_no_dissent() -> None:
    with pytest.raises(RuleBroken) as refused:
        SCENES["cast_vote"]().act(vote=Vote.FOR, is_dissent=True)
    assert (refused.value.code, refused.value.field) == ("dissent", "is_dissent")


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"rationale": " "}, "rationale", "rationale"),
        ({"proposals": []}, "outcome", "paper_outcome"),
        ({"proposals": [Proposal(PAPER, Outcome.STAGED, "moon")]}, "rung", "paper_rung"),
        (
            {"proposals": [Proposal(PAPER, Outcome.STAGED, "shared_agreement", "redacted_preprint")]},
            "first_rung",
            "paper_first_rung",
        ),
        ({"proposals": [Proposal(PAPER, Outcome.STAGED, "full_text_code_data")]}, "above_request", "paper_rung"),
        ({"proposals": [Proposal(PAPER, Outcome.STAGED, "full_text")]}, "not_staged", "paper_first_rung"),
        ({"proposals": [Proposal(PAPER, Outcome.FULL)]}, "override_reason", "override_reason"),
        (
            {"proposals": [Proposal(PAPER, Outcome.STAGED, "full_text", "internal")]},
            "override_reason",
            "override_reason",
        ),
    ],
)
def test_motion_that_is_not_sound(facts: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        SCENES["put_motion"]().act(**facts)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Motion.objects.exists()


def test_motion_above_the_ceiling_with_its_reason() -> None:
    made = SCENES["put_motion"]().act(proposals=[Proposal(PAPER, Outcome.FULL)], override_reason="Already public.")
    assert (made.override_reason, made.parts.get().rung) == ("Already public.", "full_text")


def test_withholding_stays_in_the_house_and_needs_no_reason_for_a_ceiling() -> None:
    made = SCENES["put_motion"]().act(proposals=[Proposal(PAPER, Outcome.WITHHELD, "full_text")])
    assert made.parts.get().rung == "internal"


def test_one_motion_is_open_at_a_time() -> None:
    case, made = open_ballot()
    with pytest.raises(NotNow) as refused:
        cases.put(case)
    assert refused.value.code == "motion_open"
    motion.take_back(motion=made, by=made.put_by, now=case.later())
    assert cases.put(case).number == 2


@pytest.mark.parametrize("state", [s for s in State if s is not State.DELIBERATION])
@pytest.mark.parametrize("name", ["put_motion", "put_return"])
def test_motion_in_another_state(state: State, name: str) -> None:
    case = cases.submission_in(state)
    call: Any = motion.put_return if name == "put_return" else motion.put
    facts: dict[str, Any] = {} if name == "put_return" else {"proposals": []}
    with pytest.raises(NotNow) as refused:
        call(submission=case.submission, rationale="Reasons.", version=case.version, by=case.board.coordinator,
             now=case.later(), **facts)  # fmt: skip
    assert refused.value.code == "wrong_state"


@pytest.mark.parametrize("vote", [Vote.AGAINST, Vote.ABSTAIN])
def test_vote_that_needs_a_reason(vote: Vote) -> None:
    scene = SCENES["cast_vote"]()
    with pytest.raises(RuleBroken) as refused:
        scene.act(vote=vote, reason=" ")
    assert (refused.value.code, refused.value.field) == ("reason", "reason")
    assert scene.act(vote=vote, reason="Too early.", is_dissent=True).is_dissent is True


def test_vote_cast_anew_replaces_the_one_before() -> None:
    scene = SCENES["cast_vote"]()
    scene.act()
    ballot = scene.act(vote=Vote.AGAINST, reason="On reflection.")
    assert [(row.voter, row.vote) for row in Ballot.objects.all()] == [(ballot.voter, "against")]
    assert board.tally(scene.thing, scene.case.submission, now=scene.case.now).present == 1


def test_closed_ballot_takes_no_vote() -> None:
    case, made = open_ballot()
    motion.take_back(motion=made, by=made.put_by, now=case.later())
    with pytest.raises(NotNow) as refused:
        motion.cast(motion=made, vote=Vote.FOR, by=case.board.members[0], now=case.later())
    assert (refused.value.code, refused.value.text) == ("ballot_closed", motion.CLOSED)


def test_vote_of_somebody_who_left_the_board_does_not_count() -> None:
    case, made = open_ballot()
    cases.vote(case, made)
    first, second = case.board.members[:2]
    dismiss(membership=first.memberships.get(), by=case.board.administrator, now=case.later())
    deactivate(user=second, by=case.board.administrator, now=case.later())
    found = board.tally(made, case.submission, now=case.now)
    assert (found.eligible, found.present) == (5, 5)


def test_new_member_counts_from_the_appointment_on() -> None:
    case, made = open_ballot()
    person = case.board.reviewers[4]
    with pytest.raises(Denied):
        motion.cast(motion=made, vote=Vote.FOR, by=person, now=case.later())
    appoint(
        committee=case.board.committee, user=person, role=CommitteeRole.MEMBER, by=case.board.administrator,
        now=case.later(),
    )  # fmt: skip
    motion.cast(motion=made, vote=Vote.FOR, by=person, now=case.later())
    assert board.tally(made, case.submission, now=case.now).eligible == 8


def test_person_with_two_voting_memberships_has_one_vote() -> None:
    case, _made = open_ballot()
    person = case.board.members[0]
    appoint(
        committee=case.board.committee, user=person, role=CommitteeRole.EXTERNAL_MEMBER, by=case.board.administrator,
        now=case.later(),
    )  # fmt: skip
    found = {voter.key: voter.role for voter in board.eligible(case.submission)}
    assert (len(found), found[person.public_id]) == (7, "external_member")


@pytest.mark.parametrize(("votes", "code"), [(2, "no_quorum"), (7, "carries")])
def test_ballot_is_not_closed_as_lost(votes: int, code: str) -> None:
    case, made = open_ballot()
    cases.vote(case, made, case.board.voters[:votes])
    with pytest.raises(RuleBroken) as refused:
        motion.close_lost(motion=made, by=case.board.chair, now=case.later())
    assert refused.value.code == code


def test_lost_motion_leaves_the_way_free_for_another() -> None:
    scene = SCENES["close_lost"]()
    made = scene.act()
    assert (made.status, made.closed_by, made.closed_at) == ("lost", scene.case.board.chair, scene.case.now)
    again = cases.put(scene.case)
    assert (again.number, board.tally(again, scene.case.submission, now=scene.case.now).present) == (2, 0)


def test_mover_alone_takes_a_motion_back() -> None:
    scene = SCENES["take_back_motion"]()
    made = scene.act()
    assert made.status == "withdrawn"
    with pytest.raises(NotNow) as refused:
        scene.act()
    assert refused.value.code == "ballot_closed"


def test_return_by_motion_yields_no_decision() -> None:
    scene = SCENES["finalise_return"]()
    found = scene.act()
    scene.thing.refresh_from_db()
    assert (found.state, found.revision.number, found.decisions.count()) == (State.RETURNED, 2, 0)
    assert (found.revision.return_reason, scene.thing.status) == ("Redact section 3.", "carried")


def test_return_that_has_not_carried() -> None:
    before = SCENES["put_return"]()
    made = before.act()
    with pytest.raises(RuleBroken) as refused:
        motion.finalise_return(motion=made, version=before.case.version, by=before.case.board.chair,
                               now=before.case.later())  # fmt: skip
    assert refused.value.code == "not_carried"


def test_motion_to_decide_is_not_closed_as_a_return() -> None:
    case, made = open_ballot()
    cases.vote(case, made)
    with pytest.raises(RuleBroken) as refused:
        motion.finalise_return(motion=made, version=case.version, by=case.board.chair, now=case.later())
    assert refused.value.code == "kind"


def test_deputy_closes_where_the_chair_stepped_aside() -> None:
    scene = SCENES["close_lost"]()
    case = scene.case
    with pytest.raises(Denied):
        scene.act(by=case.board.deputy)
    conflict.declare(submission=case.submission, type_key="personal", by=case.board.chair, now=case.later())
    assert scene.act(by=case.board.deputy).closed_by == case.board.deputy


def test_voters_hear_of_a_motion_once() -> None:
    case, _made = open_ballot()
    told = [name for template, name in mails(case) if template == "motion.put"]
    assert sorted(told) == sorted(person.display_name for person in case.board.voters)
