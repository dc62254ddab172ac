"""Changes to people: one transaction and one event each; nobody raises themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts import actions
from accounts.models import Expertise, OrganisationRole, User
from audit import log
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LEADERSHIP = OrganisationRole.Role.LEADERSHIP
DOMAIN = Expertise.Kind.DOMAIN


def events(user: User) -> list[tuple[str, str, dict[str, Any]]]:
    return [(event.type, event.actor, event.data) for event in log.events(f"account:{user.public_id}")]


def test_create_person() -> None:
    admin = UserFactory()
    made = actions.create_person(
        email="New.Person@Example.org", display_name="New Person", unit="Lab", time_zone="Asia/Tokyo", by=admin, now=NOW
    )
    assert (made.email, made.unit, made.time_zone, made.is_active) == (
        "new.person@example.org", "Lab", "Asia/Tokyo", True,
    )  # fmt: skip
    assert (made.is_staff, made.is_superuser, made.has_usable_password()) == (False, False, False)
    assert events(made) == [("account.created", admin.public_id, {})]


def test_create_person_with_an_address_in_use() -> None:
    UserFactory(email="person@example.org")
    with pytest.raises(actions.Refused):
        actions.create_person(email="PERSON@example.org", display_name="Other", by=None, now=NOW)
    assert User.objects.count() == 1


def test_grant() -> None:
    admin, person = UserFactory(), UserFactory()
    held = actions.grant(user=person, role=LEADERSHIP, by=admin, now=NOW)
    assert (held.role, held.from_at, held.from_by, held.until_at) == ("leadership", NOW, admin, None)
    assert events(person) == [("account.role_granted", admin.public_id, {"role": "leadership"})]


def test_grant_twice() -> None:
    admin, person = UserFactory(), UserFactory()
    actions.grant(user=person, role=LEADERSHIP, by=admin, now=NOW)
    with pytest.raises(actions.Refused):
        actions.grant(user=person, role=LEADERSHIP, by=admin, now=NOW)
    assert len(events(person)) == 1


@pytest.mark.parametrize("role", list(OrganisationRole.Role))
def test_nobody_grants_a_role_to_themselves(role: OrganisationRole.Role) -> None:
    person = UserFactory(is_superuser=True, is_staff=True)
    with pytest.raises(actions.Refused):
        actions.grant(user=person, role=role, by=person, now=NOW)
    assert not OrganisationRole.objects.exists()


def test_confirm_expertise_of_somebody_else() -> None:
    admin, person = UserFactory(), UserFactory()
    Expertise.objects.create(user=person, kind=DOMAIN, key="cbrn")
    known = actions.confirm_expertise(user=person, kind=DOMAIN, key="cbrn", by=admin, now=NOW)
    assert (known.confirmed_by, known.confirmed_at, Expertise.objects.count()) == (admin, NOW, 1)
    assert events(person) == [
        ("account.expertise_confirmed", admin.public_id, {"kind": "domain", "key": "cbrn"})
    ]  # fmt: skip


def test_nobody_confirms_what_they_know_themselves() -> None:
    person = UserFactory()
    with pytest.raises(actions.Refused):
        actions.confirm_expertise(user=person, kind=DOMAIN, key="cbrn", by=person, now=NOW)
    assert not Expertise.objects.exists()


def test_deactivate() -> None:
    admin, person = UserFactory(), UserFactory()
    actions.deactivate(user=person, by=admin, now=NOW)
    person.refresh_from_db()
    assert person.is_active is False
    assert events(person) == [("account.deactivated", admin.public_id, {})]


def test_nobody_closes_their_own_account() -> None:
    person = UserFactory()
    with pytest.raises(actions.Refused):
        actions.deactivate(user=person, by=person, now=NOW)
    person.refresh_from_db()
    assert person.is_active is True


def test_change_profile_keeps_the_name_out_of_the_log() -> None:
    person = UserFactory(display_name="Before")
    actions.change_profile(user=person, display_name="After", time_zone="Asia/Tokyo", now=NOW)
    person.refresh_from_db()
    assert (person.display_name, person.time_zone) == ("After", "Asia/Tokyo")
    data = {"display_name": log.digest("After"), "time_zone": "Asia/Tokyo"}
    assert events(person) == [("account.profile_changed", person.public_id, data)]


def test_change_of_nothing_is_no_event() -> None:
    person = UserFactory()
    actions.change_profile(user=person, display_name=person.display_name, time_zone=person.time_zone, now=NOW)
    assert events(person) == []


class Broken(Exception):
    """The database going away after the last write."""


@pytest.mark.parametrize(
    "call",
    [
        lambda admin, person: actions.create_person(email="new@example.org", display_name="New", by=admin, now=NOW),
        lambda admin, person: actions.grant(user=person, role=LEADERSHIP, by=admin, now=NOW),
        lambda admin, person: actions.confirm_expertise(user=person, kind=DOMAIN, key="cbrn", by=admin, now=NOW),
        lambda admin, person: actions.deactivate(user=person, by=admin, now=NOW),
        lambda admin, person: actions.change_profile(user=person, display_name="X", time_zone="UTC", now=NOW),
    ],
)
def test_change_that_breaks_after_its_event_leaves_nothing(
    call: Callable[[User, User], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, person = UserFactory(), UserFactory()
    real = log.record

    def record(**facts: Any) -> None:
        real(**facts)
        raise Broken

    def rows() -> list[Any]:
        found = (User, OrganisationRole, Expertise)
        return [list(model.objects.order_by("pk").values()) for model in found] + [log.verify().events]

    before = rows()
    monkeypatch.setattr(log, "record", record)
    with pytest.raises(Broken):
        call(admin, person)
    assert rows() == before
