"""Reviewers' seats from the offer on."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.actions import deactivate
from reviews.actions import assignment
from reviews.actions.committee import appoint
from reviews.models import Assignment, Review
from reviews.rules.errors import Denied, NotNow, RuleBroken
from reviews.rules.states import AssignmentStatus, CommitteeRole, State
from tests.factories import cases
from tests.reviews.actions.scenes import SCENES, mails, watch

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("days", [0, -1, 91])
def test_offer_for_so_many_days(days: int) -> None:
    with pytest.raises(RuleBroken) as refused:
        SCENES["offer_seat"]().act(review_days=days)
    assert (refused.value.code, refused.value.field) == ("days", "review_days")


@pytest.mark.parametrize("days", [1, 90])
def test_offer_at_the_limits(days: int) -> None:
    assert SCENES["offer_seat"]().act(review_days=days).review_days == days


@pytest.mark.parametrize("who", ["stranger", "member 0", "coordinator", "leader"])
def test_offer_to_somebody_who_does_not_review_here(who: str) -> None:
    scene = SCENES["offer_seat"]()
    with pytest.raises(RuleBroken) as refused:
        scene.act(reviewer=scene.person(who))
    assert (refused.value.code, refused.value.field) == ("no_reviewer", "reviewer")


def test_offer_to_an_author_who_reviews_for_the_committee() -> None:
    scene = SCENES["offer_seat"]()
    made = scene.case.board
    appoint(
        committee=made.committee, user=scene.case.author, role=CommitteeRole.REVIEWER, by=made.administrator,
        now=scene.case.now,
    )  # fmt: skip
    with pytest.raises(RuleBroken) as refused:
        scene.act(reviewer=scene.case.author)
    assert refused.value.code == "conflict"


def test_offer_to_a_deactivated_person() -> None:
    scene = SCENES["offer_seat"]()
    person = scene.person("reviewer 0")
    deactivate(user=person, by=scene.case.board.administrator, now=scene.case.now)
    person.refresh_from_db()
    with pytest.raises(RuleBroken) as refused:
        scene.act()
    assert refused.value.code == "no_reviewer"


def test_offer_twice() -> None:
    scene = SCENES["offer_seat"]()
    scene.act()
    with pytest.raises(RuleBroken) as refused:
        scene.act(version=scene.case.version)
    assert refused.value.code == "seated"


def test_second_offer_moves_nothing() -> None:
    scene = SCENES["offer_seat"]()
    scene.act()
    before = scene.case.version
    with watch(scene.case) as seen:
        scene.act(reviewer=scene.person("reviewer 1"), version=before)
    assert (seen.moved, scene.case.version) == ([], before)


@pytest.mark.parametrize("state", [s for s in State if s not in (State.SUBMITTED, State.IN_REVIEW)])
def test_offer_in_another_state(state: State) -> None:
    case = cases.submission_in(state)
    with pytest.raises(NotNow):
        cases.offer(case, case.board.reviewers[4])


def test_accept_without_the_statement() -> None:
    scene = SCENES["accept_offer"]()
    with pytest.raises(RuleBroken) as refused:
        scene.act(no_conflict=False)
    assert (refused.value.code, refused.value.field) == ("no_conflict", "no_conflict")
    assert not Review.objects.exists()


def test_accept_opens_an_empty_review_and_takes_the_offers_mail_back() -> None:
    scene = SCENES["accept_offer"]()
    row = scene.act()
    assert (row.status, row.answered_at, row.no_conflict_at) == ("accepted", scene.case.now, scene.case.now)
    assert (row.review.recommendation, row.review.confidence, row.review.filed_at) == ("", "", None)
    assert ("assignment.offered", "Reviewer 0") in mails(scene.case, "cancelled")


@pytest.mark.parametrize("first", ["accept_offer", "decline_offer"])
@pytest.mark.parametrize("second", ["accept", "decline"])
def test_answered_offer_is_closed(first: str, second: str) -> None:
    scene = SCENES[first]()
    row = scene.act()
    calls: dict[str, Any] = {
        "accept": lambda: assignment.accept(
            assignment=row, no_conflict=True, by=row.reviewer, now=scene.case.later()
        ),
        "decline": lambda: assignment.decline(assignment=row, reason="Away.", by=row.reviewer, now=scene.case.later()),
    }  # fmt: skip
    with pytest.raises(NotNow) as refused:
        calls[second]()
    assert refused.value.code == "not_open"


def test_decline_frees_the_seat() -> None:
    scene = SCENES["decline_offer"]()
    row = scene.act()
    assert (row.status, row.note, row.no_conflict_at) == ("declined", "Away.", None)
    again = cases.offer(scene.case, row.reviewer)
    assert (again.pk != row.pk, again.status) == (True, "offered")


def test_take_back_without_a_reason() -> None:
    with pytest.raises(RuleBroken) as refused:
        SCENES["take_back_offer"]().act(reason=" ")
    assert (refused.value.code, refused.value.field) == ("reason", "reason")


def test_filed_review_is_not_taken_back() -> None:
    scene = SCENES["take_back_offer"]()
    cases.file_review(scene.case, scene.thing.review)
    with pytest.raises(NotNow) as refused:
        scene.act()
    assert refused.value.code == "not_live"


def test_seat_taken_back_cannot_be_written_in() -> None:
    from reviews.actions import review

    scene = SCENES["take_back_offer"]()
    scene.act()
    with pytest.raises(NotNow) as refused:
        review.save_draft(
            review=scene.thing.review, content=cases.findings(scene.case), version=0, by=scene.thing.reviewer,
            now=scene.case.later(),
        )  # fmt: skip
    assert refused.value.code == "not_accepted"


def test_lapse_ends_an_unanswered_offer_once() -> None:
    scene = SCENES["accept_offer"]()
    with watch(scene.case) as seen:
        assert assignment.lapse(assignment=scene.thing, now=scene.case.later()) is True
        assert assignment.lapse(assignment=scene.thing, now=scene.case.later()) is False
    assert seen.events == [("assignment.lapsed", "system"), ("assignment.offered", "system")]
    asked = Assignment.objects.get(status=AssignmentStatus.OFFERED)
    assert seen.mails == {
        ("assignment.expired", "Reviewer 0"),
        ("assignment.passed_on", "Coordinator"),
        ("assignment.offered", asked.reviewer.display_name),
    }
    with pytest.raises(NotNow):
        scene.act()


def test_lapse_leaves_an_accepted_seat_alone() -> None:
    scene = SCENES["accept_offer"]()
    scene.act()
    assert assignment.lapse(assignment=scene.thing, now=scene.case.later()) is False
    assert Assignment.objects.get().status == AssignmentStatus.ACCEPTED


@pytest.mark.parametrize("way", ["decline", "take_back", "lapse"])
def test_spare_offer_that_ends_lets_finished_reviews_move_the_case(way: str) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    spare = cases.offer(case, case.board.reviewers[2])
    cases.settle_evidence(case)
    for row in Assignment.objects.filter(status="accepted"):
        cases.file_review(case, row.review)
    assert case.again().state == State.IN_REVIEW
    if way == "decline":
        assignment.decline(assignment=spare, reason="Away.", by=spare.reviewer, now=case.later())
    elif way == "take_back":
        assignment.take_back(assignment=spare, reason="Enough.", by=case.board.coordinator, now=case.later())
    else:
        assignment.lapse(assignment=spare, now=case.later())
    assert case.again().state == State.SIGN_OFF


def test_deactivated_reviewer_does_nothing_more() -> None:
    scene = SCENES["file_review"]()
    person = scene.person("reviewer 0")
    deactivate(user=person, by=scene.case.board.administrator, now=scene.case.now)
    person.refresh_from_db()
    with pytest.raises(Denied) as refused:
        scene.act()
    assert refused.value.code == "inactive"
