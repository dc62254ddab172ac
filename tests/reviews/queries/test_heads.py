"""Many heads at once say the same as one head alone, and many boards the same as ``access``."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from reviews.access import motion as motion_access
from reviews.access.committee import acts_as, voters
from reviews.access.submission import sight, sights
from reviews.actions import artifact, assignment, conflict, questionnaire, release
from reviews.models import Stage, Submission
from reviews.queries import heads, work
from reviews.queries import release as releases
from reviews.queries.head import Head
from reviews.rules.states import CommitteeRole, Outcome, State
from reviews.rules.workflow import Owner
from tests.factories import cases
from tests.factories.committee import Board, board

pytestmark = pytest.mark.django_db


def everything(made: Board) -> list[cases.Case]:
    """One case in each state, and a tier-3 one that was decided."""
    found = [cases.submission_in(state, made=made, label=f"Case {state}") for state in State]
    return [*found, cases.submission_in(State.DECIDED, made=made, tier=3, label="Withheld")]


def facts(head: Head) -> dict[str, object]:
    """Everything that a list or a docket prints."""
    return {
        "tier": head.tier and head.tier.tier,
        "working": head.working and head.working.tier,
        "short": (head.reviewers_short, head.short_since),
        "owner": head.owner,
        "turn_due": head.turn_due,
        "decision_due": head.decision_due,
        "days_used": head.days_used,
        "filed": head.filed,
        "needed": head.reviewers_needed,
        "evidence": [row.pk for row in head.open_evidence],
        "holds": [row.pk for row in head.holds],
        "motion": head.open_motion and head.open_motion.pk,
        "decision": head.decision and head.decision.pk,
        "unsettled": head.is_unsettled,
        "plans": [plan.pk for plan in head.plans],
        "parts": [part.pk for part in head.parts],
        "paused": head.is_paused,
    }


def test_head_of_a_list_equals_the_head_of_a_page() -> None:
    made = board()
    now = max(case.now for case in everything(made))
    many = heads.build(list(heads.with_rows(Submission.objects.order_by("pk"))), now)
    single = [Head(case, now) for case in Submission.objects.order_by("pk")]

    assert [facts(head) for head in many] == [facts(head) for head in single]


def test_a_case_that_people_returned_keeps_its_people_whatever_its_answers_say_now() -> None:
    case = cases.submission_in(State.RETURNED, made=board(reviewers=1))
    seen = case.again().revision.response.version
    questionnaire.save_answers(
        submission=case.submission, answers=cases.answers_for(0), cleared=frozenset(), version=seen, by=case.author,
        now=case.later(),
    )  # fmt: skip
    model = case.again().revision.artifacts.get(part="model")
    artifact.remove(artifact=model, by=case.author, now=case.later())
    cases.submit(case)
    head = Head(case.submission, case.now)
    (row,) = heads.build(list(heads.with_rows(Submission.objects.all())), case.now)

    assert (head.tier and head.tier.tier, head.working and head.working.tier) == (0, 1)
    assert facts(row) == facts(head)
    assert (case.submission.state, head.reviewers_short, head.owner) == (State.SUBMITTED, 1, Owner.COORDINATOR)
    offer = cases.offer(case, case.board.reviewers[0])
    assignment.decline(assignment=offer, reason="Away.", by=offer.reviewer, now=case.later())
    after = Head(case.again(), case.now)
    assert (after.state, after.reviewers_short, after.short_since) == (State.IN_REVIEW, 1, case.now)
    assert [duty.kind for duty in work.of(case.board.coordinator, now=case.now).duties] == ["assign_reviewers"]


def test_filled_head_asks_nothing_more(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    made = board()
    now = max(case.now for case in everything(made))
    many = heads.build(list(heads.with_rows(Submission.objects.order_by("pk"))), now)

    with django_assert_num_queries(0):
        assert len([facts(head) for head in many]) == len(State) + 1
        assert [heads.stage_open(head) for head in many if head.plans] == []


def test_boards_say_the_same_as_access() -> None:
    made = board()
    case = cases.submission_in(State.DELIBERATION, made=made)
    cases.draft(made, author=made.coordinator, label="Own")
    conflict.declare(submission=case.submission, type_key="financial", by=made.chair, now=case.later())
    people = [made.chair, made.deputy, made.coordinator, case.author, *made.voters, *made.reviewers]
    people += made.officers.values()
    rows = list(heads.with_rows(Submission.objects.order_by("pk")))
    shared = heads.boards(rows)

    for row in rows:
        assert shared.voters(row) == {person.pk for person in voters(row)}
        for role in CommitteeRole:
            for without in (frozenset(), frozenset({made.deputy.pk})):
                said = {person.pk for person in people if shared.acts(person.pk, role, row, without=without)}
                assert said == {person.pk for person in people if acts_as(person, row, role, without=without)}


def test_those_behind_a_motion_are_the_same_as_in_access() -> None:
    made = board()
    moved = cases.submission_in(State.DELIBERATION, made=made, label="Moved")
    cases.put(moved)
    cases.submission_in(State.SIGN_OFF, made=made, tier=2, label="Recommended")
    found = []
    for head in heads.build(list(heads.with_rows(Submission.objects.order_by("pk"))), moved.now):
        motion = head.open_motion or (head.decision and head.decision.motion)
        assert motion is not None
        found.append((heads.behind(head, motion), motion_access.behind(motion)))

    assert [ours for ours, _theirs in found] == [theirs for _ours, theirs in found]
    assert [len(ours) for ours, _theirs in found] == [1, 2]


def test_sights_of_many_are_the_sights_of_each() -> None:
    made = board()
    everything(made)
    rows = list(Submission.objects.order_by("pk"))

    for person in [made.chair, made.voters[0], made.reviewers[0], made.leader, made.auditor, rows[0].created_by]:
        assert person is not None
        assert sights(person, rows) == {row.pk: sight(person, row) for row in rows}
    assert sights(made.chair, []) == {}


def test_stage_may_open_is_what_the_release_page_says() -> None:
    from dataclasses import replace
    from datetime import timedelta

    case = cases.submit(cases.draft(tier=2))
    full = cases.findings(case)
    text = replace(full, verdict={**full.verdict, "model": (str(Outcome.STAGED), "vetted_api")})
    for made in cases.seat_reviewers(case):
        cases.file_review(case, made, text)
    cases.settle_evidence(case)
    cases.sign_all(case)
    first, second = Stage.objects.filter(plan__part="model").order_by("order")

    def both(stage: Stage) -> tuple[bool, bool]:
        (head,) = heads.build(list(heads.with_rows(Submission.objects.all())), case.now)
        shut = releases.shut_now(stage.plan, stage.order, case.again(), now=case.now)
        return releases.may_open(head), not shut

    assert both(first) == (True, True)
    release.open_stage(stage=first, again_confirmed=True, by=case.board.coordinator, now=case.later())
    assert both(second) == (False, False)
    case.now += timedelta(days=30)
    assert both(second) == (True, True)
    case.now += timedelta(days=500)
    assert both(second) == (False, False)
