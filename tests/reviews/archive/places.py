"""Installations for tests of backup and restore: a database with real commits and a data folder, both thrown away."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import override_settings

from accounts.models import User
from notifications import delivery, outbox
from notifications.models import OutboxMessage
from reviews import scan
from reviews.actions import artifact, evidence
from reviews.archive import backup, keys, restore, tables
from reviews.archive.container import MANIFEST, Reader, Writer
from reviews.archive.manifest import Manifest, sealed
from reviews.archive.restore import Restored
from reviews.models import Evidence, Submission, blobs
from reviews.rules.states import PartKind, State
from tests import databases
from tests.factories import cases
from tests.factories.committee import START
from tests.factories.outbox import ping

MADE_AT = START + timedelta(days=3, microseconds=1)
# Long enough after the backup for every reminder and for an offer to lapse.
CRASHED_AT = START + timedelta(days=40)
PASSWORD = "a long pass phrase"
WEIGHTS = b"\x00\x01weights\xff" * 1000


@dataclass(frozen=True)
class Place:
    """One installation."""

    folder: Path
    database: databases.FreshDatabase

    @property
    def environment(self) -> dict[str, str]:
        """For a process that shall work in it."""
        return {**self.database.environment, "DATA_DIR": str(self.folder)}


@contextmanager
def place(template: databases.Template, folder: Path, *, bare: bool = False) -> Iterator[Place]:
    """An installation on which migrate has run (``bare``: has not), and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "secret_key").write_text(settings.SECRET_KEY, encoding="ascii")
    make = databases.without_tables if bare else databases.fresh
    with override_settings(DATA_DIR=folder), make(template) as database:
        yield Place(folder, database)


@dataclass
class Saved:
    """A backup of a small world, and what that world would have done next."""

    path: Path
    keys: Path
    manifest: Manifest
    sha256: str
    reference: str
    late: int


def world() -> Submission:
    """Cases on their way with files, texts in many scripts, large numbers, and mails in every state."""
    case = cases.draft(tier=2, label="Model with files")
    for name, data in (("weights.bin", WEIGHTS), ("leer.bin", b"\n")):
        artifact.add_file(
            submission=case.submission, part=PartKind.MODEL, name=name, blob=artifact.receive([data]), by=case.author,
            now=case.later(),
        )  # fmt: skip
    cases.submit(case)
    asked = Evidence.objects.filter(revision=case.again().revision, given_at=None).first()
    assert asked is not None
    evidence.give(
        evidence=asked, text="Größe \u2028 数 \U0001f52c \t\\n", blob=artifact.receive([b"card"]), file_name="card.txt",
        by=case.author, now=case.later(),
    )  # fmt: skip
    cases.accept(case, cases.offer(case, case.board.reviewers[0]))
    cases.offer(case, case.board.reviewers[1])
    cases.submission_in(State.DECIDED, made=case.board, tier=1, label="Decided")
    cases.submission_in(State.SUBMITTED, made=case.board, label="Waits for reviewers")
    Authenticator.objects.create(
        user=case.author, type=Authenticator.Type.TOTP, data={"secret": "made up", "tiny": 1e-07, "large": 3.14e23}
    )
    delivery.deliver_due(now=case.now)
    for key in ("queued", "claimed", "failed"):
        ping(dedupe_key=key, about=case.submission.reference, guard="" if key != "failed" else "nobody.knows")
    OutboxMessage.objects.filter(dedupe_key="claimed").update(
        state="claimed", claim_token="x", lease_until=MADE_AT, begun_at=MADE_AT
    )
    OutboxMessage.objects.filter(dedupe_key="failed").update(state="failed", failed_at=MADE_AT, last_error="refused")
    return case.again()


def save(folder: Path) -> Saved:
    """Make the world here, back it up, and see what it would have sent until the crash."""
    submission = world()
    path, keys_path = folder / "saved.tar", folder / "saved.keys"
    written = backup.write(path, now=MADE_AT)
    assert written.faults == []
    keys.write(keys_path, now=MADE_AT)
    saved = Saved(path, keys_path, written.manifest, written.sha256, submission.reference, send_what_is_due())
    assert saved.late > 5
    return saved


def send_what_is_due() -> int:
    """What a worker does at the moment of the crash; how many mails that brings into the world."""
    scan.deadlines(now=CRASHED_AT)
    ours = OutboxMessage.objects.exclude(template="test.ping")
    before = ours.filter(state="sent").count()
    delivery.deliver_due(now=CRASHED_AT)
    return ours.filter(state="sent").count() - before


def bring_back(path: Path, keys_path: Path | None = None, now: datetime = CRASHED_AT) -> Restored:
    """Restore, quietly."""
    return restore.restore(path, keys_path=keys_path, now=now, say=lambda text: None)


def edited(source: Path, target: Path, change: Callable[[dict[str, bytes], dict[str, Any]], None]) -> Path:
    """A copy of a backup in which somebody changed parts or manifest, in a container that is in order."""
    with source.open("rb") as file:
        reader = Reader(file)
        parts = {name: b"".join(reader.read(member)) for name, member in reader.members.items()}
    said = json.loads(parts.pop(MANIFEST))
    said.pop("seal")
    change(parts, said)
    with target.open("w+b") as file:
        writer = Writer(file, mtime=0)
        for name, data in {**parts, MANIFEST: sealed(said)}.items():
            writer.add(name, iter([data]))
        writer.finish()
    return target


def resealed(parts: dict[str, bytes], said: dict[str, Any]) -> None:
    """Give the manifest the digests that its changed parts have, as somebody does who knows how."""
    for table in said["tables"]:
        tally = tables.Tally().all(parts[f"tables/{table['name']}.jsonl"].splitlines())
        table["rows"], table["sha256"] = tally.rows, tally.sha256


def is_untouched() -> bool:
    """Whether nothing of any backup is in this installation."""
    left = [path for path in blobs.root().rglob("*") if path.is_file()]
    mails = outbox.overview(CRASHED_AT)
    return not (User.objects.exists() or left or mails.sent or (Path(settings.DATA_DIR) / "mail-held.json").exists())
