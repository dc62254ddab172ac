"""Faults of a pack, and how they are collected: each once, with its line, the cure where there is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from reviews.rules.yaml_reader import Document, Path, written

MAX_FAULTS = 1000


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong, where, in one sentence."""

    line: int
    key: str
    message: str


@dataclass
class Report:
    """Collects faults about one document, each once, and at most so many that a person could still read them.

    ``too_large`` says that some list has no end that this program could look at.
    """

    document: Document
    found: set[Fault] = field(default_factory=set)
    too_large: bool = False
    touched: set[Path] = field(default_factory=set)

    def add(self, path: Path, message: str) -> None:
        """Something is wrong at a path."""
        if len(self.found) == MAX_FAULTS:
            last = max(fault.line for fault in self.found)
            self.found.add(Fault(last, "file", f"There are more than these {MAX_FAULTS} faults."))
        if self.is_full:
            return
        self.touched.update(path[:length] for length in range(len(path) + 1))
        self.found.add(Fault(self.document.line(path), written(path, self.document.value) or "file", message))

    @property
    def is_full(self) -> bool:
        """Whether further faults are no longer kept."""
        return len(self.found) > MAX_FAULTS

    def is_touched(self, path: Path) -> bool:
        """Whether anything is wrong at a path or below it."""
        return path in self.touched

    def wrong(self, path: Path, value: Any, expected: str) -> None:
        """The value at a path is of the wrong kind; a truth value is named with its cure."""
        if isinstance(value, bool):
            said, word = ("true", "yes") if value else ("false", "no")
            cure = f'YAML reads this as the truth value {said}; if the word is meant, write "{word}" in quotes.'
            self.add(path, cure)
        elif value is None:
            self.add(path, f"There is no value here; {expected} is needed.")
        else:
            self.add(path, f"This must be {expected}.")
