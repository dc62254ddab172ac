"""What may be put into the outbox, taken back, listed and tried again."""

from __future__ import annotations

import inspect
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from notifications import outbox
from notifications.models import OutboxMessage, State
from tests.databases import FreshDatabase, at_once
from tests.factories.outbox import NOW, ping

HOUR = timedelta(hours=1)


def states() -> dict[str, str]:
    return dict(OutboxMessage.objects.values_list("dedupe_key", "state"))


@pytest.mark.django_db
def test_enqueued_mail_keeps_what_it_was_given(settings: Settings) -> None:
    settings.BASE_URL = "https://review.example.org"
    with transaction.atomic():
        taken = outbox.enqueue(
            template="submission.received",
            recipient="person-one",
            address="author.one@example.org",
            context={"reference": "RB-2026-AAAAA", "tier": 3, "share": 0.5, "late": False, "note": None},
            dedupe_key="submission.received:RB-2026-AAAAA:1:person-one",
            about="RB-2026-AAAAA",
            guard="still_open",
            now=NOW,
            expires_at=NOW + HOUR,
            language="en",
            time_zone="Europe/Vienna",
        )

    (message,) = outbox.recent()
    assert taken is True
    assert message == outbox.Message(
        public_id=message.public_id,
        template="submission.received",
        recipient="person-one",
        address="author.one@example.org",
        context={"reference": "RB-2026-AAAAA", "tier": 3, "share": 0.5, "late": False, "note": None},
        dedupe_key="submission.received:RB-2026-AAAAA:1:person-one",
        about="RB-2026-AAAAA",
        guard="still_open",
        state="queued",
        attempts=0,
        repeats=0,
        created_at=NOW,
        next_attempt_at=NOW,
        expires_at=NOW + HOUR,
        sent_at=None,
        failed_at=None,
        cancelled_at=None,
        last_error="",
        message_id=f"<{message.public_id}@review.example.org>",
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("base_url", "domain"),
    [("http://127.0.0.1:8000", "127.0.0.1"), ("http://[::1]:8000", "localhost"), ("", "localhost")],
)
def test_message_id_has_a_plain_domain(settings: Settings, base_url: str, domain: str) -> None:
    settings.BASE_URL = base_url
    ping()

    assert outbox.recent()[0].message_id.endswith(f"@{domain}>")


@pytest.mark.django_db
def test_same_occasion_is_enqueued_once() -> None:
    ping(dedupe_key="one")
    with transaction.atomic():
        again = outbox.enqueue(
            template="test.other",
            recipient="person-two",
            address="author.two@example.org",
            context={},
            dedupe_key="one",
            about="RB-2026-BBBBB",
            now=NOW + HOUR,
        )

    assert again is False
    assert [message.template for message in outbox.recent()] == ["test.ping"]


@pytest.mark.django_db
def test_cancelled_occasion_is_not_enqueued_again() -> None:
    key = ping()
    outbox.cancel(about="RB-2026-AAAAA", now=NOW)
    ping(dedupe_key=key)

    assert states() == {key: "cancelled"}


def test_same_occasion_from_many_transactions_is_enqueued_once(fresh_database: FreshDatabase) -> None:
    def enqueue() -> bool:
        with transaction.atomic():
            return outbox.enqueue(
                template="test.ping",
                recipient="person-one",
                address="author.one@example.org",
                context={},
                dedupe_key="one",
                about="RB-2026-AAAAA",
                now=NOW,
            )

    outcomes = at_once(*[enqueue] * 6)

    assert sorted(outcomes) == [False] * 5 + [True]
    assert OutboxMessage.objects.count() == 1


def test_enqueue_outside_a_transaction_is_refused(fresh_database: FreshDatabase) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        outbox.enqueue(
            template="test.ping",
            recipient="person-one",
            address="author.one@example.org",
            context={},
            dedupe_key="one",
            about="RB-2026-AAAAA",
            now=NOW,
        )


