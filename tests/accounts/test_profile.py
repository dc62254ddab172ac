"""One's own account: what one may change, and what the record says of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import actions
from accounts.models import Absence, Expertise, OrganisationRole, User
from audit import log
from tests.factories.committee import board
from tests.factories.people import AbsenceFactory, UserFactory

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
    fields = {"display_name": "Author Uno", "time_zone": "Europe/Berlin", "load_cap": "2", "version": "0"}
    page = client.post("/accounts/", fields, follow=True)
    author.refresh_from_db()
    assert (author.display_name, author.time_zone, author.load_cap) == ("Author Uno", "Europe/Berlin", 2)
    assert "Your account is saved." in page.content.decode()
    assert "All times Europe/Berlin" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "zone", "cap", "words"),
    [
        ("", "UTC", "4", "Please fill this in."),
        ("Author One", "Mars/Olympus", "4", "is not one of the available choices"),
        ("Author One", "UTC", "-1", "This is 0 or more."),
        ("Author One", "UTC", "many", "This is a whole number."),
    ],
)
def test_profile_with_a_wrong_answer_says_so_beside_the_field(
    client: Client, author: User, name: str, zone: str, cap: str, words: str
) -> None:
    client.force_login(author)
    page = client.post("/accounts/", {"display_name": name, "time_zone": zone, "load_cap": cap, "version": "0"})
    assert page.status_code == 200
    assert words in page.content.decode()
    author.refresh_from_db()
    assert (author.display_name, author.time_zone) == ("Author One", "UTC")


def test_profile_that_comes_back_still_knows_what_it_was_shown_with(client: Client, author: User) -> None:
    """Else the corrected form would undo what was saved in another tab between the two tries."""
    seen = author.version
    actions.change_profile(user=author, display_name="Author Uno", time_zone="UTC", now=NOW)
    client.force_login(author)
    sent = {"display_name": "", "time_zone": "UTC", "load_cap": "3", "version": seen}
    page = client.post("/accounts/", sent)
    assert (page.status_code, f'name="version" value="{seen}"' in page.content.decode()) == (200, True)
    again = client.post("/accounts/", {**sent, "display_name": "Author Two"})
    assert (again.status_code, f'name="version" value="{seen + 1}"' in again.content.decode()) == (409, True)


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


def test_profile_shown_before_somebody_else_changed_it_is_stale(client: Client, author: User) -> None:
    client.force_login(author)
    actions.change_profile(user=author, display_name="Meanwhile", time_zone="UTC", now=NOW)
    fields = {"display_name": "Typed", "time_zone": "UTC", "load_cap": "4", "version": "0"}
    page = client.post("/accounts/", fields)
    author.refresh_from_db()
    assert (page.status_code, author.display_name) == (409, "Meanwhile")
    assert 'value="Typed"' in page.content.decode()
    assert "Somebody changed this account" in page.content.decode()


def test_own_expertise_is_stated_awaits_confirmation_and_is_taken_back(client: Client, author: User) -> None:
    client.force_login(author)
    page = client.post("/accounts/expertise/add/", {"subject": "skill:legal"}, follow=True).content.decode()
    assert "Awaits confirmation" in page
    assert not Expertise.objects.confirmed().exists()
    assert client.post("/accounts/expertise/add/", {"subject": "skill:legal"}).status_code == 200
    assert client.post("/accounts/expertise/add/", {"subject": "skill:magic"}).status_code == 200
    assert Expertise.objects.count() == 1
    page = client.post("/accounts/expertise/skill/legal/withdraw/", follow=True).content.decode()
    assert "Nothing yet." in page
    assert client.post("/accounts/expertise/skill/policy/withdraw/").status_code == 404


def test_own_level_in_a_domain_is_stated_and_changed(client: Client, author: User) -> None:
    board()
    client.force_login(author)
    page = client.post("/accounts/expertise/add/", {"subject": "domain:cyber"}).content.decode()
    assert ("Choose one." in page, Expertise.objects.filter(user=author).count()) == (True, 0)
    client.post("/accounts/expertise/add/", {"subject": "domain:cyber", "level": "1"})
    assert "(now: basic)" in client.get("/accounts/expertise/add/").content.decode()
    page = client.post("/accounts/expertise/add/", {"subject": "domain:cyber", "level": "2"}, follow=True)
    assert ", working level<br>" in page.content.decode()
    assert [row.level for row in Expertise.objects.current().filter(user=author)] == [2]


def test_own_absence_is_noted_and_taken_back(client: Client, author: User) -> None:
    client.force_login(author)
    soon = (timezone.now() + timedelta(days=9)).date().isoformat()
    page = client.post("/accounts/absences/add/", {"from_date": soon, "until_date": soon}, follow=True)
    assert f'datetime="{soon}"' in page.content.decode()
    absence = Absence.objects.get()
    again = client.post("/accounts/absences/add/", {"from_date": soon, "until_date": soon}).content.decode()
    assert "Noted already: away from" in again
    assert f'value="{soon}"' in again
    client.post(f"/accounts/absences/{absence.public_id}/cancel/")
    absence.refresh_from_db()
    assert absence.cancelled_by == author


def test_stand_in_is_somebody_with_whom_one_works(client: Client, db: None) -> None:
    made = board()
    stranger = UserFactory()
    client.force_login(made.chair)
    page = client.get("/accounts/absences/add/").content.decode()
    assert made.coordinator.public_id in page
    assert [one for one in (stranger, made.chair, made.leader) if one and one.public_id in page] == []
    soon = (timezone.now() + timedelta(days=9)).date().isoformat()
    fields = {"from_date": soon, "until_date": soon, "stand_in": stranger.public_id}
    assert client.post("/accounts/absences/add/", fields).status_code == 200
    client.post("/accounts/absences/add/", {**fields, "stand_in": made.coordinator.public_id})
    assert Absence.objects.get().stand_in == made.coordinator
    page = client.get("/accounts/").content.decode()
    assert "Coordinator stands in" in page


def test_absence_of_somebody_else_is_not_there(client: Client, author: User) -> None:
    other = AbsenceFactory(until_date=(timezone.now() + timedelta(days=9)).date())
    client.force_login(author)
    assert client.post(f"/accounts/absences/{other.public_id}/cancel/").status_code == 404
    other.refresh_from_db()
    assert other.cancelled_at is None
