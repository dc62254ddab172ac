"""The databases on which races and journeys stand."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.db import connection

from accounts.models import User
from tests.databases import FreshDatabase, at_once


def test_fresh_database_commits_and_is_seen_by_other_threads(fresh_database: FreshDatabase) -> None:
    def make(number: int) -> int:
        return User.objects.create_user(f"author{number}@example.org", display_name=f"Author {number}").pk

    outcomes = at_once(*(lambda number=number: make(number) for number in range(6)))

    assert [type(outcome) for outcome in outcomes] == [int] * 6
    assert User.objects.count() == 6


@pytest.mark.parametrize("turn", [1, 2])
def test_fresh_database_starts_empty_each_time(fresh_database: FreshDatabase, turn: int) -> None:
    assert User.objects.count() == 0
    User.objects.create_user("author@example.org", display_name="Author One")


def test_fresh_database_is_seen_by_other_processes(fresh_database: FreshDatabase) -> None:
    User.objects.create_user("author@example.org", display_name="Author One")
    connection.close()

    seen = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", "print(User.objects.get().display_name)"],
        env=fresh_database.environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert seen.stdout == "Author One\n"


@pytest.mark.django_db
def test_ordinary_database_is_whole_after_fresh_ones() -> None:
    assert User.objects.count() == 0
    assert connection.settings_dict["NAME"] != ""
