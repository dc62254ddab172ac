"""The door: sign-in, sign-out, a lost password, and the pages that are closed because accounts are by invitation."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.models import User

PASSWORD = "a long passphrase"


@pytest.fixture
def author(db: None) -> User:
    """A person of no role."""
    cache.clear()
    return User.objects.create_user("author@example.org", PASSWORD, display_name="Author One")


def test_sign_in_by_address_whatever_its_case(client: Client, author: User) -> None:
    answer = client.post("/accounts/login/", {"login": "Author@Example.org", "password": PASSWORD})
    assert answer.headers["Location"] == "/"
    assert client.get("/accounts/").status_code == 200


def test_sign_in_refused_says_the_same_for_unknown_and_wrong(client: Client, author: User) -> None:
    wrong = client.post("/accounts/login/", {"login": "author@example.org", "password": "something"})
    unknown = client.post("/accounts/login/", {"login": "nobody@example.org", "password": "something"})
    words = "This address and this password do not go together."
    assert words in wrong.content.decode()
    assert words in unknown.content.decode()


def test_sign_in_keeps_the_address_and_not_the_password(client: Client, author: User) -> None:
    page = client.post("/accounts/login/", {"login": "author@example.org", "password": "kept-nowhere"}).content.decode()
    assert 'value="author@example.org"' in page
    assert "kept-nowhere" not in page


def test_sign_in_of_a_closed_account_is_refused(client: Client, author: User) -> None:
    author.is_active = False
    author.save()
    answer = client.post("/accounts/login/", {"login": "author@example.org", "password": PASSWORD}, follow=True)
    assert "This account is closed" in answer.content.decode()
    assert client.get("/accounts/").status_code == 302


def test_sign_out_asks_and_then_does(client: Client, author: User) -> None:
    client.force_login(author)
    assert "Sign out?" in client.get("/accounts/logout/").content.decode()
    assert client.get("/accounts/").status_code == 200
    assert client.post("/accounts/logout/").headers["Location"] == "/accounts/login/"
    assert client.get("/accounts/").status_code == 302


def test_lost_password_is_set_anew_by_a_link_that_works_once(client: Client, author: User, settings: Settings) -> None:
    settings.BASE_URL = "https://board.example.org"
    client.post("/accounts/password/reset/", {"email": "author@example.org"}, headers={"host": "localhost"})
    (letter,) = mail.outbox
    assert letter.subject == "Set a new password"
    link = re.search(r"https://board\.example\.org(/accounts/password/reset/key/\S+)", str(letter.body))
    assert link is not None

    form = client.get(link[1], follow=True)
    assert "Choose a new password" in form.content.decode()
    fresh = "another long passphrase"
    client.post(form.redirect_chain[-1][0], {"password1": fresh, "password2": fresh})
    assert [letter.subject for letter in mail.outbox[1:]] == ["Your password was set anew"]
    assert client.login(email="author@example.org", password=fresh)
    client.logout()
    assert "This link no longer works" in Client().get(link[1], follow=True).content.decode()


def test_lost_password_of_nobody_gets_the_same_answer_and_no_mail(client: Client, author: User) -> None:
    known = client.post("/accounts/password/reset/", {"email": "author@example.org"}, follow=True)
    mail.outbox.clear()
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"}, follow=True)
    assert re.sub(r"csrf\S+|X-CSRF[^}]+", "", known.content.decode()) == re.sub(
        r"csrf\S+|X-CSRF[^}]+", "", unknown.content.decode()
    )
    assert mail.outbox == []


def test_password_changed_is_told_by_mail(client: Client, author: User) -> None:
    client.force_login(author)
    fresh = "another long passphrase"
    answer = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}
    )
    assert answer.headers["Location"] == "/accounts/"
    (letter,) = mail.outbox
    assert letter.subject == "Your password was changed"
    assert letter.to == ["author@example.org"]
    assert fresh not in str(letter.body)


@pytest.mark.parametrize("password", ["short", "123456789012", "author@example.org"])
def test_password_too_weak_is_refused_beside_the_field(client: Client, author: User, password: str) -> None:
    client.force_login(author)
    fields = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    page = client.post("/accounts/password/change/", fields)
    assert page.status_code == 200
    assert 'id="id_password1_error"' in page.content.decode()


def test_nobody_makes_an_account_or_changes_their_address(client: Client, author: User) -> None:
    fields = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    page = client.post("/accounts/signup/", fields).content.decode()
    assert "Accounts are by invitation" in page
    assert not User.objects.filter(email="new@example.org").exists()
    client.force_login(author)
    assert client.get("/accounts/email/").headers["Location"] == "/accounts/"
    assert client.post("/accounts/email/", {"action_add": "", "email": "new@example.org"}).status_code == 302
    author.refresh_from_db()
    assert author.email == "author@example.org"
