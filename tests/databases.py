"""Databases with real commits, for tests with threads, processes or a browser.

Such a database is a private copy of the migrated one and is thrown away whole: the audit log forbids DELETE, so
nothing is ever flushed.
"""

from __future__ import annotations

import itertools
import os
import pickle
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

T = TypeVar("T")

_numbers = itertools.count(1)


@dataclass(frozen=True)
class FreshDatabase:
    """A migrated, empty database that commits for real and that other processes can open."""

    url: str

    @property
    def environment(self) -> dict[str, str]:
        """The environment for a process that shall work on this database."""
        return {**os.environ, "DATABASE_URL": self.url}


@dataclass(frozen=True)
class Template:
    """What fresh databases are copied from: a file (SQLite) or a database's name (PostgreSQL)."""

    source: str
    folder: Path


@contextmanager
def template(folder: Path) -> Iterator[Template]:
    """Keep the test database as it is right after migrating."""
    if connection.vendor == "sqlite":
        path = folder / f"template{next(_numbers)}.sqlite3"
        connection.ensure_connection()
        with sqlite3.connect(path) as target:
            connection.connection.backup(target)
        target.close()
        yield Template(str(path), folder)
        return
    name = f"{connection.settings_dict['NAME']}_template"
    connection.close()
    _administer(f'DROP DATABASE IF EXISTS "{name}"')
    _copy(connection.settings_dict["NAME"], name)
    try:
        yield Template(name, folder)
    finally:
        _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def fresh(source: Template) -> Iterator[FreshDatabase]:
    """Point Django, in all threads, at a new copy; afterwards at the former database again."""
    number = next(_numbers)
    if connection.vendor == "sqlite":
        path = source.folder / f"fresh{number}.sqlite3"
        path.write_bytes(Path(source.source).read_bytes())
        with _pointed_at(str(path)):
            yield FreshDatabase(f"sqlite:///{quote(str(path))}")
        for leftover in source.folder.glob(f"{path.name}*"):
            leftover.unlink()
        return
    name = f"{source.source}_{number}"
    _copy(source.source, name)
    try:
        with _pointed_at(name):
            yield FreshDatabase(_postgresql_url(name))
    finally:
        _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def without_tables(source: Template) -> Iterator[FreshDatabase]:
    """As ``fresh``, but with nothing in it at all: the very first migration has not run there."""
    number = next(_numbers)
    if connection.vendor == "sqlite":
        path = source.folder / f"bare{number}.sqlite3"
        with _pointed_at(str(path)):
            yield FreshDatabase(f"sqlite:///{quote(str(path))}")
        for leftover in source.folder.glob(f"{path.name}*"):
            leftover.unlink()
        return
    name = f"{source.source}_bare{number}"
    _administer(f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        with _pointed_at(name):
            yield FreshDatabase(_postgresql_url(name))
    finally:
        _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def copies(
    source: Template, folder: Path, prepare: Callable[[int], T], kinds: int, times: int
) -> Iterator[tuple[int, T]]:
    """What ``prepare`` makes for 0, 1 and so on below ``kinds``, in turn and ``times`` in all, each with its number.

    It runs once for each kind; every time a copy of the database is handed out in which it has just run. So a race can
    be run often from the same start, at the price of one. ``source`` is the database as it was before.
    """
    with ExitStack() as kept:
        made: list[tuple[Template, bytes]] = []
        for kind in range(kinds):
            with fresh(source):
                found = pickle.dumps(prepare(kind))
                made.append((kept.enter_context(template(folder)), found))
        for number in range(times):
            started, found = made[number % kinds]
            with fresh(started):
                yield number, pickle.loads(found)


def at_once(*functions: Callable[[], Any]) -> list[Any]:
    """What each function returned or raised, when all start at the same moment in threads of their own."""
    start = threading.Barrier(len(functions))
    outcomes: list[Any] = [None] * len(functions)

    def run(index: int, function: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            outcomes[index] = function()
        except Exception as fault:  # handed to the test, which judges it
            outcomes[index] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index, function)) for index, function in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    stuck = [thread.name for thread in threads if thread.is_alive()]
    if stuck:
        raise AssertionError(f"threads still run after two minutes: {stuck}")
    return outcomes


@contextmanager
def _pointed_at(name: str) -> Iterator[None]:
    former: BaseDatabaseWrapper = connections["default"]
    settings_before = connections.settings["default"]
    del connections["default"]
    connections.settings["default"] = {**settings_before, "NAME": name}
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = settings_before
        connections["default"] = former


def _copy(source: str, name: str) -> None:
    """Files are copied as they are: quicker than through the log for databases that are soon thrown away."""
    _administer(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY')


def _administer(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def _postgresql_url(name: str) -> str:
    facts = connection.settings_dict
    person = quote(facts["USER"], safe="")
    if facts["PASSWORD"]:
        person += ":" + quote(facts["PASSWORD"], safe="")
    return f"postgres://{person}@{facts['HOST']}:{facts['PORT']}/{name}"
