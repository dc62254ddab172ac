"""The set-up command: the first administrator, a link that works once, and one sentence for all that can be wrong."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from accounts.access import is_administrator
from accounts.models import OrganisationRole, User
from audit import log
from tests import databases
from tests.databases import FreshDatabase, Template
from tests.rules.packs import ROOT

KEY = "kX9-w2Lq7ZpV5nR8tYb3mC6dF1gH4jQ0sA_uEoIiPxzKvNlMrTy"
PASSWORD = "a rather long pass phrase"


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("setup", *arguments, stdout=out)
    return out.getvalue()


def link_in(said: str) -> str:
    found = re.search(r"https?://\S+/accounts/invitation/\S+", said)
    assert found is not None
    return found.group()


def given(email: str = "administrator@example.org", name: str = "Administrator One") -> tuple[str, ...]:
    return "--email", email, "--name", name


def test_first_administrator_comes_in_by_the_link_once(fresh_database: FreshDatabase, settings: Settings) -> None:
    settings.BASE_URL = "http://testserver"
    said = run(*given())
    assert said.startswith("Administrator One (administrator@example.org) is the first administrator.\n")
    person = User.objects.get()
    assert (is_administrator(person), person.has_usable_password()) == (True, False)
    held = OrganisationRole.objects.get()
    assert (held.role, held.from_by) == ("administrator", None)
    assert {event.actor for event in log.events(f"account:{person.public_id}")} == {log.SYSTEM}
    client = Client()
    opened = client.get(link_in(said), follow=True)
    assert opened.status_code == 200
    typed = {"password": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    client.post(opened.request["PATH_INFO"], {**typed, "display_name": "Administrator One", "time_zone": "UTC"})
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    with pytest.raises(CommandError, match="There is an administrator already"):
        run(*given())
    assert OrganisationRole.objects.count() == 1


def test_again_before_anybody_came_gives_a_new_link(fresh_database: FreshDatabase) -> None:
    first, second = run(*given()), run(*given())
    assert link_in(first) != link_in(second)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Say who the first administrator is: --email and --name."),
        (("--email", "administrator@example.org"), "Say who the first administrator is: --email and --name."),
        (given(email="administrator"), "administrator is not an e-mail address, such as name@example.org."),
        (given(name="x" * 121), "A name has at most 120 characters."),
    ],
)
def test_what_is_missing_or_wrong_is_said_in_one_sentence(
    fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert str(refused.value) == sentence
    assert not User.objects.exists()


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        """There is a person."""
        return True


def test_person_at_a_terminal_is_asked(fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("administrator@example.org\nAdministrator One\n"))
    assert "Administrator One (administrator@example.org)" in run()


def test_person_who_types_nothing_changes_nothing(
    fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(""))
    with pytest.raises(CommandError, match="Nothing was changed. Give --email"):
        run()


def test_database_without_tables(database_template: Template, django_db_blocker: DjangoDbBlocker) -> None:
    with (
        django_db_blocker.unblock(),
        databases.without_tables(database_template),
        pytest.raises(CommandError, match="The database is not ready. Run this first: manage.py migrate"),
    ):
        run(*given())


@pytest.mark.parametrize(
    ("more", "ends"),
    [
        ({}, "At another port, set BASE_URL for both."),
        (
            {"BASE_URL": "https://review.example.org", "SECRET_KEY": KEY},
            "It is made for https://review.example.org, as BASE_URL says.",
        ),
    ],
)  # fmt: skip
def test_both_modes_print_a_link_of_their_address(
    fresh_database: FreshDatabase, tmp_path: Path, more: dict[str, str], ends: str
) -> None:
    base = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    environment = {**base, "DATABASE_URL": fresh_database.url, "DATA_DIR": str(tmp_path), **more}
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "setup", *given()],
        capture_output=True, text=True, env=environment, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip().endswith(ends)
    assert link_in(done.stdout).startswith(more.get("BASE_URL", "http://127.0.0.1:8000"))
