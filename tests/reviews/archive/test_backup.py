"""A backup is one private file that appears whole, of one moment, while the program runs, in little memory."""

from __future__ import annotations

import resource
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from accounts.models import User
from notifications import heartbeat
from notifications.models import OutboxMessage
from reviews.actions import artifact
from reviews.archive import backup, files, restore, tables
from reviews.archive.container import MANIFEST, Reader, Writer
from reviews.archive.errors import ArchiveError
from reviews.archive.manifest import Manifest
from reviews.models import Artifact, blobs
from reviews.rules.states import PartKind
from tests import databases
from tests.factories import cases
from tests.factories.outbox import ping
from tests.reviews.archive import places
from tests.reviews.archive.places import CRASHED_AT, Place, bring_back

MIB = 1024 * 1024


def with_files(*contents: bytes) -> list[str]:
    """A draft with stored files, by the paths of their bytes."""
    case = cases.draft(answers={})
    return [
        artifact.add_file(
            submission=case.submission, part=PartKind.MODEL, name=f"{number}.bin", blob=artifact.receive([data]),
            by=case.author, now=case.later(),
        ).blob
        for number, data in enumerate(contents)
    ]  # fmt: skip


def left_in(folder: Path) -> list[str]:
    """What lies there, hidden files too."""
    return sorted(path.name for path in folder.iterdir() if path.name != "data")


def test_file_is_private_and_nothing_lies_beside_it(empty: Place, tmp_path: Path) -> None:
    backup.write(tmp_path / "x.tar", now=CRASHED_AT)

    assert (tmp_path / "x.tar").stat().st_mode & 0o777 == 0o600
    assert left_in(tmp_path) == ["x.tar"]


def test_same_rows_give_the_same_file(empty: Place, tmp_path: Path) -> None:
    with_files(b"x")
    for name in ("a.tar", "b.tar"):
        backup.write(tmp_path / name, now=CRASHED_AT)

    assert (tmp_path / "a.tar").read_bytes() == (tmp_path / "b.tar").read_bytes()


