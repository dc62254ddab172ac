"""Text with commas or semicolons, as spreadsheets write and read it; nothing in it is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.errors import Refused

NEEDED = ("email",)
COLUMNS = (
    *NEEDED, "name", "unit", "external", "time_zone", "reports_to", "load_cap", "expertise", "skills", "absences",
)  # fmt: skip
# What an exported list says besides; an imported one may hold it, and it changes nothing.
TOLD = ("confirmed", "roles", "state")
WRITTEN = (*COLUMNS, *TOLD)
MOST_BYTES = 256 * 1024
LONGEST = 120
# Spreadsheets take a cell that begins with one of these for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def decode(data: bytes) -> str:
    """The text of a file. Raises ``Refused`` for one that is too large or no UTF-8 text."""
    if len(data) > MOST_BYTES:
        raise Refused(_("This file is larger than 256 KiB. Split it into several lists."), code="too_large")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(
            _("This is no UTF-8 text. Save the list as “CSV UTF-8”, then try again."), code="not_utf8"
        ) from None
    if "\x00" in text:
        raise Refused(_("This is no text. Save the list as “CSV UTF-8”, then try again."), code="not_text")
    return text


def write(rows: Iterable[Sequence[str]]) -> str:
    """A list of everybody as a spreadsheet opens it; nothing in it is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(WRITTEN)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def harmless(cell: str) -> str:
    """The cell as words: what a spreadsheet would calculate gets an apostrophe before it."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def _unquoted(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell


def table(
    text: str, *, needed: Sequence[str], known: Sequence[str], told: Sequence[str]
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The names of the columns, and every line below them with its number and its cells.

    ``needed`` must be there, ``known`` may, ``told`` are those that a refusal names. Raises ``Refused``.
    """
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter, strict=True)
    found: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((line, [_unquoted(cell) for cell in cells]))
            line = reader.line_num + 1
    except csv.Error:
        text = _("Line %(line)d cannot be read: a quotation mark is open, or something stands after a closed one.")
        raise Refused(text % {"line": line}) from None
    if not found:
        raise Refused(_("The list is empty."))
    columns = [name.strip().lower() for name in found[0][1]]
    _check_columns(columns, needed, known, ", ".join(told))
    if len(found) == 1:
        raise Refused(_("Below the names of the columns there is nobody."))
    return columns, found[1:]


def _check_columns(columns: list[str], needed: Sequence[str], allowed: Sequence[str], known: str) -> None:
    missing = [name for name in needed if name not in columns]
    if missing:
        text = _("The first line names the columns, and “%(name)s” is not among them. Known are: %(known)s.")
        raise Refused(text % {"name": missing[0], "known": known})
    strange = [name for name in columns if name not in allowed]
    if strange:
        text = _("Nobody knows the column “%(name)s”. Known are: %(known)s.")
        raise Refused(text % {"name": strange[0], "known": known})
    if len(set(columns)) != len(columns):
        raise Refused(_("The first line names a column twice."))


def is_address(value: str) -> bool:
    """Whether mail could go there."""
    try:
        validate_email(value)
    except ValidationError:
        return False
    return len(value) <= 254
