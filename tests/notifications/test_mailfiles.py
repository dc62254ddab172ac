"""Mail into files."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

import pytest
from pytest_django import Settings

from notifications.delivery import Run, deliver_due
from tests.factories.outbox import NOW, ping


@pytest.mark.django_db
def test_each_mail_becomes_a_readable_file_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "notifications.mailfiles.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    ping(context={"reference": "RB-2026-AAAAA"})
    ping(context={"reference": "RB-2026-BBBBB"})

    assert deliver_due(now=NOW) == Run(sent=2)

    files = sorted((tmp_path / "mail").iterdir())
    assert [file.name.rsplit("-", 2)[0] for file in files] == [
        "20260302T090000Z-ping-for-rb-2026-aaaaa",
        "20260302T090000Z-ping-for-rb-2026-bbbbb",
    ]
    read = email.message_from_bytes(files[0].read_bytes(), policy=email.policy.default)
    text, page = read.get_body(("plain",)), read.get_body(("html",))
    assert (read["To"], read["Subject"]) == ("author.one@example.org", "Ping for RB-2026-AAAAA")
    assert text is not None
    assert text.get_content().startswith("It's about RB-2026-AAAAA")
    assert page is not None
    assert page.get_content().startswith("<p>")


@pytest.mark.django_db
def test_folder_follows_data_dir_when_none_is_named(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "notifications.mailfiles.EmailBackend"
    settings.EMAIL_FILE_PATH = None
    settings.DATA_DIR = tmp_path
    ping()

    deliver_due(now=NOW)

    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1


@pytest.mark.django_db
def test_folder_that_cannot_be_written_postpones(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("in the way")
    settings.EMAIL_BACKEND = "notifications.mailfiles.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    ping()

    assert deliver_due(now=NOW) == Run(postponed=1)
