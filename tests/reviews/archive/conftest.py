"""One backup of one world for all tests here, and an empty installation for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests import databases
from tests.reviews.archive import places


@pytest.fixture(scope="session")
def saved(
    database_template: databases.Template, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> places.Saved:
    """A backup. Its installation is gone."""
    folder = tmp_path_factory.mktemp("saved")
    with django_db_blocker.unblock(), places.place(database_template, folder / "data"):
        return places.save(folder)


@pytest.fixture
def empty(
    database_template: databases.Template, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[places.Place]:
    """An installation without rows. Do not combine with ``db``."""
    with django_db_blocker.unblock(), places.place(database_template, tmp_path / "data") as made:
        yield made
