"""Invitations: one door, once, for a while; the first administrator; many at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from accounts import actions, links
from accounts.models import Invitation, OrganisationRole, User
from accounts.standing import Standing, of
from audit import log
from notifications import delivery, outbox
from tests.databases import FreshDatabase, at_once
from tests.factories.people import InvitationFactory, UserFactory, administrator
from tests.sizes import TRIALS

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "several words of my own"
NEW: dict[str, Any] = {
    "email": "New.Person@example.org", "display_name": "New Person", "unit": "Lab", "time_zone": "Asia/Tokyo",
    "is_external": True,
}  # fmt: skip


def types(user: User) -> list[str]:
    return [event.type for event in log.events(f"account:{user.public_id}")]


def accept(invitation: Invitation, *, password: str = PASSWORD, now: datetime = NOW) -> User:
    return actions.accept(
        invitation=invitation, password=password, display_name="New Name", time_zone="Europe/Berlin", now=now
    )


def invite(**changes: Any) -> Invitation:
    return actions.invite(**{**NEW, "by": administrator(), "now": NOW, **changes})


def codes(refused: Any) -> tuple[str, str]:
    return refused.value.code, refused.value.field


@pytest.mark.django_db
def test_invite_makes_an_account_that_only_its_link_opens() -> None:
    admin = administrator()
    invitation = invite(by=admin)
    person = invitation.user
    assert (person.email, person.unit, person.is_external) == ("new.person@example.org", "Lab", True)
    assert (person.has_usable_password(), of(person, invitation, NOW)) == (False, Standing.INVITED)
    assert (invitation.expires_at, invitation.invited_by) == (NOW + timedelta(days=14), admin)
    assert types(person) == ["account.created", "account.invited"]


@pytest.mark.django_db
def test_mail_holds_the_link_and_no_row_of_the_database_does() -> None:
    invitation = invite()
    link = links.invitation_link(invitation)
    token = link.rstrip("/").rpartition("/")[2]
    assert links.invited(token) == invitation.public_id
    delivery.deliver_due(now=NOW)
    (letter,) = mail.outbox
    assert letter.to == ["new.person@example.org"]
    assert link in str(letter.body)
    assert "16 March 2026, 18:00 JST" in str(letter.body)
    signature = token.rpartition(".")[2]
    tables = [name for name in connection.introspection.table_names() if not name.startswith("sqlite_")]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            assert signature not in str(cursor.fetchall()), table


@pytest.mark.django_db
def test_link_that_somebody_made_up_opens_nothing() -> None:
    invitation = invite()
    token = links.invitation_link(invitation).rstrip("/").rpartition("/")[2]
    for other in ("", invitation.public_id, f"{invitation.public_id}.", token[:-1], f"x{token}", token.swapcase()):
        assert links.invited(other) is None


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["accepted", "revoked", "expired", "closed", "superseded"])
def test_mail_of_an_invitation_that_is_not_open_is_not_sent(why: str) -> None:
    admin = administrator()
    invitation = invite(by=admin)
    later = NOW + timedelta(hours=1)
    if why == "accepted":
        accept(invitation)
    elif why == "revoked":
        actions.revoke(invitation=invitation, by=admin, now=NOW)
    elif why == "closed":
        actions.deactivate(user=invitation.user, by=admin, now=NOW)
    elif why == "superseded":
        actions.invite_again(user=invitation.user, by=admin, now=NOW)
    else:
        later = NOW + timedelta(days=14)
    delivery.deliver_due(now=later)
    assert len(mail.outbox) == (1 if why == "superseded" else 0)
    assert [row.state for row in outbox.recent()].count("cancelled") == 1


@pytest.mark.django_db
def test_invite_an_address_in_use() -> None:
    UserFactory(email="new.person@example.org")
    with pytest.raises(actions.Refused) as refused:
        invite()
    assert codes(refused) == ("email_taken", "email")
    assert not Invitation.objects.exists()


@pytest.mark.django_db
def test_invite_into_an_unknown_zone() -> None:
    with pytest.raises(actions.Refused) as refused:
        invite(time_zone="Mars/Olympus")
    assert codes(refused) == ("zone_unknown", "time_zone")


@pytest.mark.django_db
def test_invite_again_leaves_one_link_that_works() -> None:
    admin = administrator()
    first = invite(by=admin)
    second = actions.invite_again(user=first.user, by=admin, now=NOW)
    first.refresh_from_db()
    assert (first.revoked_at, first.revoked_by, second.is_open(NOW)) == (NOW, admin, True)
    with pytest.raises(actions.Refused):
        accept(first)
    accept(second)
    with pytest.raises(actions.Refused) as refused:
        actions.invite_again(user=first.user, by=admin, now=NOW)
    assert refused.value.code == "has_come"


@pytest.mark.django_db
def test_revoke_only_what_is_open() -> None:
    admin, invitation = administrator(), InvitationFactory()
    actions.revoke(invitation=invitation, by=admin, now=NOW)
    for again in (invitation, InvitationFactory(accepted_at=NOW)):
        with pytest.raises(actions.Refused):
            actions.revoke(invitation=again, by=admin, now=NOW)
    assert types(invitation.user) == ["account.invitation_revoked"]


@pytest.mark.django_db
def test_accept_sets_the_password_the_name_and_the_zone_once() -> None:
    invitation = invite()
    person = accept(invitation)
    assert (person.display_name, person.time_zone) == ("New Name", "Europe/Berlin")
    assert person.check_password(PASSWORD)
    assert types(person)[2:] == ["account.invitation_accepted", "account.profile_changed"]
    with pytest.raises(actions.Refused) as refused:
        accept(invitation, password="somebody else's words")
    assert refused.value.code == "not_open"
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


@pytest.mark.django_db
def test_accept_too_late_or_closed() -> None:
    admin = administrator()
    late, gone = invite(by=admin), invite(by=admin, email="gone@example.org")
    actions.deactivate(user=gone.user, by=admin, now=NOW)
    with pytest.raises(actions.Refused):
        accept(late, now=NOW + timedelta(days=14))
    with pytest.raises(actions.Refused):
        accept(gone)
    assert not User.objects.get(pk=late.user_id).has_usable_password()


def test_of_two_who_accept_at_once_one_stands(fresh_database: FreshDatabase) -> None:
    for _ in range(TRIALS):
        invitation = InvitationFactory()
        outcomes = at_once(
            *(lambda word=word, row=invitation: accept(row, password=f"{PASSWORD} {word}") for word in ("one", "two"))
        )
        came = [number for number, one in enumerate(outcomes) if isinstance(one, User)]
        told = [one for one in outcomes if isinstance(one, Exception)]
        assert (len(came), [type(one) for one in told]) == (1, [actions.Refused])
        person = User.objects.get(pk=invitation.user_id)
        assert person.check_password(f"{PASSWORD} {('one', 'two')[came[0]]}")
        assert types(person).count("account.invitation_accepted") == 1
        assert log.verify(f"account:{person.public_id}").faults == ()


def test_of_two_who_invite_one_address_at_once_one_stands(fresh_database: FreshDatabase) -> None:
    first, second = administrator(), administrator()
    for number in range(TRIALS):
        address = f"new.{number}@example.org"
        outcomes = at_once(*(lambda by=by, address=address: invite(by=by, email=address) for by in (first, second)))
        assert [type(one) for one in outcomes if isinstance(one, Exception)] == [actions.Refused]
        assert User.objects.filter(email=address).count() == Invitation.objects.filter(user__email=address).count() == 1


# The first administrator


def install(email: str = "first@example.org") -> Invitation:
    return actions.install_first_administrator(email=email, display_name="First Person", now=NOW)


@pytest.mark.django_db
def test_first_administrator_gets_the_role_from_the_program_and_no_mail() -> None:
    invitation = install()
    held = OrganisationRole.objects.get()
    assert (held.user, held.role, held.from_by) == (invitation.user, "administrator", None)
    assert outbox.recent() == []
    assert actions.invitation_link(invitation).startswith("http://127.0.0.1:8000/accounts/invitation/")
    assert types(invitation.user) == ["account.created", "account.role_granted", "account.invited"]


@pytest.mark.django_db
def test_set_up_again_before_anybody_came_gives_a_new_link() -> None:
    first, second = install(), install()
    first.refresh_from_db()
    assert (first.revoked_at, first.user) == (NOW, second.user)
    assert OrganisationRole.objects.count() == 1


@pytest.mark.django_db
def test_set_up_again_with_another_address_closes_the_mistaken_one() -> None:
    first, second = install("frist@example.org"), install()
    first.user.refresh_from_db()
    assert (first.user.is_active, second.user.is_active) == (False, True)
    third = install("frist@example.org")
    third.user.refresh_from_db()
    assert (third.user, third.user.is_active) == (first.user, True)


@pytest.mark.django_db
@pytest.mark.parametrize("since", ["came", "ended", "closed"])
def test_set_up_again_once_an_administrator_came_is_refused(since: str) -> None:
    person = accept(install())
    other = administrator()
    if since == "ended":
        actions.end_role(user=person, role=OrganisationRole.Role.ADMINISTRATOR, by=other, now=NOW)
    if since == "closed":
        actions.deactivate(user=person, by=other, now=NOW)
    OrganisationRole.objects.filter(user=other).delete()
    with pytest.raises(actions.Refused) as refused:
        install("second@example.org")
    assert refused.value.code == "administrator_exists"


# Many at a time

LIST = """email,name,unit,external,time_zone,reports_to
boss@example.org,The Boss,Lab,no,Europe/Berlin,
one@example.org,Person One,Lab,,,boss@example.org
two@example.org,Person Two,Elsewhere,yes,Asia/Tokyo,here@example.org
here@example.org,Somebody Else,,,,
"""


@pytest.mark.django_db
def test_import_invites_who_is_new_and_changes_who_is_here() -> None:
    here = UserFactory(email="here@example.org", display_name="Already Here")
    found = actions.import_people(text=LIST, by=administrator(), now=NOW)
    people = {entry.email: User.objects.get(email=entry.email) for entry in found.newcomers}
    assert list(people) == ["boss@example.org", "one@example.org", "two@example.org"]
    two = people["two@example.org"]
    assert (two.unit, two.is_external, two.time_zone, two.reports_to) == ("Elsewhere", True, "Asia/Tokyo", here)
    assert people["one@example.org"].reports_to == people["boss@example.org"]
    here.refresh_from_db()
    assert here.display_name == "Somebody Else"
    assert sorted(row.address for row in outbox.recent()) == sorted(people)
    assert types(two) == ["account.created", "account.invited", "account.changed"]


@pytest.mark.django_db
def test_import_with_one_fault_does_nothing() -> None:
    admin = administrator()
    here = UserFactory(email="here@example.org", display_name="Already Here")
    before = User.objects.count()
    with pytest.raises(actions.Refused) as refused:
        actions.import_people(text=f"{LIST}three@example.org,\n", by=admin, now=NOW)
    assert refused.value.code == "list_faulty"
    here.refresh_from_db()
    assert (User.objects.count(), outbox.recent(), here.display_name) == (before, [], "Already Here")