def test_mail_of_a_rolled_back_change_never_was(fresh_database: FreshDatabase) -> None:
    with transaction.atomic():
        ping()
        transaction.set_rollback(True)

    assert OutboxMessage.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"template": "ping"}, ValueError),
        ({"template": "../../etc.passwd"}, ValueError),
        ({"template": "test.ping\n"}, ValueError),
        ({"address": "nobody"}, ValueError),
        ({"address": "a@example.org\nBcc: b@example.org"}, ValueError),
        ({"address": "a@example.org,b@example.org"}, ValueError),
        ({"address": ""}, ValueError),
        ({"context": {"when": NOW}}, TypeError),
        ({"context": {"names": ["a", "b"]}}, TypeError),
        ({"context": {"case": {"a": 1}}}, TypeError),
        ({"context": {"state": State.SENT}}, TypeError),
        ({"context": {"two words": 1}}, TypeError),
        ({"context": {1: "a"}}, TypeError),
        ({"context": {"share": float("inf")}}, ValueError),
        ({"context": {"note": "a\x00b"}}, ValueError),
        ({"context": {"base_url": "https://elsewhere.example.org"}}, ValueError),
        ({"context": {"org_name": "Elsewhere"}}, ValueError),
        ({"dedupe_key": ""}, ValueError),
        ({"dedupe_key": "x" * 201}, ValueError),
        ({"about": ""}, ValueError),
        ({"recipient": "x" * 65}, ValueError),
    ],
)
def test_enqueue_refuses_what_must_not_travel(changes: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        ping(**changes)

    assert OutboxMessage.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("which", "cancelled"),
    [
        ({"about": "RB-1"}, ["reminder:aB:1", "reminder:ab:1", "round:1"]),
        ({"about": "RB-1", "recipient": "one"}, ["reminder:aB:1", "round:1"]),
        ({"about": "RB-1", "template_prefix": "review."}, ["reminder:aB:1", "reminder:ab:1"]),
        ({"about": "RB-1", "dedupe_prefix": "reminder:aB"}, ["reminder:aB:1"]),
        ({"about": "RB-1", "recipient": "two", "template_prefix": "review_round."}, []),
        ({"about": "RB-3"}, []),
    ],
)
def test_cancel_takes_back_by_case_person_template_and_occasion(which: dict[str, Any], cancelled: list[str]) -> None:
    ping(about="RB-1", recipient="one", template="review.due", dedupe_key="reminder:aB:1")
    ping(about="RB-1", recipient="two", template="review.due", dedupe_key="reminder:ab:1")
    ping(about="RB-1", recipient="one", template="review_round.opened", dedupe_key="round:1")
    ping(about="RB-2", recipient="one", template="review.due", dedupe_key="reminder:aB:2")

    assert outbox.cancel(**which, now=NOW + HOUR) == len(cancelled)
    assert sorted(key for key, state in states().items() if state == "cancelled") == cancelled
    assert {row.cancelled_at for row in OutboxMessage.objects.filter(state="cancelled")} <= {NOW + HOUR}


@pytest.mark.django_db
def test_cancel_leaves_alone_what_began_or_ended() -> None:
    sent, failed, begun, claimed = ping(), ping(), ping(), ping()
    rows = OutboxMessage.objects
    rows.filter(dedupe_key=sent).update(state="sent", sent_at=NOW)
    rows.filter(dedupe_key=failed).update(state="failed", failed_at=NOW)
    rows.filter(dedupe_key=begun).update(state="claimed", claim_token="t", lease_until=NOW, begun_at=NOW)
    rows.filter(dedupe_key=claimed).update(state="claimed", claim_token="t", lease_until=NOW)

    assert outbox.cancel(about="RB-2026-AAAAA", now=NOW) == 1
    assert states() == {sent: "sent", failed: "failed", begun: "claimed", claimed: "cancelled"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "lost"},
        {"state": "claimed"},
        {"state": "claimed", "claim_token": "t"},
        {"state": "claimed", "lease_until": NOW},
        {"claim_token": "t"},
        {"lease_until": NOW},
        {"begun_at": NOW},
        {"state": "sent"},
        {"sent_at": NOW},
        {"state": "failed"},
        {"failed_at": NOW},
        {"state": "cancelled"},
        {"cancelled_at": NOW},
        {"attempts": -1},
    ],
)
def test_half_a_state_is_refused_by_the_database(wrong: dict[str, Any]) -> None:
    ping()

    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMessage.objects.update(**wrong)


