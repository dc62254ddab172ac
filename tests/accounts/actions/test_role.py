"""Organisation-wide roles: given by somebody else, ended, and one administrator stays."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts import actions
from accounts.models import OrganisationRole, User
from audit import log
from tests.databases import FreshDatabase, at_once
from tests.factories.people import UserFactory, administrator
from tests.sizes import TRIALS

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADMINISTRATOR, LEADERSHIP = OrganisationRole.Role.ADMINISTRATOR, OrganisationRole.Role.LEADERSHIP


def types(user: User) -> list[str]:
    return [event.type for event in log.events(f"account:{user.public_id}")]


@pytest.mark.django_db
def test_grant() -> None:
    admin, person = administrator(), UserFactory()
    held = actions.grant(user=person, role=LEADERSHIP, by=admin, now=NOW)
    assert (held.role, held.from_at, held.from_by, held.until_at) == ("leadership", NOW, admin, None)
    assert types(person) == ["account.role_granted"]
    with pytest.raises(actions.Refused):
        actions.grant(user=person, role=LEADERSHIP, by=admin, now=NOW)
    assert types(person) == ["account.role_granted"]


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(OrganisationRole.Role))
def test_nobody_grants_a_role_to_themselves(role: OrganisationRole.Role) -> None:
    for person in (UserFactory(is_superuser=True, is_staff=True), administrator()):
        with pytest.raises(actions.Denied) as refused:
            actions.grant(user=person, role=role, by=person, now=NOW)
        assert refused.value.code == "oneself"
    assert OrganisationRole.objects.count() == 1


@pytest.mark.django_db
def test_closed_account_gets_no_role() -> None:
    admin, person = administrator(), UserFactory(is_active=False)
    with pytest.raises(actions.Refused):
        actions.grant(user=person, role=LEADERSHIP, by=admin, now=NOW)


@pytest.mark.django_db
def test_role_ends_and_may_be_given_again() -> None:
    admin, person = administrator(), UserFactory()
    actions.grant(user=person, role=LEADERSHIP, by=admin, now=NOW)
    ended = actions.end_role(user=person, role=LEADERSHIP, by=admin, now=NOW)
    assert (ended.until_at, ended.until_by) == (NOW, admin)
    with pytest.raises(actions.Refused):
        actions.end_role(user=person, role=LEADERSHIP, by=admin, now=NOW)
    actions.grant(user=person, role=LEADERSHIP, by=admin, now=NOW)
    assert types(person) == ["account.role_granted", "account.role_ended", "account.role_granted"]


@pytest.mark.django_db
def test_last_administrator_stays() -> None:
    """Somebody who was made administrator and has not come yet, or is closed, does not count."""
    admin = administrator()
    administrator(password=None)
    administrator(is_active=True)
    User.objects.filter(pk=OrganisationRole.objects.latest("pk").user_id).update(is_active=False)
    with pytest.raises(actions.Refused) as refused:
        actions.end_role(user=admin, role=ADMINISTRATOR, by=admin, now=NOW)
    assert refused.value.code == "last_administrator"
    other = administrator()
    actions.end_role(user=admin, role=ADMINISTRATOR, by=admin, now=NOW)
    with pytest.raises(actions.Refused):
        actions.end_role(user=other, role=ADMINISTRATOR, by=other, now=NOW)


def test_two_administrators_who_remove_each_other_at_once(fresh_database: FreshDatabase) -> None:
    for number in range(TRIALS):
        first, second = administrator(), administrator()
        OrganisationRole.objects.exclude(user__in=[first, second]).filter(until_at=None).update(
            until_at=NOW, until_by=first
        )
        ends = [
            lambda by=by, user=user: actions.end_role(user=user, role=ADMINISTRATOR, by=by, now=NOW)
            for by, user in ((first, second), (second, first))
        ]
        closes = [
            lambda by=by, user=user: actions.deactivate(user=user, by=by, now=NOW)
            for by, user in ((first, second), (second, first))
        ]
        outcomes = at_once(*(ends if number % 2 else closes))
        assert [type(one) for one in outcomes if isinstance(one, Exception)] == [actions.Denied]
        held = OrganisationRole.objects.filter(role=ADMINISTRATOR, until_at=None, user__is_active=True)
        assert held.count() == 1
        for person in (first, second):
            assert log.verify(f"account:{person.public_id}").faults == ()


def test_two_administrators_who_give_each_other_a_role_at_once(fresh_database: FreshDatabase) -> None:
    for _ in range(TRIALS):
        first, second = administrator(), administrator()
        outcomes = at_once(
            lambda first=first, second=second: actions.grant(user=second, role=LEADERSHIP, by=first, now=NOW),
            lambda first=first, second=second: actions.grant(user=first, role=LEADERSHIP, by=second, now=NOW),
        )
        assert [one for one in outcomes if isinstance(one, Exception)] == []
