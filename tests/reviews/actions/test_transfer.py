"""Giving a case to another committee: what ends, what stays, and that nothing of the old one counts in the new."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from audit import log
from notifications import outbox
from reviews.access.submission import sight
from reviews.actions import assignment, decision, motion, questionnaire, review, submission, transfer
from reviews.actions.committee import appoint, dismiss
from reviews.models import (
    Assessment,
    Assignment,
    Committee,
    Conflict,
    Decision,
    Evidence,
    Hold,
    Inquiry,
    Pause,
    Review,
    Submission,
    Transfer,
)
from reviews.queries import round as rounds
from reviews.queries.head import Head
from reviews.rules.errors import Denied, NotNow, RuleBroken, Stale
from reviews.rules.progress import Next, next_step
from reviews.rules.states import AssignmentStatus, CommitteeRole, State
from reviews.rules.visibility import Level
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.factories.people import UserFactory
from tests.reviews.actions.scenes import mails

pytestmark = pytest.mark.django_db

REASON = "They know the field better."


def give_away(case: Case, target: Board, **changes: Any) -> Submission:
    facts = {
        "submission": case.submission, "target": target.committee, "reason": REASON, "version": case.version,
        "by": case.board.coordinator, "now": case.later(), **changes,
    }  # fmt: skip
    return transfer.transfer(**facts)


def assessments(case: Case) -> list[tuple[str, int]]:
    revision = case.again().revision
    return list(Assessment.objects.filter(revision=revision).order_by("pk").values_list("basis", "tier"))


def event(case: Case, wanted: str) -> dict[str, Any]:
    return next(dict(entry.data) for entry in log.events(case.submission.stream) if entry.type == wanted)


# The same policy -----------------------------------------------------------------------------------------------------


def test_case_goes_on_where_the_policy_is_the_same() -> None:
    case = cases.submission_in(State.SUBMITTED, tier=3)
    before, source, target = case.again(), case.board.committee, cases.elsewhere()
    give_away(case, target)
    after = case.again()
    assert (after.committee, after.state, after.version) == (target.committee, State.SUBMITTED, before.version + 1)
    assert (after.revision_id, after.submitted_at) == (before.revision_id, before.submitted_at)
    assert after.state_entered_at == case.now
    assert assessments(case) == [("author", 3), ("transfer", 3)]
    row = Transfer.objects.get()
    assert (row.submission_id, row.source, row.target, row.reason) == (after.pk, source, target.committee, REASON)
    assert (row.transferred_at, row.transferred_by) == (case.now, case.board.coordinator)


def test_event_holds_references_and_digests_and_no_words() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    seats = [row.public_id for row in Assignment.objects.order_by("pk")]
    source, target = case.board.committee, cases.elsewhere()
    give_away(case, target, reason="Canary words")
    assert event(case, "submission.transferred") == {
        "from": "in_review", "to": "submitted", "version": case.version, "source": source.public_id,
        "target": target.committee.public_id, "reason": log.digest("Canary words"), "seats": seats,
    }  # fmt: skip
    assert event(case, "assessment.scored_anew") == {"before": 2, "tier": 2}
    assert "Canary" not in str([entry.data for entry in log.events(case.submission.stream)])


def test_tier_that_a_reviewer_raised_is_dropped() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=1)
    made = Review.objects.get(assignment__submission=case.submission)
    cases.file_review(case, made, cases.findings(case, clear=False))
    assert assessments(case) == [("author", 1), ("board", 2)]
    cases.give_away(case)
    assert assessments(case) == [("author", 1), ("board", 2), ("transfer", 1)]
    assert event(case, "assessment.scored_anew") == {"before": 2, "tier": 1}
    assert rounds.facts(case.again().revision).reviewers_needed == 1


def test_clock_goes_on_from_the_first_submission() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    before = Head(case.again(), case.now).decision_due
    cases.give_away(case)
    head = Head(case.again(), case.now)
    assert head.decision_due == before
    assert head.turn_due is not None
    assert head.turn_due != before


def test_question_evidence_conflict_and_hold_stay() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    inquiry = cases.ask(case)
    given = Evidence.objects.filter(revision=case.submission.revision, given_at__isnull=False).count()
    aside = cases.declare(case, case.board.reviewers[0])
    old_officer = case.board.officers["legal_officer"]
    cases.give_away(case)
    assert Pause.objects.get(submission=case.submission).until_at is None
    assert Inquiry.objects.get() == inquiry
    assert Evidence.objects.filter(revision=case.submission.revision, given_at__isnull=False).count() == given
    assert Conflict.objects.get() == aside
    assert Hold.objects.get().cleared_at is None
    officer = case.board.officers["legal_officer"]
    assert ("hold.placed", officer.public_id) in {(m.template, m.recipient) for m in outbox.recent(limit=1000)}
    assert (sight(officer, case.again()).level, sight(old_officer, case.submission).level) == (
        Level.MATERIAL, Level.NONE,
    )  # fmt: skip
    cases.clear_holds(case)
    assert Hold.objects.get().cleared_by == officer


def test_old_reviewers_end_whatever_their_status() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    filed, accepted, offered = (*Assignment.objects.order_by("pk")[:2], cases.offer(case, case.board.reviewers[4]))
    cases.file_review(case, filed.review)
    third = Assignment.objects.order_by("pk")[2]
    old = case.board
    cases.give_away(case)
    rows = Assignment.objects.order_by("pk")
    assert set(rows.values_list("status", flat=True)) == {AssignmentStatus.REPLACED}
    assert set(rows.values_list("note", flat=True)) == {"The case went to another committee."}
    assert Review.objects.get(assignment=filed).filed_at is not None
    told = {m.recipient for m in outbox.recent(limit=1000) if m.template == "assignment.taken_back"}
    assert told == {row.reviewer.public_id for row in (accepted, third, offered)}
    assert {sight(person, case.again()).level for person in old.reviewers} == {Level.NONE}
    with pytest.raises(NotNow):
        assignment.accept(assignment=offered, no_conflict=True, by=offered.reviewer, now=case.later())
    with pytest.raises(NotNow):
        review.file(
            review=accepted.review, content=cases.findings(case), version=0, by=accepted.reviewer, now=case.later()
        )


def test_reminders_and_offers_that_wait_in_the_outbox_are_cancelled() -> None:
    case = cases.submit(cases.draft())
    cases.offer(case, case.board.reviewers[0])
    assert ("assignment.offered", "Reviewer 0") in mails(case)
    cases.give_away(case)
    assert ("assignment.offered", "Reviewer 0") in mails(case, "cancelled")
    assert [row for row in mails(case) if row[0] == "assignment.offered"] == []


def test_filed_reviews_count_for_nothing_in_the_new_round() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=2)
    cases.settle_evidence(case)
    first = Review.objects.order_by("pk")[0]
    cases.file_review(case, first)
    cases.give_away(case)
    found = rounds.facts(case.again().revision)
    assert (found.filed, found.waiting, next_step(found)) == ((), 0, Next.WAIT)
    made = cases.seat_reviewers(case)
    cases.file_review(case, made[0])
    assert case.again().state == State.IN_REVIEW
    cases.file_review(case, made[1])
    assert case.again().state == State.SIGN_OFF
    behind = Decision.objects.get().revision.assignments.filter(status="done")
    assert {row.reviewer for row in behind} == set(case.board.reviewers[:2])
    cases.sign_all(case)
    assert case.again().state == State.DECIDED


def test_reviewer_of_both_committees_is_asked_anew_or_not_at_all() -> None:
    """Having reviewed for the committee before is no seat in the new one, and no promise to be asked again."""
    case = cases.submission_in(State.IN_REVIEW, tier=2)
    both, target = case.board.reviewers[0], cases.elsewhere()
    cases.file_review(case, Review.objects.get(assignment__reviewer=both))
    appoint(
        committee=target.committee, user=both, role=CommitteeRole.REVIEWER, by=target.administrator, now=case.later()
    )
    cases.give_away(case, target)
    assert sight(both, case.again()).level is Level.NONE
    submission.return_to_authors(
        submission=case.submission, reason="Redact.", version=case.version, by=target.coordinator, now=case.later()
    )
    cases.submit(case)
    assert case.again().state == State.SUBMITTED
    assert not Assignment.objects.filter(status="offered").exists()
    cases.accept(case, cases.offer(case, both))
    assert sight(both, case.again()).level is Level.MATERIAL


def test_reviews_of_earlier_revisions_open_nothing_either() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=2)
    reader = case.board.reviewers[0]
    cases.file_review(case, Review.objects.get(assignment__reviewer=reader))
    submission.return_to_authors(
        submission=case.submission, reason="Redact.", version=case.version, by=case.board.coordinator, now=case.later()
    )
    cases.submit(case)
    assignment.decline(
        assignment=Assignment.objects.get(reviewer=reader, status="offered"),
        reason="Away.",
        by=reader,
        now=case.later(),
    )
    assert sight(reader, case.again()).level is Level.MATERIAL
    cases.give_away(case)
    assert sight(reader, case.again()).level is Level.NONE


def test_voters_of_the_new_committee_wait_for_a_deliberation_of_their_own() -> None:
    case = cases.submission_in(State.DELIBERATION)
    old = case.board
    row = motion.put_return(
        submission=case.submission, rationale="Redact.", version=case.version, by=old.coordinator, now=case.later()
    )
    cases.vote(case, row)
    motion.finalise_return(motion=row, version=case.version, by=old.chair, now=case.later())
    cases.submit(case)
    assert case.again().deliberation_opened_at is not None
    cases.give_away(case)
    assert case.again().deliberation_opened_at is None
    assert sight(case.board.members[0], case.submission).level is Level.NONE
    cases.reviewed(case)
    assert case.again().deliberation_opened_at is not None
    assert sight(case.board.members[0], case.submission).level is Level.MATERIAL
    assert sight(old.members[0], case.submission).level is Level.NONE


def test_recommendation_that_was_sent_back_has_no_place_in_the_new_committee() -> None:
    case = cases.submission_in(State.SIGN_OFF, tier=1)
    found = Decision.objects.get()
    decision.send_back(
        decision=found, reason="Look again.", version=case.version, by=case.board.coordinator, now=case.later()
    )
    assert case.again().state == State.IN_REVIEW
    cases.give_away(case)
    assert case.again().state == State.SUBMITTED
    cases.reviewed(case)
    assert case.again().state == State.SIGN_OFF
    assert cases.sign_all(case).board["voters"] == [person.public_id for person in case.board.voters]


# Another policy ------------------------------------------------------------------------------------------------------


def handed_back(tier: int = 2) -> tuple[Case, Board]:
    """A case in review that went to a committee with another policy, and the board that it came from."""
    case = cases.submission_in(State.IN_REVIEW, tier=tier)
    cases.settle_evidence(case)
    old = case.board
    cases.give_away(case, cases.elsewhere(policy=cases.other_policy()))
    return case, old


def test_other_policy_hands_the_case_back_with_everything_in_it() -> None:
    case, _old = handed_back()
    before, after = case.again().revisions.get(number=1), case.submission.revision
    assert (case.submission.state, case.submission.version, after.number) == (State.RETURNED, 4, 2)
    assert (after.policy, after.is_frozen) == (case.board.committee.policy, False)
    assert before.policy.pack_id == "default-dual-use"
    assert after.response.answers == before.response.answers
    names = [set(row.artifacts.values_list("name", "sha256", "location")) for row in (before, after)]
    assert names[0] == names[1] != set()
    given = [set(row.evidence.filter(given_at__isnull=False).values_list("type_key", flat=True)) for row in
             (before, after)]  # fmt: skip
    assert "rollback_plan" in given[0]
    assert given[1] == given[0] - {"rollback_plan", "author_attestation", "plain_summary", "misuse_scenarios"}
    pause = Pause.objects.get(submission=case.submission, until_at=None)
    assert pause.why == Pause.Why.RETURNED
    types = [entry.type for entry in log.events(case.submission.stream)]
    assert types[-2:] == ["submission.transferred", "submission.returned_for_policy"]
    assert assessments(case) == []


def test_other_policy_says_in_plain_words_what_is_new() -> None:
    case, _old = handed_back()
    text = case.again().revision.return_reason
    assert "with another committee now: Board elsewhere" in text
    assert "These questions are new:\n\n- Who can be asked at any hour?" in text
    assert "These are asked in another way:\n\n- What do you bring us?" in text
    assert "not asked any more" not in text
    templates = {template for template, name in mails(case) if name == "Author One"}
    assert "submission.returned" in templates
    assert "submission.transferred" not in templates
    assert ("submission.taken_over", "Coordinator") in mails(case)


def test_case_handed_back_is_submitted_by_the_new_policy_and_goes_its_way() -> None:
    case, old = handed_back()
    with pytest.raises(RuleBroken) as refused:
        cases.submit(case)
    assert refused.value.code == "missing_answers"
    questionnaire.save_answers(
        submission=case.again(), answers={"contact_at_night": "Author One"}, cleared=frozenset(),
        version=case.submission.revision.response.version, by=case.author, now=case.later(),
    )  # fmt: skip
    cases.submit(case)
    assert (case.again().state, case.submission.revision.policy.pack_id) == (State.SUBMITTED, "other-dual-use")
    assert assessments(case) == [("author", 2)]
    assert Pause.objects.filter(until_at=None).count() == 0
    asked = set(Evidence.objects.filter(revision=case.submission.revision).values_list("type_key", flat=True))
    assert "undo_plan" in asked
    assert "rollback_plan" not in asked
    assert not Assignment.objects.filter(revision=case.submission.revision).exists()
    cases.sign_all(cases.reviewed(case))
    assert case.again().state == State.DECIDED
    assert {sight(person, case.submission).level for person in [old.coordinator, *old.reviewers]} == {Level.NONE}


# Who and when --------------------------------------------------------------------------------------------------------


def refusal(case: Case, target: Board, **changes: Any) -> tuple[str, str]:
    with pytest.raises(RuleBroken) as refused:
        give_away(case, target, **changes)
    return refused.value.code, refused.value.field


def test_committees_that_cannot_take_the_case() -> None:
    case = cases.submission_in(State.SUBMITTED)
    assert refusal(case, case.board) == ("same_committee", "target")
    target = cases.elsewhere()
    assert refusal(case, target, reason=" \n") == ("reason", "reason")
    Committee.objects.filter(pk=target.committee.pk).update(policy=None)
    assert refusal(case, target) == ("no_policy", "target")
    Committee.objects.filter(pk=target.committee.pk).update(policy=case.board.committee.policy)
    dismiss(membership=target.deputy.memberships.get(), by=target.administrator, now=case.later())
    case.submission.contributors.create(user=target.coordinator, name="Author Two", order=7)
    assert refusal(case, target) == ("nobody", "target")
    assert not Transfer.objects.exists()


def test_deputy_stands_in_on_both_sides() -> None:
    case = cases.submission_in(State.SUBMITTED)
    target = cases.elsewhere()
    for person in (case.board.coordinator, target.coordinator):
        dismiss(membership=person.memberships.get(), by=target.administrator, now=case.later())
    give_away(case, target, by=case.board.deputy)
    assert case.again().committee == target.committee
    assert ("submission.taken_over", "Deputy") in mails(case)


@pytest.mark.parametrize("state", [state for state in State if state not in (State.SUBMITTED, State.IN_REVIEW)])
def test_no_transfer_in_any_other_state(state: State) -> None:
    case = cases.submission_in(state)
    target = cases.elsewhere()
    with pytest.raises(NotNow):
        give_away(case, target)
    assert case.again().state == state


def test_second_of_two_is_told_that_it_is_gone() -> None:
    case = cases.submission_in(State.SUBMITTED)
    first, second = cases.elsewhere(), cases.elsewhere("Third board")
    seen, version = case.again(), case.version
    give_away(case, first)
    with pytest.raises(Stale) as refused:
        give_away(case, second, submission=seen, version=version)
    assert refused.value.text == transfer.ELSEWHERE
    with pytest.raises(Denied):
        give_away(case, second, submission=case.again())
    assert Transfer.objects.count() == 1


def test_case_may_come_back() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    home = case.board
    person = home.reviewers[0]
    cases.give_away(case)
    cases.give_away(case, home)
    assert [row.target.name for row in Transfer.objects.all()] == ["Board elsewhere", "Board"]
    assert assessments(case) == [("author", 2), ("transfer", 2), ("transfer", 2)]
    assert sight(person, case.again()).level is Level.NONE
    cases.sign_all(cases.reviewed(case))
    assert case.again().state == State.DECIDED


def test_author_who_coordinates_there_gains_nothing() -> None:
    case = cases.submission_in(State.SUBMITTED)
    target = cases.elsewhere()
    person: User = UserFactory(display_name="Author Two")
    case.submission.contributors.create(user=person, name="Author Two", order=7)
    appoint(
        committee=target.committee, user=person, role=CommitteeRole.COORDINATOR, by=target.administrator,
        now=case.later(),
    )  # fmt: skip
    cases.give_away(case, target)
    assert sight(person, case.again()).as_author
    assert ("submission.taken_over", "Author Two") not in mails(case)
    with pytest.raises(Denied):
        give_away(case, board("Third board"), by=person)
