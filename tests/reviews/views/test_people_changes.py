"""Inviting, changing, closing: what the forms do, and what they say when something is not right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts import actions
from accounts.models import Absence, Expertise, Invitation, OrganisationRole, User
from notifications import outbox
from tests.factories.committee import board
from tests.factories.people import AbsenceFactory, InvitationFactory, UserFactory, administrator
from tests.reviews.views.pages import client_of, get, post, text_of

pytestmark = pytest.mark.django_db
NEW = {"email": "new@example.org", "display_name": "New Person", "time_zone": "Europe/Berlin", "unit": "Lab"}


@pytest.fixture
def admin() -> User:
    """Somebody who administers."""
    return administrator(time_zone="Asia/Tokyo")


def test_invite_one_person(admin: User) -> None:
    boss = UserFactory(email="boss@example.org")
    assert '<option value="Asia/Tokyo" selected>' in text_of(get(admin, "people-invite"))
    answer = post(admin, "people-invite", **NEW, is_external="on", reports_to="Boss@example.org")
    assert answer.headers["Location"] == "/people/"
    person = User.objects.get(email="new@example.org")
    assert (person.unit, person.is_external, person.reports_to) == ("Lab", True, boss)
    assert [(mail.template, mail.address) for mail in outbox.recent()] == [("account.invited", "new@example.org")]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "here@example.org"}, "There is an account with this address."),
        ({"email": "nothing"}, "This is no e-mail address."),
        ({"email": ""}, "Please fill this in."),
        ({"display_name": ""}, "Please fill this in."),
        ({"reports_to": "nobody@example.org"}, "Nobody with an open account has this address."),
        ({"time_zone": "Mars/Olympus"}, "is not one of the available choices"),
    ],
)
def test_invite_says_what_is_not_right_and_keeps_what_was_typed(
    admin: User, changes: dict[str, str], words: str
) -> None:
    UserFactory(email="here@example.org")
    page = text_of(post(admin, "people-invite", **{**NEW, "unit": "Typed unit", **changes}))
    assert words in page
    assert "Typed unit" in page
    assert (Invitation.objects.count(), outbox.recent()) == (0, [])


# A list

LIST = "email,name\none@example.org,Person One\ntwo@example.org,Person Two\n"


def check(client: Client, text: str = LIST, **fields: Any) -> HttpResponse:
    """Ask what a list would do."""
    answer: HttpResponse = client.post("/people/import/", {"text": text, "check": "1", **fields})
    return answer


def confirm(client: Client, shown: HttpResponse, **changes: str) -> HttpResponse:
    """Send what the page of the dry run carries."""
    initial = shown.context_data["form"].initial  # type: ignore[attr-defined]
    answer: HttpResponse = client.post("/people/import/", {**initial, "invite": "1", **changes})
    return answer


def test_list_is_shown_first_and_invites_when_confirmed(admin: User) -> None:
    client = client_of(admin)
    shown = check(client)
    assert "2 new" in text_of(shown)
    assert User.objects.count() == 1
    assert confirm(client, shown).headers["Location"] == "/people/"
    assert "2 invitations are on their way." in client.get("/people/").content.decode()
    assert len(outbox.recent()) == Invitation.objects.count() == 2


def test_list_as_a_file_comes_back_as_text(admin: User) -> None:
    client = client_of(admin)
    upload = SimpleUploadedFile("people.csv", ("\ufeff" + LIST.replace(",", ";")).encode())
    shown = check(client, text="", file=upload)
    assert "one@example.org;Person One" in text_of(shown)
    assert confirm(client, shown).status_code == 302
    assert User.objects.filter(email="two@example.org").exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"\xff\xfe\x00", "This is no UTF-8 text."), (b"x" * (256 * 1024 + 1), "larger than 256 KiB"), (b"", "Choose a")],
)
def test_file_that_is_no_list(admin: User, data: bytes, words: str) -> None:
    assert words in text_of(check(client_of(admin), text="", file=SimpleUploadedFile("people.csv", data)))


def test_text_that_is_too_long_or_missing(admin: User) -> None:
    client = client_of(admin)
    assert "larger than 256 KiB" in text_of(check(client, text="é" * (128 * 1024 + 1)))
    assert "Choose a file, or write the list here." in text_of(check(client, text=" \n"))


def test_list_with_a_fault_cannot_be_confirmed(admin: User) -> None:
    client = client_of(admin)
    shown = check(client, text=f"{LIST}three,Person Three\n")
    page = text_of(shown)
    assert "<code>email</code> “three” is no e-mail address." in page
    assert "Some lines are not right yet." in page
    assert 'name="invite"' not in page
    assert confirm(client, shown).status_code == 200
    assert User.objects.count() == 1


def test_list_changed_after_it_was_shown_is_shown_again(admin: User) -> None:
    client = client_of(admin)
    shown = check(client)
    again = confirm(client, shown, text=f"{LIST}three@example.org,Person Three\n")
    assert "The list is not the one that you saw before." in text_of(again)
    actions.invite(
        email="one@example.org", display_name="One", unit="", time_zone="UTC", is_external=False, by=admin,
        now=timezone.now(),
    )  # fmt: skip
    assert "1 new, 1 changed" in text_of(confirm(client, shown))
    assert Invitation.objects.count() == 1


def test_list_that_changes_people_shows_how_and_does_it_once_confirmed(admin: User) -> None:
    person = UserFactory(email="one@example.org", display_name="One", unit="Lab")
    client = client_of(admin)
    shown = check(client, text="email,unit\none@example.org,Office\n")
    assert "unit: Lab → Office" in text_of(shown)
    assert "Change 1 person" in text_of(shown)
    User.objects.filter(pk=person.pk).update(unit="Attic")
    again = confirm(client, shown)
    assert "The list is not the one that you saw before." in text_of(again)
    assert "unit: Attic → Office" in text_of(again)
    assert confirm(client, again).status_code == 302
    person.refresh_from_db()
    assert person.unit == "Office"
    assert "1 account was changed." in client.get("/people/").content.decode()


def test_list_of_people_who_are_all_here(admin: User) -> None:
    UserFactory(email="one@example.org", display_name="One")
    page = text_of(check(client_of(admin), text="email,name\none@example.org,One\n"))
    assert "Everybody of this list is here already, as it says." in page
    assert 'name="invite"' not in page


# One person


def test_edit_keeps_what_others_changed_meanwhile(admin: User) -> None:
    person = UserFactory(display_name="Before")
    fields = {"display_name": "After", "time_zone": "UTC", "load_cap": "2", "unit": "Typed unit"}
    actions.change_profile(user=person, display_name="Meanwhile", time_zone="UTC", now=timezone.now())
    stale = post(admin, "person-edit", person.public_id, **fields, version="0")
    assert (stale.status_code, "Typed unit" in text_of(stale)) == (409, True)
    assert post(admin, "person-edit", person.public_id, **fields, version="1").status_code == 302
    person.refresh_from_db()
    assert (person.display_name, person.unit, person.load_cap) == ("After", "Typed unit", 2)


def test_edit_refuses_a_reporting_line_in_a_circle_beside_the_field(admin: User) -> None:
    person = UserFactory()
    below = UserFactory(reports_to=person)
    fields = {"display_name": "After", "time_zone": "UTC", "load_cap": "2", "version": "0", "reports_to": below.email}
    page = text_of(post(admin, "person-edit", person.public_id, **fields))
    assert "reports to this person already" in page
    assert 'id="id_reports_to_error"' in page


def test_role_is_given_and_ended(admin: User) -> None:
    person = UserFactory()
    post(admin, "person-give-role", person.public_id, role="leadership")
    assert "leadership" not in text_of(get(admin, "person-give-role", person.public_id))
    assert "loses the role “Leadership” at once" in text_of(
        get(admin, "person-end-role", person.public_id, "leadership")
    )
    post(admin, "person-end-role", person.public_id, "leadership")
    (held,) = OrganisationRole.objects.filter(user=person)
    assert held.until_by == admin
    assert get(admin, "person-end-role", person.public_id, "leadership").status_code == 404
    assert get(admin, "person-end-role", person.public_id, "king").status_code == 404


def test_last_administrator_is_told_why_the_role_stays(admin: User) -> None:
    page = post(admin, "person-end-role", admin.public_id, "administrator")
    assert "This is the last administrator." in text_of(page)
    assert post(admin, "person-give-role", admin.public_id, role="leadership").status_code == 403
    assert post(admin, "person-close", admin.public_id).status_code == 403


def test_expertise_is_added_confirmed_and_withdrawn_by_those_who_run_the_committee() -> None:
    made = board()
    person = made.reviewers[0]
    post(made.coordinator, "person-expertise-add", person.public_id, subject="domain:weapons", level="2")
    post(made.chair, "person-expertise-confirm", person.public_id, "domain", "weapons")
    known = Expertise.objects.get(user=person)
    assert (known.key, known.level, known.confirmed_by) == ("weapons", 2, made.chair)
    assert "Hazard domain, working level" in text_of(get(made.chair, "person", person.public_id))
    post(made.deputy, "person-expertise-withdraw", person.public_id, "domain", "weapons")
    known.refresh_from_db()
    assert known.withdrawn_by == made.deputy
    assert post(made.chair, "person-expertise-confirm", person.public_id, "domain", "weapons").status_code == 404


def test_the_button_confirms_the_level_that_was_shown() -> None:
    made = board()
    person = made.reviewers[0]
    at = (person.public_id, "domain", "weapons")
    post(made.coordinator, "person-expertise-add", person.public_id, subject="domain:weapons", level="1")
    assert '<input type="hidden" name="level" value="1">' in text_of(get(made.chair, "person", person.public_id))
    assert 'name="level" value="1"' in text_of(get(made.chair, "person-expertise-confirm", *at))
    post(made.coordinator, "person-expertise-add", person.public_id, subject="domain:weapons", level="3")
    assert post(made.chair, "person-expertise-confirm", *at, level="1").status_code == 409
    assert not Expertise.objects.confirmed().filter(user=person).exists()
    post(made.chair, "person-expertise-confirm", *at, level="3")
    assert Expertise.objects.confirmed().get(user=person).confirmed_by == made.chair


def test_absence_is_noted_and_taken_back(admin: User) -> None:
    person = UserFactory()
    soon = (timezone.now() + timedelta(days=9)).date().isoformat()
    post(admin, "person-absence-add", person.public_id, from_date=soon, until_date=soon)
    absence = Absence.objects.get()
    assert (absence.user, absence.noted_by) == (person, admin)
    post(admin, "absence-cancel", absence.public_id)
    absence.refresh_from_db()
    assert absence.cancelled_by == admin
    again = text_of(post(admin, "absence-cancel", absence.public_id))
    assert "This absence was taken back before." in again
    assert get(admin, "absence-cancel", "nothing").status_code == 404


def test_newcomer_is_invited_again_and_the_invitation_taken_back(admin: User) -> None:
    person = InvitationFactory().user
    post(admin, "person-invite-again", person.public_id)
    assert Invitation.objects.filter(user=person, revoked_at=None).count() == 1
    post(admin, "person-revoke", person.public_id)
    assert not Invitation.objects.filter(user=person, revoked_at=None).exists()
    assert get(admin, "person-revoke", person.public_id).status_code == 404


def test_account_is_closed_with_a_live_session_and_opened_again(admin: User) -> None:
    made = board()
    client = client_of(made.chair)
    assert client.get("/queue/").status_code == 200
    post(admin, "person-close", made.chair.public_id)
    assert client.get("/queue/").headers["Location"].startswith("/accounts/login/")
    page = text_of(get(admin, "person", made.chair.public_id))
    assert [words in page for words in ("Closed", "Open it again", "Close the account")] == [True, True, False]
    assert "These roles count again: Chair (Board)." in text_of(get(admin, "person-reopen", made.chair.public_id))
    post(admin, "person-reopen", made.chair.public_id)
    made.chair.refresh_from_db()
    assert (made.chair.is_active, made.chair.has_usable_password()) == (True, False)
    assert client.get("/queue/").status_code == 302


def test_sessions_are_ended(admin: User) -> None:
    person = UserFactory()
    client = client_of(person)
    assert "1 session now" in text_of(get(admin, "person", person.public_id))
    post(admin, "person-end-sessions", person.public_id)
    assert client.get("/").status_code == 302
    assert "nowhere now" in text_of(get(admin, "person", person.public_id))


def test_absence_of_a_closed_committee_is_not_there_for_others() -> None:
    made, other = board(), board("Another board")
    away = AbsenceFactory(user=made.members[0])
    assert get(other.chair, "absence-cancel", away.public_id).status_code == 404
    assert get(made.chair, "absence-cancel", away.public_id).status_code == 403
