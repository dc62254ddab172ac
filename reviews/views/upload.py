"""Taking files in and handing them out: digested while they stream in, checked again before they leave.

Nothing here knows who may see a file; the view that serves it has asked.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import render

from reviews.actions.artifact import NO_ROOM, TOO_LARGE, keep
from reviews.models import blobs
from reviews.rules.errors import Refused

logger = logging.getLogger(__name__)


class DigestedFile(TemporaryUploadedFile):
    """An upload on disk, with the SHA-256 of what was written."""

    sha256 = ""

    def take(self) -> blobs.Blob:
        """Give the bytes their lasting place. Raises ``RuleBroken`` for none, or no room."""
        self.flush()
        return keep(Path(self.temporary_file_path()), sha256=self.sha256, size_bytes=self.size or 0)


class DigestingUploadHandler(FileUploadHandler):
    """Writes an upload once and digests it on the way.

    One beyond the limit is dropped as soon as it passes it, one that the disk does not take as soon as that shows. The
    rest of the form is still read, so that nothing else that was typed is lost; the request remembers the field.
    """

    chunk_size = 256 * 1024
    file: DigestedFile

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self.digest, self.taken = hashlib.sha256(), 0
        # Django closes whatever lies here when a file is skipped; the file before this one is to stay open.
        self.__dict__.pop("file", None)
        try:
            self.file = DigestedFile(str(self.file_name), self.content_type, 0, self.charset, self.content_type_extra)
        except OSError as error:
            self._no_room(error)
            raise SkipFile from error

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write and digest one piece."""
        self.taken += len(raw_data)
        if self.taken > settings.MAX_UPLOAD_MIB * 1024 * 1024:
            self._refuse(TOO_LARGE)
            raise SkipFile
        self.digest.update(raw_data)
        try:
            self.file.write(raw_data)
        except OSError as error:
            self._no_room(error)
            raise SkipFile from error

    def file_complete(self, file_size: int) -> DigestedFile | None:
        """The file is whole, and nothing of it waits in memory any more."""
        try:
            self.file.seek(0)
        except OSError as error:
            self._no_room(error)
            return None
        self.file.size = file_size
        self.file.sha256 = self.digest.hexdigest()
        return self.file

    def upload_interrupted(self) -> None:
        """Nothing stays of half a file."""
        if hasattr(self, "file"):
            # A full disk refuses what is still in memory once more; the file is gone all the same.
            with contextlib.suppress(OSError):
                self.file.close()

    def _no_room(self, error: OSError) -> None:
        logger.error("An upload could not be written to disk: %s", error.strerror)
        self._refuse(NO_ROOM)

    def _refuse(self, code: str) -> None:
        refused_fields(self.request)[str(self.field_name)] = code
        self.upload_interrupted()


def refused_fields(request: HttpRequest | None) -> dict[str, str]:
    """The fields of a request whose file was not taken in, and why."""
    found: dict[str, str] | None = getattr(request, "refused_uploads", None)
    if found is None:
        found = {}
        if request is not None:
            request.refused_uploads = found  # type: ignore[attr-defined]
    return found


@contextlib.contextmanager
def taken(sent: DigestedFile) -> Iterator[blobs.Blob]:
    """The bytes at their lasting place, for the action that names them; a refusal removes them again.

    After any other fault they stay: when the database went away during the commit, nobody knows yet whether a row
    names them. The daily sweep knows.
    """
    blob = sent.take()
    try:
        yield blob
    except Refused:
        blobs.discard(blob.path)
        raise


def serve(request: HttpRequest, *, blob: str, name: str, sha256: str, checked: bool) -> HttpResponseBase:
    """The bytes as a download. ``checked``: their digest is computed anew, and other bytes are refused."""
    try:
        stored = blobs.open_blob(blob)
    except FileNotFoundError:
        logger.error("The bytes of an artifact are missing: %s", blob)
        return render(request, "reviews/artifact/damaged.html", {"name": name, "gone": True}, status=409)
    if checked and hashlib.file_digest(stored, "sha256").hexdigest() != sha256:
        stored.close()
        logger.error("The bytes of an artifact do not have their digest any more: %s", blob)
        return render(request, "reviews/artifact/damaged.html", {"name": name}, status=409)
    stored.seek(0)
    response = FileResponse(stored, as_attachment=True, filename=safe_name(name))
    response["Content-Type"] = "application/octet-stream"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def safe_name(name: str) -> str:
    """A file name that cannot lead anywhere or hide its ending: printable, no separators, never empty or dotted."""
    kept = "".join(char if char.isprintable() and char not in '\\/:*?"<>|' else "_" for char in name)
    return kept.strip(" .")[-200:] or "file"
