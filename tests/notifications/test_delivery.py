"""Delivery: each due mail goes out once, wanted ones only, and nothing is lost when a server or a process dies."""

from __future__ import annotations

import socket
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from notifications import outbox
from notifications.backoff import MAX_ATTEMPTS, WAITS
from notifications.delivery import BATCH, LEASE, Run, deliver_due
from notifications.models import OutboxMessage
from tests.databases import FreshDatabase, at_once
from tests.factories.outbox import NOW, ping
from tests.notifications.mailservers import Answers, Crash, Unreachable, smtp_server
from tests.sizes import TRIALS

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SERVERS = "tests.notifications.mailservers."


def row(key: str) -> OutboxMessage:
    return OutboxMessage.objects.get(dedupe_key=key)


@pytest.mark.django_db
def test_due_mail_is_sent_in_two_parts_under_its_own_id(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Reviewboard <reviewboard@example.org>"
    key = ping(context={"reference": "RB-2026-AAAAA", "due_at": "2026-03-05T16:00:00+00:00"})

    assert deliver_due(now=NOW) == Run(sent=1)

    (sent,) = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    assert (sent.subject, sent.to, sent.cc, sent.bcc) == (
        "Ping for RB-2026-AAAAA",
        ["author.one@example.org"],
        [],
        [],
    )
    assert sent.from_email == "Reviewboard <reviewboard@example.org>"
    assert sent.body.startswith("It's about RB-2026-AAAAA, due 5 March 2026, 16:00 UTC.")
    ((page, kind),) = sent.alternatives
    assert (kind, str(page).startswith("<p>")) == ("text/html", True)
    assert sent.message()["Message-ID"] == row(key).message_id
    assert sent.message()["Date"] == "Mon, 02 Mar 2026 09:00:00 +0000"
    assert sent.message()["Auto-Submitted"] == "auto-generated"
    after = row(key)
    assert (after.state, after.sent_at, after.attempts, after.repeats, after.last_error) == ("sent", NOW, 1, 0, "")


@pytest.mark.django_db
def test_nothing_due_asks_once_and_writes_nothing() -> None:
    ping()
    OutboxMessage.objects.update(attempts=1, next_attempt_at=NOW + MINUTE)

    with CaptureQueriesContext(connection) as queries:
        assert deliver_due(now=NOW) == Run()

    assert len(queries) == 1


@pytest.mark.django_db
def test_sent_mail_is_not_sent_again() -> None:
    ping()
    deliver_due(now=NOW)

    assert deliver_due(now=NOW + timedelta(days=30)) == Run()
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_more_than_one_batch_goes_out_oldest_first() -> None:
    keys = [ping(now=NOW - number * MINUTE) for number in range(BATCH + 5)]

    assert deliver_due(now=NOW) == Run(sent=BATCH + 5)
    assert [sent.extra_headers["Message-ID"] for sent in mail.outbox] == [row(key).message_id for key in reversed(keys)]


@pytest.mark.django_db
def test_run_ends_at_its_limit() -> None:
    for _ in range(BATCH * 2):
        ping()

    assert deliver_due(now=NOW, limit=BATCH) == Run(sent=BATCH)
    assert outbox.overview(NOW).waiting == BATCH


@pytest.mark.django_db
def test_run_that_is_to_stop_gives_back_what_it_holds() -> None:
    for _ in range(5):
        ping()

    run = deliver_due(now=NOW, stopping=lambda: len(mail.outbox) == 2)

    assert run == Run(sent=2, released=3)
    assert (outbox.overview(NOW).waiting, outbox.overview(NOW).sending) == (3, 0)


@pytest.mark.django_db
def test_expired_mail_is_cancelled() -> None:
    key = ping(expires_at=NOW + MINUTE)

    assert deliver_due(now=NOW + MINUTE) == Run(cancelled=1)
    assert (row(key).state, row(key).cancelled_at, row(key).last_error) == ("cancelled", NOW + MINUTE, "expired")
    assert mail.outbox == []


@pytest.mark.django_db
def test_guard_that_agrees_is_asked_about_the_mail_at_that_moment(guards: dict[str, list[outbox.Message]]) -> None:
    key = ping(guard="yes", about="RB-2026-CCCCC")

    assert deliver_due(now=NOW + MINUTE) == Run(sent=1)
    (asked,) = guards["yes"]
    assert (asked.about, asked.recipient, asked.dedupe_key) == ("RB-2026-CCCCC", "person-one", key)
    assert asked.asked_at == NOW + MINUTE


@pytest.mark.django_db
def test_guard_that_refuses_cancels(guards: dict[str, list[outbox.Message]]) -> None:
    key = ping(guard="no")

    assert deliver_due(now=NOW) == Run(cancelled=1)
    assert (row(key).state, row(key).last_error) == ("cancelled", "no longer due")
    assert mail.outbox == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("guard", "error"), [("unheard_of", "unknown guard unheard_of"), ("broken", "guard broken failed with LookupError")]
)
def test_guard_without_an_answer_makes_a_dead_letter(
    guards: dict[str, list[outbox.Message]], guard: str, error: str
) -> None:
    broken, fine = ping(guard=guard), ping()

    assert deliver_due(now=NOW) == Run(failed=1, sent=1)
    assert (row(broken).state, row(broken).failed_at) == ("failed", NOW)
    assert row(broken).last_error.startswith(error)
    assert row(fine).state == "sent"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"template": "test.unknown"},
        {"context": {"reference": "A\nBcc: everybody@example.org"}},
        {"time_zone": "Nowhere/Land"},
    ],
)
def test_mail_that_cannot_be_written_is_a_dead_letter_at_once(changes: dict[str, Any]) -> None:
    key = ping(**changes)

    assert deliver_due(now=NOW) == Run(failed=1)
    assert (row(key).state, row(key).attempts) == ("failed", 0)
    assert row(key).last_error.startswith("could not be written: ")
    assert mail.outbox == []


