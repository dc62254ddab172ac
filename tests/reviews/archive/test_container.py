"""The container: any tar program reads what is written, and nothing is taken from a tar that was not written here."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from reviews.archive import container
from reviews.archive.container import MANIFEST, Reader, Writer
from reviews.archive.errors import ArchiveError

TABLE = "tables/accounts.user.jsonl"
BLOB = f"blobs/ab/{'ab' * 20}"


def written(parts: dict[str, bytes]) -> bytes:
    """A container in order."""
    file = io.BytesIO()
    writer = Writer(file, mtime=1_700_000_000)
    for name, data in parts.items():
        writer.add(name, iter([data]))
    writer.finish()
    return file.getvalue()


def tarred(
    change: Callable[[tarfile.TarInfo], None], data: bytes = b"data", *, kind: int = tarfile.GNU_FORMAT
) -> bytes:
    """A tar by Python's own hand, with one member changed and a manifest after it."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=kind) as tar:
        info = tarfile.TarInfo(TABLE)
        info.size = len(data)
        change(info)
        tar.addfile(info, io.BytesIO(data))
        last = tarfile.TarInfo(MANIFEST)
        last.size = 2
        tar.addfile(last, io.BytesIO(b"{}"))
    return file.getvalue()


def names_of(data: bytes) -> list[str]:
    """What a reader finds."""
    return list(Reader(io.BytesIO(data)).members)


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, container.CHUNK, container.CHUNK + 1])
def test_what_is_written_is_read(size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    parts = {TABLE: data[:size], BLOB: b"x", MANIFEST: b"{}"}
    reader = Reader(io.BytesIO(written(parts)))

    assert {name: b"".join(reader.read(member)) for name, member in reader.members.items()} == parts


def test_other_programs_read_it_too() -> None:
    with tarfile.open(fileobj=io.BytesIO(written({TABLE: b"row\n", MANIFEST: b"{}"}))) as tar:
        assert [(item.name, item.size, item.mode, item.isreg()) for item in tar] == [
            (TABLE, 4, 0o600, True),
            (MANIFEST, 2, 0o600, True),
        ]
        taken = tar.extractfile(TABLE)
        assert taken is not None
        assert taken.read() == b"row\n"


def test_tar_of_another_hand_is_read_when_nothing_is_odd() -> None:
    assert names_of(tarred(lambda info: None)) == [TABLE, MANIFEST]


def test_lines_cross_the_borders_of_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "CHUNK", 7)
    lines = [b"", b"a", b"b" * 20, b"c" * 6]
    reader = Reader(io.BytesIO(written({TABLE: b"".join(line + b"\n" for line in lines), MANIFEST: b""})))

    assert list(reader.lines(reader.members[TABLE])) == lines


def test_endless_line_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "CHUNK", 10)
    monkeypatch.setattr(container, "LONGEST_LINE", 30)
    reader = Reader(io.BytesIO(written({TABLE: b"x" * 100, MANIFEST: b""})))

    with pytest.raises(ArchiveError, match="a line in it is too long"):
        list(reader.lines(reader.members[TABLE]))
    with pytest.raises(ArchiveError, match="its manifest is too large"):
        reader.whole(reader.members[TABLE], limit=99)


def set_type(kind: bytes, target: str = "") -> Callable[[tarfile.TarInfo], None]:
    """Make a member something else than a file."""

    def change(info: tarfile.TarInfo) -> None:
        info.type, info.linkname = kind, target
        info.size = 0

    return change


def set_name(name: str) -> Callable[[tarfile.TarInfo], None]:
    """Give a member another name."""

    def change(info: tarfile.TarInfo) -> None:
        info.name = name

    return change


