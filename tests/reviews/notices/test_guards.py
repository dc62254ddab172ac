"""Right before sending it is asked again: may this person still hear this, and is it still true?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.actions import deactivate
from accounts.models import User
from notifications import delivery, outbox
from notifications.outbox import Message
from reviews.actions import assignment, committee, conflict, reminder, submission
from reviews.models import Membership
from reviews.notices import guards
from reviews.rules.states import CommitteeRole, State
from reviews.rules.ties import Source, Strength
from tests.factories import cases
from tests.factories.cases import Case

pytestmark = pytest.mark.django_db


def mails(case: Case, person: User, template: str) -> list[Message]:
    """The mails of one template to one person about one case, newest first."""
    rows = outbox.recent(limit=500)
    return [
        m for m in rows if (m.about, m.recipient, m.template) == (case.submission.reference, person.public_id, template)
    ]


def offered() -> Case:
    """A case with one offer that nobody has answered."""
    case = cases.submit(cases.draft(tier=2))
    cases.offer(case, case.board.reviewers[0])
    return case


def test_coordinator_hears_of_a_submitted_case() -> None:
    case = cases.submit(cases.draft(tier=2))

    assert guards.may_hear(mails(case, case.board.coordinator, "submission.arrived")[0])


def test_coordinator_who_left_hears_no_more() -> None:
    case = cases.submit(cases.draft(tier=2))
    mail = mails(case, case.board.coordinator, "submission.arrived")[0]
    membership = Membership.objects.get(user=case.board.coordinator, role=CommitteeRole.COORDINATOR)
    committee.dismiss(membership=membership, by=case.board.administrator, now=case.later())

    assert not guards.may_hear(mail)


def test_deactivated_person_hears_nothing() -> None:
    case = cases.submit(cases.draft(tier=2))
    mail = mails(case, case.author, "submission.received")[0]
    assert guards.may_hear(mail)
    deactivate(user=case.author, by=case.board.administrator, now=case.later())

    assert not guards.may_hear(mail)


def test_conflicted_person_hears_nothing_and_queued_mail_is_taken_back() -> None:
    case = cases.submit(cases.draft(tier=2))
    coordinator = case.board.coordinator
    mail = mails(case, coordinator, "submission.arrived")[0]
    conflict.declare(submission=case.submission, type_key="financial", by=coordinator, now=case.later())

    assert not guards.may_hear(mail)
    assert [m.state for m in mails(case, coordinator, "submission.arrived")] == ["cancelled"]


def test_author_with_a_conflict_still_hears_of_the_own_case() -> None:
    case = cases.submit(cases.draft(tier=2))

    assert guards.may_hear(mails(case, case.author, "submission.received")[0])


def test_reviewer_is_told_that_a_seat_was_taken_back() -> None:
    case = offered()
    reviewer = case.board.reviewers[0]
    row = case.submission.assignments.get()
    assignment.take_back(assignment=row, reason="Ill.", by=case.board.coordinator, now=case.later())

    assert guards.may_hear(mails(case, reviewer, "assignment.taken_back")[0])
    assert [m.state for m in mails(case, reviewer, "assignment.offered")] == ["cancelled"]


def test_farewell_does_not_reach_somebody_with_a_conflict() -> None:
    case = offered()
    reviewer = case.board.reviewers[0]
    submission.withdraw(submission=case.submission, version=case.version, by=case.author, now=case.later())
    mail = mails(case, reviewer, "submission.withdrawn")[0]
    assert guards.may_hear(mail)
    row = case.submission.conflicts.create(
        user=reviewer, type_key="financial", strength=Strength.DECLARED, source=Source.ONESELF, declared_at=case.now,
        declared_by=reviewer,
    )  # fmt: skip

    assert not guards.may_hear(mail)
    assert row.user == reviewer


def test_unknown_person_and_unknown_case_are_not_told() -> None:
    case = cases.submit(cases.draft(tier=2))
    mail = mails(case, case.author, "submission.received")[0]
    fields = {name: getattr(mail, name) for name in Message.__dataclass_fields__}

    assert not guards.may_hear(Message(**{**fields, "recipient": "nobody"}))
    assert not guards.may_hear(Message(**{**fields, "about": "RB-2026-ZZZZZ"}))


def test_offer_is_due_until_it_is_answered() -> None:
    case = offered()
    mail = mails(case, case.board.reviewers[0], "assignment.offered")[0]
    assert guards.still_due(mail)
    row = case.submission.assignments.get()
    cases.accept(case, row)

    assert not guards.still_due(mail)


def test_duty_that_nobody_knows_is_not_due() -> None:
    case = offered()
    mail = mails(case, case.board.reviewers[0], "assignment.offered")[0]
    fields = {name: getattr(mail, name) for name in Message.__dataclass_fields__}

    assert not guards.still_due(Message(**{**fields, "context": {**mail.context, "duty": "unheard_of"}}))
    assert not guards.still_due(Message(**{**fields, "context": {}}))


def test_mail_that_lost_its_reason_is_cancelled_at_sending() -> None:
    case = offered()
    delivery.deliver_due(now=case.now)
    assert [m.state for m in mails(case, case.board.reviewers[0], "assignment.offered")] == ["sent"]
    other = cases.submit(cases.draft(case.board, tier=2, label="Other model"))
    deactivate(user=other.author, by=case.board.administrator, now=other.later())
    delivery.deliver_due(now=other.now)

    assert [m.state for m in mails(other, other.author, "submission.received")] == ["cancelled"]
    assert other.submission.state == State.SUBMITTED


def test_after_a_transfer_the_committee_before_hears_its_farewell_and_nothing_else() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    old = case.board
    queued = {
        old.coordinator: mails(case, old.coordinator, "submission.arrived")[0],
        old.officers["legal_officer"]: mails(case, old.officers["legal_officer"], "hold.placed")[0],
    }
    assert [guards.may_hear(mail) for mail in queued.values()] == [True, True]
    cases.give_away(case)

    assert [guards.may_hear(mail) for mail in queued.values()] == [False, False]
    assert guards.may_hear(mails(case, old.reviewers[0], "assignment.taken_back")[0])
    assert guards.may_hear(mails(case, case.board.coordinator, "submission.taken_over")[0])
    assert guards.may_hear(mails(case, case.author, "submission.transferred")[0])


def test_reminder_of_the_committee_before_is_not_sent() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    coordinator = case.board.coordinator
    later = case.now + timedelta(days=60)
    reminder.enqueue_due(submission=case.submission, now=later)
    waiting = [m for m in outbox.recent(limit=500, states=["queued"]) if m.template.startswith("reminder.")]
    assert coordinator.public_id in {m.recipient for m in waiting}
    case.now = later
    cases.give_away(case)

    assert [m for m in outbox.recent(limit=500, states=["queued"]) if m.template.startswith("reminder.")] == []
    assert not any(guards.still_due(m) for m in waiting)


def test_who_became_an_author_hears_what_authors_are_told_and_no_mail_of_the_board() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    coordinator = case.board.coordinator
    of_the_board = mails(case, coordinator, "submission.arrived")[0]
    assert guards.may_hear(of_the_board)
    case.submission.contributors.create(order=90, name=coordinator.display_name, user=coordinator)
    to_authors = replace(of_the_board, template="submission.received")

    assert (guards.may_hear(of_the_board), guards.may_hear(to_authors)) == (False, True)