@pytest.mark.django_db
def test_address_with_a_line_break_in_the_row_is_never_sent() -> None:
    key = ping()
    OutboxMessage.objects.update(address="a@example.org\nBcc: b@example.org")

    assert deliver_due(now=NOW) == Run(failed=1)
    assert row(key).last_error.startswith("could not be written: BadHeaderError")


@pytest.mark.django_db
def test_unreachable_server_is_tried_on_schedule_until_the_mail_is_given_up(settings: Settings) -> None:
    settings.EMAIL_BACKEND = SERVERS + "Unreachable"
    key, now = ping(), NOW

    for attempt, wait in enumerate(WAITS, start=1):
        assert deliver_due(now=now) == Run(postponed=1)
        assert (row(key).attempts, row(key).next_attempt_at) == (attempt, now + wait)
        assert deliver_due(now=now + wait - timedelta(microseconds=1)) == Run()
        now += wait
    assert deliver_due(now=now) == Run(failed=1)

    (letter,) = outbox.dead_letters()
    assert (letter.attempts, letter.failed_at) == (MAX_ATTEMPTS, now)
    assert letter.last_error == "no connection to the mail server: ConnectionRefusedError: nobody listens"


@pytest.mark.django_db
def test_unreachable_server_is_asked_once_a_run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMAIL_BACKEND = SERVERS + "Unreachable"
    monkeypatch.setattr(Unreachable, "tries", [])
    for _ in range(BATCH + 3):
        ping()

    assert deliver_due(now=NOW) == Run(postponed=BATCH)
    assert Unreachable.tries == ["open"]


@pytest.mark.django_db
def test_retried_dead_letter_is_sent(settings: Settings) -> None:
    key = ping(guard="too_early")
    deliver_due(now=NOW)
    OutboxMessage.objects.update(guard="")

    outbox.retry(outbox.dead_letters()[0].public_id, now=NOW + MINUTE)

    assert deliver_due(now=NOW + MINUTE) == Run(sent=1)
    assert row(key).state == "sent"


@pytest.mark.django_db
def test_refused_address_does_not_hold_up_the_others(settings: Settings) -> None:
    settings.EMAIL_BACKEND = SERVERS + "Refusing"
    full, gone, fine = ping(address="full@example.org"), ping(address="gone@example.org"), ping()

    assert deliver_due(now=NOW) == Run(postponed=1, failed=1, sent=1)
    assert [row(key).state for key in (full, gone, fine)] == ["queued", "failed", "sent"]
    assert [row(key).attempts for key in (full, gone, fine)] == [1, 1, 1]
    assert row(full).next_attempt_at == NOW + WAITS[0]
    assert "no such person" in row(gone).last_error


