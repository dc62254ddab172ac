"""A declared conflict works at once: seat, sight, mail, votes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import User
from reviews.access.submission import can_view, sight
from reviews.actions import assignment, conflict, motion, reminder
from reviews.models import Assignment, Conflict, Submission
from reviews.queries import motion as board
from reviews.rules.errors import Denied, RuleBroken
from reviews.rules.states import AssignmentStatus, State, Vote
from reviews.rules.visibility import Sight
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.actions.scenes import SCENES, mails, open_ballot, watch

pytestmark = pytest.mark.django_db


def declare(case: Case, person: object, kind: str = "personal") -> Conflict:
    return conflict.declare(submission=case.submission, type_key=kind, by=person, now=case.later())


@pytest.mark.parametrize("kind", ["", "envy", "Personal"])
def test_unknown_type(kind: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        SCENES["declare_conflict"]().act(type_key=kind)
    assert (refused.value.code, refused.value.field) == ("type", "type_key")


@pytest.mark.parametrize("status", ["offered", "accepted", "done"])
def test_seat_is_given_up_whatever_its_state(status: str) -> None:
    case = cases.submit(cases.draft())
    row = cases.offer(case, case.board.reviewers[0])
    if status != "offered":
        made = cases.accept(case, row)
    if status == "done":
        cases.file_review(case, made)
    declare(case, row.reviewer)
    row.refresh_from_db()
    assert (row.status, row.done_at) == (AssignmentStatus.RECUSED, None)


def test_what_a_decision_rested_on_is_left_as_it_was() -> None:
    case = cases.submission_in(State.DECIDED)
    row = case.submission.assignments.filter(status=AssignmentStatus.DONE)[0]
    declare(case, row.reviewer)
    before = row.done_at
    row.refresh_from_db()
    assert (row.status, row.done_at, row.ended_at) == (AssignmentStatus.DONE, before, None)
    assert sight(row.reviewer, case.submission) == Sight()


def test_everything_disappears_at_once() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    person = case.board.reviewers[0]
    assert can_view(person, case.submission)
    declare(case, person)
    assert sight(person, case.submission) == Sight()
    assert not Submission.objects.visible_to(person).exists()


def test_queued_mail_is_taken_back() -> None:
    case = cases.submit(cases.draft())
    row = cases.offer(case, case.board.reviewers[0])
    other = cases.offer(case, case.board.reviewers[1])
    declare(case, row.reviewer)
    assert ("assignment.offered", "Reviewer 0") in mails(case, "cancelled")
    assert [name for _, name in mails(case) if name.startswith("Reviewer")] == ["Reviewer 1"]
    assert other.status == AssignmentStatus.OFFERED


def asked_and_reminded() -> tuple[Case, User]:
    case = cases.submit(cases.draft())
    row = cases.offer(case, case.board.reviewers[0])
    reminder.enqueue_due(submission=case.submission, now=case.now + timedelta(days=1))
    return case, row.reviewer


def about_to_vote() -> tuple[Case, User]:
    case, _ = open_ballot()
    return case, case.board.voters[3]


def about_to_sign() -> tuple[Case, User]:
    case = cases.submission_in(State.DELIBERATION)
    cases.clear_holds(case)
    put = cases.put(case)
    cases.vote(case, put)
    cases.finalise(case, put)
    return case, case.board.officers["head_of_research"]


def coordinating() -> tuple[Case, User]:
    case = cases.submission_in(State.IN_REVIEW)
    return case, case.board.coordinator


@pytest.mark.parametrize("made", [asked_and_reminded, about_to_vote, about_to_sign, coordinating])
@pytest.mark.parametrize("how", ["declared", "settled", "found"])
def test_whatever_is_queued_for_them_about_the_case_is_taken_back_and_nothing_else(
    made: Callable[[], tuple[Case, User]], how: str
) -> None:
    case, person = made()
    name = person.display_name
    before = mails(case)
    theirs = [mail for mail in before if mail[1] == name]
    assert theirs != []
    if how == "declared":
        declare(case, person)
    elif how == "settled":
        cases.settle(case, cases.suspect(case, person), "stands", by=case.board.deputy)
    else:
        User.objects.filter(pk=person.pk).update(unit=case.author.unit)
        conflict.search(submission=case.submission, by=case.board.deputy, now=case.later())
    after = mails(case)
    assert [mail for mail in after if mail[1] == name] == []
    assert set(theirs) <= set(mails(case, "cancelled"))
    assert [mail for mail in before if mail[1] != name] == [mail for mail in after if mail in before]


def test_mail_of_other_cases_stays() -> None:
    case = cases.submit(cases.draft())
    other = cases.submit(cases.draft(case.board, author=case.author, label="Second"))
    for one in (case, other):
        cases.offer(one, case.board.reviewers[0])
    declare(case, case.board.reviewers[0])
    assert ("assignment.offered", "Reviewer 0") in mails(other)


def test_person_with_a_conflict_is_not_assigned() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    declare(case, case.board.reviewers[0])
    with pytest.raises(RuleBroken) as refused:
        cases.offer(case, case.board.reviewers[0])
    assert (refused.value.code, refused.value.field) == ("conflict", "reviewer")


def test_nobody_declares_what_they_cannot_see() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    for person in (case.board.members[0], case.board.reviewers[4], case.board.officers["legal_officer"]):
        with pytest.raises(Denied) as refused:
            declare(case, person)
        assert refused.value.code == "invisible"


def test_author_need_not_declare() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    with pytest.raises(Denied) as refused:
        declare(case, case.author)
    assert refused.value.code == "author"


def test_recusal_after_voting_takes_the_vote_and_recomputes_the_quorum() -> None:
    case, made = open_ballot()
    cases.vote(case, made, case.board.voters[:4])
    before = board.tally(made, case.submission, now=case.now)
    assert (before.eligible, before.present, before.quorum_needed, before.carried) == (7, 4, 4, True)
    declare(case, case.board.voters[3])
    after = board.tally(made, case.submission, now=case.now)
    assert (after.eligible, after.present, after.quorum_needed, after.carried) == (6, 3, 4, False)
    with pytest.raises(RuleBroken) as refused:
        cases.finalise(case, made)
    assert refused.value.code == "not_carried"


def test_member_with_a_conflict_neither_votes_nor_moves() -> None:
    case, made = open_ballot()
    person = case.board.members[0]
    declare(case, person)
    with pytest.raises(Denied):
        motion.cast(motion=made, vote=Vote.FOR, by=person, now=case.later())


def test_decision_keeps_who_was_set_aside_and_why() -> None:
    case, made = open_ballot()
    declare(case, case.board.members[0], "financial")
    cases.vote(case, made, case.board.voters[1:])
    found = cases.finalise(case, made)
    assert found.board["excluded"] == [{"person": case.board.members[0].public_id, "why": "financial"}]
    assert case.board.members[0].public_id not in found.board["voters"]
    assert len(made.board["voters"]) == 7


def test_coordinator_with_a_conflict_is_replaced_by_the_deputy() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    with watch(case) as seen:
        declare(case, case.board.coordinator)
    assert seen.mails == {("conflict.declared", "Deputy")}
    with pytest.raises(Denied):
        cases.offer(case, case.board.reviewers[3])
    made = assignment.offer(
        submission=case.submission, reviewer=case.board.reviewers[3], review_days=5, version=case.version,
        by=case.board.deputy, now=case.later(),
    )  # fmt: skip
    assert made.offered_by == case.board.deputy


def test_last_reviewer_who_steps_aside_lets_the_others_reviews_move_the_case() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    third = cases.accept(case, cases.offer(case, case.board.reviewers[2]))
    cases.settle_evidence(case)
    for row in Assignment.objects.filter(status="accepted").exclude(pk=third.assignment_id):
        cases.file_review(case, row.review)
    assert case.again().state == State.IN_REVIEW
    with watch(case) as seen:
        declare(case, case.board.reviewers[2])
    assert seen.events == [
        ("conflict.declared", "Reviewer 2"), ("assessment.reviewed", "system"), ("submission.recommended", "system"),
    ]  # fmt: skip


def test_reviewer_who_steps_aside_is_missed_until_somebody_else_reviews() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    cases.settle_evidence(case)
    rows = list(Assignment.objects.order_by("pk"))
    cases.file_review(case, rows[0].review)
    declare(case, case.board.reviewers[0])
    cases.file_review(case, rows[1].review)
    assert case.again().state == State.IN_REVIEW
    cases.file_review(case, cases.accept(case, cases.offer(case, case.board.reviewers[2])))
    assert case.again().state == State.SIGN_OFF
