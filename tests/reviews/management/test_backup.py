"""The commands backup and restore: what they say, and how they end."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import DjangoDbBlocker, Settings

from accounts.models import User
from notifications import hold
from reviews.archive import backup
from reviews.models import blobs
from tests import databases
from tests.reviews.archive import places
from tests.reviews.archive.places import Place


@pytest.fixture
def filled(
    database_template: databases.Template, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[Place]:
    """An installation with one person."""
    with django_db_blocker.unblock(), places.place(database_template, tmp_path / "data") as made:
        User.objects.create_user("author.one@example.org", None, display_name="Author One")
        yield made


def run(*arguments: object) -> list[str]:
    """The lines that a command prints."""
    out = io.StringIO()
    call_command(*(str(argument) for argument in arguments), stdout=out, stderr=out)
    return out.getvalue().splitlines()


def test_backup_and_restore_say_what_they_did(
    filled: Place, database_template: databases.Template, tmp_path: Path
) -> None:
    tar, keys = tmp_path / "x.tar", tmp_path / "x.keys"
    wrote = run("backup", tar, "--keys", keys)
    with places.place(database_template, tmp_path / "new"):
        restored = run("restore", tar, "--keys", keys)
        people = User.objects.count()

    assert wrote[0].startswith(f"{tar}: ")
    assert "tables, 0 files, 0 audit events, " in wrote[0]
    assert wrote[2:] == [f"{keys}: secret_key. Keep it apart from the backup."]
    assert restored[:4] == ["Reading the backup…", "Storing files…", "Storing rows…", "Checking what was restored…"]
    assert "Every row, file and chain is the one of the backup." in restored[4]
    assert restored[5] == wrote[1]
    assert restored[6:] == [
        "0 mails were set aside and will not be sent.",
        "Keys were put into DATA_DIR: secret_key.",
        "Now start the program; whatever runs already must be started again.",
    ]
    assert people == 1


def test_without_keys_both_say_what_follows(
    filled: Place, database_template: databases.Template, tmp_path: Path
) -> None:
    wrote = run("backup", tmp_path / "x.tar")
    with places.place(database_template, tmp_path / "new"):
        restored = run("restore", tmp_path / "x.tar")

    assert wrote[2:] == [
        "The keys are not in it (secret_key). With new ones everybody signs in again and links in mails end."
    ]
    assert restored[-2] == (
        "No keys were restored. Unless DATA_DIR has the old ones, everybody signs in again, and links in mails end."
    )


def test_key_of_the_environment_is_the_operators_to_keep(
    filled: Place, database_template: databases.Template, tmp_path: Path, settings: Settings
) -> None:
    settings.SECRET_KEY = "e" * 60
    (filled.folder / "secret_key").unlink()
    wrote = run("backup", tmp_path / "x.tar", "--keys", tmp_path / "x.keys")
    with places.place(database_template, tmp_path / "new") as new:
        (new.folder / "secret_key").unlink()
        restored = run("restore", tmp_path / "x.tar")

    assert wrote[2:] == [
        "SECRET_KEY comes from the environment: keep it yourself, apart from the backup.",
        "DATA_DIR holds no keys, so none were written.",
    ]
    assert not (tmp_path / "x.keys").exists()
    assert "SECRET_KEY comes from the environment: give the one that the installation had." in restored


def test_faults_are_named_and_end_with_one(
    filled: Place, database_template: databases.Template, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.reviews.archive.test_backup import with_files

    (gone,) = with_files(b"gone")
    (blobs.root() / gone).unlink()
    with pytest.raises(CommandError, match="not everything in this installation is whole") as ended:
        call_command("backup", str(tmp_path / "x.tar"))
    assert ended.value.returncode == 1
    assert capsys.readouterr().err == f"Stored file {gone} is missing.\n"
    assert (tmp_path / "x.tar").exists()
    with places.place(database_template, tmp_path / "new"):
        restored = run("restore", tmp_path / "x.tar")
    assert restored[-1] == f"Stored file {gone} was not whole when the backup was made."


@pytest.mark.parametrize("taken", ["x.tar", "x.keys"])
def test_backup_writes_over_nothing_and_then_writes_nothing(filled: Place, tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_text("mine", encoding="ascii")
    with pytest.raises(CommandError, match=f"{taken} is there already"):
        run("backup", tmp_path / "x.tar", "--keys", tmp_path / "x.keys")

    assert sorted(path.name for path in tmp_path.glob("x.*")) == [taken]
    assert (tmp_path / taken).read_text(encoding="ascii") == "mine"


def test_restore_into_rows_ends_with_one_sentence(filled: Place, tmp_path: Path) -> None:
    backup.write(tmp_path / "x.tar", now=places.MADE_AT)
    with pytest.raises(CommandError) as ended:
        run("restore", tmp_path / "x.tar")

    assert str(ended.value).startswith("There are rows in this database (accounts.user).")
    assert ended.value.returncode == 1
    assert not hold.is_on()


def test_keys_that_are_none_are_refused_before_anything_is_written(
    filled: Place, database_template: databases.Template, tmp_path: Path
) -> None:
    backup.write(tmp_path / "x.tar", now=places.MADE_AT)
    with places.place(database_template, tmp_path / "new"):
        with pytest.raises(CommandError, match="is not a file of keys"):
            run("restore", tmp_path / "x.tar", "--keys", tmp_path / "x.tar")
        assert places.is_untouched()


def test_database_that_gives_up_is_one_sentence(
    filled: Place, database_template: databases.Template, tmp_path: Path
) -> None:
    backup.write(tmp_path / "x.tar", now=places.MADE_AT)
    with places.place(database_template, tmp_path / "new"):
        for table in ("reviews_transfer", "mfa_authenticator"):
            with connection.cursor() as cursor:
                cursor.execute(f"DROP TABLE {table}")
        with pytest.raises(CommandError, match="The database gave up, so nothing was written"):
            run("backup", tmp_path / "y.tar")
        with pytest.raises(CommandError, match="The database gave up. Run this again"):
            run("restore", tmp_path / "x.tar")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "new", "x.tar"]
