"""The lock files: whole, hashed, without host names, and nothing in them that nobody uses."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, python_files

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCKS = ("requirements.lock", "requirements-dev.lock")
# Programs and plugins: nothing imports them, because something else calls them.
CALLED = {
    "argon2-cffi": "settings.PASSWORD_HASHERS",
    "async-timeout": "redis, below Python 3.11.3",
    "celery-types": "make types",
    "django-stubs": "make types",
    "types-pyyaml": "make types",
    "gunicorn": "manage.py up",
    "import-linter": "make contracts",
    "mypy": "make types",
    "pip-tools": "make lock",
    "psycopg": "DATABASE_URL",
    "pytest-xdist": "make test",
    "ruff": "make lint",
}
# Apps and middleware that do their work by being named in the settings.
INSTALLED = {"crispy-bootstrap5", "django-csp", "django-htmx", "django-prometheus", "whitenoise"}


def wanted(requirements: list[str]) -> set[str]:
    """The names, as indexes spell them."""
    return {re.sub(r"[-_.]+", "-", re.split(r"[\[<>=~! ]", one)[0]).lower() for one in requirements}


EXTRAS = PROJECT["optional-dependencies"]
RUNNING = wanted(PROJECT["dependencies"] + EXTRAS["prod"] + EXTRAS["metrics"])
WORKING = wanted(EXTRAS["dev"])


def pins(lock: str) -> dict[str, str]:
    """Name and version of each locked distribution."""
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")

    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_distribution_has_a_hash(lock: str) -> None:
    blocks = re.split(r"^(?=[a-z0-9])", (ROOT / lock).read_text("utf-8"), flags=re.MULTILINE)

    assert [block.split()[0] for block in blocks if "==" in block and "--hash=sha256:" not in block] == []


def test_locks_hold_what_the_project_names() -> None:
    assert RUNNING - pins("requirements.lock").keys() == set()
    assert WORKING - pins("requirements-dev.lock").keys() == set()


def test_both_locks_agree() -> None:
    running, working = pins("requirements.lock"), pins("requirements-dev.lock")

    assert {
        one: (running[one], working[one]) for one in running if working.get(one, running[one]) != running[one]
    } == {}


@pytest.mark.parametrize("requirement", sorted(RUNNING | WORKING))
def test_every_dependency_is_used(requirement: str) -> None:
    if requirement in CALLED:
        return
    files = distribution(requirement).files or []
    modules = {path.parts[0].removesuffix(".py") for path in files if path.suffix == ".py"}
    words = "|".join(re.escape(module) for module in sorted(modules))
    used = re.compile(rf"^\s*(?:import|from) (?:{words})\b", re.MULTILINE)
    if requirement in INSTALLED:
        used = re.compile(rf"""["'](?:{words})\b""")
    places = [*python_files(), *(ROOT / "tests").rglob("*.py")] if requirement in WORKING - RUNNING else python_files()

    assert any(used.search(path.read_text("utf-8")) for path in places if path != Path(__file__))


@pytest.mark.parametrize("requirement", sorted(RUNNING | WORKING))
def test_every_dependency_is_explained(requirement: str) -> None:
    lines = (ROOT / "docs" / "dependencies.md").read_text("utf-8").splitlines()

    assert len([line for line in lines if line.startswith(f"| {requirement} |")]) == 1
