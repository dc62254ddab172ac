"""What browsers are given: vendored files are the ones we checked, nothing is fetched from elsewhere."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
TEMPLATES = ROOT / "templates"
OWN = [STATIC / "reviewboard.css", STATIC / "theme.js", STATIC / "reviewboard.js"]


def listed() -> dict[str, str]:
    """The vendored files and the digests they must have."""
    lines = (VENDOR / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def test_vendored_files_are_the_ones_that_were_checked() -> None:
    found = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name not in ("SHA256SUMS", "README.md")
    }
    assert found == listed()


def test_every_vendored_folder_has_its_licence() -> None:
    assert [folder.name for folder in VENDOR.iterdir() if folder.is_dir() and not (folder / "LICENSE").exists()] == []


def test_nothing_names_a_source_map_or_another_host() -> None:
    for path in [*OWN, VENDOR / "bootstrap" / "bootstrap.min.css"]:
        text = path.read_text(encoding="utf-8")
        assert "sourceMappingURL" not in text
        hosts = set(re.findall(r"https?://[^\s\"')]+", text)) - {"http://www.w3.org/2000/svg"}
        assert {host for host in hosts if "getbootstrap.com" not in host and "github.com" not in host} == set()


def test_templates_hold_no_inline_style_or_script() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", text) == [], path
        assert re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text) == [], path


def test_icons_named_in_templates_and_code_are_vendored() -> None:
    named = set()
    for path in TEMPLATES.rglob("*.html"):
        named |= set(re.findall(r'{% icon "([^"]+)"', path.read_text(encoding="utf-8")))
    for folder in ("reviews", "accounts"):
        for path in (ROOT / folder).rglob("*.py"):
            named |= set(re.findall(r'\bicon="([^"]+)"', path.read_text(encoding="utf-8")))
    assert {name for name in named if not (VENDOR / "icons" / f"{name}.svg").exists()} == set()


def test_files_can_be_collected_under_hashed_names(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", "--noinput", verbosity=0)

    css = next(tmp_path.glob("reviewboard.*.css")).read_text(encoding="utf-8")
    names = re.findall(r'url\("([^"]+)"\)', css)
    assert names
    assert [name for name in names if not re.search(r"\.[0-9a-f]{12}\.", name)] == []


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_own_files_are_plain_text_without_tabs(path: Path) -> None:
    assert "\t" not in path.read_text(encoding="utf-8")
