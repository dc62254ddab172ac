"""One's own account: what one may change, and what the record says of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from accounts import actions
from accounts.models import OrganisationRole, User
from audit import log

NOW = datetime(2026, 11, 23, 8, 40, tzinfo=UTC)


@pytest.fixture
def author(db: None) -> User:
    """A person of no role."""
    return User.objects.create_user("author@example.org", "a long passphrase", display_name="Author One")


def test_profile_asks_to_sign_in_first(client: Client, db: None) -> None:
    assert client.get("/accounts/").headers["Location"] == "/accounts/login/?next=/accounts/"


def test_profile_shows_what_only_the_administrator_changes(client: Client, author: User) -> None:
    OrganisationRole.objects.create(user=author, role="leadership", from_at=NOW)
    client.force_login(author)
    page = client.get("/accounts/").content.decode()
    assert "author@example.org" in page
    assert "Leadership" in page
    assert 'name="email"' not in page


def test_profile_saves_name_and_zone_and_shows_times_in_it(client: Client, author: User) -> None:
    client.force_login(author)
    page = client.post("/accounts/", {"display_name": "Author Uno", "time_zone": "Europe/Berlin"}, follow=True)
    author.refresh_from_db()
    assert (author.display_name, author.time_zone) == ("Author Uno", "Europe/Berlin")
    assert "Your account is saved." in page.content.decode()
    assert "All times Europe/Berlin" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "zone", "words"),
    [("", "UTC", "Please fill this in."), ("Author One", "Mars/Olympus", "is not one of the available choices")],
)
def test_profile_with_a_wrong_answer_says_so_beside_the_field(
    client: Client, author: User, name: str, zone: str, words: str
) -> None:
    client.force_login(author)
    page = client.post("/accounts/", {"display_name": name, "time_zone": zone})
    assert page.status_code == 200
    assert words in page.content.decode()
    author.refresh_from_db()
    assert (author.display_name, author.time_zone) == ("Author One", "UTC")


def test_profile_change_leaves_one_event_without_the_name(author: User) -> None:
    actions.change_profile(user=author, display_name="Author Uno", time_zone="Europe/Berlin", now=NOW)
    events = log.events(f"account:{author.public_id}")
    assert [(event.type, event.actor, event.data) for event in events] == [
        (
            "account.profile_changed",
            author.public_id,
            {"display_name": log.digest("Author Uno"), "time_zone": "Europe/Berlin"},
        )
    ]


def test_profile_unchanged_leaves_no_event(author: User) -> None:
    actions.change_profile(user=author, display_name="Author One", time_zone="UTC", now=NOW)
    assert log.events(f"account:{author.public_id}") == []


def test_zone_of_one_reader_does_not_outlive_the_request(client: Client, author: User) -> None:
    author.time_zone = "Asia/Kolkata"
    author.save()
    client.force_login(author)
    client.get("/accounts/")
    assert timezone.get_current_timezone_name() == "UTC"


def test_zone_unknown_to_this_machine_falls_back_to_utc(client: Client, author: User) -> None:
    author.time_zone = "Atlantis/Central"
    author.save()
    client.force_login(author)
    assert "All times UTC" in client.get("/accounts/").content.decode()
