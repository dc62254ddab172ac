"""Who wrote what and when, read from BibTeX as reference managers write it. Pure; knows no more of the format.

A month that cannot be read counts as the last of its year, since a publication ties its authors for a while from then.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
NO_WORKS = frozenset({"comment", "preamble", "string"})
_START = re.compile(r"@\s*([A-Za-z]+)\s*([({])")
_FIELD = re.compile(r"\s*+,?+\s*+([A-Za-z][\w-]*+)\s*+=\s*+")
_KEY = re.compile(r"\s*+[^,=\s]*+\s*+(?=,|\Z)")
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_COMMAND = re.compile(r"\\([`'^\"~=.uvHtcdbkr])\s*(?:{\s*(\\?[A-Za-z])\s*}|(\\?[A-Za-z]))")
_SPECIAL = re.compile(r"\\(ss|ae|AE|oe|OE|aa|AA|o|O|l|L|i|j)(?![A-Za-z])\s*(?:{})?")
_MARKS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328",
    "b": "\u0331", "t": "\u0361",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø", "O": "Ø", "l": "ł",
    "L": "Ł", "i": "i", "j": "j",
}  # fmt: skip


@dataclass(frozen=True)
class Work:
    """One publication. ``on`` is None where no year can be read."""

    line: int
    authors: tuple[str, ...]
    on: date | None


def works(text: str) -> tuple[Work, ...]:
    """Every entry of a file that can be read as one; what lies between entries is a comment."""
    return tuple(_works(text))


def _works(text: str) -> Iterator[Work]:
    strings: dict[str, str] = {}
    at, line, counted = 0, 1, 0
    while (start := _START.search(text, at)) is not None:
        kind, opened = start[1].lower(), start.end()
        line, counted = line + text.count("\n", counted, start.start()), start.start()
        closed = _closing(text, opened, start[2])
        body, at = text[opened:closed], closed + 1
        if kind == "string":
            strings |= dict(_fields(body, strings))
        if kind in NO_WORKS:
            continue
        key = _KEY.match(body)
        fields = dict(_fields(body[key.end() :] if key else body, strings))
        yield Work(line, _authors(fields.get("author", "")), _date(fields))


def _closing(text: str, at: int, opened: str) -> int:
    """Where the entry that was opened before ``at`` ends; the end of the file where it never does."""
    depth, quoted = 1, False
    for position in range(at, len(text)):
        char = text[position]
        if char == '"' and depth == 1 and text[position - 1] != "\\":
            quoted = not quoted
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth == 0 or (char == ")" and opened == "(" and depth == 1 and not quoted):
            return position
    return len(text)


def _fields(body: str, strings: dict[str, str]) -> Iterator[tuple[str, str]]:
    at = 0
    while (name := _FIELD.match(body, at)) is not None:
        value, at = _value(body, name.end(), strings)
        yield name[1].lower(), " ".join(value.split())


def _value(body: str, at: int, strings: dict[str, str]) -> tuple[str, int]:
    """The parts of a value that ``#`` joins, and where the next field can begin."""
    parts: list[str] = []
    while at < len(body):
        if body[at] == "{":
            end = _closing(body, at + 1, "{")
            parts.append(body[at + 1 : end])
            at = end + 1
        elif body[at] == '"':
            end = _quote_end(body, at + 1)
            parts.append(body[at + 1 : end])
            at = end + 1
        else:
            bare = re.compile(r"[^\s,#]*").match(body, at)
            assert bare is not None
            parts.append(strings.get(bare[0].lower(), bare[0]))
            at = bare.end()
        joined = re.compile(r"\s*#\s*").match(body, at)
        if joined is None:
            return "".join(parts), at
        at = joined.end()
    return "".join(parts), at


def _quote_end(body: str, at: int) -> int:
    depth = 0
    for position in range(at, len(body)):
        depth += {"{": 1, "}": -1}.get(body[position], 0)
        if body[position] == '"' and depth == 0 and body[position - 1] != "\\":
            return position
    return len(body)


def _authors(value: str) -> tuple[str, ...]:
    names = (plain(part) for part in _AND.split(value.strip()))
    return tuple(name for name in names if name and name.lower() != "others")


def plain(value: str) -> str:
    """A name without TeX: accents as letters, no braces, ``Family, Given`` left as it is."""
    accented = _COMMAND.sub(lambda found: (found[2] or found[3]).lstrip("\\") + _MARKS[found[1]], value)
    lettered = _SPECIAL.sub(lambda found: _LETTERS[found[1]], accented)
    bare = re.sub(r"[{}]", "", lettered).replace("~", " ").replace("\\", "")
    return unicodedata.normalize("NFC", " ".join(bare.split()))


def _date(fields: dict[str, str]) -> date | None:
    """``date`` of newer files, or year and month; the last day of what is said."""
    said = re.match(r"(\d{4})(?:-(\d{1,2}))?", fields.get("date", "")) or re.search(
        r"(\d{4})()", fields.get("year", "")
    )
    if said is None or int(said[1]) == 0:
        return None
    return last_day(int(said[1]), _month(said[2] or fields.get("month", "")))


def _month(said: str) -> int:
    if said.isdecimal() and 1 <= int(said) <= 12:
        return int(said)
    return MONTHS.get(said.strip().lower()[:3], 12)


def last_day(year: int, month: int = 12) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])
