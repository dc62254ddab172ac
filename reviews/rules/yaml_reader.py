"""Reads one YAML document safely, and remembers on which line everything stands.

Works on parser events, so nothing is ever constructed, expanded or recursed into: no anchors, no tags, no merge
keys, bounded size and depth. Knows nothing about policy packs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from reviews.rules.quoting import short

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 30
MAX_VALUES = 60_000
MAX_NUMBER_LENGTH = 40
MAX_KEY_NUMBER = 1_000_000

Path = tuple[str | int, ...]

BYTE_ORDER_MARK = "\ufeff"

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STR_TAG = "tag:yaml.org,2002:str"
_TRUE = frozenset({"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})
_FALSE = frozenset({"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_CONTROL = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_SPECIAL = {".inf": float("inf"), "+.inf": float("inf"), "-.inf": float("-inf"), ".nan": float("nan")}


class Unreadable(Exception):
    """The text is no document that this program reads; ``message`` is one sentence that says why."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass
class Document:
    """Plain dicts, lists and scalars, with the line of each path and the keys that were given twice."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    duplicates: list[Path] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line on which a path stands; for one that is absent, that of the nearest thing around it."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


@dataclass
class _Open:
    """A mapping or list that is still being filled."""

    target: dict[Any, Any] | list[Any]
    path: Path
    key: Any = None
    key_line: int = 0
    has_key: bool = False


def read(text: str) -> Document:
    """The document in ``text``. Raises ``Unreadable`` with the first thing that stands in the way."""
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise Unreadable(1, "The text is not valid UTF-8.") from error
    if size > MAX_BYTES:
        raise Unreadable(1, "The file is larger than 1 MiB.")
    if text.startswith(BYTE_ORDER_MARK):
        raise Unreadable(1, "The file starts with a byte order mark; save it as UTF-8 without one.")
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise Unreadable(line, "This is not valid YAML: control characters are not allowed.")
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        raise Unreadable(*_explain(error, text)) from error
    if not builder.documents:
        raise Unreadable(1, "The file is empty.")
    return builder.document


def _explain(error: yaml.YAMLError, text: str) -> tuple[int, str]:
    """The line and the sentence; the parser counts one line too many at the end of some texts."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    line = mark.line + 1 if mark is not None else 1
    return min(line, len(_BREAK.findall(text)) + 1), f"This is not valid YAML: {problem}."


class _Builder:
    """Turns parser events into a ``Document``, keeping its own stack instead of recursing."""

    def __init__(self) -> None:
        self.document = Document()
        self.documents = 0
        self.stack: list[_Open] = []
        self.values = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        _refuse_anchor(event, line)
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise Unreadable(line, "The file is one document; there is a second one here.")
        elif isinstance(event, yaml.ScalarEvent):
            self._put(_scalar(event, line), line)
        elif isinstance(event, yaml.MappingStartEvent):
            self._open({}, event, line)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open([], event, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.stack.pop()

    def _open(self, target: dict[Any, Any] | list[Any], event: Any, line: int) -> None:
        if event.tag is not None:
            raise Unreadable(line, f"Tags such as “{short(event.tag)}” are not used here; remove it.")
        if len(self.stack) >= MAX_DEPTH:
            raise Unreadable(line, f"The file is nested more than {MAX_DEPTH} levels deep.")
        path = self._put(target, line)
        self.stack.append(_Open(target, path))

    def _put(self, value: Any, line: int) -> Path:
        """Place a value where the document stands now, and return its path."""
        self.values += 1
        if self.values > MAX_VALUES:
            raise Unreadable(line, f"The file holds more than {MAX_VALUES} keys and values.")
        if not self.stack:
            self.document.value = value
            self.document.lines[()] = line
            return ()
        top = self.stack[-1]
        if isinstance(top.target, list):
            path = (*top.path, len(top.target))
            top.target.append(value)
            self.document.lines[path] = line
            return path
        if not top.has_key:
            return self._take_key(top, value, line)
        path = (*top.path, top.key)
        top.has_key = False
        if top.key in top.target:
            self.document.duplicates.append(path)
            self.document.lines[(*path, "(twice)")] = top.key_line
            return (*path, "(twice)")
        top.target[top.key] = value
        self.document.lines[path] = top.key_line
        return path

    def _take_key(self, top: _Open, value: Any, line: int) -> Path:
        if isinstance(value, dict | list):
            raise Unreadable(line, "A key must be a single word, not a list or a mapping.")
        if isinstance(value, bool):
            raise Unreadable(line, "This key is read as true or false; put it in quotes.")
        if not isinstance(value, str) and not (isinstance(value, int) and abs(value) < MAX_KEY_NUMBER):
            raise Unreadable(line, "A key must be a word or a small whole number.")
        top.key, top.key_line, top.has_key = value, line, True
        return top.path


def _refuse_anchor(event: yaml.Event, line: int) -> None:
    if getattr(event, "anchor", None) is not None:
        kind = "An alias (*)" if isinstance(event, yaml.AliasEvent) else "An anchor (&)"
        raise Unreadable(line, f"{kind} is not used here; write the text out. A value that starts so needs quotes.")


def _scalar(event: Any, line: int) -> Any:
    if event.tag is not None and event.tag != _STR_TAG and event.tag != "!":
        raise Unreadable(line, f"Tags such as “{short(event.tag)}” are not used here; remove it.")
    if _CONTROL.search(event.value):
        raise Unreadable(line, "A text holds a control character, written as an escape; remove it.")
    if event.style or event.tag is not None:
        return event.value
    return _plain(event.value)


def _plain(text: str) -> Any:
    """An unquoted scalar as YAML reads it; numbers in other bases, dates and endless numbers stay text."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if text.lower() in _SPECIAL:
        return _SPECIAL[text.lower()]
    if len(text) > MAX_NUMBER_LENGTH:
        return text
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) and not text.startswith("00") else text


def written(path: Path, value: Any) -> str:
    """A path as people write it: ``questions[cap_cyber].show_if``; entries of a list go by their name, if any."""
    return "".join(_steps(path, value)).lstrip(".")


def _steps(path: Path, value: Any) -> Iterator[str]:
    for step in path:
        if isinstance(value, list) and isinstance(step, int):
            value = value[step] if step < len(value) else None
            yield f"[{_name(value, step)}]"
        else:
            value = value.get(step) if isinstance(value, dict) else None
            yield f".{short(step)}"


def _name(entry: Any, index: int) -> str:
    if isinstance(entry, dict) and "q" not in entry:
        for field_name in ("key", "value", "duty", "tier"):
            name = entry.get(field_name)
            if isinstance(name, str | int) and not isinstance(name, bool):
                return short(name)
    return str(index + 1)
