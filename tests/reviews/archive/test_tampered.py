"""A file that is damaged, cut or forged is refused in one sentence before anything is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from reviews.archive import manifest
from reviews.archive.container import MANIFEST, Reader
from reviews.archive.errors import ArchiveError
from reviews.models import blobs
from tests.reviews.archive import places
from tests.reviews.archive.places import Place, Saved, bring_back, is_untouched

Parts = dict[str, bytes]
Said = dict[str, Any]
USERS, EVENTS = "tables/accounts.user.jsonl", "tables/audit.event.jsonl"


def refused(path: Path, reason: str) -> None:
    """Restoring says why it does not, and leaves nothing."""
    before = written()
    with pytest.raises(ArchiveError, match=reason) as refusal:
        bring_back(path)
    assert "Nothing was restored" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert is_untouched()
    assert written() == before


def written() -> list[int]:
    """How much there is in tables that no restore touches for good."""
    found = []
    with connection.cursor() as cursor:
        for table in ("django_content_type", "auth_permission", "django_migrations", "audit_event"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            found.append(cursor.fetchone()[0])
    return found


def test_flipped_bit_anywhere_is_noticed(empty: Place, saved: Saved, tmp_path: Path) -> None:
    whole = saved.path.read_bytes()
    with saved.path.open("rb") as file:
        members = list(Reader(file).members.values())
    places_to_flip = [
        at for member in members if member.size for at in (member.start, member.start + member.size // 2,
        member.start + member.size - 1, member.start - 300)
    ]  # fmt: skip
    damaged = tmp_path / "damaged.tar"

    for at in places_to_flip[:: max(1, len(places_to_flip) // 60)]:
        damaged.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(ArchiveError):
            bring_back(damaged)
    assert is_untouched()


def test_cut_anywhere_is_noticed(empty: Place, saved: Saved, tmp_path: Path) -> None:
    whole = saved.path.read_bytes()
    cut = tmp_path / "cut.tar"

    for length in (0, 100, 512, len(whole) // 3, len(whole) - 20_000, len(whole) - 10_240):
        cut.write_bytes(whole[:length])
        with pytest.raises(ArchiveError):
            bring_back(cut)
    assert is_untouched()


def drop(parts: Parts, said: Said) -> None:
    parts.pop(USERS)


def add_table(parts: Parts, said: Said) -> None:
    parts["tables/sessions.session.jsonl"] = b""


def add_blob(parts: Parts, said: Said) -> None:
    parts[f"blobs/ab/{'ab' * 20}"] = b"unasked"


def swap_lines(parts: Parts, said: Said) -> None:
    first, second, rest = parts[EVENTS].split(b"\n", 2)
    parts[EVENTS] = b"\n".join([second, first, rest])


def lose_line(parts: Parts, said: Said) -> None:
    parts[EVENTS] = parts[EVENTS].split(b"\n", 1)[1]


def lose_row_of_all(parts: Parts, said: Said) -> None:
    lose_line(parts, said)
    said["tables"] = [{**t, "rows": t["rows"] - 1} if t["name"] == "audit.event" else t for t in said["tables"]]


def forget_table(parts: Parts, said: Said) -> None:
    parts.pop(USERS)
    said["tables"] = [table for table in said["tables"] if table["name"] != "accounts.user"]


def invent_table(parts: Parts, said: Said) -> None:
    parts["tables/made.up.jsonl"] = b""
    said["tables"].append({"name": "made.up", "rows": 0, "sha256": manifest.digest(b"")})


def skip_migration(parts: Parts, said: Said) -> None:
    said["migrations"].remove(["audit", "0001_initial"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (drop, "its parts are not the ones that its manifest names"),
        (add_table, "its parts are not the ones that its manifest names"),
        (add_blob, "its parts are not the ones that its manifest names"),
        (swap_lines, "the rows of audit.event are not those that were written"),
        (lose_line, "the rows of audit.event are not those that were written"),
        (lose_row_of_all, "the rows of audit.event are not those that were written"),
        (forget_table, "its tables are not those of its migrations"),
        (invent_table, "its tables are not those of its migrations"),
        (skip_migration, "its list of migrations has a gap"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_parts_that_do_not_belong_together_are_refused(
    empty: Place, saved: Saved, tmp_path: Path, change: Callable[[Parts, Said], None], reason: str
) -> None:
    refused(places.edited(saved.path, tmp_path / "x.tar", change), reason)


def rename_actor(parts: Parts, said: Said) -> None:
    parts[EVENTS] = parts[EVENTS].replace(b'"actor":"system"', b'"actor":"nobody"', 1)
    places.resealed(parts, said)


def lose_last_event(parts: Parts, said: Said) -> None:
    parts[EVENTS] = b"".join(line + b"\n" for line in parts[EVENTS].splitlines()[:-1])
    places.resealed(parts, said)


def point_to_nobody(parts: Parts, said: Said) -> None:
    name = "tables/accounts.organisationrole.jsonl"
    parts[name] = parts[name].replace(b'"user":', b'"user":99999', 1)
    places.resealed(parts, said)


def other_file(parts: Parts, said: Said) -> None:
    name = "tables/reviews.artifact.jsonl"
    path = next(file["path"] for file in said["files"] if file["path"].encode() in parts[name])
    parts[name] = parts[name].replace(path.encode(), f"ab/{'ab' * 20}".encode())
    places.resealed(parts, said)


def other_digest(parts: Parts, said: Said) -> None:
    name = "tables/reviews.artifact.jsonl"
    sha256 = next(file["sha256"] for file in said["files"] if file["sha256"].encode() in parts[name])
    parts[name] = parts[name].replace(sha256.encode(), b"0" * 64)
    places.resealed(parts, said)


def row_of_another_table(parts: Parts, said: Said) -> None:
    parts[USERS] += b'{"fields":{},"model":"auth.group","pk":1}\n'
    places.resealed(parts, said)


def no_row_at_all(parts: Parts, said: Said) -> None:
    parts[USERS] += b"[[[[[]]]]]\n"
    places.resealed(parts, said)


def row_without_key(parts: Parts, said: Said) -> None:
    parts["tables/auth.group.jsonl"] = b'{"fields":{"name":"x"},"model":"auth.group"}\n'
    places.resealed(parts, said)


def unknown_column(parts: Parts, said: Said) -> None:
    parts["tables/auth.group.jsonl"] = b'{"fields":{"name":"x","made_up":1},"model":"auth.group","pk":1}\n'
    places.resealed(parts, said)


def endless_number(parts: Parts, said: Said) -> None:
    parts["tables/auth.group.jsonl"] = b'{"fields":{"name":"x"},"model":"auth.group","pk":' + b"9" * 40 + b"}\n"
    places.resealed(parts, said)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (rename_actor, "its audit chains are not those that its manifest names"),
        (lose_last_event, "its audit chains are not those that its manifest names"),
        (point_to_nobody, "its rows refer to rows that are not in it"),
        (other_file, "its rows name other files than its manifest"),
        (other_digest, "its rows name other files than its manifest"),
        (row_of_another_table, "unknown table 'auth.group'"),
        (no_row_at_all, r"Row \d+ of accounts.user cannot be stored here"),
        (row_without_key, r"The rows of auth.group would not be the same here|Row 1 of auth.group"),
        (unknown_column, "Row 1 of auth.group cannot be stored here: "),
        (endless_number, "Row 1 of auth.group cannot be stored here: "),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_forger_who_reseals_the_manifest_is_found_out_by_the_database(
    empty: Place, saved: Saved, tmp_path: Path, change: Callable[[Parts, Said], None], reason: str
) -> None:
    """Bytes may be left behind then, which the sweep takes; rows never are."""
    before = written()
    with pytest.raises(ArchiveError, match=reason):
        bring_back(places.edited(saved.path, tmp_path / "x.tar", change))
    for path in blobs.root().glob("*/*"):
        path.unlink()
    assert is_untouched()
    assert written() == before


@pytest.mark.parametrize(
    "change",
    [
        {"format": "reviewboard-backup-2"}, {"made_at": 1}, {"made_at": "yesterday"}, {"migrations": None},
        {"migrations": [["reviews"]]}, {"migrations": [["reviews", 1]]}, {"tables": {"x": 1}}, {"tables": [{}]},
        {"tables": [{"name": "x", "rows": -1, "sha256": "0" * 64}]},
        {"tables": [{"name": "x", "rows": 1, "sha256": "0"}]},
        {"tables": [{"name": "x", "rows": True, "sha256": "0" * 64}]}, {"files": [1]}, {"files": "x"},
        {"files": [{"path": "x", "sha256": None, "found": "", "size": 0}]},
        {"files": 2 * [{"path": "x", "sha256": "", "found": "", "size": 0}]},
        {"migrations": 2 * [["reviews", "0001_initial"]]}, {"chains": [{"stream": "x"}]},
        {"chains": 2 * [{"stream": "x", "events": 0, "head": "0" * 64, "holds": True}]},
    ],
    ids=str,
)  # fmt: skip
def test_manifest_that_is_not_as_written_is_refused(saved: Saved, change: Said) -> None:
    said = json.loads(saved.manifest.as_json())
    said.pop("seal")

    assert manifest.read(manifest.sealed(said)) == saved.manifest
    with pytest.raises(ArchiveError):
        manifest.read(manifest.sealed({**said, **change}))


def test_manifest_with_another_word_in_it_is_refused(saved: Saved) -> None:
    text = saved.manifest.as_json()

    with pytest.raises(ArchiveError, match="its manifest cannot be read"):
        manifest.read(text.replace(b'"made_at": "2026', b'"made_at": "2025'))


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"1", b"\xff", b"[" * 100_000, b'{"format": null}'])
def test_manifest_that_is_none_is_refused(text: bytes) -> None:
    with pytest.raises(ArchiveError):
        manifest.read(text)


def test_manifest_is_the_last_part_and_says_its_format(saved: Saved) -> None:
    with saved.path.open("rb") as file:
        reader = Reader(file)
        names = list(reader.members)
        text = reader.whole(reader.members[MANIFEST], limit=10**6)

    assert names[-1] == MANIFEST
    assert json.loads(text)["format"] == "reviewboard-backup-1"
    assert manifest.digest(text) == saved.sha256
    assert manifest.read(text).as_json() == text
