"""A proposed policy version: who hears of it, and that nobody does once it is settled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from accounts.actions import end_role
from accounts.models import OrganisationRole, User
from notifications import delivery, outbox
from reviews.actions import policy
from reviews.models import Adoption
from tests.factories.committee import START, Board, board
from tests.factories.people import UserFactory, administrator
from tests.rules.packs import edited

pytestmark = pytest.mark.django_db

NEXT = edited('version: "2026.11"', 'version: "2026.12"')
LATER = START + timedelta(minutes=1)


def publish(by: User | None = None) -> Adoption:
    policy.publish(text=NEXT, by=by, now=START)
    return Adoption.objects.get(approved_at=None)


def told() -> set[str]:
    """Who is written to about a proposal."""
    return {message.address for message in outbox.recent(limit=500) if message.template == "policy.proposed"}


def arrived() -> list[str]:
    """Where such mails went, once what is due was delivered."""
    delivery.deliver_due(now=LATER)
    return sorted(sent.to[0] for sent in mail.outbox if "policy version" in sent.subject)


@pytest.fixture
def made() -> Board:
    """A board; its policy was adopted without a word to anybody."""
    found = board()
    assert told() == set()
    return found


def test_every_administrator_but_the_proposer_hears_of_it(made: Board) -> None:
    second, third = administrator(), administrator()
    UserFactory(is_superuser=True)
    publish(by=made.administrator)
    assert told() == {second.email, third.email}
    assert arrived() == sorted([second.email, third.email])


def test_what_the_program_proposes_everybody_who_administers_hears_of(made: Board) -> None:
    second = administrator()
    publish()
    assert told() == {made.administrator.email, second.email}


def test_mail_leads_to_the_committee_and_says_which_version(made: Board) -> None:
    publish()
    arrived()
    (sent,) = mail.outbox
    assert sent.subject == "A policy version waits for your approval"
    assert f"Hello {made.administrator.display_name}," in sent.body
    assert "Version 2026.12 of the policy is proposed for the committee “Board”." in sent.body
    assert made.committee.get_absolute_url() in sent.body


def test_settled_proposal_is_told_to_nobody(made: Board) -> None:
    administrator()
    policy.approve(adoption=publish(by=administrator()), by=made.administrator, now=START)
    assert arrived() == []


def test_administrator_who_ceased_to_be_one_hears_nothing(made: Board) -> None:
    second = administrator()
    publish()
    end_role(user=second, role=OrganisationRole.Role.ADMINISTRATOR, by=made.administrator, now=START)
    assert arrived() == [made.administrator.email]
