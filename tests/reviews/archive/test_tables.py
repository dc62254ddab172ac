"""Rows become lines and rows again without losing anything, and their digest is the same on every engine."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from notifications.models import OutboxMessage
from reviews.archive import tables
from reviews.archive.errors import ArchiveError
from tests.factories.outbox import NOW

MAILS = "notifications.outboxmessage"
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
numbers = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
contexts = st.dictionaries(
    words, st.none() | st.booleans() | words | numbers | st.lists(numbers, max_size=3), max_size=5
)


def mail(**fields: Any) -> OutboxMessage:
    """A row with a text, a moment and JSON, not stored."""
    return OutboxMessage(
        **{"pk": 1, "dedupe_key": "x", "template": "test.ping", "address": "author.one@example.org", "created_at": NOW,
           "next_attempt_at": NOW, **fields}
    )  # fmt: skip


def tally(lines: Any) -> tuple[int, str]:
    """Rows and digest."""
    found = tables.Tally().all(lines)
    return found.rows, found.sha256


@pytest.mark.django_db
@given(
    context=contexts,
    text=words,
    at=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_digest_of_what_is_stored_is_that_of_what_was_meant(context: Any, text: str, at: datetime) -> None:
    """In memory, in this engine's table, and in this engine's table again after a restore."""
    meant = mail(context=context, last_error=text, created_at=at)
    expected = tally(tables._lines(tables.Serializer().serialize([meant])))
    OutboxMessage.objects.all().delete()
    meant.save(force_insert=True)
    lines = list(tables.dump(OutboxMessage))
    assert tally(lines) == expected

    OutboxMessage.objects.all().delete()
    tables.load(MAILS, OutboxMessage, lines)

    assert tally(tables.dump(OutboxMessage)) == expected
    again = OutboxMessage.objects.get()
    assert (again.last_error, again.created_at) == (text, at)
    assert tables._plain(again.context) == tables._plain(context)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (b'{"x":3.14e+23}', b'{"x":314000000000000000000000}', True),
        (b'{"x":[1e+16,-0.0]}', b'{"x":[10000000000000000,0.0]}', True),
        (b'{"x":1e-07}', b'{"x":1e-07}', True),
        (b'{"x":3.14e+23}', b'{"x":314000000000000000000001}', False),
        (b'{"x":1.0}', b'{"x":1}', False),
        (b'{"x":"1e+16"}', b'{"x":"10000000000000000"}', False),
    ],
)
def test_numbers_count_alike_however_an_engine_writes_them(first: bytes, second: bytes, same: bool) -> None:
    assert (tally([first]) == tally([second])) is same


@pytest.mark.parametrize("line", [b'{"x":1e+16', b"\xff1e+16", b"[" * 100_000 + b"1e+16", b"1" * 5000 + b"1e+16"])
def test_line_that_is_no_json_has_a_digest_of_its_own(line: bytes) -> None:
    assert tally([line]) != tally([line[1:]])


def test_order_and_borders_of_lines_count() -> None:
    assert len({tally(lines) for lines in ([b"a", b"b"], [b"b", b"a"], [b"ab"], [b"a", b"", b"b"], [])}) == 5


@pytest.mark.django_db
def test_moments_keep_their_microseconds() -> None:
    mail(created_at=datetime(2026, 3, 2, 9, 0, 0, 123457, tzinfo=UTC)).save(force_insert=True)
    (line,) = tables.dump(OutboxMessage)

    assert json.loads(line)["fields"]["created_at"] == "2026-03-02T09:00:00.123457+00:00"


@pytest.mark.django_db
def test_moments_that_the_program_sets_by_itself_come_back_as_they_were() -> None:
    person = User.objects.create_user("author.one@example.org", None, display_name="Author One")
    User.objects.update(joined_at=NOW)
    lines = list(tables.dump(User))
    User.objects.all().delete()
    tables.load("accounts.user", User, lines)

    assert User.objects.get(pk=person.pk).joined_at == NOW


def test_every_table_is_saved_but_those_that_are_of_no_worth() -> None:
    found = tables.models(apps)
    everything = {
        model._meta.label_lower: model for model in apps.get_models(include_auto_created=True, include_swapped=False)
    }

    assert set(everything) - set(found) == {
        "sessions.session", "notifications.heartbeat", "reviews.replayrun", "reviews.replaybatch",
    }  # fmt: skip
    assert {"accounts.user", "accounts.user_groups", "account.emailaddress", "mfa.authenticator"} <= set(found)


@pytest.mark.django_db
def test_tables_without_a_model_are_known_to_be_of_no_worth() -> None:
    modelled = {table for model in apps.get_models(include_auto_created=True) for table in [model._meta.db_table]}

    assert set(connection.introspection.table_names()) - modelled == {"django_migrations", "cache_entries"}


@pytest.mark.django_db
def test_row_that_is_refused_is_named_by_table_and_number() -> None:
    mail().save(force_insert=True)
    (line,) = tables.dump(OutboxMessage)

    OutboxMessage.objects.all().delete()
    with pytest.raises(ArchiveError, match="Row 2 of notifications.outboxmessage cannot be stored here: Integrity"):
        tables.load(MAILS, OutboxMessage, [line, line])
