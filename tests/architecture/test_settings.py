"""The configuration as it meets the outside: refusals, a clean deployment check, and what browsers are told."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from notifications import delivery
from reviewboard import settings as product_settings
from tests.architecture.sources import ROOT
from tests.conftest import PRODUCT_NAMES
from tests.databases import FreshDatabase

KEY = "k3J9s-Vq0Zt7wLx2Rb8nYm4Fh6Dc1Ge5Ua_PoIiTrEwQlKjHgNbV"
PRODUCTION = {"BASE_URL": "https://review.lab.org", "SECRET_KEY": KEY}


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A Python process of its own, with nothing in the environment but what is given."""
    kept = {name: value for name, value in os.environ.items() if name not in [*PRODUCT_NAMES, "DATABASE_URL"]}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**kept, "DATA_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def without_token(page: bytes) -> bytes:
    """A page without what differs at each view of it."""
    return re.sub(rb"[A-Za-z0-9]{64}", b"", page)


@pytest.mark.parametrize(
    ("environment", "begins"),
    [
        ({**PRODUCTION, "BASE_URL": "http://review.lab.org"}, "BASE_URL begins with http"),
        ({"BASE_URL": "https://review.lab.org"}, "SECRET_KEY is missing"),
        ({**PRODUCTION, "SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({**PRODUCTION, "SECRET_KEY": "django-insecure-" + KEY}, "SECRET_KEY is an example"),
        ({**PRODUCTION, "ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS may not hold *"),
        ({**PRODUCTION, "DEBUG": "true"}, "DEBUG is on"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS may not hold *"),
        ({"MAX_UPLOAD_MIB": "many"}, "MAX_UPLOAD_MIB is not a whole number"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is not a database address"),
        ({**PRODUCTION, "HSTS_SCOPE": "everything"}, "HSTS_SCOPE is none of host, subdomains, preload"),
        ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN is too short"),
    ],
)
def test_start_is_refused_in_one_sentence(tmp_path: Path, environment: dict[str, str], begins: str) -> None:
    done = run(tmp_path, "manage.py", "check", **environment)

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"Reviewboard does not start: {begins}")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("extra", "silenced"),
    [
        ({}, 2),
        ({"DATABASE_URL": "postgres://user:word@127.0.0.1:1/name", "METRICS_TOKEN": KEY}, 2),
        ({"HSTS_SCOPE": "subdomains"}, 1),
        ({"HSTS_SCOPE": "preload"}, 0),
    ],
)
def test_deployment_check_is_clean_in_production(tmp_path: Path, extra: dict[str, str], silenced: int) -> None:
    done = run(
        tmp_path, "-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION, **extra
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"System check identified no issues ({silenced} silenced).\n"


def test_check_and_migrate_work_in_a_bare_checkout(tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"

    assert run(data, "manage.py", "check").returncode == 0
    migrated = run(data, "manage.py", "migrate")

    assert (migrated.returncode, migrated.stderr) == (0, "")
    assert (data / "reviewboard.sqlite3").exists()
    assert stat.S_IMODE((data / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    command = ["-c", "from reviewboard import settings; print(settings.SECRET_KEY)"]

    with ThreadPoolExecutor(4) as pool:
        printed = set(pool.map(lambda _: run(tmp_path, *command).stdout, range(4)))

    assert printed == {(tmp_path / "secret_key").read_text("ascii") + "\n"}


def test_static_files_are_collected_under_hashed_names(tmp_path: Path) -> None:
    target = tmp_path / "static"
    script = (
        "import django; from django.conf import settings; from django.core.management import call_command;"
        f"settings.STATIC_ROOT = {str(target)!r}; django.setup();"
        "call_command('collectstatic', interactive=False, verbosity=0)"
    )

    done = run(tmp_path, "-c", script, DJANGO_SETTINGS_MODULE="reviewboard.settings", **PRODUCTION)

    assert (done.returncode, done.stderr) == (0, "")
    assert (target / "staticfiles.json").exists()
    assert {stat.S_IMODE(path.stat().st_mode) for path in target.rglob("*") if path.is_file()} == {0o644}
    assert {stat.S_IMODE(path.stat().st_mode) for path in target.rglob("*") if path.is_dir()} <= {0o755}


@pytest.mark.parametrize(
    ("scope", "words"),
    [("host", ""), ("subdomains", "; includeSubDomains"), ("preload", "; includeSubDomains; preload")],
)
def test_production_redirects_and_pins_https_and_secures_cookies(tmp_path: Path, scope: str, words: str) -> None:
    script = """
import django
django.setup()
from django.conf import settings
from django.test import RequestFactory
from django.middleware.security import SecurityMiddleware
from django.http import HttpResponse
go = SecurityMiddleware(lambda request: HttpResponse())
plain = go(RequestFactory().get("/x", headers={"host": "review.lab.org"}))
safe = go(RequestFactory().get("/x", headers={"host": "review.lab.org"}, secure=True))
print(plain.status_code, plain["Location"], safe["Strict-Transport-Security"])
print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.ALLOWED_HOSTS)
"""
    environment = {"DJANGO_SETTINGS_MODULE": "reviewboard.settings", "HSTS_SCOPE": scope, **PRODUCTION}
    done = run(tmp_path, "-c", script, **environment)

    assert done.stdout.splitlines() == [
        f"301 https://review.lab.org/x max-age=31536000{words}",
        "True True ['review.lab.org']",
    ]


@pytest.mark.django_db
def test_every_answer_carries_the_protecting_headers(client: Client) -> None:
    answer = client.get(reverse("account_login"))

    assert answer.status_code == 200
    directives = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert directives == {
        "default-src": "'none'",
        "style-src": "'self'",
        "script-src": "'self'",
        "font-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.django_db
def test_cookies_cannot_be_read_by_scripts_or_sent_across_sites(client: Client) -> None:
    cookie = client.get(reverse("account_login")).cookies["csrftoken"]

    assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax")
    assert (settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE) == (True, "Lax")
    assert (settings.SESSION_COOKIE_AGE, settings.SESSION_SAVE_EVERY_REQUEST) == (12 * 60 * 60, False)


def test_passwords_are_hashed_with_argon2() -> None:
    assert product_settings.PASSWORD_HASHERS[0].endswith(".Argon2PasswordHasher")


def test_sqlite_is_set_for_several_writers(fresh_database: FreshDatabase) -> None:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        facts = {}
        for pragma in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous"):
            cursor.execute(f"PRAGMA {pragma}")
            facts[pragma] = cursor.fetchone()[0]

    assert facts == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 20000, "synchronous": 2}
    assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.django_db
def test_nobody_can_sign_up(client: Client) -> None:
    answer = client.post(
        reverse("account_signup"), {"email": "new@example.org", "password1": KEY, "password2": KEY}, follow=True
    )

    assert User.objects.count() == 0
    assert "account/signup_closed.html" in [template.name for template in answer.templates]


@pytest.mark.django_db
def test_password_reset_says_the_same_for_known_and_unknown_people(client: Client) -> None:
    User.objects.create_user("author@example.org", KEY, display_name="Author One")

    known = client.post(reverse("account_reset_password"), {"email": "author@example.org"}, follow=True)
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"}, follow=True)

    assert without_token(known.content) == without_token(unknown.content)
    assert known.redirect_chain == unknown.redirect_chain
    assert mail.outbox == []
    delivery.deliver_due(now=timezone.now())
    assert [message.to for message in mail.outbox] == [["author@example.org"]]
