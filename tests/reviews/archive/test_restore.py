"""A restored installation is the one that was saved, works, and sends nothing old."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts.models import User
from audit import log
from notifications import hold, outbox
from notifications.models import OutboxMessage
from reviews import tasks
from reviews.archive import backup, files, restore, schema, tables
from reviews.archive.errors import ArchiveError
from reviews.models import Artifact, Submission, blobs
from tests.architecture.sources import ROOT
from tests.reviews.archive import places
from tests.reviews.archive.places import CRASHED_AT, PASSWORD, WEIGHTS, Place, Saved, bring_back, is_untouched


def digests(said: backup.Manifest) -> dict[str, tuple[int, str]]:
    """Rows and digest of each table."""
    return {table.name: (table.rows, table.sha256) for table in said.tables}


def test_rows_files_and_chains_are_the_same(empty: Place, saved: Saved, tmp_path: Path) -> None:
    done = bring_back(saved.path, now=places.MADE_AT)
    again = backup.write(tmp_path / "again.tar", now=CRASHED_AT).manifest

    assert done.manifest == saved.manifest
    assert done.sha256 == saved.sha256
    changed = {name for name, found in digests(again).items() if found != digests(saved.manifest)[name]}
    assert changed == {"audit.event", "notifications.outboxmessage"}
    assert again.files == saved.manifest.files
    assert len(again.files) == 5  # three that people gave, and both letters
    assert [chain for chain in again.chains if chain.stream != restore.STREAM] == list(saved.manifest.chains)
    assert len(saved.manifest.chains) > 10
    assert saved.manifest.rows > 300


def test_restore_leaves_a_trace(empty: Place, saved: Saved) -> None:
    bring_back(saved.path)

    (event,) = log.events(restore.STREAM)
    assert (event.type, event.actor, event.at) == ("installation.restored", "system", CRASHED_AT)
    assert event.data["manifest"] == saved.sha256
    assert event.data["rows"] == saved.manifest.rows
    assert event.data["mails_set_aside"] > saved.late
    assert log.verify().faults == ()


def test_nothing_old_is_sent(empty: Place, saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """The saved installation sent ``late`` mails between backup and crash; the restored one sends none of them."""
    done = bring_back(saved.path)
    monkeypatch.setattr("reviews.tasks.timezone.now", lambda: CRASHED_AT + timedelta(minutes=1))
    tasks.scan_deadlines()

    assert saved.late > 5
    assert places.send_what_is_due() == 0
    assert outbox.overview(CRASHED_AT).waiting == 0
    aside = OutboxMessage.objects.filter(last_error="set aside by a restore")
    assert set(aside.values_list("state", flat=True)) == {"cancelled"}
    assert aside.count() == done.mails_set_aside
    assert {"queued", "claimed"} <= set(aside.values_list("dedupe_key", flat=True))
    assert OutboxMessage.objects.get(dedupe_key="failed").state == "failed"


def test_new_things_are_told_after_a_restore(empty: Place, saved: Saved) -> None:
    bring_back(saved.path, now=places.MADE_AT)

    assert places.send_what_is_due() > 0


def test_restored_installation_serves(empty: Place, saved: Saved) -> None:
    bring_back(saved.path)
    case = Submission.objects.get(reference=saved.reference)
    artifact = Artifact.objects.get(name="weights.bin")
    browser = Client()
    browser.post("/accounts/login/", {"login": case.created_by.email, "password": PASSWORD})

    # The author has a second factor, whose page comes in between.
    assert browser.get("/", follow=True).redirect_chain[-1][0].startswith("/accounts/")
    coordinator = User.objects.get(display_name="Coordinator")
    browser = Client()
    browser.post("/accounts/login/", {"login": coordinator.email, "password": PASSWORD})
    assert case.label in browser.get(f"/cases/{case.reference}/").content.decode()
    download = browser.get(f"/artifacts/{artifact.public_id}/")
    assert hashlib.sha256(download.getvalue()).hexdigest() == artifact.sha256 == hashlib.sha256(WEIGHTS).hexdigest()
    call_command("verify_audit", verbosity=0)


def test_restored_rows_are_guarded_and_counted_on_from(empty: Place, saved: Saved) -> None:
    bring_back(saved.path)

    newest = User.objects.latest("pk")
    assert User.objects.create_user("new@example.org", None, display_name="Author New").pk > newest.pk
    for statement in ("UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_keys_come_only_with_their_file(empty: Place, saved: Saved) -> None:
    own = empty.folder / "secret_key"
    own.write_text("n" * 60, encoding="ascii")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(settings, "SECRET_KEY", "n" * 60)
        done = bring_back(saved.path, saved.keys)
    assert done.keys == ("secret_key",)
    assert own.read_text(encoding="ascii") == settings.SECRET_KEY
    assert own.stat().st_mode & 0o777 == 0o600
    assert settings.SECRET_KEY.encode() in saved.keys.read_bytes()
    assert settings.SECRET_KEY.encode() not in saved.path.read_bytes()


def test_key_of_the_environment_is_left_to_the_operator(empty: Place, saved: Saved) -> None:
    (empty.folder / "secret_key").unlink()
    done = bring_back(saved.path, saved.keys)

    assert done.signed_by_environment
    assert done.keys == ()
    assert not (empty.folder / "secret_key").exists()


def test_installation_with_rows_is_left_alone(empty: Place, saved: Saved) -> None:
    User.objects.create_user("author@example.org", None, display_name="Author One")

    with pytest.raises(ArchiveError, match=r"There are rows in this database \(accounts.user\)"):
        bring_back(saved.path)
    assert User.objects.count() == 1
    assert not hold.is_on()
    with pytest.raises(ArchiveError, match="There are rows"):
        bring_back(saved.path)


def test_backup_of_a_newer_version_is_refused(empty: Place, saved: Saved, tmp_path: Path) -> None:
    newer = places.edited(
        saved.path, tmp_path / "x.tar", lambda parts, said: said["migrations"].append(["reviews", "9999_later"])
    )

    with pytest.raises(ArchiveError, match=r"newer version of the program \(reviews.9999_later\)"):
        bring_back(newer)
    assert is_untouched()


def test_database_of_a_newer_version_is_refused(empty: Place, saved: Saved, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('reviews', '9999_later', CURRENT_TIMESTAMP)"
        )

    for attempt in (lambda: bring_back(saved.path), lambda: backup.write(tmp_path / "x.tar", now=CRASHED_AT)):
        with pytest.raises(ArchiveError, match=r"newer version of the program \(reviews.9999_later\)"):
            attempt()
    assert is_untouched()


KILLED = """
import os, signal, sys
import django
django.setup()
from pathlib import Path
from django.utils import timezone
from reviews.archive import {module}, restore

