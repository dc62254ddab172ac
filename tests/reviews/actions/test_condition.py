"""Proving conditions and answering the proofs: who may, what is kept, and what a second person is for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from accounts.models import User
from reviews.actions import condition
from reviews.actions.motion import Term
from reviews.models import Condition, ConditionProof, Contributor, MotionCondition, blobs
from reviews.rules.errors import Denied, NotNow, RuleBroken, Stale
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.people import UserFactory
from tests.reviews.actions.scenes import SCENES, Scene, decided, put_motion, undone

pytestmark = pytest.mark.django_db


def in_force(scene: Scene, *conditions: Term) -> tuple[Case, list[Condition]]:
    """A decision in force under these conditions."""
    cases.clear_holds(scene.case)
    case, made = scene.case, scene.act(conditions=list(conditions))
    cases.vote(case, made)
    cases.finalise(case, made)
    return case, list(cases.sign_all(case).conditions.order_by("order"))


def code(call: object, *args: object, **facts: object) -> str:
    with pytest.raises((Denied, NotNow, RuleBroken, Stale)) as refused:
        call(*args, **facts)  # type: ignore[operator]
    return refused.value.code


def test_decision_keeps_what_the_motion_asks_for() -> None:
    scene = put_motion()
    author = scene.case.author
    case, (first, second) = in_force(
        scene,
        Term("Read it back.", date(2026, 9, 1), author, "paper", "redacted_preprint", " A signed statement. "),
        Term("Keep a log."),
    )
    wanted = ("order", "text", "due_date", "owner", "before_part", "before_rung", "evidence")
    kept = Condition.objects.filter(decision__submission=case.submission).values_list(*wanted)
    assert list(kept) == list(MotionCondition.objects.filter(motion=first.decision.motion).values_list(*wanted))
    assert list(kept) == [
        (1, "Read it back.", date(2026, 9, 1), author.pk, "paper", "redacted_preprint", "A signed statement."),
        (2, "Keep a log.", None, None, "", "", ""),
    ]
    assert second.owner is None


@pytest.mark.parametrize(
    ("term", "found"),
    [
        (Term("Do it.", date(2026, 1, 1)), ("condition_due", "_due")),
        (Term("Do it.", part="paper", rung="full_text"), ("condition_before", "_before")),
        (Term("Do it.", part="paper", rung="moon"), ("condition_before", "_before")),
        (Term("Do it.", part="paper", rung="shared_agreement"), None),
        (Term(" ", date(2026, 1, 1)), None),
    ],
)
def test_motion_takes_only_conditions_that_can_be_kept(term: Term, found: tuple[str, str] | None) -> None:
    scene = put_motion()
    if found is None:
        scene.act(conditions=[term])
        return
    with pytest.raises(RuleBroken) as refused:
        scene.act(conditions=[term])
    assert (refused.value.code, refused.value.field) == found


def test_owner_is_an_author_or_runs_the_case() -> None:
    scene = put_motion()
    board = scene.case.board
    may = {board.coordinator, board.chair, board.deputy, scene.case.author}
    everybody = {*may, *board.voters, *board.reviewers, board.leader, board.auditor, board.administrator}
    assert {person for person in everybody if refusal(scene, person) == ""} == may
    cases.declare(scene.case, board.chair)
    assert refusal(scene, board.chair) == "condition_owner"


def refusal(scene: Scene, owner: User | None) -> str:
    """The code with which a condition of this owner is refused; empty where it is taken, and undone again."""
    try:
        with undone():
            scene.act(conditions=[Term("Do it.", owner=owner)])
    except RuleBroken as refused:
        return refused.code
    return ""


def test_withheld_part_has_no_stage_that_could_wait() -> None:
    case = put_motion().case
    with pytest.raises(RuleBroken) as refused:
        cases.put(case, conditions=(Term("Do it.", part="paper", rung="shared_agreement"),))
    assert refused.value.code == "condition_before"


def test_every_proof_and_answer_stays() -> None:
    case, found = decided()
    row = found.conditions.get(order=1)
    first = cases.refuse_proof(case, cases.prove_condition(case, row, text="It is done."))
    blob = blobs.receive([b"the audit"], limit_bytes=100)
    second = cases.accept_proof(case, cases.prove_condition(case, row, text="", blob=blob))
    row.refresh_from_db()
    assert (row.met_at, row.met_by) == (second.answered_at, case.board.coordinator)
    assert [
        (one.number, one.text, one.file_name, one.sha256, one.given_by, one.answered_by, one.refusal, one.is_accepted)
        for one in ConditionProof.objects.order_by("number")
    ] == [
        (1, "It is done.", "", "", case.author, case.board.coordinator, "The date is missing.", False),
        (2, "", "shown.txt", blob.sha256, case.author, case.board.coordinator, "", True),
    ]
    assert first.answered_at < second.given_at


def test_proof_needs_content() -> None:
    scene = SCENES["prove_condition"]()
    with pytest.raises(RuleBroken) as refused:
        scene.act(text=" ")
    assert (refused.value.code, refused.value.field) == ("empty", "text")


def test_refusal_needs_its_reason() -> None:
    with pytest.raises(RuleBroken) as refused:
        SCENES["refuse_proof"]().act(reason=" ")
    assert (refused.value.code, refused.value.field) == ("reason", "reason")


def test_one_proof_waits_at_a_time_and_none_follows_the_one_that_met_it() -> None:
    scene = SCENES["prove_condition"]()
    proof = scene.act()
    assert code(scene.act) == "waits"
    assert code(scene.act, version=0) == "stale"
    cases.accept_proof(scene.case, proof)
    assert code(scene.act) == "met"
    assert code(cases.refuse_proof, scene.case, proof) == "answered"


def test_owner_of_the_board_proves_and_somebody_else_answers() -> None:
    scene = put_motion()
    board = scene.case.board
    case, (row,) = in_force(scene, Term("Tell the authority.", owner=board.coordinator))
    assert code(cases.prove_condition, case, row) == "not_owed"
    proof = cases.prove_condition(case, row, by=board.coordinator)
    assert code(cases.accept_proof, case, proof) == "own_condition"
    cases.accept_proof(case, proof, by=board.deputy)
    row.refresh_from_db()
    assert row.met_by == board.deputy


def test_owner_among_the_authors_alone_proves() -> None:
    scene = put_motion()
    other = UserFactory(display_name="Author Two")
    Contributor.objects.create(submission=scene.case.submission, user=other, name="Author Two", order=2)
    case, (row, shared) = in_force(scene, Term("Show it.", owner=other), Term("Both owe this."))
    assert code(cases.prove_condition, case, row) == "not_owed"
    cases.prove_condition(case, row, by=other)
    cases.prove_condition(case, shared, by=other)


def test_condition_of_a_decision_that_is_not_in_force_is_not_proven() -> None:
    scene = SCENES["sign"]()
    row = scene.thing.conditions.first()
    assert code(cases.prove_condition, scene.case, row) == "not_in_force"


def test_condition_of_a_decision_that_another_took_the_place_of_is_not_followed() -> None:
    case = cases.submit(cases.draft(tier=2))
    for made in cases.seat_reviewers(case):
        cases.file_review(case, made, replace(cases.findings(case), conditions="- Keep a log."))
    cases.settle_evidence(case)
    row = cases.sign_all(case).conditions.get()
    proof = cases.prove_condition(case, row)
    cases.decided_anew(case)
    assert code(cases.prove_condition, case, row) == "superseded"
    assert code(condition.accept, proof=proof, by=case.board.coordinator, now=case.later()) == "superseded"
