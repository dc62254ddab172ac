"""A mail about a message leaves only for somebody who may read it at that moment."""

from __future__ import annotations

import pytest

from accounts.actions import deactivate
from accounts.models import User
from notifications import outbox
from notifications.outbox import Message
from reviews.actions import comment, conflict, submission
from reviews.actions.committee import dismiss
from reviews.models import Assignment, Conflict
from reviews.notices import guards
from reviews.rules.states import Audience, State
from tests.factories import cases
from tests.factories.cases import Case

pytestmark = pytest.mark.django_db


def mail_to(case: Case, person: User) -> Message:
    """The newest mail about a message to this person."""
    rows = outbox.recent(limit=200)
    return next(
        row for row in rows if row.template.startswith("comment.") and row.recipient == person.public_id and
        row.about == case.submission.reference
    )  # fmt: skip


def test_mail_leaves_for_somebody_who_reads_it_and_leads_to_its_place() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    row = cases.write(case, mentions=[case.board.chair])
    mail = mail_to(case, case.board.chair)
    assert guards.may_read(mail)
    assert mail.context["path"] == f"/cases/{case.submission.reference}/discussion/#m-{row.public_id}"
    assert (mail.guard, mail.context["comment"]) == ("reviews.may_read", row.public_id)


def test_mail_stops_once_the_message_is_taken_back() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    row = cases.write(case, Audience.AUTHORS)
    mail = mail_to(case, case.author)
    assert guards.may_read(mail)
    comment.withdraw(comment=row, by=case.board.coordinator, now=case.later())
    assert not guards.may_read(mail)


def test_mail_stops_for_who_left_stepped_aside_or_has_no_account_any_more() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    made = case.board
    people = made.members[:3]
    cases.write(case, mentions=people)
    left, aside, gone = (mail_to(case, person) for person in people)
    dismiss(membership=people[0].memberships.get(role="member"), by=made.administrator, now=case.later())
    cases.declare(case, people[1])
    deactivate(user=people[2], by=made.administrator, now=case.later())
    assert [guards.may_read(mail) for mail in (left, aside, gone)] == [False, False, False]


def test_mail_to_a_reviewer_waits_for_nothing_that_they_may_not_read_yet() -> None:
    """Somebody who filed and is asked again for the next revision judges alone again."""
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    first = Assignment.objects.order_by("pk")[0]
    cases.file_review(case, first.review)
    cases.write(case, Audience.REVIEWERS, mentions=[first.reviewer])
    mail = mail_to(case, first.reviewer)
    assert guards.may_read(mail)
    cases.submit(_returned(case))
    assert not guards.may_read(mail)


def _returned(case: Case) -> Case:
    submission.return_to_authors(
        submission=case.submission, reason="Redact.", version=case.version, by=case.board.coordinator, now=case.later()
    )
    return case


def test_mail_of_an_unknown_message_never_leaves() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    cases.put(case)
    rows = [row for row in outbox.recent(limit=100) if row.template == "motion.put"]
    assert not guards.may_read(rows[0])


def test_settled_conflict_gives_reading_back() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    voter = case.board.members[0]
    row = cases.write(case, mentions=[voter])
    mail = mail_to(case, voter)
    conflict.declare_for(
        submission=case.submission, person=voter, type_key="personal", note="Cousins.", by=case.board.coordinator,
        now=case.later(),
    )  # fmt: skip
    assert not guards.may_read(mail)
    cases.settle(case, Conflict.objects.get(user=voter), by=case.board.chair)
    assert (guards.may_read(mail), row.mentions.count()) == (True, 1)
