"""The door: sign-in, sign-out, a lost password, and the pages that are closed because accounts are by invitation."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from notifications import delivery, outbox

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
    client.post("/accounts/password/reset/", {"email": "Author@example.org"}, headers={"host": "localhost"})
    assert mail.outbox == []
    assert_no_row_opens_anything()
    (letter,) = delivered()
    assert letter.subject == "Set a new password"
    link = re.search(r"https://board\.example\.org(/accounts/password/reset/key/\S+)", str(letter.body))
    assert link is not None

    form = client.get(link[1], follow=True)
    assert "Choose a new password" in form.content.decode()
    fresh = "another long passphrase"
    client.post(form.redirect_chain[-1][0], {"password1": fresh, "password2": fresh})
    assert [letter.subject for letter in delivered()] == ["Your password was set anew"]
    assert client.login(email="author@example.org", password=fresh)
    client.logout()
    assert "This link no longer works" in Client().get(link[1], follow=True).content.decode()


@pytest.mark.parametrize("who", ["nobody", "closed", "newcomer"])
def test_lost_password_of_nobody_gets_the_same_answer_and_no_mail(client: Client, author: User, who: str) -> None:
    User.objects.create_user("closed@example.org", PASSWORD, display_name="Closed", is_active=False)
    User.objects.create_user("newcomer@example.org", None, display_name="Newcomer")
    client.post("/accounts/password/reset/", {"email": "first@example.org"}, follow=True)  # fills the counters
    with CaptureQueriesContext(connection) as seen:
        known = client.post("/accounts/password/reset/", {"email": "author@example.org"}, follow=True)
    with CaptureQueriesContext(connection) as seen_for_nobody:
        unknown = client.post("/accounts/password/reset/", {"email": f"{who}@example.org"}, follow=True)
    assert not [query for query in seen.captured_queries if '"accounts_user"' in query["sql"]]
    assert kinds(seen) == kinds(seen_for_nobody)
    assert re.sub(r"csrf\S+|X-CSRF[^}]+", "", known.content.decode()) == re.sub(
        r"csrf\S+|X-CSRF[^}]+", "", unknown.content.decode()
    )
    assert [letter.to for letter in delivered()] == [["author@example.org"]]


def test_lost_password_asked_for_many_times_is_one_mail_a_minute_and_then_a_limit(client: Client, author: User) -> None:
    answers = [client.post("/accounts/password/reset/", {"email": "author@example.org"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "There were too many attempts." in answers[-1].content.decode()
    assert len(outbox.recent()) <= 2


def test_lost_password_mail_waits_for_an_hour_at_most(client: Client, author: User) -> None:
    client.post("/accounts/password/reset/", {"email": "author@example.org"})
    delivery.deliver_due(now=timezone.now() + timedelta(hours=1))
    assert mail.outbox == []


def test_lost_password_of_an_address_that_is_none_says_so(client: Client, db: None) -> None:
    page = client.post("/accounts/password/reset/", {"email": "nobody"})
    assert (page.status_code, outbox.recent()) == (200, [])
    assert "This is no e-mail address." in page.content.decode()


def delivered() -> list[mail.EmailMessage]:
    """The mails that a worker sends now."""
    before = len(mail.outbox)
    delivery.deliver_due(now=timezone.now())
    return list(mail.outbox[before:])


def kinds(seen: CaptureQueriesContext) -> list[str]:
    """What a request did to the database, without the values."""
    return [" ".join(re.sub(r'"s\d+_x\d+"', "", query["sql"]).split()[:3]) for query in seen.captured_queries]


def assert_no_row_opens_anything() -> None:
    """The row of the mail holds an address and no link."""
    (row,) = outbox.recent()
    assert dict(row.context) == {"address": "author@example.org"}


def test_password_changed_is_told_by_mail(client: Client, author: User) -> None:
    client.force_login(author)
    fresh = "another long passphrase"
    answer = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}
    )
    assert answer.headers["Location"] == "/accounts/"
    assert mail.outbox == []
    (letter,) = delivered()
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
