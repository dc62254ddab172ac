"""Small shapes from which the form of a pack is put together: words, texts, numbers, lists, mappings.

A shape looks at one value and reports what is wrong with it; it knows nothing about other values. It carries the same
rule as JSON Schema, so that what editors are told and what is checked stand side by side.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from reviews.rules.policy_report import Report
from reviews.rules.quoting import short
from reviews.rules.yaml_reader import Path

MAX_KEY = 64
MAX_ENTRIES = 500
MAX_HINTS = 100
MAX_FACTOR = 1000
WORD = re.compile(r"[a-z][a-z0-9_]*")
PACK_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
NOT_BLANK = r"\S"
SHARE = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")

Look = Callable[[Any, Path, Report], None]
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Shape:
    """What a value must be: ``look`` reports what is wrong with one, ``schema`` says the same to editors."""

    look: Look
    schema: Schema

    def __call__(self, value: Any, path: Path, report: Report) -> None:
        """Report what is wrong with a value at a path."""
        self.look(value, path, report)


def shaped(schema: Schema) -> Callable[[Look], Shape]:
    """Makes a shape of a function and of the same rule as JSON Schema."""
    return lambda look: Shape(look, schema)


def whole_match(pattern: re.Pattern[str]) -> str:
    """A pattern for a whole text, as JSON Schema writes it."""
    return f"^(?:{pattern.pattern})$"


def mapping(required: Mapping[Any, Shape], optional: Mapping[Any, Shape] | None = None) -> Shape:
    """A mapping with these keys and no others."""
    known = {**required, **(optional or {})}
    schema = {
        "type": "object",
        "properties": {str(key): one.schema for key, one in known.items()},
        "required": [str(key) for key in required],
        "additionalProperties": False,
    }

    @shaped(schema)
    def shape(value: Any, path: Path, report: Report) -> None:
        if not isinstance(value, dict):
            report.wrong(path, value, "a mapping of keys to values")
            return
        for key, one in value.items():
            if key in known:
                known[key](one, (*path, key), report)
            elif not report.is_full:
                hinting = len(report.found) < MAX_HINTS
                report.add((*path, key), _unknown(key, known if hinting else {}))
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
    bounds = {"minItems": least, "maxItems": most} if exactly is None else {"minItems": exactly, "maxItems": exactly}
    schema = {"type": "array", "items": item.schema, **bounds} | ({"uniqueItems": True} if unique == "." else {})

    @shaped(schema)
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


def one_or_more(item: Shape) -> Shape:
    """Such an item, or a list of at least one."""
    several = listing(item, least=1, unique=".")

    @shaped({"anyOf": [item.schema, several.schema]})
    def shape(value: Any, path: Path, report: Report) -> None:
        (several if isinstance(value, list) else item)(value, path, report)

    return shape


def _as_name(schema: Schema) -> Schema:
    """The rule for a key, which is a text in JSON even where it is a whole number."""
    if schema.get("type") != "integer":
        return schema
    return {"enum": [str(number) for number in range(schema["minimum"], schema["maximum"] + 1)]}


def table(key: Shape, item: Shape) -> Shape:
    """A mapping whose keys are chosen freely within a shape."""
    schema = {
        "type": "object",
        "propertyNames": _as_name(key.schema),
        "additionalProperties": item.schema,
        "maxProperties": MAX_ENTRIES,
    }

    @shaped(schema)
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


@shaped({"type": "string", "pattern": whole_match(WORD), "maxLength": MAX_KEY})
def word(value: Any, path: Path, report: Report) -> None:
    """A key: small letters, digits and underscores."""
    if not isinstance(value, str) or not WORD.fullmatch(value) or len(value) > MAX_KEY:
        report.wrong(path, value, f"a word of small letters, digits and _ (at most {MAX_KEY})")


@shaped({"type": "string", "pattern": whole_match(PACK_ID), "maxLength": MAX_KEY})
def pack_id(value: Any, path: Path, report: Report) -> None:
    """The name of a pack."""
    if not isinstance(value, str) or not PACK_ID.fullmatch(value) or len(value) > MAX_KEY:
        report.wrong(path, value, f"a name of small letters, digits and hyphens (at most {MAX_KEY})")


def line(most: int) -> Shape:
    """A text that is no matter of language, such as a version."""

    @shaped({"type": "string", "pattern": NOT_BLANK, "maxLength": most})
    def shape(value: Any, path: Path, report: Report) -> None:
        if isinstance(value, int | float) and not isinstance(value, bool):
            report.add(path, "YAML reads this as a number; put it in quotes.")
        elif not isinstance(value, str) or not value.strip() or len(value) > most:
            report.wrong(path, value, f"a text of at most {most} characters")

    return shape


def text(most: int = 2000) -> Shape:
    """A text for people: a string, or one string for each language."""
    expected = f"a text of at most {most} characters, or one for each language"
    one_text = {"type": "string", "pattern": NOT_BLANK, "maxLength": most}
    languages = {
        "type": "object",
        "propertyNames": {"pattern": whole_match(LANGUAGE)},
        "additionalProperties": one_text,
        "minProperties": 1,
    }

    @shaped({"anyOf": [one_text, languages]})
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

    @shaped({"type": "integer", "minimum": low, "maximum": high})
    def shape(value: Any, path: Path, report: Report) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            report.wrong(path, value, f"a whole number from {low} to {high}")

    return shape


def number(low: float, high: float) -> Shape:
    """A number from ``low`` to ``high``."""

    @shaped({"type": "number", "minimum": low, "maximum": high})
    def shape(value: Any, path: Path, report: Report) -> None:
        fits = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
        if not fits or not math.isfinite(value):
            report.wrong(path, value, f"a number from {low:g} to {high:g}")

    return shape


@shaped({"type": "number", "exclusiveMinimum": 0, "maximum": MAX_FACTOR})
def above_zero(value: Any, path: Path, report: Report) -> None:
    """A number greater than 0."""
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= MAX_FACTOR
    if not fits:
        report.wrong(path, value, f"a number greater than 0 and at most {MAX_FACTOR}")


@shaped({"type": "boolean"})
def flag(value: Any, path: Path, report: Report) -> None:
    """true or false."""
    if not isinstance(value, bool):
        report.add(path, "This must be true or false.")


def one_of(*values: str) -> Shape:
    """One of these words."""
    expected = f"one of {', '.join(values)}" if len(values) > 1 else f"“{values[0]}”"

    @shaped({"enum": list(values)})
    def shape(value: Any, path: Path, report: Report) -> None:
        if not isinstance(value, str) or value not in values:
            report.wrong(path, value, expected)

    return shape


def optional(inner: Shape) -> Shape:
    """Also allows an explicit null."""

    @shaped({"anyOf": [inner.schema, {"type": "null"}]})
    def shape(value: Any, path: Path, report: Report) -> None:
        if value is not None:
            inner(value, path, report)

    return shape


@shaped({"type": "string", "pattern": whole_match(SHARE)})
def share(value: Any, path: Path, report: Report) -> None:
    """A fraction of the votes, such as "2/3"."""
    match = SHARE.fullmatch(value) if isinstance(value, str) else None
    if match is None or Fraction(int(match[1]), int(match[2])) > 1:
        report.wrong(path, value, 'a fraction in quotes such as "2/3", at most "1/1"')
