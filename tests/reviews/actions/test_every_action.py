"""The same questions to every action: who may, what it leaves behind, and that a refusal leaves nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from audit import log
from reviews.access.submission import is_author
from reviews.actions import submission
from reviews.actions.committee import appoint
from reviews.models import Contributor
from reviews.rules.errors import Denied, NotNow, Refused, Stale
from reviews.rules.states import TERMINAL, CommitteeRole, State
from tests.factories.people import UserFactory
from tests.reviews.actions.scenes import SCENES, Scene, add_outsiders, everything, undone, watch

pytestmark = pytest.mark.django_db

VOTERS = "member 0, member 1, member 2, member 3, member 4, external 0, external 1"
# Everybody of the cast who may do it at that moment; nobody else may, whatever the version.
MAY: dict[str, str] = {
    "describe": "author",
    "submit": "author",
    "split_case": "author",
    "return_to_authors": "coordinator",
    "withdraw": "author",
    "add_reference": "author",
    "add_file": "author",
    "remove_artifact": "author",
    "save_answers": "author",
    "add_proof": "author",
    "remove_proof": "author",
    "give_evidence": "author",
    "waive_evidence": "coordinator",
    "clear_hold": "legal_officer",
    # Whoever sees anything of the case: those who run it, its reviewers, leadership and auditors.
    "declare_conflict": "chair, deputy, coordinator, reviewer 0, reviewer 1, leader, auditor",
    "declare_for_another": "coordinator",
    "name_somebody": "author",
    "disown": "contributor",
    "look_for_ties": "chair, deputy, coordinator",
    "settle_conflict": "chair, deputy, coordinator",
    "appoint_stand_in": "chair, deputy",
    "end_stand_in": "chair, deputy",
    "offer_seat": "coordinator",
    "offer_all": "coordinator",
    "accept_offer": "reviewer 0",
    "decline_offer": "reviewer 0",
    "take_back_offer": "coordinator",
    "hand_over": "reviewer 0",
    "replace_reviewer": "coordinator",
    "give_more_time": "coordinator",
    "save_review": "reviewer 0",
    "save_fields": "reviewer 0",
    "file_review": "reviewer 0",
    "correct_review": "reviewer 0",
    "ask_authors": "coordinator",
    "answer_board": "author",
    "ask_outside": "coordinator",
    "inform": "reviewer 1",
    "put_motion": f"coordinator, {VOTERS}",
    "put_return": f"coordinator, {VOTERS}",
    "cast_vote": VOTERS,
    "take_back_motion": "member 4",
    "close_lost": "chair",
    "finalise_return": "chair",
    "finalise": "chair",
    "sign": "head_of_research",
    "sign_together": "head_of_research",
    "share_reasons": "coordinator",
    "send_back": "head_of_research",
    "look_again": "coordinator",
    "open_stage": "coordinator",
    "note_flag": "legal_officer",
    "prove_condition": "author",
    "accept_proof": "coordinator, chair, deputy",
    "refuse_proof": "coordinator, chair, deputy",
    "give_away": "coordinator",
    "refer": "coordinator, chair, deputy",
    "record_answer": "coordinator, chair, deputy",
    "take_back_referral": "coordinator, chair, deputy",
    # Who sees the board of the case: those who run it, its voters, and the officer whose hold is open.
    "write_message": f"coordinator, chair, deputy, legal_officer, {VOTERS}",
    "reply_to_message": f"author, coordinator, chair, deputy, legal_officer, {VOTERS}",
    "take_back_message": "reviewer 0",
    "propose_tier": "chair",
    "confirm_tier": f"deputy, legal_officer, {VOTERS}",
    "refuse_tier": f"deputy, legal_officer, {VOTERS}",
    "take_back_tier": "chair",
    "ask_amendment": "author",
    "ask_to_go_on": "author",
    "ask_re_review": "coordinator, chair",
    "grant_amendment": "coordinator, chair, deputy",
    "grant_to_go_on": "coordinator, chair, deputy",
    "grant_re_review": f"chair, deputy, {VOTERS}",
    "refuse_amendment": "coordinator, chair, deputy",
    "refuse_re_review": f"chair, deputy, {VOTERS}",
    "take_back_amendment": "author",
    "take_back_re_review": "coordinator",
    "find_sample": "coordinator, chair",
    "place_restriction": "chair",
    "vote_on_restriction": VOTERS,
    "ask_lift": "chair",
    "file_appeal": "author",
    "appoint_judge": "head_of_research",
    "judge_appeal": "judge 0, judge 1, judge 2",
    "withdraw_appeal": "author",
    # A second person: whoever runs the committee or votes, but who asked.
    "answer_lift": f"coordinator, deputy, {VOTERS}",
}
# Events with their actors, and the state after; * stands for the name of the person who acts.
LEAVES: dict[str, tuple[list[tuple[str, str]], State]] = {
    "describe": ([("submission.described", "*")], State.DRAFT),
    "submit": ([("submission.submitted", "*")], State.SUBMITTED),
    "split_case": ([("submission.split", "*")], State.DRAFT),
    "return_to_authors": ([("submission.returned", "*")], State.RETURNED),
    "withdraw": ([("submission.withdrawn", "*")], State.WITHDRAWN),
    "add_reference": ([("artifact.added", "*")], State.DRAFT),
    "add_file": ([("artifact.added", "*")], State.DRAFT),
    "remove_artifact": ([("artifact.removed", "*")], State.DRAFT),
    "save_answers": ([], State.DRAFT),
    "add_proof": ([("proof.added", "*")], State.DRAFT),
    "remove_proof": ([("proof.removed", "*")], State.DRAFT),
    "give_evidence": ([("evidence.given", "*")], State.IN_REVIEW),
    "waive_evidence": ([("evidence.waived", "*")], State.IN_REVIEW),
    "clear_hold": ([("hold.cleared", "*")], State.DELIBERATION),
    "declare_conflict": ([("conflict.declared", "*")], State.IN_REVIEW),
    "declare_for_another": ([("conflict.declared_for", "*")], State.IN_REVIEW),
    "name_somebody": ([("conflict.named", "*"), ("conflict.suspected", log.SYSTEM)], State.IN_REVIEW),
    "disown": ([("conflict.disowned", "*")], State.IN_REVIEW),
    "look_for_ties": ([("conflict.detected", log.SYSTEM)], State.IN_REVIEW),
    "settle_conflict": ([("conflict.settled", "*")], State.IN_REVIEW),
    "appoint_stand_in": ([("stand_in.appointed", "*")], State.DELIBERATION),
    "end_stand_in": ([("stand_in.ended", "*")], State.DELIBERATION),
    "offer_seat": ([("assignment.offered", "*"), ("submission.review_started", "*")], State.IN_REVIEW),
    "offer_all": (
        [("assignment.offered", "*"), ("assignment.offered", "*"), ("submission.review_started", "*")],
        State.IN_REVIEW,
    ),
    "accept_offer": ([("assignment.accepted", "*")], State.IN_REVIEW),
    "decline_offer": ([("assignment.declined", "*"), ("assignment.offered", log.SYSTEM)], State.IN_REVIEW),
    "hand_over": ([("assignment.handed_over", "*"), ("assignment.offered", "*")], State.IN_REVIEW),
    "replace_reviewer": ([("assignment.taken_back", "*"), ("assignment.offered", "*")], State.IN_REVIEW),
    "give_more_time": ([("assignment.extended", "*")], State.IN_REVIEW),
    "take_back_offer": ([("assignment.taken_back", "*")], State.IN_REVIEW),
    "save_review": ([], State.IN_REVIEW),
    "save_fields": ([], State.IN_REVIEW),
    "file_review": ([("review.filed", "*")], State.IN_REVIEW),
    "correct_review": ([("review.corrected", "*")], State.IN_REVIEW),
    "ask_authors": ([("inquiry.asked", "*")], State.IN_REVIEW),
    "answer_board": ([("inquiry.answered", "*")], State.IN_REVIEW),
    "ask_outside": ([("inquiry.put_outside", "*")], State.IN_REVIEW),
    "inform": ([("inquiry.informed", "*")], State.IN_REVIEW),
    "put_motion": ([("motion.put", "*")], State.DELIBERATION),
    "put_return": ([("motion.put", "*")], State.DELIBERATION),
    "cast_vote": ([("ballot.cast", "*")], State.DELIBERATION),
    "take_back_motion": ([("motion.taken_back", "*")], State.DELIBERATION),
    "close_lost": ([("motion.lost", "*")], State.DELIBERATION),
    "finalise_return": ([("motion.carried", "*"), ("motion.returned", "*")], State.RETURNED),
    "finalise": ([("decision.finalised", "*"), ("decision.signed", "*")], State.SIGN_OFF),
    "sign": ([("decision.completed", "*")], State.DECIDED),
    "sign_together": ([("decision.completed", "*")], State.DECIDED),
    "share_reasons": ([("letter.reasons_shared", "*")], State.SIGN_OFF),
    "send_back": ([("decision.sent_back", "*")], State.DELIBERATION),
    "look_again": ([("decision.looked_again", "*")], State.DECIDED),
    "open_stage": ([("release.stage_opened", "*")], State.DECIDED),
    "note_flag": ([("legal_flag.noted", "*")], State.DELIBERATION),
    "prove_condition": ([("condition.proof_given", "*")], State.DECIDED),
    "accept_proof": ([("condition.met", "*")], State.DECIDED),
    "refuse_proof": ([("condition.proof_refused", "*")], State.DECIDED),
    "give_away": ([("submission.transferred", "*"), ("assessment.scored_anew", log.SYSTEM)], State.SUBMITTED),
    "refer": ([("referral.sent", "*")], State.IN_REVIEW),
    "record_answer": ([("referral.answered", "*")], State.DELIBERATION),
    "take_back_referral": ([("referral.taken_back", "*")], State.IN_REVIEW),
    "write_message": ([("comment.written", "*")], State.DELIBERATION),
    "reply_to_message": ([("comment.written", "*")], State.DELIBERATION),
    "take_back_message": ([("comment.withdrawn", "*")], State.DELIBERATION),
    "propose_tier": ([("assessment.tier_proposed", "*")], State.IN_REVIEW),
    "confirm_tier": ([("assessment.overridden", "*")], State.DELIBERATION),
    "refuse_tier": ([("assessment.tier_refused", "*")], State.DELIBERATION),
    "take_back_tier": ([("assessment.tier_taken_back", "*")], State.IN_REVIEW),
    "ask_amendment": ([("reopening.asked", "*")], State.DECIDED),
    "ask_to_go_on": ([("reopening.asked", "*")], State.WITHDRAWN),
    "ask_re_review": ([("re_review.asked", "*")], State.DECIDED),
    "grant_amendment": ([("submission.reopened", "*")], State.RETURNED),
    "grant_to_go_on": ([("submission.reopened", "*")], State.RETURNED),
    "grant_re_review": ([("submission.reopened", "*")], State.RETURNED),
    "refuse_amendment": ([("reopening.refused", "*")], State.DECIDED),
    "refuse_re_review": ([("re_review.refused", "*")], State.DECIDED),
    "take_back_amendment": ([("reopening.taken_back", "*")], State.DECIDED),
    "take_back_re_review": ([("re_review.taken_back", "*")], State.DECIDED),
    "find_sample": ([("sample.found", "*")], State.DECIDED),
    "place_restriction": ([("restriction.placed", "*")], State.DECIDED),
    "vote_on_restriction": ([("restriction.voted", "*")], State.DECIDED),
    "ask_lift": ([("restriction.lift_asked", "*")], State.DECIDED),
    "answer_lift": ([("restriction.lifted", "*")], State.DECIDED),
    "file_appeal": ([("appeal.filed", "*")], State.DECIDED),
    "appoint_judge": ([("appeal.judge_appointed", "*")], State.DECIDED),
    # Two of three uphold it, which nobody can change any more: the case is opened again.
    "judge_appeal": (
        [("appeal.judged", "*"), ("appeal.upheld", log.SYSTEM), ("submission.reopened", "*")],
        State.RETURNED,
    ),
    "withdraw_appeal": ([("appeal.withdrawn", "*")], State.DECIDED),
}
RUNNERS = ["Coordinator", "Chair", "Deputy"]
ALL_VOTERS = [f"Member {n}" for n in range(5)] + ["External 0", "External 1"]
# Who is written to, and about what.
TELLS: dict[str, set[tuple[str, str]]] = {
    "submit": {("submission.received", "Author One"), ("submission.arrived", "Coordinator")},
    "return_to_authors": {
        ("submission.returned", "Author One"),
        ("assignment.lapsed", "Reviewer 0"),
        ("assignment.lapsed", "Reviewer 1"),
    },
    "withdraw": {
        ("submission.withdrawn", "Coordinator"),
        ("submission.withdrawn", "Reviewer 0"),
        ("submission.withdrawn", "Reviewer 1"),
    },
    "write_message": {("comment.mentioned", "Member 1")},
    # The coordinator, and whoever of the board wrote in the thread.
    "reply_to_message": {("comment.from_authors", "Coordinator"), ("comment.from_authors", "Member 0")},
    "propose_tier": {("assessment.tier_proposed", "Deputy")},
    "confirm_tier": {("assessment.overridden", "Coordinator"), ("assessment.overridden", "Chair")},
    "refuse_tier": {("assessment.tier_refused", "Chair")},
    "give_evidence": {("evidence.given", "Coordinator")},
    "waive_evidence": {("evidence.waived", "Author One")},
    "clear_hold": {("hold.cleared", "Coordinator"), ("hold.cleared", "Chair")},
    "declare_conflict": {("conflict.declared", "Coordinator")},
    "declare_for_another": {("conflict.declared", "Coordinator")},
    # What the policy leaves to the chair is for the chair to settle.
    "name_somebody": {("conflict.to_settle", "Chair")},
    "disown": {("conflict.to_settle", "Coordinator")},
    "look_for_ties": {("conflict.detected", "Coordinator")},
    "appoint_stand_in": {("stand_in.appointed", "Expert")},
    "offer_seat": {("assignment.offered", "Reviewer 0")},
    "offer_all": {("assignment.offered", "Reviewer 0"), ("assignment.offered", "Reviewer 1")},
    "accept_offer": {("assignment.answered", "Coordinator")},
    "decline_offer": {("assignment.passed_on", "Coordinator"), ("assignment.offered", "Reviewer 1")},
    "hand_over": {("assignment.passed_on", "Coordinator"), ("assignment.offered", "Reviewer 2")},
    "replace_reviewer": {("assignment.taken_back", "Reviewer 0"), ("assignment.offered", "Reviewer 2")},
    "give_more_time": {("assignment.extended", "Reviewer 0")},
    "take_back_offer": {("assignment.taken_back", "Reviewer 0")},
    "file_review": {("review.filed", "Coordinator")},
    "correct_review": {("review.corrected", "Coordinator")},
    "ask_authors": {("inquiry.asked", "Author One")},
    "answer_board": {("inquiry.answered", "Coordinator")},
    "ask_outside": {("inquiry.asked_outside", "Reviewer 1")},
    "inform": {("inquiry.informed", "Coordinator")},
    "put_motion": {("motion.put", name) for name in ALL_VOTERS},
    "put_return": {("motion.put", name) for name in ALL_VOTERS},
    "close_lost": {("motion.closed", "Coordinator"), ("motion.closed", "Member 4")},
    "finalise_return": {("submission.returned", "Author One")},
    "finalise": {
        ("motion.closed", "Coordinator"),
        ("motion.closed", "Member 4"),
        ("decision.awaits_signature", "Head of research"),
    },
    "sign": {("letter.ready", "Author One"), ("decision.recorded", "Coordinator")},
    "sign_together": {("letter.ready", "Author One"), ("decision.recorded", "Coordinator")},
    "send_back": {("decision.sent_back", "Chair"), ("decision.sent_back", "Coordinator")},
    "open_stage": {("release.stage_opened", "Author One")},
    "prove_condition": {("condition.proof_given", "Coordinator")},
    "accept_proof": {("condition.proof_accepted", "Author One")},
    "refuse_proof": {("condition.proof_refused", "Author One")},
    # The coordinator who is told is the one of the other committee.
    "give_away": {
        ("submission.transferred", "Author One"),
        ("submission.taken_over", "Coordinator"),
        ("assignment.taken_back", "Reviewer 0"),
        ("assignment.taken_back", "Reviewer 1"),
    },
    "refer": {("referral.sent", "Author One")},
    "record_answer": {("referral.answered", "Author One"), ("referral.answered", "Coordinator")},
    "ask_amendment": {("reopening.asked", name) for name in RUNNERS},
    "ask_to_go_on": {("reopening.asked", name) for name in RUNNERS},
    # Without a deliberation no voting member sees the case.
    "ask_re_review": {("reopening.asked", "Chair"), ("reopening.asked", "Deputy")},
    "grant_amendment": {("reopening.granted", "Author One"), ("reopening.opened", "Chair")},
    "grant_to_go_on": {("reopening.granted", "Author One"), ("reopening.opened", "Chair")},
    "grant_re_review": {("reopening.granted", "Author One"), ("reopening.opened", "Coordinator")},
    "refuse_amendment": {("reopening.refused", "Author One")},
    "refuse_re_review": {("reopening.refused", "Coordinator")},
}
TELLS |= {
    # Authors, those who run the committee and leadership; who can ratify it is asked.
    "place_restriction": {("restriction.to_ratify", name) for name in ALL_VOTERS}
    | {("restriction.placed", name) for name in ("Author One", "Deputy", "Coordinator", "Leader")},
    "file_appeal": {
        ("appeal.filed", "Chair"),
        ("appeal.filed", "Coordinator"),
        ("appeal.to_appoint", "Head of research"),
    },
    "appoint_judge": {("appeal.to_hear", "Judge")},
    "judge_appeal": {
        ("appeal.decided", name) for name in ("Author One", "Chair", "Coordinator", "Judge 0", "Judge 1", "Judge 2")
    }
    | {("reopening.granted", "Author One"), ("reopening.opened", "Chair"), ("reopening.opened", "Coordinator")},
    "withdraw_appeal": {("appeal.withdrawn", "Chair"), ("appeal.withdrawn", "Coordinator")},
    "ask_lift": {("restriction.lift_asked", name) for name in (*ALL_VOTERS, "Deputy", "Coordinator")},
    "answer_lift": {("restriction.ended", name) for name in ("Author One", "Chair", "Deputy", "Coordinator", "Leader")},
}
VERSIONED = [
    "describe", "submit", "split_case", "return_to_authors", "withdraw", "save_answers", "give_evidence", "offer_seat",
    "give_more_time", "save_review", "file_review", "correct_review",
    "put_motion", "put_return", "finalise_return", "finalise", "sign",
    "sign_together", "share_reasons", "send_back", "prove_condition", "give_away",
    "ask_amendment", "ask_to_go_on", "ask_re_review", "grant_amendment", "grant_re_review", "refuse_amendment",
]  # fmt: skip


@pytest.fixture(params=list(SCENES))
def name(request: pytest.FixtureRequest) -> str:
    """The name of each action."""
    return str(request.param)


def test_every_scene_has_a_row_in_every_table() -> None:
    assert set(MAY) == set(LEAVES) == set(SCENES)
    assert set(TELLS) <= set(SCENES)
    assert set(VERSIONED) <= set(SCENES)


def test_action_leaves_its_events_its_state_and_its_mails(name: str) -> None:
    scene = SCENES[name]()
    before = scene.case.again()
    with watch(scene.case) as seen:
        scene.act()
    after = scene.case.again()
    who = scene.person(scene.by).display_name
    events, state = LEAVES[name]
    assert seen.events == [(event, who if actor == "*" else actor) for event, actor in events]
    assert after.state == state
    assert seen.mails == TELLS.get(name, set())
    assert len(seen.moved) == after.version - before.version
    if seen.moved:
        assert (seen.moved[0][0], seen.moved[-1][1]) == (before.state, after.state)
        assert after.state_entered_at == scene.case.now
    else:
        assert (before.state, before.state_entered_at) == (after.state, after.state_entered_at)


def test_action_belongs_to_these_people_and_to_nobody_else(name: str) -> None:
    scene = SCENES[name]()
    add_outsiders(scene)
    allowed = set(MAY[name].split(", "))
    assert scene.by in allowed
    before = everything()
    refused = {who for who, person in scene.cast.items() if is_denied(scene, person)}
    assert set(scene.cast) - refused == allowed & set(scene.cast)
    if allowed == {scene.by}:
        assert everything() == before


def is_denied(scene: Scene, person: User) -> bool:
    """Whether this person is refused as the wrong one. What somebody else achieves is undone again."""
    try:
        with undone():
            scene.act(by=person)
    except Denied:
        return True
    return False


class Broken(Exception):
    """The database going away after the last write."""


def broken_after(real: Callable[..., None]) -> Callable[..., None]:
    def write(*args: Any, **facts: Any) -> None:
        real(*args, **facts)
        raise Broken

    return write


def test_action_that_breaks_after_its_event_leaves_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = SCENES[name]()
    if not LEAVES[name][0]:
        return
    before = everything()
    for door in ("record", "record_all"):
        monkeypatch.setattr(log, door, broken_after(getattr(log, door)))
    with pytest.raises(Broken):
        scene.act()
    assert everything() == before


def test_action_that_cannot_write_its_mail_leaves_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = SCENES[name]()
    if name not in TELLS:
        return

    def enqueue(*args: Any, **facts: Any) -> bool:
        raise Broken

    before = everything()
    monkeypatch.setattr("notifications.outbox.enqueue", enqueue)
    monkeypatch.setattr("notifications.outbox.enqueue_all", enqueue)
    with pytest.raises(Broken):
        scene.act()
    assert everything() == before


@pytest.mark.parametrize("versioned", VERSIONED)
@pytest.mark.parametrize("off", [-1, 1])
def test_form_shown_before_a_change_is_stale(versioned: str, off: int) -> None:
    scene = SCENES[versioned]()
    own = {"describe": 0, "split_case": 1, "give_evidence": 0, "save_answers": 1, "save_review": 0, "file_review": 0,
           "correct_review": 1, "give_more_time": 10, "prove_condition": 0, "share_reasons": 0}  # fmt: skip
    version = own.get(versioned, scene.case.version)
    before = everything()
    with pytest.raises(Stale):
        scene.act(version=version + off)
    assert everything() == before


def test_action_twice_is_refused_or_harmless(name: str) -> None:
    scene = SCENES[name]()
    scene.act()
    moved = scene.case.again().version
    again = {"describe", "save_answers", "give_evidence", "cast_vote", "ask_authors", "save_review", "save_fields",
             "refer", "ask_outside", "look_for_ties", "vote_on_restriction"}  # fmt: skip
    if name in again:
        return
    before = everything()
    with pytest.raises(Refused):
        scene.act()
    assert everything() == before
    assert scene.case.again().version == moved


def test_withdrawn_case_takes_no_more(name: str) -> None:
    scene = SCENES[name]()
    case = scene.case
    if case.again().state in TERMINAL:
        return
    submission.withdraw(submission=case.submission, version=case.version, by=case.author, now=case.later())
    # One steps aside from whatever one sees; an answer that comes late is written down all the same.
    if name in ("declare_conflict", "record_answer", "take_back_referral"):
        return
    before = everything()
    with pytest.raises(NotNow):
        scene.act()
    assert everything() == before


def test_authors_of_the_case_do_nothing_of_the_board(name: str) -> None:
    """Somebody who holds every role and is an author too acts as an author and in no other way."""
    scene = SCENES[name]()
    made = scene.case.board
    person = UserFactory(display_name="Author Two")
    for role in CommitteeRole:
        appoint(committee=made.committee, user=person, role=role, by=made.administrator, now=scene.case.now)
    Contributor.objects.create(submission=scene.case.submission, user=person, name="Author Two", order=9)
    assert is_author(person, scene.case.submission)
    assert is_denied(scene, person) is {"author", "contributor"}.isdisjoint(MAY[name].split(", "))


def test_action_after_the_clock_was_set_back_leaves_the_same(name: str) -> None:
    """An hour before the last thing that happened: moments are written down, they are no condition."""
    scene = SCENES[name]()
    with watch(scene.case) as seen:
        scene.act(now=scene.case.now - timedelta(hours=1))
    who = scene.person(scene.by).display_name
    events, state = LEAVES[name]
    assert seen.events == [(event, who if actor == "*" else actor) for event, actor in events]
    assert scene.case.again().state == state
    assert seen.mails == TELLS.get(name, set())
