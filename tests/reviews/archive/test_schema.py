"""States of the migrations: which tables there were, and the way to one and back on a database without rows."""

from __future__ import annotations

import pytest
from pytest_django import DjangoDbBlocker

from reviews.archive import schema, tables
from reviews.archive.errors import ArchiveError
from tests import databases
from tests.reviews.archive.places import Place

FIRST = frozenset({("contenttypes", "0001_initial"), ("contenttypes", "0002_remove_content_type_name")})
SECOND = FIRST | {("auth", "0001_initial")}


def test_database_is_brought_forward_and_back(
    database_template: databases.Template, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), databases.without_tables(database_template):
        assert schema.applied() == frozenset()
        assert tables.first_row(tables.models(schema.apps_at(schema.applied()))) == ""
        for state in (FIRST, SECOND, SECOND, FIRST, frozenset()):
            schema.bring_to(state)
            assert schema.applied() == state


def test_tables_are_those_of_the_state() -> None:
    assert set(tables.models(schema.apps_at(FIRST))) == {"contenttypes.contenttype"}
    assert "auth.group" in tables.models(schema.apps_at(SECOND))


def test_state_of_the_code_has_the_tables_of_the_code(empty: Place) -> None:
    now = schema.applied()

    assert schema.is_current(now)
    assert not schema.is_current(SECOND)
    assert schema.unknown(now) == []
    assert schema.unknown({("reviews", "9999_later"), ("made", "0001_up")}) == ["made.0001_up", "reviews.9999_later"]


def test_state_with_a_gap_is_refused() -> None:
    with pytest.raises(ArchiveError, match="its list of migrations has a gap"):
        schema.apps_at(frozenset({("auth", "0001_initial")}))
