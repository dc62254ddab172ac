"""Events are written with the change they tell of, read in order, and never changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from audit import log
from audit.models import Event
from tests.databases import FreshDatabase, at_once
from tests.sizes import TRIALS

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CASE = "submission:RB-2026-AAAAA"


def record(stream: str = CASE, **changes: Any) -> None:
    fields: dict[str, Any] = {"type": "submission.submitted", "actor": "person-one", "at": NOW, "data": {}, **changes}
    log.record(stream=stream, **fields)


@pytest.mark.django_db
def test_events_come_back_in_order_with_their_data() -> None:
    record(data={"to": "submitted", "from": "draft"})
    record(type="submission.returned", actor="system", at=NOW + timedelta(hours=1), data={"reason": log.digest("x")})

    assert log.events(CASE) == [
        log.Entry(1, "submission.submitted", "person-one", NOW, {"from": "draft", "to": "submitted"}),
        log.Entry(2, "submission.returned", "system", NOW + timedelta(hours=1), {"reason": log.digest("x")}),
    ]


@pytest.mark.django_db
def test_events_of_an_unknown_stream_are_none() -> None:
    assert log.events("submission:RB-2026-NEVER") == []


@pytest.mark.django_db
def test_events_for_streams_takes_one_query_and_answers_for_each() -> None:
    record()
    record("account:person-one", type="account.opened")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = log.events_for_streams([CASE, "account:person-one", "committee:none"])

    assert len(queries) == 1
    assert {stream: [entry.type for entry in entries] for stream, entries in found.items()} == {
        CASE: ["submission.submitted"],
        "account:person-one": ["account.opened"],
        "committee:none": [],
    }


@pytest.mark.django_db
def test_record_takes_two_queries() -> None:
    record()

    with CaptureQueriesContext(connection) as queries:
        record()

    assert len(queries) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"stream": "no-kind"}, ValueError),
        ({"stream": "submission:"}, ValueError),
        ({"stream": "submission:" + "x" * 120}, ValueError),
        ({"type": ""}, ValueError),
        ({"type": "x" * 65}, ValueError),
        ({"actor": ""}, ValueError),
        ({"at": datetime(2026, 3, 2, 9, 0)}, ValueError),  # noqa: DTZ001 - that is the point
        ({"data": {"when": NOW}}, TypeError),
        ({"data": {"share": float("nan")}}, ValueError),
    ],
)
def test_record_refuses_what_could_not_be_proved_later(changes: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        record(**{"stream": CASE, **changes})

    assert Event.objects.count() == 0


def test_record_outside_a_transaction_is_refused(fresh_database: FreshDatabase) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        record()

    assert Event.objects.count() == 0


def test_event_and_change_are_rolled_back_together(fresh_database: FreshDatabase) -> None:
    with transaction.atomic():
        User.objects.create_user("author@example.org", display_name="Author One")
        record()
        transaction.set_rollback(True)

    assert (User.objects.count(), Event.objects.count()) == (0, 0)


def test_event_that_cannot_be_written_takes_the_change_with_it(fresh_database: FreshDatabase) -> None:
    @transaction.atomic
    def change() -> None:
        person = User.objects.create_user("author@example.org", display_name="Author One")
        record(data={"who": person})

    with pytest.raises(TypeError):
        change()

    assert (User.objects.count(), Event.objects.count()) == (0, 0)


def test_writers_without_the_lock_never_fork_the_chain(fresh_database: FreshDatabase) -> None:
    def write() -> None:
        with transaction.atomic():
            record()

    for _ in range(max(1, TRIALS // 8)):
        before = Event.objects.count()
        outcomes = at_once(*[write] * 6)

        assert {type(outcome) for outcome in outcomes} <= {type(None), IntegrityError}
        assert Event.objects.count() - before == outcomes.count(None) > 0
    report = log.verify()
    assert (report.events, report.faults) == (Event.objects.count(), ())


CHANGES = [
    "UPDATE audit_event SET actor = 'person-two'",
    "UPDATE audit_event SET hash = hash",
    "DELETE FROM audit_event",
]
CHANGES_BY_VENDOR = {
    "sqlite": [
        "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event WHERE sequence = 1",
        (
            "REPLACE INTO audit_event (stream, sequence, type, actor, at, data, previous, hash) "
            "SELECT stream, sequence, type, 'person-two', at, data, previous, hash FROM audit_event WHERE sequence = 1"
        ),
        "UPDATE OR REPLACE audit_event SET sequence = 2 WHERE sequence = 1",
    ],
    "postgresql": [
        "TRUNCATE audit_event",
        "TRUNCATE audit_event CASCADE",
        (
            "INSERT INTO audit_event (stream, sequence, type, actor, at, data, previous, hash) "
            "SELECT stream, sequence, type, 'person-two', at, data, previous, hash FROM audit_event WHERE sequence = 1 "
            "ON CONFLICT (stream, sequence) DO UPDATE SET actor = EXCLUDED.actor"
        ),
    ],
}


@pytest.mark.django_db
def test_database_itself_refuses_every_change() -> None:
    record()
    record()
    stored = list(Event.objects.values_list())

    for statement in CHANGES + CHANGES_BY_VENDOR[connection.vendor]:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

        assert list(Event.objects.values_list()) == stored


@pytest.mark.django_db
def test_orm_is_refused_as_well() -> None:
    record()

    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.update(actor="person-two")
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.get().delete()

    assert log.events(CASE)[0].actor == "person-one"


@pytest.mark.django_db
def test_second_event_in_the_same_place_is_an_integrity_error() -> None:
    record()
    twin = Event.objects.get()
    twin.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.django_db
def test_sequence_starts_at_one_by_constraint() -> None:
    record()
    stray = Event.objects.get()
    stray.pk, stray.sequence = None, 0

    with pytest.raises(IntegrityError), transaction.atomic():
        stray.save(force_insert=True)


@pytest.mark.django_db
def test_many_events_at_once_continue_the_chain_of_each_stream() -> None:
    def new(stream: str, kind: str) -> log.New:
        return log.New(stream, kind, log.SYSTEM, NOW, {"kind": kind})

    with transaction.atomic():
        log.record(stream="submission:A", type="one.first", actor=log.SYSTEM, at=NOW, data={})
        log.record_all([new("submission:A", "one.second"), new("submission:B", "one.first")])
        log.record_all([new("submission:A", "one.third"), new("submission:A", "one.fourth")])
    assert [event.type for event in log.events("submission:A")] == [
        "one.first",
        "one.second",
        "one.third",
        "one.fourth",
    ]
    assert [event.sequence for event in log.events("submission:B")] == [1]
    assert log.verify().faults == ()
