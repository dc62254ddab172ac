"""The database refuses to change or remove a letter, or a text by which letters were written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from reviews.models import Letter, LetterTemplate
from reviews.rules.states import State
from tests.databases import FreshDatabase
from tests.factories import cases

CHANGES: dict[str, tuple[type[models.Model], Callable[[Any], Any]]] = {
    "page": (Letter, lambda rows: rows.update(html="<p>Other.</p>")),
    "file": (Letter, lambda rows: rows.update(blob="aa/bb", sha256="a" * 64)),
    "letter removed": (Letter, lambda rows: rows._raw_delete("default")),
    "text": (LetterTemplate, lambda rows: rows.update(text="Other.")),
    "contact": (LetterTemplate, lambda rows: rows.update(contact="elsewhere@example.org")),
    "template removed": (LetterTemplate, lambda rows: rows._raw_delete("default")),
}


def written() -> None:
    case = cases.submission_in(State.SIGN_OFF, tier=2)
    cases.letter_text(case.board)
    cases.sign_all(case)


@pytest.mark.django_db
@pytest.mark.parametrize("name", CHANGES)
def test_nothing_of_a_letter_or_its_text_changes(name: str) -> None:
    written()
    model, change = CHANGES[name]
    before = list(model._default_manager.values())
    assert before
    with pytest.raises(DatabaseError, match="final"), transaction.atomic():
        change(model._default_manager.all())
    assert list(model._default_manager.values()) == before


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "column"), [("letter", "html"), ("lettertemplate", "text")])
def test_neither_is_replaced(table: str, column: str) -> None:
    """Each database has a way of its own to write a row over another one of the same key."""
    written()
    rows = f"INTO reviews_{table} SELECT * FROM reviews_{table}"
    replace = {
        "sqlite": f"INSERT OR REPLACE {rows}",
        "postgresql": f"INSERT {rows} ON CONFLICT (id) DO UPDATE SET {column} = 'x'",
    }[connection.vendor]
    with pytest.raises(DatabaseError, match="final"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(replace)


def test_protection_comes_with_its_migration(fresh_database: FreshDatabase) -> None:
    call_command("migrate", "reviews", "0020", verbosity=0)
    assert "reviews_letter" not in connection.introspection.table_names()
    call_command("migrate", "reviews", verbosity=0)
    written()
    with pytest.raises(DatabaseError, match="final"), transaction.atomic():
        Letter.objects.update(html="<p>Other.</p>")
