"""Files on disk: private ones that appear whole or not at all, and the stored bytes that rows name."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from django.db.models import Model
from django.utils.translation import gettext as _

from reviews.archive.container import CHUNK
from reviews.archive.errors import ArchiveError
from reviews.archive.manifest import File
from reviews.models import blobs

_BLOB = re.compile(r"[0-9a-f]{2}/[0-9a-f]{40}")


def check_free(path: Path) -> None:
    """Nothing that exists is written over. Raises ``ArchiveError``."""
    if path.exists():
        raise ArchiveError(_("%(path)s is there already. Give another name; nothing was written.") % {"path": path})


@contextmanager
def private(path: Path, *, replace: bool = False) -> Iterator[BinaryIO]:
    """A new file for this user alone. It gets its name when it is complete and lies on the disk; else nothing is left.

    Raises ``ArchiveError`` where the file cannot be written, and unless told to ``replace``, where there is one.
    """
    if not replace:
        check_free(path)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
            _sync_folder(path.parent)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise ArchiveError(
            _("%(path)s cannot be written: %(reason)s.") % {"path": path, "reason": error.strerror or error}
        ) from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def named(models: Mapping[str, type[Model]]) -> dict[str, str]:
    """Every path to stored bytes that a row names, with the digest that it gives."""
    found: dict[str, str] = {}
    for _label, model in sorted(models.items()):
        if {"blob", "sha256"} <= {field.name for field in model._meta.local_fields}:
            rows = model._base_manager.exclude(blob="").order_by("pk").values_list("blob", "sha256")
            found.update(rows.iterator())
    return dict(sorted(found.items()))


def stored(path: str) -> BinaryIO | None:
    """The bytes behind a path, or None where there are none."""
    if not _BLOB.fullmatch(path):
        return None
    try:
        return blobs.open_blob(path)
    except OSError:
        return None


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of an open file, never many at once. It ends where the disk gives no more; the digest tells."""
    with suppress(OSError):
        while data := file.read(CHUNK):
            yield data


def put(file: File, data: Iterable[bytes]) -> None:
    """Store bytes under the path that rows know; bytes that lie there from an interrupted restore are replaced."""
    target = blobs.root() / file.path
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with private(target, replace=True) as copy:
        for piece in data:
            copy.write(piece)


def differing(files: Iterable[File]) -> list[File]:
    """Those whose bytes on disk are not the ones that a backup found."""
    return [file for file in files if file.is_there and not _has(file)]


def _has(file: File) -> bool:
    try:
        return blobs.stored_sha256(file.path) == file.found
    except OSError:
        return False
