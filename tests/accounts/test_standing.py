"""The standing of an account: the question to a row and the row filter say the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import QuerySet

from accounts import standing
from accounts.models import Invitation, User
from accounts.standing import Standing
from tests.factories.people import SINCE, InvitationFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = SINCE + timedelta(days=3)


def everybody() -> dict[str, User]:
    """One of each kind."""
    again = InvitationFactory(revoked_at=SINCE).user
    InvitationFactory(user=again, invited_at=SINCE + timedelta(days=1))
    return {
        "active": UserFactory(),
        "came": InvitationFactory(accepted_at=SINCE, user__password="a long pass phrase").user,
        "invited": InvitationFactory().user,
        "invited again": again,
        "too late": InvitationFactory(invited_at=SINCE - timedelta(days=30)).user,
        "taken back": InvitationFactory(revoked_at=SINCE).user,
        "never asked": UserFactory(password=None),
        "closed": UserFactory(is_active=False),
        "closed before coming": InvitationFactory(user__is_active=False).user,
    }


def test_standing_of_each() -> None:
    found = {
        name: str(standing.of(person, Invitation.objects.filter(user=person).first(), NOW))
        for name, person in everybody().items()
    }
    assert found == {
        "active": "active", "came": "active", "invited": "invited", "invited again": "invited",
        "too late": "not_invited", "taken back": "not_invited", "never asked": "not_invited", "closed": "closed",
        "closed before coming": "closed",
    }  # fmt: skip


def test_row_filter_is_the_same_rule() -> None:
    everybody()
    people: QuerySet[User] = User.objects.all()
    for person in people:
        asked = Invitation.objects.filter(user=person).first()
        inside = [one for one in Standing if standing.within(people, one, NOW).filter(pk=person.pk).exists()]
        assert inside == [standing.of(person, asked, NOW)]