def test_nothing_is_written_over(empty: Place, tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(b"last week")

    with pytest.raises(ArchiveError, match="is there already"):
        backup.write(tmp_path / "x.tar", now=CRASHED_AT)
    assert (tmp_path / "x.tar").read_bytes() == b"last week"


def test_folder_that_is_not_there_is_named(empty: Place, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"none/x.tar cannot be written: No such file or directory"):
        backup.write(tmp_path / "none" / "x.tar", now=CRASHED_AT)


def test_full_disk_leaves_nothing(empty: Place, tmp_path: Path) -> None:
    with_files(b"x" * MIB)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, limits[1]))
    try:
        with pytest.raises(ArchiveError, match=r"x.tar cannot be written: File too large"):
            backup.write(tmp_path / "x.tar", now=CRASHED_AT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert left_in(tmp_path) == []


def test_sessions_and_signs_of_life_stay_out(empty: Place, tmp_path: Path) -> None:
    heartbeat.Heartbeat.objects.create(name="worker", seen_at=CRASHED_AT)
    said = backup.write(tmp_path / "x.tar", now=CRASHED_AT).manifest

    assert {"notifications.heartbeat", "sessions.session"} & {table.name for table in said.tables} == set()
    bring_back(tmp_path / "x.tar")
    assert heartbeat.last(["worker"]) == {"worker": CRASHED_AT}


def test_database_without_tables_is_refused(
    database_template: databases.Template, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> None:
    with (
        django_db_blocker.unblock(),
        databases.without_tables(database_template),
        pytest.raises(ArchiveError, match="no tables yet"),
    ):
        backup.write(tmp_path / "x.tar", now=CRASHED_AT)
    assert left_in(tmp_path) == []


def test_missing_and_changed_bytes_are_named_and_the_rest_is_saved(empty: Place, tmp_path: Path) -> None:
    whole, gone, other, outside = with_files(b"whole", b"gone", b"other", b"elsewhere")
    (blobs.root() / gone).unlink()
    (blobs.root() / other).write_bytes(b"another")
    Artifact.objects.filter(blob=outside).update(blob="../../etc/passwd")
    written = backup.write(tmp_path / "x.tar", now=CRASHED_AT)

    assert sorted(written.faults) == sorted(
        [
            "Stored file ../../etc/passwd is missing.",
            f"Stored file {gone} is missing.",
            f"Stored file {other} is not the one that was uploaded.",
        ]
    )
    with (tmp_path / "x.tar").open("rb") as file:
        reader = Reader(file)
        kept = {name: b"".join(reader.read(member)) for name, member in reader.members.items() if "blobs/" in name}
    assert kept == {f"blobs/{whole}": b"whole", f"blobs/{other}": b"another"}


def test_backup_with_faults_is_restored_as_it_is(
    database_template: databases.Template, empty: Place, tmp_path: Path
) -> None:
    gone, other = with_files(b"gone", b"other")
    (blobs.root() / gone).unlink()
    (blobs.root() / other).write_bytes(b"another")
    written = backup.write(tmp_path / "x.tar", now=CRASHED_AT)
    with places.place(database_template, tmp_path / "new"):
        assert bring_back(tmp_path / "x.tar").manifest == written.manifest
        assert (blobs.root() / other).read_bytes() == b"another"
        assert not (blobs.root() / gone).exists()


def test_broken_chain_is_named_and_the_rest_is_saved(
    database_template: databases.Template, empty: Place, tmp_path: Path
) -> None:
    stream = cases.draft().submission.stream
    with connection.cursor() as cursor:
        for name in ("audit_event_no_update", "audit_event_no_change"):
            if connection.vendor == "sqlite" and name.endswith("update"):
                cursor.execute(f"DROP TRIGGER {name}")
            if connection.vendor == "postgresql" and name.endswith("change"):
                cursor.execute(f"DROP TRIGGER {name} ON audit_event")
        cursor.execute("UPDATE audit_event SET actor = 'x' WHERE stream = %s AND sequence = 2", [stream])
    written = backup.write(tmp_path / "x.tar", now=CRASHED_AT)

    assert written.faults == [f"The audit chain {stream} does not hold."]
    with places.place(database_template, tmp_path / "new"):
        assert bring_back(tmp_path / "x.tar").manifest == written.manifest


def test_rows_are_those_of_one_moment_and_nobody_waits(
    empty: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two tables somebody writes into both, from another connection; neither is in the backup."""
    User.objects.create_user("before@example.org", None, display_name="Author Before")
    real = tables.dump
    wrote: list[Any] = []

    def write() -> None:
        User.objects.create_user("meanwhile@example.org", None, display_name="Author Meanwhile")
        ping()

    def dump(model: Any) -> Iterator[bytes]:
        if model._meta.label_lower == "accounts.user":
            wrote.extend(databases.at_once(write))
        return real(model)

    monkeypatch.setattr(tables, "dump", dump)
    said = backup.write(tmp_path / "x.tar", now=CRASHED_AT).manifest

    assert wrote == [None]
    assert (User.objects.count(), OutboxMessage.objects.count()) == (2, 1)
    rows = {table.name: table.rows for table in said.tables}
    assert (rows["accounts.user"], rows["notifications.outboxmessage"]) == (1, 0)


def test_bytes_that_are_removed_meanwhile_are_named(
    empty: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (blob,) = with_files(b"x")
    real = files.named

    def named(models: Any) -> dict[str, str]:
        found = real(models)
        (blobs.root() / blob).unlink()
        return found

    monkeypatch.setattr(files, "named", named)

    assert backup.write(tmp_path / "x.tar", now=CRASHED_AT).faults == [f"Stored file {blob} is missing."]


def test_large_files_need_little_memory(empty: Place, tmp_path: Path) -> None:
    size, path = 48 * MIB, "ab/" + "ab" * 20
    (blobs.root() / path).parent.mkdir(parents=True)
    with (blobs.root() / path).open("wb") as hole:
        hole.truncate(size)
    sha256 = blobs.stored_sha256(path)
    tracemalloc.start()
    with (tmp_path / "x.tar").open("w+b") as file:
        writer = Writer(file, mtime=0)
        said = Manifest(CRASHED_AT, (), (), (backup._file(writer, path, sha256),), ())
        writer.add(MANIFEST, iter([said.as_json()]))
        writer.finish()
        reader = Reader(file)
        restore._check_against(reader, said)
        (blobs.root() / path).unlink()
        restore._store(reader, said)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert said.files[0].is_whole
    assert blobs.stored_sha256(path) == sha256
    assert peak < 8 * MIB
