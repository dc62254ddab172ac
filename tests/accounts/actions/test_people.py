"""Accounts made, changed, closed and opened again by administrators: one transaction and its events each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts import actions
from accounts.models import Absence, Expertise, Invitation, OrganisationRole, User
from accounts.standing import Standing, of
from audit import log
from notifications import outbox
from tests.factories.people import InvitationFactory, UserFactory, administrator

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADMINISTRATOR, LEADERSHIP = OrganisationRole.Role.ADMINISTRATOR, OrganisationRole.Role.LEADERSHIP
DOMAIN = Expertise.Kind.DOMAIN
FACTS: dict[str, Any] = {
    "display_name": "Person Uno", "unit": "Lab", "time_zone": "Asia/Tokyo", "is_external": True, "reports_to": None,
    "load_cap": 2,
}  # fmt: skip


def events(user: User) -> list[tuple[str, str, dict[str, Any]]]:
    return [(event.type, event.actor, event.data) for event in log.events(f"account:{user.public_id}")]


def test_create_person_makes_an_account_that_nobody_can_enter() -> None:
    admin = administrator()
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
    with pytest.raises(actions.Refused) as refused:
        actions.create_person(email="PERSON@example.org", display_name="Other", by=None, now=NOW)
    assert (refused.value.code, refused.value.field) == ("email_taken", "email")
    assert User.objects.count() == 1


def test_change_person_keeps_names_and_units_out_of_the_log() -> None:
    admin, manager, person = administrator(), UserFactory(), UserFactory()
    actions.change_person(user=person, by=admin, now=NOW, version=0, **{**FACTS, "reports_to": manager})
    person.refresh_from_db()
    assert (person.display_name, person.unit, person.is_external, person.reports_to, person.load_cap) == (
        "Person Uno", "Lab", True, manager, 2,
    )  # fmt: skip
    data = {
        "display_name": log.digest("Person Uno"), "unit": log.digest("Lab"), "time_zone": "Asia/Tokyo",
        "is_external": True, "reports_to": manager.public_id, "load_cap": 2,
    }  # fmt: skip
    assert events(person) == [("account.changed", admin.public_id, data)]


def test_change_of_nothing_is_no_event_and_no_version() -> None:
    admin, person = administrator(), UserFactory(**FACTS)
    actions.change_person(user=person, by=admin, now=NOW, **FACTS)
    person.refresh_from_db()
    assert (events(person), person.version) == ([], 0)


def test_change_person_after_somebody_else_did_is_stale() -> None:
    admin, person = administrator(), UserFactory()
    actions.change_profile(user=person, display_name="Meanwhile", time_zone="UTC", now=NOW)
    with pytest.raises(actions.Stale):
        actions.change_person(user=person, by=admin, now=NOW, version=0, **FACTS)
    person.refresh_from_db()
    assert person.display_name == "Meanwhile"


def test_nobody_reports_in_a_circle() -> None:
    admin, top = administrator(), UserFactory()
    middle = UserFactory(reports_to=top)
    low = UserFactory(reports_to=middle)
    for manager in (top, middle, low):
        with pytest.raises(actions.Refused) as refused:
            actions.change_person(user=top, by=admin, now=NOW, **{**FACTS, "reports_to": manager})
        assert (refused.value.code, refused.value.field) == ("reports_in_a_circle", "reports_to")
    top.refresh_from_db()
    assert top.reports_to is None


def test_deactivate_ends_every_session_at_once_and_for_ever() -> None:
    admin, person = administrator(), UserFactory()
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        assert client.get("/accounts/").status_code == 200
    kept = clients[1].cookies[settings.SESSION_COOKIE_NAME].value
    hash_before = person.get_session_auth_hash()

    actions.deactivate(user=person, by=admin, now=datetime.now(UTC))

    assert [client.get("/accounts/").status_code for client in clients] == [302, 302]
    person.refresh_from_db()
    assert (person.is_active, person.has_usable_password()) == (False, False)
    actions.reactivate(user=person, by=admin, now=NOW)
    again = Client()
    again.cookies[settings.SESSION_COOKIE_NAME] = kept
    person.refresh_from_db()
    assert again.get("/accounts/").status_code == 302
    assert person.get_session_auth_hash() != hash_before
    assert not Client().login(email=person.email, password="a long pass phrase")


def test_deactivate_takes_an_open_invitation_back() -> None:
    admin, invitation = administrator(), InvitationFactory()
    actions.deactivate(user=invitation.user, by=admin, now=NOW)
    invitation.refresh_from_db()
    assert (invitation.revoked_at, invitation.revoked_by) == (NOW, admin)
    assert events(invitation.user) == [("account.deactivated", admin.public_id, {})]


def test_deactivate_again_is_refused() -> None:
    admin, person = administrator(), UserFactory(is_active=False)
    with pytest.raises(actions.Refused):
        actions.deactivate(user=person, by=admin, now=NOW)


@pytest.mark.parametrize("others", [0, 1])
def test_nobody_closes_their_own_account(others: int) -> None:
    person = administrator()
    for _other in range(others):
        administrator()
    with pytest.raises(actions.Denied) as refused:
        actions.deactivate(user=person, by=person, now=NOW)
    assert refused.value.code == "oneself"
    person.refresh_from_db()
    assert person.is_active is True


def test_reactivate_is_a_new_invitation() -> None:
    admin, person = administrator(), UserFactory()
    actions.deactivate(user=person, by=admin, now=NOW)
    invitation = actions.reactivate(user=person, by=admin, now=NOW)
    person.refresh_from_db()
    assert (person.is_active, of(person, invitation, NOW)) == (True, Standing.INVITED)
    assert [kind for kind, _actor, _data in events(person)] == [
        "account.deactivated", "account.reactivated", "account.invited",
    ]  # fmt: skip
    assert [mail.template for mail in outbox.recent()] == ["account.invited"]
    with pytest.raises(actions.Refused):
        actions.reactivate(user=person, by=admin, now=NOW)


def test_end_sessions_leaves_others_signed_in() -> None:
    admin, person, other = administrator(), UserFactory(), UserFactory()
    clients = {}
    for one in (person, other):
        clients[one] = Client()
        clients[one].force_login(one, backend=settings.AUTHENTICATION_BACKENDS[0])
    assert actions.end_sessions(user=person, by=admin, now=datetime.now(UTC)) == 1
    assert [client.get("/accounts/").status_code for client in clients.values()] == [302, 200]
    assert events(person) == [("account.sessions_ended", admin.public_id, {"sessions": 1})]


# Everything that only an administrator does, for somebody with an open account.
CALLS: dict[str, Callable[[User, User], object]] = {
    "create_person": lambda by, user: actions.create_person(email="n@example.org", display_name="N", by=by, now=NOW),
    "change_person": lambda by, user: actions.change_person(user=user, by=by, now=NOW, **FACTS),
    "deactivate": lambda by, user: actions.deactivate(user=user, by=by, now=NOW),
    "end_sessions": lambda by, user: actions.end_sessions(user=user, by=by, now=NOW),
    "grant": lambda by, user: actions.grant(user=user, role=LEADERSHIP, by=by, now=NOW),
    "end_role": lambda by, user: actions.end_role(user=user, role=OrganisationRole.Role.AUDITOR, by=by, now=NOW),
    "invite": lambda by, user: actions.invite(
        email="n@example.org", display_name="N", unit="", time_zone="UTC", is_external=False, by=by, now=NOW
    ),
    "import_people": lambda by, user: actions.import_people(text="email,name\nn@example.org,N\n", by=by, now=NOW),
    "invite_again": lambda by, user: actions.invite_again(user=InvitationFactory().user, by=by, now=NOW),
    "revoke": lambda by, user: actions.revoke(invitation=InvitationFactory(), by=by, now=NOW),
    "confirm_expertise": lambda by, user: actions.confirm_expertise(
        user=user, kind=DOMAIN, key="cbrn", by=by, now=NOW
    ),
    "withdraw_expertise": lambda by, user: actions.withdraw_expertise(
        user=user, kind=DOMAIN, key="cyber", by=by, now=NOW
    ),
    "state_expertise": lambda by, user: actions.state_expertise(user=user, kind="skill", key="legal", by=by, now=NOW),
    "note_absence": lambda by, user: actions.note_absence(
        user=user, from_date=date(2026, 4, 1), until_date=date(2026, 4, 2), stand_in=None, by=by, now=NOW
    ),
    "cancel_absence": lambda by, user: actions.cancel_absence(
        absence=Absence.objects.get(user=user), by=by, now=NOW
    ),
}  # fmt: skip


def somebody() -> User:
    """A person with a role, something known and an absence."""
    person: User = UserFactory()
    OrganisationRole.objects.create(user=person, role="auditor", from_at=NOW)
    Expertise.objects.create(user=person, kind=DOMAIN, key="cyber")
    Absence.objects.create(
        user=person, from_date=date(2026, 3, 9), until_date=date(2026, 3, 13), noted_at=NOW, noted_by=person
    )
    return person


@pytest.mark.parametrize("name", CALLS)
def test_only_an_active_administrator_does_it(name: str) -> None:
    person, call = somebody(), CALLS[name]
    former, closed = administrator(), administrator()
    administrator()
    OrganisationRole.objects.filter(user=former).update(until_at=NOW, until_by=former)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    others = [former, closed, UserFactory(is_superuser=True, is_staff=True)]
    others.append(UserFactory())
    OrganisationRole.objects.create(user=others[-1], role="leadership", from_at=NOW)
    for by in others:
        with pytest.raises(actions.Denied):
            call(by, person)
    call(administrator(), person)


class Broken(Exception):
    """The database going away after the last write."""


@pytest.mark.parametrize("name", CALLS)
def test_change_that_breaks_after_its_event_leaves_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    admin, person, call = administrator(), somebody(), CALLS[name]
    real = log.record

    def record(**facts: Any) -> None:
        real(**facts)
        raise Broken

    def rows() -> list[Any]:
        found = (User, OrganisationRole, Expertise, Absence)
        known = [list(model.objects.order_by("pk").values()) for model in found]
        return [*known, Invitation.objects.filter(user=person).count(), log.verify().events, len(outbox.recent())]

    before = rows()
    monkeypatch.setattr(log, "record", record)
    with pytest.raises(Broken):
        call(admin, person)
    after = rows()
    before[0] = after[0] = [row for row in after[0] if row["id"] <= person.pk]
    assert after == before
