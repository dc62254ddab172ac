"""The second step at sign-in: set up, used, and turned off, on pages that keep to the content policy."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from notifications import delivery
from tests.databases import FreshDatabase
from tests.factories.people import OrganisationFactory

PASSWORD = "a long passphrase"


@pytest.fixture
def author(fresh_database: FreshDatabase) -> User:
    """A person of no role; commits are real, because the mails go out after them."""
    cache.clear()
    return User.objects.create_user("author@example.org", PASSWORD, display_name="Author One")


def code(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def confirmed(client: Client, path: str) -> str:
    """The page behind the password question."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client.get(path).content.decode()


def test_second_step_is_set_up_asked_for_and_turned_off(client: Client, author: User) -> None:
    client.force_login(author)
    page = confirmed(client, "/accounts/2fa/totp/activate/")
    secret = re.search(r'<code class="rb-hash">([A-Z2-7]+)</code>', page)
    assert secret is not None
    assert "data:" not in page
    assert '<div class="rb-qr"' in page
    assert "<svg" in page[page.index("rb-qr") :]

    client.post("/accounts/2fa/totp/activate/", {"code": code(secret[1])})
    assert "On. You are asked for a code at each sign-in." in client.get("/accounts/2fa/").content.decode()
    assert mail.outbox == []
    delivery.deliver_due(now=timezone.now())
    assert "Second step turned on" in [letter.subject for letter in mail.outbox]
    spare = re.findall(r"<code>(\d+)</code>", client.get("/accounts/2fa/recovery-codes/").content.decode())
    assert len(spare) == 10

    client.post("/accounts/logout/")
    answer = client.post("/accounts/login/", {"login": "author@example.org", "password": PASSWORD}, follow=True)
    assert "One more step" in answer.content.decode()
    assert client.get("/accounts/").status_code == 302
    client.post("/accounts/2fa/authenticate/", {"code": spare[0]})
    assert client.get("/accounts/").status_code == 200

    assert "Turn off the second step?" in confirmed(client, "/accounts/2fa/totp/deactivate/")
    client.post("/accounts/2fa/totp/deactivate/")
    assert "Off. Any app" in client.get("/accounts/2fa/").content.decode()


@pytest.mark.django_db
def test_app_lists_the_account_under_the_name_of_the_organisation() -> None:
    person = User.objects.create_user("author@example.org", PASSWORD, display_name="Author One")
    assert get_adapter().build_totp_url(person, "ABC").endswith("issuer=Reviewboard")

    OrganisationFactory(name="Institute for Safe Release")
    assert get_adapter().build_totp_url(person, "ABC").endswith("issuer=Institute%20for%20Safe%20Release")
