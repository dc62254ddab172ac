"""Habits of the files themselves: short, explained, finished, and without anything inline in a page."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from tests.architecture.sources import ROOT, name, python_files, templates, tree

LONGEST = 400
# Written in halves, so that this file does not find itself.
WORDS = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
PHRASES = ["NotImplemented" + "Error", "pragma: no co" + "ver", "coming so" + "on", "lorem ip" + "sum"]
UNFINISHED = re.compile(rf"\b(?:{'|'.join(WORDS)})\b|(?i:{'|'.join(PHRASES)})")
INLINE = {
    "a style attribute": re.compile(r"""\sstyle\s*=\s*["']"""),
    "a style element": re.compile(r"<style\b"),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)"),
    "an event attribute": re.compile(r"""\son[a-z]+\s*=\s*["']"""),
    "an address of another host": re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:)?//"""),
}
TEXTS = (".py", ".html", ".txt", ".md", ".css", ".js", ".yaml", ".toml", ".sh")


def own_texts() -> list[Path]:
    """Every text of the project that a person wrote."""
    folders = [
        "accounts",
        "audit",
        "deploy",
        "docs",
        "notifications",
        "reviewboard",
        "reviews",
        "scripts",
        "static",
        "templates",
        "tests",
    ]
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in TEXTS]
    found += [path for path in ROOT.iterdir() if path.suffix in TEXTS or path.name == "Makefile"]
    return sorted(path for path in found if "vendor" not in path.parts)


def test_no_python_file_is_longer_than_400_lines() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}

    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def test_every_module_says_why_it_exists() -> None:
    silent = [name(path) for path in python_files() if tree(path).body and not ast.get_docstring(tree(path))]

    assert silent == []


def test_every_public_function_is_annotated() -> None:
    bare = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is None
    ]

    assert bare == []


def test_nothing_reads_unfinished() -> None:
    found = [
        f"{name(path)}:{number}: {line.strip()[:80]}"
        for path in own_texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if UNFINISHED.search(line)
    ]

    assert found == []


@pytest.mark.parametrize("path", templates(), ids=name)
def test_template_compiles(path: Path) -> None:
    get_template(path.relative_to(ROOT / "templates").as_posix())


@pytest.mark.parametrize("what", sorted(INLINE))
def test_no_template_holds_what_the_policy_forbids(what: str) -> None:
    found = [
        name(path)
        for path in templates()
        if path.suffix == ".html" and "emails" not in path.parts and INLINE[what].search(path.read_text("utf-8"))
    ]

    assert found == []


def test_only_the_conftest_skips() -> None:
    skips = re.compile(r"pytest\.(skip|mark\.(skip(if)?|xfail)|importorskip|xfail)\b|unittest\.skip")
    found = [
        name(path)
        for path in (ROOT / "tests").rglob("*.py")
        if path != ROOT / "tests" / "conftest.py" and path != Path(__file__) and skips.search(path.read_text("utf-8"))
    ]

    assert found == []


def test_no_test_flushes_the_database() -> None:
    """The audit log forbids DELETE; tests that commit take ``fresh_database``."""
    flushing = re.compile(r"transaction=True|\btransactional_db\b|\blive_server\b|TransactionTestCase")
    found = [
        name(path)
        for path in (ROOT / "tests").rglob("*.py")
        if path != Path(__file__) and flushing.search(path.read_text("utf-8"))
    ]

    assert found == []