@pytest.mark.django_db
def test_server_that_takes_nothing_is_tried_again(settings: Settings) -> None:
    settings.EMAIL_BACKEND = SERVERS + "TakesNothing"
    key = ping()

    assert deliver_due(now=NOW) == Run(postponed=1)
    assert row(key).last_error == "SMTPException: the mail server took nothing"


@pytest.mark.django_db
def test_mail_cancelled_after_the_claim_is_not_sent(guards: dict[str, list[outbox.Message]]) -> None:
    def recused(message: outbox.Message) -> bool:
        # Between the claim and the sending somebody withdraws the case.
        outbox.cancel(about="RB-2026-BBBBB", now=NOW)
        return True

    outbox.register_guard("recused", recused)
    first, second = ping(guard="recused"), ping(about="RB-2026-BBBBB")

    assert deliver_due(now=NOW) == Run(sent=1, lost=1)
    assert (row(first).state, row(second).state) == ("sent", "cancelled")
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_mail_taken_over_by_another_is_left_to_it(guards: dict[str, list[outbox.Message]]) -> None:
    def slow(message: outbox.Message) -> bool:
        OutboxMessage.objects.update(claim_token="somebody-else")
        return True

    outbox.register_guard("slow", slow)
    key = ping(guard="slow")

    assert deliver_due(now=NOW) == Run(lost=1)
    assert (row(key).state, row(key).claim_token, mail.outbox) == ("claimed", "somebody-else", [])


@pytest.mark.django_db
def test_crash_after_acceptance_sends_once_more_under_the_same_id_and_counts_it(settings: Settings) -> None:
    settings.EMAIL_BACKEND = SERVERS + "CrashAfterAcceptance"
    key = ping()
    with pytest.raises(Crash):
        deliver_due(now=NOW)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert deliver_due(now=NOW + LEASE - timedelta(microseconds=1)) == Run()
    assert deliver_due(now=NOW + LEASE) == Run(sent=1)

    ids = [sent.extra_headers["Message-ID"] for sent in mail.outbox]
    assert ids == [row(key).message_id] * 2
    assert (row(key).repeats, row(key).attempts) == (1, 2)
    assert outbox.overview(NOW).repeats == 1


@pytest.mark.django_db
def test_crash_before_sending_loses_nothing_and_repeats_nothing() -> None:
    key = ping()
    OutboxMessage.objects.update(state="claimed", claim_token="dead", lease_until=NOW + LEASE)

    assert deliver_due(now=NOW) == Run()
    assert deliver_due(now=NOW + LEASE) == Run(sent=1)
    assert (row(key).repeats, len(mail.outbox)) == (0, 1)


@pytest.mark.django_db
def test_mail_that_keeps_killing_its_worker_is_given_up(settings: Settings) -> None:
    settings.EMAIL_BACKEND = SERVERS + "CrashAfterAcceptance"
    key, now = ping(), NOW
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(Crash):
            deliver_due(now=now)
        now += LEASE

    assert deliver_due(now=now) == Run(failed=1)
    assert (row(key).state, row(key).last_error) == ("failed", "given up after repeated crashes")
    assert len(mail.outbox) == MAX_ATTEMPTS


@pytest.mark.django_db
def test_lease_is_renewed_before_each_mail_by_the_running_clock(guards: dict[str, list[outbox.Message]]) -> None:
    moments = iter(NOW + LEASE * number / 2 for number in range(100))
    seen: list[datetime | None] = []

    def look(message: outbox.Message) -> bool:
        seen.extend(OutboxMessage.objects.filter(begun_at=None, state="claimed").values_list("lease_until", flat=True))
        return True

    outbox.register_guard("look", look)
    keys = [ping(guard="look") for _ in range(3)]

    assert deliver_due(now=NOW, clock=lambda: next(moments)) == Run(sent=3)
    sent_at = [at for key in keys if (at := row(key).sent_at)]
    assert sent_at == sorted(set(sent_at))
    assert len(seen) == 6


@pytest.mark.django_db
def test_mail_from_before_the_clock_was_set_back_does_not_wait_for_its_hour() -> None:
    ping(now=NOW + HOUR)

    assert deliver_due(now=NOW) == Run(sent=1)


