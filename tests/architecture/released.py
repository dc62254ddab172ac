"""The rows of a released version as they lay in its database, for trying today's migrations on them.

Such a file knows tables, columns and values, and no model: models change, and what was released does not.
``python -m tests.architecture.released DATABASE.sqlite3 FILE.jsonl.gz`` writes one from a database of that version.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

DATA = Path(__file__).parent / "data"
# Kept apart as the state to migrate to, or of no worth after a stop.
LEFT_OUT = ("django_migrations", "django_session", "cache_entries", "notifications_heartbeat")
KINDS = {"bool": "boolean", "datetime": "moment"}


@dataclass
class Table:
    """One table: its columns, each with a kind where engines store it differently, and its rows."""

    name: str
    columns: list[tuple[str, str]]
    rows: list[list[Any]] = field(default_factory=list)


@dataclass
class Released:
    """What a released version left behind."""

    migrations: list[tuple[str, str]]
    tables: list[Table]


def read(path: Path) -> Released:
    """The file as written."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        found = Released([(app, name) for app, name in json.loads(next(lines))["migrations"]], [])
        for line in lines:
            item = json.loads(line)
            if isinstance(item, dict):
                found.tables.append(Table(item["table"], [(name, kind) for name, kind in item["columns"]]))
            else:
                found.tables[-1].rows.append(item)
    return found


def load(released: Released) -> None:
    """Bring a database without tables to the state of that version, and put its rows there by plain SQL."""
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    wanted = set(released.migrations)
    plan = [step for step in executor.migration_plan(leaves) if (step[0].app_label, step[0].name) in wanted]
    executor.migrate(leaves, plan=plan)
    with transaction.atomic(), connection.cursor() as cursor:
        # Nothing is added to a filed review, so the reviews themselves come last.
        for table in sorted(released.tables, key=lambda table: table.name == "reviews_review"):
            names = ", ".join(connection.ops.quote_name(name) for name, _kind in table.columns)
            places = ", ".join(["%s"] * len(table.columns))
            statement = f"INSERT INTO {connection.ops.quote_name(table.name)} ({names}) VALUES ({places})"
            if table.rows:
                cursor.executemany(statement, [_adapted(table, row) for row in table.rows])
        if connection.vendor == "postgresql":
            for table in released.tables:
                _count_on(cursor, table)


def counts(released: Released) -> dict[str, int]:
    """How many rows each table of the file has in the database now."""
    with connection.cursor() as cursor:
        return {table.name: _count(cursor, table.name) for table in released.tables}


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
    return int(cursor.fetchone()[0])


def _adapted(table: Table, row: list[Any]) -> list[Any]:
    kinds = [kind for _name, kind in table.columns]
    return [
        connection.ops.adapt_datetimefield_value(datetime.fromisoformat(value))
        if kind == "moment" and value is not None
        else value
        for kind, value in zip(kinds, row, strict=True)
    ]


def _count_on(cursor: Any, table: Table) -> None:
    """PostgreSQL numbers new rows after the ones that came with a number."""
    if "id" in dict(table.columns) and table.rows:
        name = connection.ops.quote_name(table.name)
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [name])
        sequence = cursor.fetchone()[0]
        if sequence is not None:
            cursor.execute(f"SELECT setval(%s, (SELECT max(id) FROM {name}))", [sequence])


def write(database: Path, target: Path) -> None:
    """Read every table of a SQLite database. The same database always gives the same bytes."""
    with (
        sqlite3.connect(f"file:{database}?mode=ro", uri=True) as source,
        target.open("wb") as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as packed,
    ):
        for item in _items(source):
            line = json.dumps(item, ensure_ascii=False, separators=(",", ":"))
            packed.write(line.encode() + b"\n")


def _items(source: sqlite3.Connection) -> Iterator[Any]:
    applied = source.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    yield {"migrations": applied}
    listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    for (table,) in source.execute(listed).fetchall():
        if table in LEFT_OUT:
            continue
        columns = [(row[1], KINDS.get(row[2], "")) for row in source.execute(f'PRAGMA table_info("{table}")')]
        yield {"table": table, "columns": columns}
        for row in source.execute(f'SELECT * FROM "{table}" ORDER BY 1'):
            yield [_neutral(kind, value) for (_name, kind), value in zip(columns, row, strict=True)]


def _neutral(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "boolean":
        return bool(value)
    return f"{value}+00:00" if kind == "moment" else value


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
