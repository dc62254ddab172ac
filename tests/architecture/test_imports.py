"""What the import contracts cannot say: purity down to the last import, and where the clock may be read."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, name, python_files, tree

PURE = {
    "reviews/rules": {"reviews.rules"},
    "audit/chain.py": set(),
    "notifications/backoff.py": set(),
    "reviewboard/mode.py": set(),
}
# What the rules take from elsewhere, and the one place or the few that do.
TAKEN = {
    "yaml": {"reviews/rules/yaml_reader.py"},
    "holidays": {"reviews/rules/calendars.py", "reviews/rules/deadlines.py"},
    "highspy": {"reviews/rules/matching_program.py"},
    "numpy": {
        "reviews/rules/matching.py",
        "reviews/rules/matching_model.py",
        "reviews/rules/matching_program.py",
    },
}
CLOCK_READERS = ("views", "api", "tasks.py", "management", "views.py")
CLOCK = {
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
}


def imported(path: Path) -> Iterator[str]:
    """The modules that a file names, wherever in the file it does."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)} imports relatively"
            yield node.module or ""


@pytest.mark.parametrize("place", sorted(PURE))
def test_pure_code_imports_the_standard_library_and_itself(place: str) -> None:
    start, allowed = ROOT / place, PURE[place]

    foreign = {
        (name(path), module.split(".")[0])
        for path in python_files()
        if path == start or start in path.parents
        for module in imported(path)
        if module.split(".")[0] not in sys.stdlib_module_names
        and not any(module == one or module.startswith(f"{one}.") for one in allowed)
    }

    assert foreign == {(path, module) for module, places in TAKEN.items() for path in places if path.startswith(place)}


def test_clock_is_read_only_at_the_edge() -> None:
    readers = [
        f"{name(path)}:{node.lineno}"
        for path in python_files()
        if not any(part in CLOCK_READERS for part in path.relative_to(ROOT).parts)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCK
    ]

    assert readers == []


def test_clock_check_sees_a_clock() -> None:
    views = [path for path in python_files() if {"views", "accounts"} <= set(path.parts)]

    seen = {
        (node.value.id, node.attr)
        for path in views
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }

    assert CLOCK & seen == {("timezone", "now")}
