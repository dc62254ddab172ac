"""The way in: the link of the mail, a password, and one plain sentence where the link does not work."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts import links
from accounts.models import Invitation
from tests.factories.people import InvitationFactory, UserFactory, administrator

pytestmark = pytest.mark.django_db
PASSWORD = "several words of my own"


def invitation(**changes: object) -> Invitation:
    """An open invitation of today."""
    cache.clear()
    made: Invitation = InvitationFactory(
        invited_at=timezone.now(), invited_by=administrator(display_name="The Boss"), **changes
    )
    return made


def follow(client: Client, row: Invitation) -> HttpResponse:
    """Open the link of the mail."""
    answer: HttpResponse = client.get(urlsplit(links.invitation_link(row)).path, follow=True)
    return answer


def send(client: Client, **changes: str) -> HttpResponse:
    """Send the form."""
    fields = {"display_name": "New Name", "time_zone": "Asia/Tokyo", "password1": PASSWORD, "password2": PASSWORD}
    answer: HttpResponse = client.post("/accounts/invitation/", {**fields, **changes})
    return answer


def test_link_leads_to_a_form_whose_address_holds_no_token(client: Client) -> None:
    row = invitation()
    path = urlsplit(links.invitation_link(row)).path
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/invitation/")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    page = client.get("/accounts/invitation/")
    assert "no-store" in page.headers["Cache-Control"]
    text = page.content.decode()
    assert "The Boss invited you." in text
    assert row.user.email in text
    assert path.rstrip("/").rpartition("/")[2] not in text


def test_coming_in_signs_in_and_opens_the_account(client: Client) -> None:
    row = invitation()
    follow(client, row)
    assert send(client).headers["Location"] == "/"
    assert "New Name" in client.get("/accounts/").content.decode()
    row.user.refresh_from_db()
    assert row.user.check_password(PASSWORD)
    assert row.user.last_login is not None
    client.post("/accounts/logout/")
    assert client.post("/accounts/login/", {"login": row.user.email, "password": PASSWORD}).headers["Location"] == "/"


def test_link_works_however_often_it_is_opened_before_and_never_after(client: Client) -> None:
    row = invitation()
    for _ in range(3):
        assert "Welcome" in follow(Client(), row).content.decode()
    follow(client, row)
    send(client)
    late = follow(Client(), row)
    assert late.status_code == 410
    assert "This invitation was used already." in late.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"revoked_at": timezone.now()}, "This invitation was taken back"),
        ({"user__is_active": False}, "This invitation was taken back"),
    ],
)
def test_link_that_does_not_work_says_so_in_one_sentence(
    client: Client, changes: dict[str, object], words: str
) -> None:
    page = follow(client, invitation(**changes))
    assert (page.status_code, words in page.content.decode()) == (410, True)
    assert "ask your administrator for a new invitation" in page.content.decode()


def test_link_too_old_or_made_up(client: Client) -> None:
    row = invitation()
    Invitation.objects.filter(pk=row.pk).update(
        invited_at=timezone.now() - timedelta(15), expires_at=timezone.now() - timedelta(1)
    )
    assert "This invitation is too old." in follow(client, row).content.decode()
    for path in ("/accounts/invitation/made.up/", "/accounts/invitation/"):
        page = Client().get(path, follow=True)
        assert (page.status_code, "This link is not complete" in page.content.decode()) == (410, True)


def test_link_taken_back_while_the_form_was_open(client: Client) -> None:
    row = invitation()
    follow(client, row)
    Invitation.objects.filter(pk=row.pk).update(revoked_at=timezone.now())
    assert send(client).status_code == 410
    row.user.refresh_from_db()
    assert not row.user.has_usable_password()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"password1": "short", "password2": "short"}, "password1", "too short"),
        ({"password1": "123456789012", "password2": "123456789012"}, "password1", "entirely numeric"),
        ({"password1": "person surname", "password2": "person surname", "display_name": "Person Surname"},
         "password1", "too similar"),
        ({"password2": "something else here"}, "password2", "This is not the same as above."),
        ({"password1": ""}, "password1", "Please fill this in."),
        ({"display_name": ""}, "display_name", "Please fill this in."),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "is not one of the available choices"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field(client: Client, changes: dict[str, str], field: str, words: str) -> None:
    row = invitation()
    follow(client, row)
    page = send(client, **changes)
    text = page.content.decode()
    assert page.status_code == 200
    assert words in text[text.index(f'id="div_id_{field}"') :].partition("</div>\n</div>")[0]
    assert PASSWORD not in text
    row.refresh_from_db()
    assert row.accepted_at is None


def test_somebody_else_signed_in_here_is_named_and_signed_out(client: Client) -> None:
    row, other = invitation(), UserFactory(display_name="Somebody Else")
    client.force_login(other)
    assert "Somebody Else is signed in on this computer." in follow(client, row).content.decode()
    send(client)
    assert client.session["_auth_user_id"] == str(row.user_id)


def test_trying_too_often_is_limited(client: Client) -> None:
    follow(client, invitation())
    answers = [send(client, password1="").status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]
