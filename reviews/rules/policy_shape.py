"""Small shapes from which the form of a pack is put together: words, texts, numbers, lists, mappings.

A shape looks at one value and reports what is wrong with it; it knows nothing about other values.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from reviews.rules.quoting import short
from reviews.rules.yaml_reader import Document, Path, written

MAX_KEY = 64
MAX_FAULTS = 1000
MAX_ENTRIES = 500
WORD = re.compile(r"[a-z][a-z0-9_]*")
PACK_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
SHARE = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")


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


Shape = Callable[[Any, Path, Report], None]


def mapping(required: Mapping[Any, Shape], optional: Mapping[Any, Shape] | None = None) -> Shape:
    """A mapping with these keys and no others."""
    known = {**required, **(optional or {})}

    def shape(value: Any, path: Path, report: Report) -> None:
        if not isinstance(value, dict):
            report.wrong(path, value, "a mapping of keys to values")
            return
        for key, one in value.items():
            if key in known:
                known[key](one, (*path, key), report)
            elif not report.is_full:
                report.add((*path, key), _unknown(key, known))
        for key in required:
            if key not in value:
                report.add((*path, key), "This key is missing.")

    return shape


def _unknown(key: object, known: Mapping[Any, Shape]) -> str:
    close = get_close_matches(str(key), [str(one) for one in known], n=1)
    return "This key is not known here" + (f"; did you mean “{close[0]}”?" if close else ".")


def listing(
    item: Shape, *, least: int = 0, most: int = MAX_ENTRIES, exactly: int | None = None, unique: str = ""
) -> Shape:
    """A list of such items; ``unique`` names the field that no two of them may share (``.`` for the item itself)."""

    def shape(value: Any, path: Path, report: Report) -> None:
        if not isinstance(value, list):
            report.wrong(path, value, "a list")
            return
        if len(value) > most:
            report.too_large = True
            report.add(path, f"This list has {len(value)} entries; at most {most} are possible.")
            return
        if len(value) < least:
            report.add(path, f"This list needs at least {least} entries." if least > 1 else "This list is empty.")
        if exactly is not None and len(value) != exactly:
            report.add(path, f"This list needs {exactly} entries and has {len(value)}.")
        for number, one in enumerate(value):
            item(one, (*path, number), report)
        if unique:
            _no_twins(value, path, report, unique)

    return shape


def _no_twins(value: list[Any], path: Path, report: Report, unique: str) -> None:
    seen: set[tuple[type, Any]] = set()
    for number, one in enumerate(value):
        name = one if unique == "." else one.get(unique) if isinstance(one, dict) else None
        if not isinstance(name, str | int):
            continue
        if (type(name), name) in seen:
            at = (*path, number) if unique == "." else (*path, number, unique)
            report.add(at, f"“{short(name)}” stands here a second time.")
        seen.add((type(name), name))


def table(key: Shape, item: Shape) -> Shape:
    """A mapping whose keys are chosen freely within a shape."""

    def shape(value: Any, path: Path, report: Report) -> None:
        if not isinstance(value, dict):
            report.wrong(path, value, "a mapping of keys to values")
            return
        if len(value) > MAX_ENTRIES:
            report.too_large = True
            report.add(path, f"This has {len(value)} entries; at most {MAX_ENTRIES} are possible.")
            return
        for name, one in value.items():
            key(name, (*path, name), report)
            item(one, (*path, name), report)

    return shape


def word(value: Any, path: Path, report: Report) -> None:
    """A key: small letters, digits and underscores."""
    if not isinstance(value, str) or not WORD.fullmatch(value) or len(value) > MAX_KEY:
        report.wrong(path, value, f"a word of small letters, digits and _ (at most {MAX_KEY})")


def pack_id(value: Any, path: Path, report: Report) -> None:
    """The name of a pack."""
    if not isinstance(value, str) or not PACK_ID.fullmatch(value) or len(value) > MAX_KEY:
        report.wrong(path, value, f"a name of small letters, digits and hyphens (at most {MAX_KEY})")


def line(most: int) -> Shape:
    """A text that is no matter of language, such as a version."""

    def shape(value: Any, path: Path, report: Report) -> None:
        if isinstance(value, int | float) and not isinstance(value, bool):
            report.add(path, "YAML reads this as a number; put it in quotes.")
        elif not isinstance(value, str) or not value.strip() or len(value) > most:
            report.wrong(path, value, f"a text of at most {most} characters")

    return shape


def text(most: int = 2000) -> Shape:
    """A text for people: a string, or one string for each language."""
    expected = f"a text of at most {most} characters, or one for each language"

    def shape(value: Any, path: Path, report: Report) -> None:
        if isinstance(value, dict) and value:
            for language, one in value.items():
                if not isinstance(language, str) or not LANGUAGE.fullmatch(language):
                    report.add((*path, language), "This is no language code such as “en” or “pt-BR”.")
                _one_text(one, (*path, language), report, most, f"a text of at most {most} characters")
            return
        _one_text(value, path, report, most, expected)

    return shape


def _one_text(value: Any, path: Path, report: Report, most: int, expected: str) -> None:
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        report.wrong(path, value, expected)


def whole(low: int, high: int) -> Shape:
    """A whole number from ``low`` to ``high``."""

    def shape(value: Any, path: Path, report: Report) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            report.wrong(path, value, f"a whole number from {low} to {high}")

    return shape


def number(low: float, high: float) -> Shape:
    """A number from ``low`` to ``high``."""

    def shape(value: Any, path: Path, report: Report) -> None:
        fits = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
        if not fits or not math.isfinite(value):
            report.wrong(path, value, f"a number from {low:g} to {high:g}")

    return shape


def above_zero(value: Any, path: Path, report: Report) -> None:
    """A number greater than 0."""
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= MAX_FACTOR
    if not fits:
        report.wrong(path, value, f"a number greater than 0 and at most {MAX_FACTOR}")


MAX_FACTOR = 1000


def flag(value: Any, path: Path, report: Report) -> None:
    """true or false."""
    if not isinstance(value, bool):
        report.add(path, "This must be true or false.")


def one_of(*values: str) -> Shape:
    """One of these words."""
    expected = f"one of {', '.join(values)}" if len(values) > 1 else f"“{values[0]}”"

    def shape(value: Any, path: Path, report: Report) -> None:
        if not isinstance(value, str) or value not in values:
            report.wrong(path, value, expected)

    return shape


def optional(inner: Shape) -> Shape:
    """Also allows an explicit null."""

    def shape(value: Any, path: Path, report: Report) -> None:
        if value is not None:
            inner(value, path, report)

    return shape


def share(value: Any, path: Path, report: Report) -> None:
    """A fraction of the votes, such as "2/3"."""
    match = SHARE.fullmatch(value) if isinstance(value, str) else None
    if match is None or Fraction(int(match[1]), int(match[2])) > 1:
        report.wrong(path, value, 'a fraction in quotes such as "2/3", at most "1/1"')


def anything(value: Any, path: Path, report: Report) -> None:
    """A value that another check looks at."""
