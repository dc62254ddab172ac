"""The guards that ``test_guards.py`` takes away, each with the wrong thing that it keeps from happening."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from reviews.actions import (
    appeal,
    artifact,
    assignment,
    decision,
    deliberation,
    evidence,
    motion,
    referral,
    release,
    reopening,
    restriction,
    submission,
    transfer,
)
from reviews.actions.motion import Proposal, Term
from reviews.models import Decision, Evidence, Hold, Part, SignOff, Stage
from reviews.rules import workflow
from reviews.rules.appeal import Opinion
from reviews.rules.restriction import Phase
from reviews.rules.states import Outcome, PartKind, State, Vote
from reviews.rules.visibility import Level, Sight
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board

SET_ASIDE = "try_it"
DATABASE = "database"


@dataclass
class Trial:
    """A case right before the wrong thing. ``name`` is what the machine calls it."""

    case: Case
    name: str
    by: User | None
    do: Callable[..., Any]


Making = Callable[[Board], Trial]


@dataclass(frozen=True)
class Guard:
    """Where the guard stands, what takes its place, what is tried then, and what notices."""

    where: str
    instead: Callable[..., Any]
    make: Making
    noticed: str


GUARDS: dict[str, Guard] = {}


def guard(where: str, instead: Callable[..., Any], noticed: str) -> Callable[[Making], Making]:
    """Register what is tried without the function at ``where``; the name of the story is the name of the guard."""

    def register(make: Making) -> Making:
        GUARDS[make.__name__] = Guard(where, instead, make, noticed)
        return make

    return register


def lets_pass(*args: Any, **facts: Any) -> None:
    """A check that refuses nobody."""


# ---------------------------------------------------------------- who may do something


def parts_of(case: Case) -> list[Part]:
    """The parts of the current revision."""
    return list(Part.objects.filter(revision=case.submission.revision).order_by("pk"))


def deliberating(made: Board) -> Case:
    """A case of tier 3 in front of its board, without holds."""
    case = cases.submission_in(State.DELIBERATION, made=made, tier=3)
    cases.clear_holds(case)
    return case


@guard("access.motion.check_can_vote", lets_pass, SET_ASIDE)
def vote_of_somebody_who_stepped_aside(made: Board) -> Trial:
    case = deliberating(made)
    row = cases.put(case)
    cases.declare(case, made.members[0])
    return Trial(case, "vote", made.members[0], lambda **facts: motion.cast(
        motion=row, vote=Vote.FOR, reason="", **facts))  # fmt: skip


@guard("access.motion.check_can_put", lets_pass, SET_ASIDE)
def motion_of_an_author(made: Board) -> Trial:
    case = deliberating(made)
    proposals = [Proposal(PartKind(part.kind), Outcome.WITHHELD) for part in parts_of(case)]
    return Trial(case, "put", case.author, lambda **facts: motion.put(
        submission=case.submission, proposals=proposals, conditions=[], rationale="Reasons.", override_reason="",
        version=case.version, **facts))  # fmt: skip


@guard("access.decision.check_can_fill", lets_pass, "new_decisions_rest_on_enough_people")
def mover_who_finalises(made: Board) -> Trial:
    case = deliberating(made)
    row = cases.put(case, by=made.members[0])
    cases.vote(case, row)
    return finalising(case, row, by=made.members[0])


@guard("access.decision.check_can_sign", lets_pass, DATABASE)
def one_person_on_two_seats(made: Board) -> Trial:
    case = deliberating(made)
    row = cases.put(case)
    cases.vote(case, row)
    found = cases.finalise(case, row)
    seat = SignOff.objects.filter(decision=found, signed_at=None).order_by("pk").first()
    assert seat is not None
    return Trial(case, "sign", made.chair, lambda **facts: decision.sign(
        decision=found, seat=seat.seat, version=case.version, **facts))  # fmt: skip


@guard("access.decision.check_can_send_back", lets_pass, SET_ASIDE)
def author_who_sends_back(made: Board) -> Trial:
    case = cases.submission_in(State.SIGN_OFF, made=made)
    found = Decision.objects.get(submission=case.submission)
    return Trial(case, "send_back", case.author, lambda **facts: decision.send_back(
        decision=found, reason="No.", version=case.version, **facts))  # fmt: skip


@guard("access.committee.check_not_excluded", lets_pass, SET_ASIDE)
def withdrawal_of_a_motion_by_a_mover_who_stepped_aside(made: Board) -> Trial:
    case = deliberating(made)
    row = cases.put(case, by=made.members[0])
    cases.declare(case, made.members[0])
    return Trial(case, "take_back_motion", made.members[0], lambda **facts: motion.take_back(motion=row, **facts))


@guard("access.assignment.check_can_assign", lets_pass, SET_ASIDE)
def seat_given_by_a_coordinator_who_stepped_aside(made: Board) -> Trial:
    case = cases.submission_in(State.SUBMITTED, made=made)
    cases.declare(case, made.coordinator)
    return Trial(case, "offer", made.coordinator, lambda **facts: assignment.offer(
        submission=case.submission, reviewer=made.reviewers[0], review_days=5, version=case.version,
        **facts))  # fmt: skip


@guard("access.evidence.check_can_waive", lets_pass, SET_ASIDE)
def evidence_waived_by_its_author(made: Board) -> Trial:
    case = cases.submission_in(State.SUBMITTED, made=made)
    row = Evidence.objects.filter(revision=case.submission.revision, given_at=None).first()
    assert row is not None
    return Trial(case, "waive", case.author, lambda **facts: evidence.waive(evidence=row, reason="Known.", **facts))


@guard("access.evidence.check_can_clear", lets_pass, SET_ASIDE)
def hold_cleared_by_an_author(made: Board) -> Trial:
    case = cases.submission_in(State.DELIBERATION, made=made, tier=4)
    row = Hold.objects.filter(revision=case.submission.revision, cleared_at=None).first()
    assert row is not None
    return Trial(case, "clear", case.author, lambda **facts: evidence.clear_hold(hold=row, text="Checked.", **facts))


@guard("access.deliberation.check_can_ask", lets_pass, SET_ASIDE)
def question_that_an_author_asks_in_the_name_of_the_board(made: Board) -> Trial:
    case = cases.submission_in(State.IN_REVIEW, made=made)
    return Trial(case, "ask", case.author, lambda **facts: deliberation.ask(
        submission=case.submission, text="Why?", **facts))  # fmt: skip


@guard("access.referral.check_can_refer", lets_pass, SET_ASIDE)
def referral_by_an_author(made: Board) -> Trial:
    case = cases.submission_in(State.IN_REVIEW, made=made)
    return Trial(case, "refer", case.author, lambda **facts: referral.refer(
        submission=case.submission, body="Ethics board", question="May we?", **facts))  # fmt: skip


@guard("access.transfer.check_can_transfer", lets_pass, SET_ASIDE)
def transfer_by_an_author(made: Board) -> Trial:
    case, target = cases.submission_in(State.SUBMITTED, made=made), cases.elsewhere()
    return Trial(case, "transfer", case.author, lambda **facts: transfer.transfer(
        submission=case.submission, target=target.committee, reason="Theirs.", version=case.version,
        **facts))  # fmt: skip


@guard("access.release.check_can_open", lets_pass, SET_ASIDE)
def stage_opened_by_an_author(made: Board) -> Trial:
    case = cases.staged(made)
    return opening(case, 1, by=case.author)


@guard("access.restriction.check_can_place", lets_pass, SET_ASIDE)
def restriction_by_an_author(made: Board) -> Trial:
    case = cases.staged(made)
    return Trial(case, "restrict", case.author, lambda **facts: restriction.place(
        submission=case.submission, reason="No.", **facts))  # fmt: skip


@guard("access.restriction.check_can_answer_lift", lets_pass, DATABASE)
def restriction_lifted_by_who_asked_for_it(made: Board) -> Trial:
    case = cases.staged(made)
    row = cases.restrict(case)
    for person in made.voters:
        if row.ratified_at is None:
            cases.say_on(case, row, [person])
    cases.ask_lift(case, row)
    return Trial(case, "lift", made.chair, lambda **facts: restriction.answer_lift(
        restriction=row, lifts=True, **facts))  # fmt: skip


@guard("access.reopening.check_can_answer", lets_pass, DATABASE)
def case_opened_again_by_who_asked_for_it(made: Board) -> Trial:
    case = cases.staged(made)
    row = cases.ask_amendment(case)
    return Trial(case, "ask_to_reopen", case.author, lambda **facts: reopening.grant(
        reopening=row, version=case.version, **facts))  # fmt: skip


@guard("access.appeal.check_can_judge", lets_pass, "nobody_hears_an_appeal_against_their_own_decision")
def appeal_heard_by_somebody_who_voted(made: Board) -> Trial:
    case = cases.staged(made)
    row = cases.appeal_against(case)
    cases.appoint_judges(case, row)
    return Trial(case, "judge", made.members[0], lambda **facts: appeal.judge(
        appeal=row, opinion=Opinion.DISMISS, reason="We were right.", **facts))  # fmt: skip


# ---------------------------------------------------------------- what follows from facts


def opening(case: Case, order: int, *, by: User | None = None) -> Trial:
    """The stage of that order of the paper."""
    stage = Stage.objects.filter(plan__decision__submission=case.submission, order=order).order_by("pk")[0]
    return Trial(case, "open_stage", by or case.board.coordinator, lambda **facts: release.open_stage(
        stage=stage, again_confirmed=True, **facts))  # fmt: skip


@guard("rules.quorum.quorum_needed", lambda rule, eligible: 1, "new_decisions_rest_on_enough_people")
def decision_without_a_quorum(made: Board) -> Trial:
    case = deliberating(made)
    row = cases.put(case)
    cases.vote(case, row, made.voters[:2])
    case.later(days=40)
    return finalising(case, row)


@guard("rules.quorum._for_needed", lambda rule, **counts: 0, "new_decisions_rest_on_enough_people")
def decision_without_a_majority(made: Board) -> Trial:
    case = deliberating(made)
    row = cases.put(case)
    cases.vote(case, row, made.voters[:1])
    cases.vote(case, row, made.voters[1:], choice=Vote.AGAINST)
    return finalising(case, row)


def finalising(case: Case, row: Any, *, by: User | None = None) -> Trial:
    """The chair, or somebody else, closes the ballot."""
    return Trial(case, "finalise", by or case.board.chair, lambda **facts: decision.finalise(
        motion=row, version=case.version, **facts))  # fmt: skip


@guard("rules.workflow.check", lambda name, state, actor: workflow.move(name), DATABASE)
def withdrawal_of_a_decided_case(made: Board) -> Trial:
    case = cases.staged(made)
    return Trial(case, "withdraw", case.author, lambda **facts: submission.withdraw(
        submission=case.submission, version=case.version, **facts))  # fmt: skip


@guard("rules.gates.reason_shut", lambda *args, **facts: "", "stages_stand_in_order")
def second_stage_before_the_first(made: Board) -> Trial:
    return opening(cases.staged(made), 2)


@guard("rules.gates.earliest_opening", lambda *args, **facts: None, "stages_stand_in_order")
def second_stage_a_day_after_the_first(made: Board) -> Trial:
    case = cases.staged(made)
    first = opening(case, 1)
    first.do(by=first.by, now=case.later())
    case.later(days=1)
    return opening(case, 2)


@guard("rules.condition.required", lambda *args: 0, "stages_open_once_what_guards_them_is_met")
def stage_before_its_condition(made: Board) -> Trial:
    case = deliberating(made)
    kind = parts_of(case)[0].kind
    first = {"paper": "shared_agreement", "model": "trusted_testers"}[kind]
    row = cases.put(
        case, outcome=Outcome.STAGED, rung={"paper": "redacted_preprint", "model": "vetted_api"}[kind],
        first_rung=first, conditions=[Term("Show it.", part=kind, rung=first)],
    )  # fmt: skip
    cases.vote(case, row)
    cases.finalise(case, row)
    cases.sign_all(case)
    return opening(case, 1)


@guard("rules.clearance.changes", lambda then, now: (), "what_holds_is_about_these_bytes")
def other_bytes_under_the_clearance_of_before(made: Board) -> Trial:
    case = changed_once(made)
    return opening(case, 1)


def changed_once(made: Board) -> Case:
    """A case whose authors may change it again, and added a file."""
    case = cases.staged(made)
    kind = parts_of(case)[0].kind
    cases.reopened(case)
    artifact.add_reference(
        submission=case.submission, part=PartKind(kind), name="more.pdf",
        location="store://more", size_bytes=1, sha256=f"{1:064x}", by=case.author, now=case.later(),
    )  # fmt: skip
    return case


@guard("rules.restriction.phase", lambda stored, *, now: Phase.WAITS, "deadlines_are_kept_to_the_moment")
def vote_on_a_restriction_that_lapsed(made: Board) -> Trial:
    case = cases.staged(made)
    row = cases.restrict(case)
    case.later(days=20)
    return Trial(case, "ratify", made.members[0], lambda **facts: restriction.vote(
        restriction=row, vote=Vote.FOR, reason="", **facts))  # fmt: skip


@guard("rules.appeal.why_not", lambda facts, rule, *, now: "", "deadlines_are_kept_to_the_moment")
def appeal_that_comes_too_late(made: Board) -> Trial:
    case = cases.staged(made)
    case.later(days=40)
    return Trial(case, "appeal", case.author, lambda **facts: appeal.file(
        submission=case.submission, grounds=["new_evidence"], text="A new test.", **facts))  # fmt: skip


@guard(
    "rules.visibility.sight",
    lambda person, case: Sight(Level.MATERIAL, board=True),
    "check_sight",
)
def stranger_who_sees_everything(made: Board) -> Trial:
    case = cases.submission_in(State.SUBMITTED, made=made)
    return Trial(case, "withdraw", made.leader, lambda **facts: submission.withdraw(
        submission=case.submission, version=case.version, **facts))  # fmt: skip
