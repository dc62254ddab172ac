"""Faulty values end with one sentence that names the variable and never repeats the value."""

from __future__ import annotations

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from reviewboard import environment


def read_database() -> object:
    return environment.database("THING", Path("/data/default.sqlite3"))


def read_mail() -> object:
    return environment.mail("THING", {})


FAULTS: list[tuple[Callable[[], object], str]] = [
    (lambda: environment.flag("THING"), "maybe"),
    (lambda: environment.whole_number("THING", 5, least=1, most=9), "ten"),
    (lambda: environment.whole_number("THING", 5, least=1, most=9), "0"),
    (lambda: environment.whole_number("THING", 5, least=1, most=9), "-3"),
    (lambda: environment.whole_number("THING", 5, least=1, most=9), "9" * 5000),
    (lambda: environment.choice("THING", ["one", "two"]), "secret-word"),
    (read_database, "secret-word"),
    (read_database, "mysql://user:secret-word@host/name"),
    (read_database, "postgres://user:secret-word@host:port/name"),
    (read_database, "postgres://user:secret-word@host"),
    (read_database, "postgres://user:secret-word@[::1/name"),
    (read_mail, "secret-word"),
    (read_mail, "smtp://user:secret-word@host:port"),
    (read_mail, "smtp://"),
    (read_mail, "http://user:secret-word@host"),
    (lambda: environment.broker("THING"), "secret-word"),
    (lambda: environment.broker("THING"), "filesystem://"),
    (lambda: environment.broker("THING"), "redis://:secret-word@host:port/0"),
    (lambda: environment.sender("THING", ""), "secret-word"),
    (lambda: environment.sender("THING", ""), "board@lab.org\nBcc: else@lab.org"),
]


@pytest.mark.parametrize(("read", "value"), FAULTS)
def test_faulty_value_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], object], value: str
) -> None:
    monkeypatch.setenv("THING", value)

    with pytest.raises(ImproperlyConfigured) as refusal:
        read()

    sentence = str(refusal.value)
    assert sentence.startswith("THING is ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "secret-word" not in sentence


@pytest.mark.parametrize(
    ("value", "answer"),
    [("", False), ("0", False), ("False", False), ("off", False), ("1", True), ("TRUE", True), (" yes ", True)],
)
def test_flag_knows_the_common_words(monkeypatch: pytest.MonkeyPatch, value: str, answer: bool) -> None:
    monkeypatch.setenv("THING", value)

    assert environment.flag("THING") is answer


def test_database_address_of_postgresql_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THING", "postgres://user:p%40ss@host:5433/name?sslmode=require")

    config = environment.database("THING", Path("/data/default.sqlite3"))

    assert config == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "name",
        "USER": "user",
        "PASSWORD": "p@ss",
        "HOST": "host",
        "PORT": 5433,
        "OPTIONS": {"sslmode": "require"},
    }


def test_database_is_a_file_beside_the_data_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("THING", raising=False)
    assert environment.database("THING", Path("/da ta/x?.sqlite3"))["NAME"] == "/da ta/x?.sqlite3"

    monkeypatch.setenv("THING", "sqlite:////folder/other.sqlite3")
    assert environment.database("THING", Path("/data/x.sqlite3"))["NAME"] == "/folder/other.sqlite3"


def test_mail_address_over_tls_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THING", "smtp+tls://user:word@host")

    config = environment.mail("THING", {})

    assert (config["EMAIL_HOST"], config["EMAIL_PORT"], config["EMAIL_USE_TLS"]) == ("host", 587, True)


def test_kept_secret_is_made_once_for_all_who_start_together(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"

    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: environment.kept_secret(path), range(64)))

    assert keys == {path.read_text("ascii")}
    assert len(keys.pop()) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_kept_secret_that_cannot_be_read_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^DATA_DIR cannot be used: .*\.$"):
        environment.kept_secret(tmp_path)


def test_folder_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ImproperlyConfigured, match=r"^DATA_DIR cannot be used: .*\.$"):
        environment.folder(tmp_path / "file" / "data")
