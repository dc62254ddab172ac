"""A role that nobody may fill: administrators hear of it once, only while it is so, and nothing of the case."""

from __future__ import annotations

import pytest
from django.core import mail

from accounts.models import User
from notifications import delivery, outbox
from reviews.actions import conflict
from reviews.actions.committee import appoint
from reviews.notices import guards, vacancy
from reviews.rules.states import CommitteeRole, State
from reviews.rules.ties import Source, Strength
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.people import UserFactory, administrator
from tests.reviews.views.pages import get, text_of

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


def untold() -> list[tuple[str, str]]:
    return [
        (row.recipient, str(row.context["path"]))
        for row in outbox.recent(limit=500)
        if row.template == "vacancy.untold"
    ]


def set_aside(case: Case, person: User) -> None:
    """A conflict of somebody who does not see the case and so cannot declare it."""
    case.submission.conflicts.create(
        user=person, type_key="personal", strength=Strength.DECLARED, source=Source.ONESELF, declared_at=case.later(),
        declared_by=person,
    )  # fmt: skip


def vacant_for(case: Case, *people: User) -> list[str]:
    """Who is told, once these and then coordinator and deputy stand aside."""
    for person in (*people, case.board.coordinator):
        set_aside(case, person)
    cases.declare(case, case.board.deputy)
    return [recipient for recipient, _ in told()]


def test_administrator_who_stands_aside_or_wrote_the_case_is_not_told() -> None:
    author = administrator(display_name="Administers and writes")
    case = cases.submit(cases.draft(author=author))
    aside, other = administrator(display_name="Stands aside"), administrator(display_name="Other")
    assert vacant_for(case, aside) == [other.public_id, case.board.administrator.public_id]
    assert untold() == []


def test_administrator_who_stands_aside_after_the_mail_was_queued_does_not_get_it() -> None:
    case = cases.submission_in(State.SUBMITTED)
    vacant_for(case)
    row = next(row for row in outbox.recent(limit=500) if row.template == "vacancy.found")
    assert guards.still_vacant(row)
    set_aside(case, case.board.administrator)
    assert not guards.still_vacant(row)
    vacancy.found(case.again(), now=case.now)
    delivery.deliver_due(now=case.later())
    assert [sent.to for sent in mail.outbox if "role has to be filled" in sent.subject] == [[case.board.chair.email]]


def test_where_every_administrator_stands_outside_those_are_told_who_still_run_the_case() -> None:
    case = cases.submission_in(State.SUBMITTED)
    assert vacant_for(case, case.board.administrator) == []
    assert untold() == [(case.board.chair.public_id, case.submission.get_absolute_url())]


def test_where_nobody_runs_the_case_any_more_leadership_is_told() -> None:
    case = cases.submission_in(State.SUBMITTED)
    made = case.board
    assert vacant_for(case, made.administrator, made.chair) == []
    assert made.leader is not None
    assert untold() == [(made.leader.public_id, "/leadership/")]
    delivery.deliver_due(now=case.later())
    assert [sent.to for sent in mail.outbox if "role has to be filled" in sent.subject] == [[made.leader.email]]
    assert case.submission.reference in text_of(get(made.leader, "leadership"))


def chairless() -> Case:
    """A case whose chair and deputy stood aside when nobody needed them yet."""
    case = cases.submission_in(State.SUBMITTED, tier=3)
    cases.declare(case, case.board.chair)
    cases.declare(case, case.board.deputy)
    assert told() == []
    return case


def test_chair_who_is_missing_is_told_when_deliberation_opens() -> None:
    case = cases.reviewed(chairless())
    assert case.again().state == State.DELIBERATION
    assert [recipient for recipient, _ in told()] == [case.board.administrator.public_id]


def test_chair_who_put_the_motion_and_has_no_deputy_is_told() -> None:
    case = cases.submission_in(State.DELIBERATION)
    made = case.board
    facts = {"committee": made.committee, "role": CommitteeRole.MEMBER, "by": made.administrator}
    appoint(user=made.chair, now=case.later(), **facts)
    cases.declare(case, made.deputy)
    assert told() == []
    cases.put(case, by=made.chair)
    assert [recipient for recipient, _ in told()] == [made.administrator.public_id]
