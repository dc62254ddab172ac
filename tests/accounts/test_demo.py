"""The demo's accounts are named on the sign-in page of the demo, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from accounts import demo

ACCOUNTS = (demo.DemoAccount("Author One", "Author", "author@example.org"),)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """A data folder of its own."""
    settings.DATA_DIR = tmp_path
    return tmp_path


def test_demo_accounts_are_named_on_the_sign_in_page(client: Client, db: None) -> None:
    demo.write(ACCOUNTS, "open sesame")
    page = client.get("/accounts/login/").content.decode()
    assert "author@example.org" in page
    assert "<code>open sesame</code>" in page


def test_demo_is_not_mentioned_without_its_marker(client: Client, db: None) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "Demo accounts" not in page
    assert "What happens here" in page


def test_demo_is_never_shown_or_written_in_production_mode(settings: Settings) -> None:
    demo.write(ACCOUNTS, "open sesame")
    settings.PRODUCTION = True
    assert demo.read() == demo.Demo()
    with pytest.raises(ValueError, match="not for production"):
        demo.write(ACCOUNTS, "open sesame")


@pytest.mark.parametrize("text", ["", "[]", '{"accounts": [{"name": "x"}]}', '{"accounts": 3}', "\x00"])
def test_demo_marker_that_cannot_be_read_shows_nothing(folder: Path, text: str) -> None:
    (folder / "demo.json").write_text(text, encoding="utf-8")
    assert demo.read() == demo.Demo()