@pytest.mark.django_db
def test_clock_set_back_in_the_middle_of_a_batch_sends_nothing_twice() -> None:
    for _ in range(5):
        ping()
    moments = iter([NOW, NOW, NOW, *[NOW - HOUR] * 100])

    assert deliver_due(now=NOW, clock=lambda: next(moments)) == Run(sent=5)
    assert deliver_due(now=NOW - HOUR) == deliver_due(now=NOW + HOUR) == Run()
    assert len(mail.outbox) == 5


@pytest.mark.django_db
def test_mail_of_a_dead_worker_waits_for_its_lease_when_the_clock_was_set_back(settings: Settings) -> None:
    settings.EMAIL_BACKEND = SERVERS + "CrashAfterAcceptance"
    key = ping()
    with pytest.raises(Crash):
        deliver_due(now=NOW)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    # Nobody can tell a dead sender from one that is still at it, so the hour is waited for.
    assert deliver_due(now=NOW - HOUR) == Run()
    assert deliver_due(now=NOW + LEASE) == Run(sent=1)
    assert (row(key).repeats, len(mail.outbox)) == (1, 2)


def test_delivery_inside_a_transaction_is_refused(fresh_database: FreshDatabase) -> None:
    ping()

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        deliver_due(now=NOW)


def test_no_transaction_is_open_while_the_guard_is_asked(
    fresh_database: FreshDatabase, guards: dict[str, list[outbox.Message]]
) -> None:
    open_at_guard: list[bool] = []

    def look(message: outbox.Message) -> bool:
        open_at_guard.append(connection.in_atomic_block)
        return True

    outbox.register_guard("look", look)
    ping(guard="look")

    assert deliver_due(now=NOW) == Run(sent=1)
    assert open_at_guard == [False]


def test_two_deliverers_at_once_send_each_mail_once(
    fresh_database: FreshDatabase, settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "notifications.mailfiles.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    for trial in range(max(2, TRIALS // 8)):
        for _ in range(BATCH * 2 + 3):
            ping()

        runs = at_once(*[lambda: deliver_due(now=NOW)] * 3)

        assert [type(run) for run in runs] == [Run] * 3
        assert sum(run.sent for run in runs) == BATCH * 2 + 3
        assert len(list(tmp_path.iterdir())) == (trial + 1) * (BATCH * 2 + 3)
    assert {(message.state, message.attempts) for message in outbox.recent(limit=1000)} == {("sent", 1)}


def over_smtp(settings: Settings, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""


@pytest.mark.django_db
def test_smtp_server_is_given_all_mails_on_one_connection(settings: Settings) -> None:
    answers = Answers()
    keys = [ping() for _ in range(3)]
    with smtp_server(answers) as port:
        over_smtp(settings, port)
        assert deliver_due(now=NOW) == Run(sent=3)

    assert len(answers.mails) == 3
    assert all(row(key).message_id in given for key, given in zip(keys, answers.mails, strict=True))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("says", "run"),
    [
        ({"banner": "421 busy"}, Run(postponed=2)),
        ({"rcpt": "451 later"}, Run(postponed=2)),
        ({"rcpt": "550 no such person"}, Run(failed=2)),
        ({"data": "554 refused"}, Run(postponed=2)),
        ({"mail": "530 sign in first"}, Run(postponed=2)),
    ],
)
def test_smtp_server_that_refuses_gets_the_mail_later_or_never(
    settings: Settings, says: dict[str, str], run: Run
) -> None:
    ping()
    ping()
    answers = Answers(**says)
    with smtp_server(answers) as port:
        over_smtp(settings, port)
        assert deliver_due(now=NOW) == run

    assert answers.mails == []


@pytest.mark.django_db
def test_smtp_server_that_is_not_there_postpones(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        over_smtp(settings, taken.getsockname()[1])
        ping()

        assert deliver_due(now=NOW) == Run(postponed=1)


@pytest.mark.django_db
def test_smtp_server_that_hangs_does_not_hold_the_worker(settings: Settings) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        over_smtp(settings, silent.getsockname()[1])
        settings.EMAIL_TIMEOUT = 0.2
        key = ping()

        assert deliver_due(now=NOW) == Run(postponed=1)
    assert "timed out" in row(key).last_error


def test_mail_server_has_a_timeout(settings: Settings) -> None:
    assert 0 < settings.EMAIL_TIMEOUT < LEASE.total_seconds() / 5
