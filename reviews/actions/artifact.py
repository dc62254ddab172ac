"""Adding and removing what a case is to release: files, or references to what is too large to upload."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access import submission as access
from reviews.actions import _transition
from reviews.actions._transition import action
from reviews.models import Artifact, Revision, Submission, blobs
from reviews.rules.errors import RuleBroken, Stale
from reviews.rules.states import PartKind

logger = logging.getLogger(__name__)

SHA256_LENGTH = 64
CHUNK = 1024 * 1024
_HEX = re.compile(r"[0-9a-f]{64}\Z")


TOO_LARGE = "too_large"
NO_ROOM = "no_room"


def not_kept(code: str) -> str:
    """Why a file was not taken in: ``TOO_LARGE`` or ``NO_ROOM``."""
    if code == NO_ROOM:
        return _(
            "The server has no room for this file just now. Everything else that you typed is still here. Tell your "
            "administrator, and choose the file again later."
        )
    return _("This file is larger than %(limit)s MiB. Add it as an external reference instead.") % {
        "limit": settings.MAX_UPLOAD_MIB
    }


def receive(chunks: Iterable[bytes]) -> blobs.Blob:
    """Take in uploaded bytes before any lock is held. Raises ``RuleBroken`` for none, too many, or no room."""
    try:
        blob = blobs.receive(chunks, limit_bytes=settings.MAX_UPLOAD_MIB * 1024 * 1024)
    except blobs.TooLarge as error:
        raise RuleBroken(not_kept(TOO_LARGE), code=TOO_LARGE, field="file") from error
    except OSError as error:
        raise _no_room(error) from error
    if blob.size_bytes == 0:
        blobs.discard(blob.path)
        raise RuleBroken(_("This file is empty."), code="empty", field="file")
    return blob


def keep(path: Path, *, sha256: str, size_bytes: int) -> blobs.Blob:
    """Take over bytes that were digested while they streamed in. Raises ``RuleBroken`` for none, or no room."""
    if size_bytes == 0:
        raise RuleBroken(_("This file is empty."), code="empty", field="file")
    try:
        return blobs.adopt(path, sha256=sha256, size_bytes=size_bytes)
    except OSError as error:
        raise _no_room(error) from error


def duplicate(path: str) -> blobs.Blob:
    """A copy of stored bytes, made before any lock is held. Raises ``RuleBroken`` without room or without the bytes."""
    try:
        with blobs.open_blob(path) as stored:
            return blobs.receive(iter(lambda: stored.read(CHUNK), b""), limit_bytes=sys.maxsize)
    except FileNotFoundError as error:
        raise damaged() from error
    except OSError as error:
        raise _no_room(error) from error


def damaged() -> RuleBroken:
    """What is said where stored bytes are not the ones that were taken in."""
    return RuleBroken(_("The stored bytes of a file are damaged or gone. Tell your administrator."), code="damaged")


def _no_room(error: OSError) -> RuleBroken:
    logger.error("An uploaded file could not be kept: %s", error.strerror)
    return RuleBroken(not_kept(NO_ROOM), code=NO_ROOM, field="file")


@action
def add_file(
    *, submission: Submission, part: PartKind, name: str, blob: blobs.Blob, claimed_sha256: str = "", by: User,
    now: datetime,
) -> Artifact:  # fmt: skip
    """Add received bytes. Raises ``RuleBroken`` when they are not the bytes whose digest the author gave."""
    submission = _transition.lock(submission)
    access.check_can_edit(by, submission)
    claimed = claimed_sha256.strip().lower()
    if claimed:
        check_sha256(claimed)
    if claimed and claimed != blob.sha256:
        raise RuleBroken(
            _("The file that arrived has another SHA-256 (%(got)s…). It may be damaged, or it is another file.")
            % {"got": blob.sha256[:12]},
            code="wrong_digest",
            field="sha256",
        )
    return _add(
        submission, part, name, by, now, size_bytes=blob.size_bytes, sha256=blob.sha256, blob=blob.path, field="file"
    )


@action
def add_reference(
    *, submission: Submission, part: PartKind, name: str, location: str, size_bytes: int, sha256: str, by: User,
    now: datetime,
) -> Artifact:  # fmt: skip
    """Add something that stays where it is, known by digest and size. Raises ``RuleBroken``."""
    submission = _transition.lock(submission)
    access.check_can_edit(by, submission)
    digest = sha256.strip().lower()
    check_sha256(digest)
    if size_bytes <= 0:
        raise RuleBroken(_("The size must be more than 0 bytes."), code="empty", field="size_bytes")
    return _add(
        submission, part, name, by, now, size_bytes=size_bytes, sha256=digest, location=location.strip(), field="name"
    )


@action
def remove(*, artifact: Artifact, by: User, now: datetime) -> None:
    """Take an artifact out of a draft. Bytes that an earlier revision names stay."""
    submission = _transition.lock(artifact.revision.submission)
    access.check_can_edit(by, submission)
    if artifact.revision_id != submission.revision_id:
        raise RuleBroken(_("This belongs to an earlier revision, which is frozen."), code="frozen")
    sha256 = artifact.sha256
    deleted, _rows = Artifact.objects.filter(pk=artifact.pk).delete()
    if not deleted:
        raise Stale(_("This artifact was removed a moment ago."), code="stale")
    _transition.note(submission, "artifact.removed", by=by, now=now, sha256=sha256)


def check_sha256(digest: str) -> None:
    """A SHA-256 is 64 hexadecimal digits. Raises ``RuleBroken`` with what is wrong."""
    if len(digest) != SHA256_LENGTH:
        raise RuleBroken(
            _("This has %(count)d characters; a SHA-256 has 64.") % {"count": len(digest)},
            code="digest_length",
            field="sha256",
        )
    if not _HEX.match(digest):
        raise RuleBroken(_("A SHA-256 consists of the digits 0 to 9 and a to f."), code="digest_digits", field="sha256")


def _add(
    submission: Submission, part: PartKind, name: str, by: User, now: datetime, *, field: str, **fields: object
) -> Artifact:
    revision = submission.revision
    assert isinstance(revision, Revision)
    if revision.artifacts.filter(part=part, name=name).exists():
        raise RuleBroken(_("There is an artifact of that name already."), code="name_taken", field=field)
    artifact = Artifact(revision=revision, part=part, name=name, added_at=now, added_by=by)
    for key, value in fields.items():
        setattr(artifact, key, value)
    artifact.save(force_insert=True)
    _transition.note(
        submission, "artifact.added", by=by, now=now, sha256=artifact.sha256, size=artifact.size_bytes, part=str(part)
    )
    return artifact
