"""The migrations describe the models, all of them, in one line each app."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.architecture.sources import PACKAGES


@pytest.mark.django_db
def test_migrations_are_complete(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("makemigrations", check=True, dry_run=True)

    assert capsys.readouterr().out == "No changes detected\n"


@pytest.mark.django_db
def test_every_app_has_one_newest_migration() -> None:
    loader = MigrationLoader(connection)

    assert loader.detect_conflicts() == {}


@pytest.mark.django_db
def test_every_migration_can_tell_what_undoes_it_or_is_of_record() -> None:
    """An operation that runs code says what undoes it."""
    loader = MigrationLoader(connection)

    stuck = [
        f"{app}.{label}"
        for (app, label), migration in loader.disk_migrations.items()
        if app in PACKAGES and not all(operation.reversible for operation in migration.operations)
    ]

    assert stuck == []
