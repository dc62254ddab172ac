"""Writing a backup while the program runs: all rows as they were at one moment, then the bytes that they name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.db import connection, transaction
from django.utils.translation import gettext as _

from reviews.archive import files, manifest, schema, tables
from reviews.archive.container import MANIFEST, Writer
from reviews.archive.errors import ArchiveError
from reviews.archive.manifest import File, Manifest, Table


@dataclass(frozen=True)
class Written:
    """What a backup holds, and the digest that stands for all of it."""

    manifest: Manifest
    sha256: str
    size: int

    @property
    def faults(self) -> list[str]:
        """What was not whole in the installation itself. The backup has it as it is."""
        found = [_fault(file) for file in self.manifest.files if not file.is_whole]
        broken = [chain.stream for chain in self.manifest.chains if not chain.holds]
        return found + [_("The audit chain %(stream)s does not hold.") % {"stream": stream} for stream in broken]


def _fault(file: File) -> str:
    if file.is_there:
        return _("Stored file %(path)s is not the one that was uploaded.") % {"path": file.path}
    return _("Stored file %(path)s is missing.") % {"path": file.path}


def write(path: Path, *, now: datetime) -> Written:
    """Write everything but the keys into one file, which appears when it is complete. Raises ``ArchiveError``.

    Missing or changed bytes do not keep the rest from being saved; they are in ``faults``.
    """
    with files.private(path) as file:
        writer = Writer(file, mtime=int(now.timestamp()))
        with _one_moment():
            migrations = schema.applied()
            _check(migrations)
            models = tables.models(schema.apps_at(migrations))
            saved = tuple(_table(writer, label, tables.dump(model)) for label, model in models.items())
            chains = tables.chains(models)
            named = files.named(models)
        # Rows never change the bytes that they name, so the bytes may be read later than the rows.
        stored = tuple(_file(writer, path, sha256) for path, sha256 in named.items())
        said = Manifest(now, tuple(sorted(migrations)), saved, stored, chains)
        text = said.as_json()
        writer.add(MANIFEST, iter([text]))
        writer.finish()
        size = file.tell()
    return Written(said, manifest.digest(text), size)


@contextmanager
def _one_moment() -> Iterator[None]:
    """Everything read inside was true at the same moment, and nobody's writing waits for it."""
    if connection.vendor == "postgresql":
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # Django's own transactions take SQLite's write lock at once; this one only reads.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def _check(migrations: frozenset[manifest.Migration]) -> None:
    if not migrations:
        raise ArchiveError(_("The database has no tables yet, so there is nothing to back up."))
    newer = schema.unknown(migrations)
    if newer:
        raise ArchiveError(
            _("The database is of a newer version of the program (%(names)s). Back up with that version.")
            % {"names": ", ".join(newer[:3])}
        )


def _table(writer: Writer, label: str, lines: Iterator[bytes]) -> Table:
    tally = tables.Tally()
    name = Table(label, 0, "").member
    writer.add(name, (line + b"\n" for line in tally.of(lines)))
    return Table(label, tally.rows, tally.sha256)


def _file(writer: Writer, path: str, sha256: str) -> File:
    source: BinaryIO | None = files.stored(path)
    if source is None:
        return File(path, sha256, "", 0)
    with source:
        sink = writer.add(f"blobs/{path}", files.pieces(source))
    return File(path, sha256, sink.sha256, sink.size)
