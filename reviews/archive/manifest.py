"""What a backup says about itself: which migrations had run, and what every table, file and chain must be.

Values and their JSON. Nothing here opens a file or asks a database.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from reviews.archive.container import damaged
from reviews.archive.errors import ArchiveError

FORMAT = "reviewboard-backup-1"
LARGEST = 512 * 1024 * 1024
Migration = tuple[str, str]
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Table:
    """One table: how many rows, and the digest of their lines."""

    name: str
    rows: int
    sha256: str

    @property
    def member(self) -> str:
        """Its place in the container."""
        return f"tables/{self.name}.jsonl"


@dataclass(frozen=True, slots=True)
class File:
    """Stored bytes that rows name: the digest that the rows give, and the one found (empty: there was no file)."""

    path: str
    sha256: str
    found: str
    size: int

    @property
    def member(self) -> str:
        """Its place in the container."""
        return f"blobs/{self.path}"

    @property
    def is_whole(self) -> bool:
        """Whether the bytes are those that the rows speak of."""
        return self.found == self.sha256

    @property
    def is_there(self) -> bool:
        """Whether the container holds bytes for it."""
        return bool(self.found)


@dataclass(frozen=True, slots=True)
class Chain:
    """One stream of the audit log: how many events, the head that holds, and whether all of it does."""

    stream: str
    events: int
    head: str
    holds: bool


@dataclass(frozen=True)
class Manifest:
    """Everything that must be true of a restored installation."""

    made_at: datetime
    migrations: tuple[Migration, ...]
    tables: tuple[Table, ...]
    files: tuple[File, ...]
    chains: tuple[Chain, ...]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def events(self) -> int:
        """Events of all streams."""
        return sum(chain.events for chain in self.chains)

    def as_json(self) -> bytes:
        """The same manifest always gives the same bytes."""
        fields: dict[str, Any] = {
            "format": FORMAT,
            "made_at": self.made_at.astimezone(UTC).isoformat(),
            "migrations": self.migrations,
        }
        for name in ("tables", "files", "chains"):
            fields[name] = [asdict(item) for item in getattr(self, name)]
        return sealed(fields)


def sealed(fields: dict[str, Any]) -> bytes:
    """The JSON of a manifest with a digest of itself, so that a damaged one does not pass for another."""
    return _dumped({**fields, "seal": digest(_dumped(fields))})


def _dumped(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, indent=1, sort_keys=True).encode() + b"\n"


def digest(text: bytes) -> str:
    """The digest of a manifest, which through it covers everything in the backup."""
    return hashlib.sha256(text).hexdigest()


def read(text: bytes) -> Manifest:
    """The manifest of a backup. Raises ``ArchiveError`` for another format, and for anything that is not as written."""
    try:
        fields = json.loads(text)
        if fields["format"] != FORMAT:
            raise ArchiveError(
                _("This backup has the format %(other)s; this version of the program reads %(own)s.")
                % {"other": str(fields["format"])[:40], "own": FORMAT}
            )
        if fields["seal"] != digest(_dumped({name: value for name, value in fields.items() if name != "seal"})):
            raise ValueError("damaged")
        found = Manifest(
            made_at=datetime.fromisoformat(fields["made_at"]).astimezone(UTC),
            migrations=tuple((_text(app), _text(name)) for app, name in fields["migrations"]),
            tables=tuple(Table(_text(t["name"]), _count(t["rows"]), _sha256(t["sha256"])) for t in fields["tables"]),
            files=tuple(_file(item) for item in fields["files"]),
            chains=tuple(
                Chain(_text(c["stream"]), _count(c["events"]), _sha256(c["head"]), c["holds"] is True)
                for c in fields["chains"]
            ),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise damaged(_("its manifest cannot be read")) from error
    for names in ([t.name for t in found.tables], [f.path for f in found.files], [c.stream for c in found.chains]):
        _once_each(names)
    _once_each(found.migrations)
    return found


def _file(item: Any) -> File:
    sha256, found = item["sha256"], item["found"]
    # What rows give as a digest is copied as it is; what was found was computed.
    return File(_text(item["path"]), _text(sha256), _sha256(found) if found else "", _count(item["size"]))


def _once_each(names: Iterable[Any]) -> None:
    found = list(names)
    if len(set(found)) < len(found):
        raise damaged(_("its manifest names something twice"))


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError("not a text")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("not a number of things")
    return value


def _sha256(value: Any) -> str:
    if not _SHA256.fullmatch(_text(value)):
        raise ValueError("not a digest")
    return str(value)