@pytest.mark.parametrize(
    "kind",
    [
        tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE,
        tarfile.CONTTYPE, tarfile.GNUTYPE_SPARSE, tarfile.AREGTYPE, tarfile.GNUTYPE_LONGNAME, b"Z",
    ],
    ids=repr,
)  # fmt: skip
def test_only_plain_files_are_taken(kind: bytes) -> None:
    with pytest.raises(ArchiveError, match="something in it that no backup has"):
        names_of(tarred(set_type(kind, "/etc/passwd")))


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd", "../../etc/cron.d/x", "blobs/../../x", f"blobs/ab/{'ab' * 19}/..", f"./{BLOB}", f"/{BLOB}",
        "tables",
        f"blobs/AB/{'AB' * 20}", f"{BLOB}\n", f"blobs//{'ab' * 20}", "tables/../x.jsonl", "tables/a.b.jsonl\nx",
        "secret_key", "manifest.json/", "x" * 200, f"blobs/ab/{'ab' * 20}.part",
    ],
)  # fmt: skip
def test_only_known_names_are_taken(name: str) -> None:
    with pytest.raises(ArchiveError):
        names_of(tarred(set_name(name)))


def test_headers_of_extended_formats_are_not_followed() -> None:
    def extended(info: tarfile.TarInfo) -> None:
        info.pax_headers = {"path": "/etc/passwd", "size": "99999999999"}

    with pytest.raises(ArchiveError, match="no backup has"):
        names_of(tarred(extended, kind=tarfile.PAX_FORMAT))


@pytest.mark.parametrize("size", [2**40, 2**62, 10**7])
def test_member_larger_than_its_file_is_refused(size: int) -> None:
    data = tarred(lambda info: None)
    info = tarfile.TarInfo(TABLE)
    info.size = size

    with pytest.raises(ArchiveError, match="it ends too early"):
        names_of(info.tobuf(format=tarfile.GNU_FORMAT) + data[512:])


def test_negative_size_is_refused() -> None:
    info = tarfile.TarInfo(TABLE)
    info.size = -512
    with pytest.raises(ArchiveError, match="no backup has"):
        names_of(info.tobuf(format=tarfile.GNU_FORMAT) + bytes(10240))


def test_name_that_comes_twice_is_refused() -> None:
    with pytest.raises(ArchiveError, match="something is in it twice"):
        names_of(tarred(lambda info: None)[:1024] + tarred(lambda info: None))


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "MOST_MEMBERS", 1)
    with pytest.raises(ArchiveError):
        names_of(written({TABLE: b"", MANIFEST: b""}))


def test_every_cut_is_noticed() -> None:
    whole = written({TABLE: b"row\n" * 200, BLOB: b"x" * 700, MANIFEST: b"{}"})
    end = len(whole.rstrip(b"\0")) // 512 * 512 + 512

    for length in [0, 1, *range(256, end + 512, 256), end + 1023]:
        with pytest.raises(ArchiveError):
            Reader(io.BytesIO(whole[:length]))
    assert list(Reader(io.BytesIO(whole[: end + 1024])).members) == [TABLE, BLOB, MANIFEST]


@pytest.mark.parametrize("behind", [b"x", bytes(512) + b"x", bytes(20000)])
def test_nothing_may_stand_behind_the_end(behind: bytes) -> None:
    with pytest.raises(ArchiveError):
        names_of(written({MANIFEST: b"{}"}) + behind)


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04" + bytes(1000), b"\x1f\x8b" + bytes(1000), b"\xff" * 2000, b"SQLite format 3\0" * 100]
)
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(ArchiveError, match="This is not a backup, or it is damaged"):
        Reader(io.BytesIO(data))


def test_sizes_beyond_eight_gibibytes_are_written_and_read(tmp_path: Path) -> None:
    """Without writing them: the header alone is made, and the file has a hole."""
    size = 9 * 1024**3
    path = tmp_path / "large.tar"
    with path.open("w+b") as file:
        file.write(Writer(file, mtime=0)._header(BLOB, size))
        file.seek(512 + size)
        writer = Writer(file, mtime=0)
        writer.add(MANIFEST, iter([b"{}"]))
        writer.finish()
    with path.open("rb") as file:
        reader = Reader(file)
        assert reader.members[BLOB].size == size
        assert reader.whole(reader.members[MANIFEST], limit=2) == b"{}"