real, left = {module}.{function}, [{calls}]

def give_out(*args, **kwargs):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*args, **kwargs)

{module}.{function} = give_out
restore.restore(Path(sys.argv[1]), keys_path=None, now=timezone.now(), say=lambda text: None)
"""


@pytest.mark.parametrize(
    ("module", "function", "calls", "rows_are_there"),
    [("files", "put", 1, False), ("tables", "load", 12, False), ("restore", "_finish", 0, True)],
)
def test_killed_restore_sends_nothing_and_goes_on_when_run_again(
    empty: Place, saved: Saved, module: str, function: str, calls: int, rows_are_there: bool
) -> None:
    script = KILLED.format(module=module, function=function, calls=calls)
    killed = subprocess.run(
        [sys.executable, "-c", script, str(saved.path)],
        env={**empty.environment, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"},
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()

    assert User.objects.exists() is rows_are_there
    held = hold.current()
    assert held is not None
    assert held.reason.endswith(f"run it again: manage.py restore {saved.path}")
    assert places.send_what_is_due() == 0
    assert OutboxMessage.objects.filter(state__in=["queued", "claimed"]).exists() is rows_are_there
    done = bring_back(saved.path)

    assert not hold.is_on()
    assert done.manifest == saved.manifest
    assert Submission.objects.filter(reference=saved.reference).count() == 1
    assert files.differing(saved.manifest.files) == []
    assert len(log.events(restore.STREAM)) == 1
    assert places.send_what_is_due() == 0


def test_another_backup_does_not_go_on_where_one_was_killed(
    empty: Place, saved: Saved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(restore, "_finish", killed)
        with pytest.raises(KeyboardInterrupt):
            bring_back(saved.path)
    other = places.edited(saved.path, tmp_path / "x.tar", lambda parts, said: said.update(made_at="2026-01-01"))

    with pytest.raises(ArchiveError, match="There are rows in this database"):
        bring_back(other)
    assert hold.is_on()


def test_bytes_left_by_a_killed_restore_are_replaced(empty: Place, saved: Saved) -> None:
    first = saved.manifest.files[0]
    (blobs.root() / first.path).parent.mkdir(parents=True)
    (blobs.root() / first.path).write_bytes(b"half")
    bring_back(saved.path)

    assert blobs.stored_sha256(first.path) == first.sha256
    assert (blobs.root() / first.path).stat().st_mode & 0o777 == 0o600


def test_somebody_who_writes_meanwhile_is_noticed(empty: Place, saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    real = schema.bring_to

    def slow(*args: object) -> None:
        real(*args)  # type: ignore[arg-type]
        User.objects.create_user("early@example.org", None, display_name="Author Early")

    monkeypatch.setattr(schema, "bring_to", slow)
    with pytest.raises(ArchiveError, match="Somebody writes into this database"):
        bring_back(saved.path)
    assert User.objects.count() == 1
    assert not hold.is_on()


def test_row_that_this_database_cannot_keep_is_named(empty: Place, saved: Saved, tmp_path: Path) -> None:
    def spoil(parts: dict[str, bytes], said: dict[str, Any]) -> None:
        name = "tables/accounts.user.jsonl"
        parts[name] = parts[name].replace(b'"load_cap":4', b'"load_cap":-4', 1)
        places.resealed(parts, said)

    spoilt = places.edited(saved.path, tmp_path / "x.tar", spoil)

    with pytest.raises(ArchiveError, match=r"Row \d+ of accounts.user cannot be stored here: IntegrityError"):
        bring_back(spoilt)
    assert tables.first_row(tables.models(schema.apps_at(schema.applied()))) == ""
    assert not hold.is_on()


def test_restore_refuses_what_it_cannot_open(empty: Place, tmp_path: Path) -> None:
    for path, reason in (
        (tmp_path / "none.tar", "No such file"),
        (tmp_path, "it is no file"),
        (Path("/dev/null"), "no file"),
    ):
        with pytest.raises(ArchiveError, match=reason):
            bring_back(path)
    assert is_untouched()


def test_folder_that_cannot_be_written_is_named(empty: Place, saved: Saved) -> None:
    (empty.folder / "mail-held.part").mkdir()

    with pytest.raises(ArchiveError, match=r"mail-held.json cannot be written: .* Nothing was restored"):
        bring_back(saved.path)
    assert is_untouched()
