"""What there is to look at: the project's own Python files and templates."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("accounts", "audit", "notifications", "reviewboard", "reviews")


@cache
def python_files() -> tuple[Path, ...]:
    """The product's own code: without tests and migrations."""
    found = [ROOT / "manage.py", *sorted((ROOT / "scripts").glob("*.py")), *sorted((ROOT / "deploy").glob("*.py"))]
    for package in PACKAGES:
        found += sorted((ROOT / package).rglob("*.py"))
    return tuple(path for path in found if "migrations" not in path.parts)


@cache
def templates() -> tuple[Path, ...]:
    """Every template that a person or a mail may see."""
    return tuple(sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt", ".xml")))


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name(path: Path) -> str:
    """How a file is called in a message."""
    return path.relative_to(ROOT).as_posix()
