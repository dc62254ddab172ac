"""What is said at the start: the mode, its parts, and what production lacks."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest
from pytest_django import Settings

from notifications import running


@pytest.fixture
def production(settings: Settings, tmp_path: Path) -> Settings:
    """A whole installation."""
    (tmp_path / "staticfiles.json").write_text("{}")
    settings.PRODUCTION = True
    settings.BASE_URL = "https://review.lab.org"
    settings.STATIC_ROOT = str(tmp_path)
    settings.ON_SQLITE = False
    settings.CELERY_BROKER_URL = "redis://:secret-word@broker/0"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.TRUSTED_PROXY = (ipaddress.ip_network("10.0.0.5/32"),)
    return settings


def test_whole_installation_lacks_nothing_and_no_secret_is_said(production: Settings) -> None:
    assert running.lines() == [
        "Production mode for https://review.lab.org: PostgreSQL, workers behind a broker, mail to a server."
    ]


def test_bare_installation_says_what_it_lacks(production: Settings, tmp_path: Path) -> None:
    production.ON_SQLITE = True
    production.CELERY_BROKER_URL = "memory://"
    production.EMAIL_BACKEND = running.CONSOLE
    production.TRUSTED_PROXY = ()
    (tmp_path / "staticfiles.json").unlink()

    said = running.lines()

    assert said[0] == (
        "Production mode for https://review.lab.org: SQLite, a worker without a broker, mail printed here."
    )
    assert said[1] == "What is missing (docs/deployment.md says more):"
    assert [line.split()[1] for line in said[2:]] == [
        "Style", "TRUSTED_PROXY", "EMAIL_URL", "DATABASE_URL", "CELERY_BROKER_URL",
    ]  # fmt: skip


def test_guide_that_is_named_is_there() -> None:
    assert (Path(__file__).parents[2] / running.GUIDE).exists()
