"""Where uploaded bytes lie: one file per artifact under a random name in ``DATA_DIR/blobs/xx/``.

Bytes get their final name before the row that points to them is committed. A crash in between leaves a file that
no row names, which ``sweep`` removes; the other order would leave a row without its bytes.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BufferedReader
from pathlib import Path

from django.conf import settings

ORPHAN_AGE = timedelta(days=1)


@dataclass(frozen=True)
class Blob:
    """Bytes that were taken in: the path below the blob folder, digest and size."""

    path: str
    sha256: str
    size_bytes: int


class TooLarge(Exception):
    """More bytes came in than are allowed; nothing of them was kept."""


def root() -> Path:
    """The folder of all blobs."""
    return Path(settings.DATA_DIR) / "blobs"


def receive(chunks: Iterable[bytes], *, limit_bytes: int) -> Blob:
    """Write the bytes once, computing their SHA-256 on the way.

    Raises ``TooLarge``, or ``OSError`` where the disk does not keep them, and leaves nothing behind.
    """
    name = secrets.token_hex(20)
    final = root() / name[:2] / name
    final.parent.mkdir(parents=True, exist_ok=True)
    partial = final.with_suffix(".part")
    digest, size = hashlib.sha256(), 0
    try:
        with partial.open("wb") as target:
            for chunk in chunks:
                size += len(chunk)
                if size > limit_bytes:
                    raise TooLarge
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        partial.rename(final)
    finally:
        partial.unlink(missing_ok=True)
    return Blob(f"{name[:2]}/{name}", digest.hexdigest(), size)


def adopt(source: Path, *, sha256: str, size_bytes: int) -> Blob:
    """Take over a file whose digest was computed while it was written; it is renamed, not copied.

    Raises ``OSError`` where the disk does not keep it, and leaves nothing behind.
    """
    name = secrets.token_hex(20)
    final = root() / name[:2] / name
    final.parent.mkdir(parents=True, exist_ok=True)
    try:
        with source.open("rb") as written:
            os.fsync(written.fileno())
        shutil.move(source, final)
    except OSError:
        # Between two disks the move is a copy, of which a part may be there.
        final.unlink(missing_ok=True)
        raise
    return Blob(f"{name[:2]}/{name}", sha256, size_bytes)


def discard(path: str) -> None:
    """Remove bytes that no row will name."""
    (root() / path).unlink(missing_ok=True)


def open_blob(path: str) -> BufferedReader:
    """The stored bytes. Raises ``FileNotFoundError`` when they are gone."""
    return (root() / path).open("rb")


def stored_sha256(path: str) -> str:
    """The digest of the bytes as they lie on disk now."""
    with open_blob(path) as stored:
        return hashlib.file_digest(stored, "sha256").hexdigest()


def sweep(known: set[str], *, now: datetime) -> int:
    """Remove files older than a day that no row names, and uploads that broke off; returns how many."""
    named = {root() / name for name in known}
    left = [file for file in root().glob("??/*") if file not in named]
    left += list((root().parent / "uploads").glob("*"))
    old = [file for file in left if file.stat().st_mtime < (now - ORPHAN_AGE).timestamp()]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)
