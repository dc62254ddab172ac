"""A role that nobody may fill: administrators hear of it once, only while it is so, and nothing of the case."""

from __future__ import annotations

import pytest
from django.core import mail

from notifications import delivery, outbox
from reviews.actions import conflict
from reviews.actions.committee import appoint
from reviews.rules.states import CommitteeRole, State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str]]:
    return [
        (row.recipient, str(row.context["path"])) for row in outbox.recent(limit=500) if row.template == "vacancy.found"
    ]


@pytest.fixture
def case() -> Case:
    """A submitted case that its coordinator left; the deputy stands in."""
    made = cases.submission_in(State.SUBMITTED)
    cases.declare(made, made.board.coordinator)
    return made


def test_nobody_is_told_while_the_deputy_stands_in(case: Case) -> None:
    assert told() == []


def test_administrator_is_told_once_with_the_way_to_the_committee(case: Case) -> None:
    cases.declare(case, case.board.deputy)
    expected = [(case.board.administrator.public_id, case.board.committee.get_absolute_url())]
    assert told() == expected
    conflict.declare(submission=case.submission, type_key="financial", by=case.board.chair, now=case.later())
    assert told() == expected


def test_mail_is_not_sent_once_somebody_was_appointed(case: Case) -> None:
    cases.declare(case, case.board.deputy)
    person = UserFactory()
    facts = {"committee": case.board.committee, "role": CommitteeRole.COORDINATOR, "by": case.board.administrator}
    appoint(user=person, now=case.later(), **facts)
    delivery.deliver_due(now=case.later())
    assert [sent.subject for sent in mail.outbox if "role has to be filled" in sent.subject] == []
    cases.declare(case, person)
    delivery.deliver_due(now=case.later())
    sent = [sent for sent in mail.outbox if "role has to be filled" in sent.subject]
    assert [message.to for message in sent] == [[case.board.administrator.email]]


def test_hold_without_an_officer_is_told_when_it_is_placed() -> None:
    case = cases.draft(tier=3)
    for row in case.board.committee.memberships.filter(role=CommitteeRole.LEGAL_OFFICER):
        row.until_at, row.until_by = case.later(), case.board.administrator
        row.save()
    cases.submit(case)
    assert [recipient for recipient, _ in told()] == [case.board.administrator.public_id]
