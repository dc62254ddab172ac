"""Filling an empty installation from a backup, and seeing to it that nothing old is sent from there.

Read first, written after: a file that is not whole changes nothing. Bytes come before rows, and the rows in one
transaction. From before the first byte until after the last check all mail is held (``notifications/hold.py``), so
that a restore that was killed sends nothing either; running it again goes on where it stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from audit import log
from notifications import hold, outbox
from reviews import scan
from reviews.archive import files, keys, manifest, schema, tables
from reviews.archive.container import MANIFEST, Reader, damaged
from reviews.archive.errors import ArchiveError
from reviews.archive.manifest import Manifest

STREAM = "installation:this"
EVENT = "installation.restored"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Restored:
    """What stands now, and what was set aside for it."""

    manifest: Manifest
    sha256: str
    mails_set_aside: int
    keys: tuple[str, ...]
    signed_by_environment: bool


def restore(path: Path, *, keys_path: Path | None, now: datetime, say: Say) -> Restored:
    """Make this installation the one in the backup. Raises ``ArchiveError``."""
    with _opened(path) as file:
        say(_("Reading the backup…"))
        reader = Reader(file)
        text = reader.whole(reader.members[MANIFEST], limit=manifest.LARGEST)
        said = manifest.read(text)
        _check_against(reader, said)
        given = keys.read(keys_path) if keys_path is not None else {}
        _fill(reader, said, manifest.digest(text), path, say)
    return _finish(said, manifest.digest(text), given, now, say)


def _opened(path: Path) -> BinaryIO:
    try:
        if path.exists() and not path.is_file():
            raise damaged(_("it is no file"))
        return path.open("rb")
    except OSError as error:
        raise ArchiveError(
            _("%(path)s cannot be read: %(reason)s. Nothing was restored.")
            % {"path": path, "reason": error.strerror or error}
        ) from error


def _check_against(reader: Reader, said: Manifest) -> None:
    """Everything that the manifest names is there as it says, and nothing else."""
    expected = {table.member for table in said.tables} | {file.member for file in said.files if file.is_there}
    if set(reader.members) != expected | {MANIFEST}:
        raise damaged(_("its parts are not the ones that its manifest names"))
    for table in said.tables:
        tally = tables.Tally().all(reader.lines(reader.members[table.member]))
        if (tally.rows, tally.sha256) != (table.rows, table.sha256):
            raise damaged(_("the rows of %(table)s are not those that were written") % {"table": table.name})
    for file in said.files:
        if file.is_there and (reader.members[file.member].size, _sha256(reader, file)) != (file.size, file.found):
            raise damaged(_("the stored file %(path)s is not the one that was written") % {"path": file.path})


def _sha256(reader: Reader, file: manifest.File) -> str:
    digest = hashlib.sha256()
    for data in reader.read(reader.members[file.member]):
        digest.update(data)
    return digest.hexdigest()


def _fill(reader: Reader, said: Manifest, mark: str, path: Path, say: Say) -> None:
    """Bytes, then rows; or, after a restore that was killed behind its transaction, only bytes that are not there."""
    newer = schema.unknown(said.migrations)
    if newer:
        raise ArchiveError(
            _("The backup is of a newer version of the program (%(names)s). Restore it with that version.")
            % {"names": ", ".join(newer[:3])}
        )
    models = tables.models(schema.apps_at(frozenset(said.migrations)))
    if set(models) != {table.name for table in said.tables}:
        raise damaged(_("its tables are not those of its migrations"))
    rows_are_there = _rows_are_there(mark)
    _hold(mark, path)
    try:
        say(_("Storing files…"))
        _store(reader, said)
        if not rows_are_there:
            say(_("Storing rows…"))
            schema.bring_to(frozenset(said.migrations))
            _load(reader, said, models)
    except ArchiveError:
        if not rows_are_there:
            hold.end()
        raise


def _hold(mark: str, path: Path) -> None:
    reason = _("A restore is unfinished. Unless it is still at work, run it again: manage.py restore %(path)s")
    try:
        hold.begin(hold.Hold(mark, reason % {"path": path}))
    except OSError as error:
        raise ArchiveError(
            _("%(path)s cannot be written: %(reason)s. Nothing was restored.")
            % {"path": hold.path(), "reason": error.strerror or error}
        ) from error


def _rows_are_there(mark: str) -> bool:
    """Whether this very backup has been loaded already. Raises ``ArchiveError`` for rows from elsewhere."""
    migrations = schema.applied()
    newer = schema.unknown(migrations)
    if newer:
        raise ArchiveError(
            _("The database is of a newer version of the program (%(names)s). Nothing was restored.")
            % {"names": ", ".join(newer[:3])}
        )
    label = tables.first_row(tables.models(schema.apps_at(migrations)))
    held = hold.current()
    if label and held is not None and held.mark == mark:
        return True
    if label:
        raise ArchiveError(
            _(
                "There are rows in this database (%(table)s). A backup is restored into an empty installation only: "
                "a new database, then manage.py migrate. Nothing was restored."
            )
            % {"table": label}
        )
    return False


def _store(reader: Reader, said: Manifest) -> None:
    for file in files.differing(said.files):
        files.put(file, reader.read(reader.members[file.member]))


def _load(reader: Reader, said: Manifest, models: dict[str, type[Model]]) -> None:
    """All rows or none, and only if they are then the rows of the backup."""
    with transaction.atomic(durable=True):
        if tables.first_row(models):
            raise ArchiveError(_("Somebody writes into this database. Stop the program first. Nothing was restored."))
        tables.clear(models)
        members = {table.name: table.member for table in said.tables}
        for name in tables.storing_order(members):
            tables.load(name, models[name], reader.lines(reader.members[members[name]]))
        tables.check(models)
        tables.count_on(models.values())
        for table in said.tables:
            tally = tables.Tally().all(tables.dump(models[table.name]))
            if (tally.rows, tally.sha256) != (table.rows, table.sha256):
                raise ArchiveError(
                    _("The rows of %(table)s would not be the same here. Nothing was restored.") % {"table": table.name}
                )
        if tables.chains(models) != said.chains:
            raise damaged(_("its audit chains are not those that its manifest names"))
        if files.named(models) != {file.path: file.sha256 for file in said.files}:
            raise damaged(_("its rows name other files than its manifest"))


def _finish(said: Manifest, mark: str, given: dict[str, str], now: datetime, say: Say) -> Restored:
    """What comes after the rows: today's schema, everything old set aside, a trace, a last look, the keys."""
    if not schema.is_current(said.migrations):
        say(_("Bringing the tables up to date…"))
        schema.bring_forward()
    scan.deadlines(now=now)
    with transaction.atomic(durable=True):
        count = outbox.set_aside(reason=_("set aside by a restore"), now=now)
        if mark not in [entry.data.get("manifest") for entry in log.events(STREAM)]:
            _record(said, mark, count, now)
    say(_("Checking what was restored…"))
    _look(said)
    outside = not keys.signing_key_is_kept()
    laid = {name: key for name, key in given.items() if not (outside and name == keys.SIGNING)}
    keys.put(laid)
    hold.end()
    return Restored(said, mark, count, tuple(laid), outside)


def _record(said: Manifest, mark: str, count: int, now: datetime) -> None:
    log.record(
        stream=STREAM,
        type=EVENT,
        actor=log.SYSTEM,
        at=now,
        data={
            "manifest": mark,
            "made_at": said.made_at.isoformat(),
            "rows": said.rows,
            "files": len(said.files),
            "mails_set_aside": count,
        },
    )


def _look(said: Manifest) -> None:
    """The chains hold that held before, and the bytes on the disk are those of the backup."""
    known = {chain.stream for chain in said.chains if not chain.holds}
    broken = [fault.stream for fault in log.verify().faults if fault.stream not in known]
    if broken:
        raise ArchiveError(
            _("The audit chain %(stream)s does not hold. The rows are stored, and no mail is sent.")
            % {"stream": broken[0]}
        )
    wrong = files.differing(said.files)
    if wrong:
        raise ArchiveError(
            _("The stored file %(path)s is not the one of the backup. Run the restore again; no mail is sent.")
            % {"path": wrong[0].path}
        )
