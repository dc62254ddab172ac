"""Keys travel in a file of their own, which is private and read with care."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings as live
from pytest_django import Settings

from reviews.archive import keys
from reviews.archive.errors import ArchiveError
from tests.reviews.archive.places import CRASHED_AT


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """A data folder with two keys and something else."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    (settings.DATA_DIR / "secret_key").write_text(f"{live.SECRET_KEY}\n", encoding="ascii")
    (settings.DATA_DIR / "signing_key").write_text("another", encoding="ascii")
    (settings.DATA_DIR / "demo.json").write_text("{}", encoding="ascii")
    (settings.DATA_DIR / "folder_key").mkdir()
    return Path(settings.DATA_DIR)


def test_all_keys_and_nothing_else_are_kept(folder: Path, tmp_path: Path) -> None:
    keys.write(tmp_path / "x.keys", now=CRASHED_AT)

    assert keys.read(tmp_path / "x.keys") == {"secret_key": live.SECRET_KEY, "signing_key": "another"}
    assert (tmp_path / "x.keys").stat().st_mode & 0o777 == 0o600
    assert keys.signing_key_is_kept()
    with pytest.raises(ArchiveError, match="is there already"):
        keys.write(tmp_path / "x.keys", now=CRASHED_AT)


def test_keys_are_laid_where_the_program_looks(folder: Path) -> None:
    keys.put({"secret_key": "new", "later_key": "more"})

    assert keys.kept() == {"later_key": "more", "secret_key": "new", "signing_key": "another"}
    assert (folder / "later_key").stat().st_mode & 0o777 == 0o600
    assert not keys.signing_key_is_kept()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"format": "other", "keys": {}}',
        '{"format": "reviewboard-keys-1"}',
        *(
            f'{{"format": "reviewboard-keys-1", "keys": {found}}}'
            for found in (
                '{"../x_key": "x"}', '{"/etc/x_key": "x"}', '{"x/y_key": "x"}', '{"demo.json": "x"}', '{"a_key": 1}',
                '{"a_key": " "}', '{"a_key": "\u00e4"}', '{"\u00e4_key": "x"}', "[1]", "1",
            )
        ),
    ],
    ids=range(16),
)  # fmt: skip
def test_what_is_not_a_file_of_keys_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x").write_text(text, encoding="utf-8")

    with pytest.raises(ArchiveError, match="is not a file of keys, or it is damaged"):
        keys.read(tmp_path / "x")


def test_file_of_keys_that_is_not_there_or_endless_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot be read: No such file"):
        keys.read(tmp_path / "none")
    (tmp_path / "x").write_text(json.dumps({"format": "x" * keys.LARGEST}), encoding="utf-8")
    with pytest.raises(ArchiveError, match="is not a file of keys"):
        keys.read(tmp_path / "x")
