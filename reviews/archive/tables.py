"""Rows as lines of JSON and back, for whatever models there were at a state of the migrations.

Lines hold what Django's own serializers say of a row, moments to the microsecond. A table's digest is the same on every
engine. Sessions, signs of life and what replays found are of no worth elsewhere and stay out.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

from django.apps.registry import Apps
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.serializers.python import Deserializer, Serializer
from django.db import Error, connection
from django.db.models import Model
from django.utils.translation import gettext as _

from audit import log
from reviews.archive.container import damaged
from reviews.archive.errors import ArchiveError
from reviews.archive.manifest import Chain

LEFT_OUT = frozenset({"sessions.session", "notifications.heartbeat", "reviews.replayrun", "reviews.replaybatch"})
# Filled by ``migrate`` itself from the code, and replaced by what the backup has.
MADE_BY_MIGRATING = ("auth.permission", "contenttypes.contenttype")
# Nothing can be added to a filed review or to approved minutes, so whatever belongs to one is stored before it.
STORED_LAST = frozenset({"reviews.review", "reviews.minutes"})
CHUNK = 500
# Whole numbers from here on lose their exponent, and zero its sign, in PostgreSQL's JSON.
WRITTEN_OUT_FROM = 1e16
_MAY_DIFFER = re.compile(rb"[0-9]e\+[0-9]|-0\.0")


def models(apps: Apps) -> dict[str, type[Model]]:
    """Every table that has a model, those between two models included, by label."""
    found = {model._meta.label_lower: model for model in apps.get_models(include_auto_created=True)}
    return {
        label: model
        for label, model in sorted(found.items())
        if label not in LEFT_OUT and model._meta.managed and not model._meta.proxy
    }


def dump(model: type[Model]) -> Iterator[bytes]:
    """One line a row, in order of the key."""
    # Without this choice a serializer also asks, row by row, for what lies in tables of their own.
    names = [field.name for field in model._meta.local_concrete_fields]
    serializer = Serializer()
    rows = model._base_manager.order_by("pk").iterator(chunk_size=CHUNK)
    chunk: list[Model] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield from _lines(serializer.serialize(chunk, fields=names))
            chunk = []
    yield from _lines(serializer.serialize(chunk, fields=names))


def _lines(rows: Any) -> Iterator[bytes]:
    for row in rows:
        yield json.dumps(row, cls=_Encoder, sort_keys=True, separators=(",", ":")).encode("ascii")


class _Encoder(DjangoJSONEncoder):
    """As Django's, which leaves out what is less than a millisecond; the audit chain needs the moment whole."""

    def default(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime | date | time) else super().default(value)


class Tally:
    """Counts lines and computes the digest of a table on the way."""

    def __init__(self) -> None:
        self.rows = 0
        self._digest = hashlib.sha256()

    def of(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Hand the lines on."""
        for line in lines:
            self.rows += 1
            self._digest.update(_canonical(line))
            self._digest.update(b"\n")
            yield line

    def all(self, lines: Iterable[bytes]) -> Tally:
        """Read all lines and keep none."""
        for _line in self.of(lines):
            pass
        return self

    @property
    def sha256(self) -> str:
        """The digest of what came so far."""
        return self._digest.hexdigest()


def _canonical(line: bytes) -> bytes:
    """The line with each number as every engine gives it back."""
    if not _MAY_DIFFER.search(line):
        return line
    try:
        value = _plain(json.loads(line))
        return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")
    except (ValueError, RecursionError):  # a damaged line; its digest is that of no other
        return line


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        if value == 0:
            return 0.0
        if abs(value) >= WRITTEN_OUT_FROM and value.is_integer():
            return int(Decimal(repr(value)))
    return value


def chains(found: dict[str, type[Model]]) -> tuple[Chain, ...]:
    """Every stream of the audit log, recomputed from its rows."""
    events = found["audit.event"]._base_manager.all()
    return tuple(Chain(one.stream, one.count, one.head, one.fault is None) for one in log.checked(events))


def first_row(found: dict[str, type[Model]]) -> str:
    """The label of a table that has a row which migrating did not make, or the empty text."""
    for label, model in found.items():
        if label not in MADE_BY_MIGRATING and model._base_manager.exists():
            return label
    return ""


def clear(found: dict[str, type[Model]]) -> None:
    """Remove what migrating made by itself, which the backup has too."""
    for label in MADE_BY_MIGRATING:
        if label in found:
            found[label]._base_manager.all().delete()


class _Rows(Deserializer):
    """Django's reader of rows, for the models of another state than that of the code."""

    known: ClassVar[dict[str, type[Model]]]

    @classmethod
    def _get_model_from_node(cls, model_identifier: str) -> type[Model]:
        try:
            return cls.known[model_identifier]
        except (KeyError, TypeError):
            raise DeserializationError(f"unknown table {model_identifier!r}") from None


def storing_order(labels: Iterable[str]) -> list[str]:
    """The order in which the tables of a backup are filled."""
    return sorted(labels, key=lambda label: label in STORED_LAST)


def load(label: str, model: type[Model], lines: Iterable[bytes]) -> None:
    """Insert the rows as they are, with their keys. Raises ``ArchiveError`` with the row that this database refuses."""
    reader = type("Rows", (_Rows,), {"known": {label: model}})
    number = 0

    def rows() -> Iterator[Any]:
        nonlocal number
        for line in lines:
            number += 1
            yield json.loads(line)

    try:
        for row in reader(rows()):
            row.save(force_insert=True)
    except ArchiveError:
        raise
    except Exception as error:  # a row that nobody wrote here may fail in any way
        raise ArchiveError(
            _("Row %(number)d of %(table)s cannot be stored here: %(reason)s Nothing was restored.")
            % {"number": number, "table": label, "reason": _reason(error)}
        ) from error


def _reason(error: Exception) -> str:
    text = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return text if text.endswith(".") else f"{text}."


def count_on(found: Iterable[type[Model]]) -> None:
    """New rows are numbered after those that came with a number."""
    statements = connection.ops.sequence_reset_sql(no_style(), list(found))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def check(found: dict[str, type[Model]]) -> None:
    """Every reference leads somewhere. Raises ``ArchiveError``."""
    try:
        connection.check_constraints(table_names=[model._meta.db_table for model in found.values()])
    except Error as error:
        raise damaged(_("its rows refer to rows that are not in it")) from error
