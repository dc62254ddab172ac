"""A backup of one engine fills the other, and back, without a difference in any row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import environ
import psycopg
from django.db import connection, connections
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from accounts.models import User
from audit import log
from reviews.archive import backup, restore
from reviews.archive.manifest import Manifest
from reviews.models import Submission
from tests import databases
from tests.reviews.archive import places

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON",
}
MADE_ANEW = {"audit.event", "notifications.outboxmessage"}


@contextmanager
def installation(url: str, folder: Path) -> Iterator[None]:
    """Point Django at a database of either engine, and at a data folder."""
    former, before = connections["default"], connections.settings["default"]
    del connections["default"]
    options = SQLITE_OPTIONS if url.startswith("sqlite") else {}
    connections.settings["default"] = {**before, **environ.Env.db_url_config(url), "OPTIONS": options}
    folder.mkdir()
    try:
        with override_settings(DATA_DIR=folder):
            yield
    finally:
        connections["default"].close()
        connections.settings["default"] = before
        connections["default"] = former


@contextmanager
def other_engine(url: str, folder: Path) -> Iterator[str]:
    """A database without tables, of the engine that this run does not work on."""
    if connection.vendor == "postgresql":
        yield f"sqlite:///{folder / 'other.sqlite3'}"
        return
    name = "reviewboard_other"
    with psycopg.connect(url, autocommit=True) as line:
        line.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            line.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def digests(said: Manifest) -> dict[str, tuple[int, str]]:
    """Rows and digest of each table that a restore adds nothing to."""
    return {table.name: (table.rows, table.sha256) for table in said.tables if table.name not in MADE_ANEW}


def test_rows_go_from_engine_to_engine_and_back(
    postgresql_url: str, database_template: databases.Template, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> None:
    with django_db_blocker.unblock(), other_engine(postgresql_url, tmp_path) as other:
        with places.place(database_template, tmp_path / "first"):
            own = connection.vendor
            saved = places.save(tmp_path)

        with installation(other, tmp_path / "second"):
            assert {own, connection.vendor} == {"sqlite", "postgresql"}
            first = places.bring_back(saved.path, now=places.MADE_AT)
            there = backup.write(tmp_path / "there.tar", now=places.MADE_AT).manifest
            assert User.objects.create_user("new@example.org", None, display_name="Author New").pk

        with places.place(database_template, tmp_path / "third"):
            second = places.bring_back(tmp_path / "there.tar", now=places.MADE_AT)
            back = backup.write(tmp_path / "back.tar", now=places.MADE_AT).manifest
            assert Submission.objects.filter(reference=saved.reference).exists()
            assert log.verify().faults == ()
            assert len(log.events(restore.STREAM)) == 2

    assert first.manifest == saved.manifest
    assert second.manifest == there
    assert digests(saved.manifest) == digests(there) == digests(back)
    assert saved.manifest.files == there.files == back.files
    kept = [chain for chain in back.chains if chain.stream != restore.STREAM]
    assert {chain.stream: chain for chain in kept} == {chain.stream: chain for chain in saved.manifest.chains}