@pytest.mark.django_db
def test_overview_counts_in_one_query() -> None:
    ping()
    ping(now=NOW - 3 * HOUR)
    for state, moment, at in [
        ("sent", "sent_at", NOW - HOUR),
        ("sent", "sent_at", NOW - 30 * HOUR),
        ("failed", "failed_at", NOW),
        ("cancelled", "cancelled_at", NOW),
    ]:
        OutboxMessage.objects.filter(dedupe_key=ping()).update(state=state, repeats=1, **{moment: at})
    OutboxMessage.objects.filter(dedupe_key=ping()).update(state="claimed", claim_token="t", lease_until=NOW)

    with CaptureQueriesContext(connection) as queries:
        seen = outbox.overview(NOW)

    assert len(queries) == 1
    assert seen == outbox.Overview(
        waiting=2,
        late=1,
        sending=1,
        sent=2,
        sent_last_day=1,
        failed=1,
        cancelled=1,
        repeats=4,
        oldest_waiting_since=NOW - 3 * HOUR,
    )


@pytest.mark.django_db
def test_overview_of_an_empty_outbox_is_all_zero() -> None:
    assert outbox.overview(NOW) == outbox.Overview(0, 0, 0, 0, 0, 0, 0, 0, None)


@pytest.mark.django_db
def test_recent_lists_newest_first_and_by_state() -> None:
    old, new = ping(now=NOW - HOUR), ping()
    OutboxMessage.objects.filter(dedupe_key=old).update(state="sent", sent_at=NOW)

    assert [message.dedupe_key for message in outbox.recent()] == [new, old]
    assert [message.dedupe_key for message in outbox.recent(limit=1)] == [new]
    assert [message.dedupe_key for message in outbox.recent(states=["sent", "failed"])] == [old]


@pytest.mark.django_db
def test_dead_letter_is_listed_and_gets_new_attempts() -> None:
    dead, alive = ping(), ping()
    OutboxMessage.objects.filter(dedupe_key=dead).update(
        state="failed", failed_at=NOW, attempts=8, last_error="ConnectionRefusedError"
    )
    (letter,) = outbox.dead_letters()
    assert (letter.dedupe_key, letter.last_error) == (dead, "ConnectionRefusedError")

    everything = [message.public_id for message in outbox.recent()]
    assert outbox.retry(*everything, now=NOW + HOUR) == 1
    assert outbox.dead_letters() == []
    again = OutboxMessage.objects.get(dedupe_key=dead)
    assert (again.state, again.attempts, again.next_attempt_at, again.last_error) == ("queued", 0, NOW + HOUR, "")
    assert OutboxMessage.objects.get(dedupe_key=alive).next_attempt_at == NOW


def test_guard_is_named_once(guards: dict[str, Any]) -> None:
    known = outbox.guard_for("yes")
    assert known is not None
    outbox.register_guard("yes", known)

    with pytest.raises(ValueError, match="already"):
        outbox.register_guard("yes", lambda message: True)
    with pytest.raises(ValueError, match="name"):
        outbox.register_guard("", known)


def test_enqueue_takes_only_named_arguments() -> None:
    kinds = {parameter.kind for parameter in inspect.signature(outbox.enqueue).parameters.values()}

    assert kinds == {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.django_db
def test_many_mails_at_once_leave_out_what_was_enqueued_before() -> None:
    def letter(key: str) -> outbox.Mail:
        return outbox.Mail(
            template="submission.received", recipient="one", address="one@example.org", context={}, dedupe_key=key,
            about="RB-2026-AAAAA",
        )  # fmt: skip

    with transaction.atomic():
        outbox.enqueue_all([letter("a"), letter("b")], now=NOW)
        outbox.enqueue_all([letter("b"), letter("c")], now=NOW)
    assert states() == dict.fromkeys("abc", State.QUEUED)
