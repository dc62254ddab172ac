"""The file around a backup: a plain tar of regular files, written and read as streams.

Any tar program opens it. Reading is stricter than that of any tar program: a file of another kind than those that are
written here, a name that is not expected, or a byte too many, and nothing of it is used. Knows nothing of tables.
"""

from __future__ import annotations

import hashlib
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from reviews.archive.errors import ArchiveError

MANIFEST = "manifest.json"
NAMES = re.compile(
    r"tables/[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\.jsonl|blobs/[0-9a-f]{2}/[0-9a-f]{40}|" + re.escape(MANIFEST)
)
BLOCK = tarfile.BLOCKSIZE
CHUNK = 1024 * 1024
LONGEST_LINE = 64 * CHUNK
MOST_MEMBERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Member:
    """One file in the container: where its bytes begin, and how many there are."""

    name: str
    start: int
    size: int


class Sink:
    """Takes the bytes of one member and knows their number and digest."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        """Append."""
        self._file.write(data)
        self._digest.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        """The digest of what came so far."""
        return self._digest.hexdigest()


class Writer:
    """Writes members one after the other. How long one becomes need not be known when it begins."""

    def __init__(self, file: BinaryIO, *, mtime: int) -> None:
        self._file = file
        self._mtime = mtime

    def add(self, name: str, chunks: Iterator[bytes]) -> Sink:
        """Write one member from its pieces; its header is written last, over the place that was kept."""
        start = self._file.tell()
        self._file.write(bytes(BLOCK))
        sink = Sink(self._file)
        for chunk in chunks:
            sink.write(chunk)
        self._file.write(bytes(-sink.size % BLOCK))
        end = self._file.tell()
        self._file.seek(start)
        self._file.write(self._header(name, sink.size))
        self._file.seek(end)
        return sink

    def finish(self) -> None:
        """The two empty blocks that end a tar, filled up to a whole record."""
        self._file.write(bytes(2 * BLOCK))
        self._file.write(bytes(-self._file.tell() % tarfile.RECORDSIZE))

    def _header(self, name: str, size: int) -> bytes:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, self._mtime
        return info.tobuf(format=tarfile.GNU_FORMAT, encoding="ascii", errors="strict")


class Reader:
    """Knows every member of a container before anything is read from one."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._end = file.seek(0, 2)
        self.members: dict[str, Member] = {}
        for member in self._headers():
            if member.name in self.members or len(self.members) == MOST_MEMBERS:
                raise damaged(_("something is in it twice"))
            self.members[member.name] = member
        if MANIFEST not in self.members:
            raise damaged(_("it ends too early"))

    def read(self, member: Member) -> Iterator[bytes]:
        """The bytes of a member in pieces."""
        at, end = member.start, member.start + member.size
        while at < end:
            self._file.seek(at)
            try:
                data = self._file.read(min(CHUNK, end - at))
            except OSError as error:
                raise damaged(_("the disk does not give it back")) from error
            if not data:
                raise damaged(_("it ends too early"))
            at += len(data)
            yield data

    def lines(self, member: Member) -> Iterator[bytes]:
        """The lines of a member, none longer than is sane."""
        rest = b""
        for data in self.read(member):
            *whole, rest = (rest + data).split(b"\n")
            yield from whole
            if len(rest) > LONGEST_LINE:
                raise damaged(_("a line in it is too long"))
        if rest:
            raise damaged(_("it ends too early"))

    def whole(self, member: Member, *, limit: int) -> bytes:
        """All bytes of a small member."""
        if member.size > limit:
            raise damaged(_("its manifest is too large"))
        return b"".join(self.read(member))

    def _headers(self) -> Iterator[Member]:
        at = 0
        while True:
            self._file.seek(at)
            header = self._file.read(BLOCK)
            if len(header) < BLOCK:
                raise damaged(_("it ends too early"))
            if header.count(0) == BLOCK:
                self._expect_nothing(at)
                return
            member = self._member(header, at + BLOCK)
            yield member
            at = member.start + member.size + -member.size % BLOCK
            if at > self._end:
                raise damaged(_("it ends too early"))

    def _member(self, header: bytes, start: int) -> Member:
        try:
            info = tarfile.TarInfo.frombuf(header, "ascii", "strict")
        except (tarfile.HeaderError, ValueError) as error:
            raise damaged(_("it is no tar file, or its parts cannot be told apart")) from error
        if info.type != tarfile.REGTYPE or info.linkname or not NAMES.fullmatch(info.name) or info.size < 0:
            raise damaged(_("there is something in it that no backup has"))
        return Member(info.name, start, info.size)

    def _expect_nothing(self, at: int) -> None:
        """After the last member there are empty blocks: at least two, at most a record."""
        if self._end - at > 2 * BLOCK + tarfile.RECORDSIZE:
            raise damaged(_("there is something behind its end"))
        self._file.seek(at)
        rest = self._file.read()
        if len(rest) < 2 * BLOCK or any(rest):
            raise damaged(_("it ends too early"))


def damaged(reason: str) -> ArchiveError:
    """The refusal of a file that is not, or no longer, what a backup wrote."""
    return ArchiveError(
        _("This is not a backup, or it is damaged: %(reason)s. Nothing was restored.") % {"reason": reason}
    )
