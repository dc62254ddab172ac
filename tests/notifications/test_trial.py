"""One mail sent while somebody waits: it leaves, or the mail server's own words come back within the time."""

from __future__ import annotations

import smtplib
import socket
import time
from datetime import UTC, datetime

import pytest
from django.core import mail
from pytest_django import Settings

from notifications import trial
from tests.notifications.mailservers import Answers, smtp_server

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def send(patience: float = 5) -> None:
    trial.send(
        template="account.test_mail", address="person.one@example.org", context={"name": "Person One"}, now=NOW,
        patience=patience,
    )  # fmt: skip


def over_smtp(settings: Settings, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


@pytest.mark.django_db
def test_mail_leaves_with_its_words() -> None:
    send()
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["person.one@example.org"], "A test of Reviewboard's mails")
    assert "Hello Person One," in sent.body
    assert sent.extra_headers["Date"] == "Mon, 02 Mar 2026 09:00:00 +0000"


@pytest.mark.django_db
def test_mail_leaves_over_smtp(settings: Settings) -> None:
    answers = Answers()
    with smtp_server(answers) as port:
        over_smtp(settings, port)
        send()
    assert len(answers.mails) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"rcpt": "550 5.1.1 no such person"}, "550 5.1.1 no such person"),
        ({"mail": "451 try later"}, "451 try later"),
        ({"data": "552 too much"}, "552 too much"),
        ({"banner": "554 not from you"}, "554 not from you"),
    ],
)
def test_refusal_is_told_in_the_servers_own_words(settings: Settings, said: dict[str, str], words: str) -> None:
    with smtp_server(Answers(**said)) as port:
        over_smtp(settings, port)
        with pytest.raises(trial.NotSent) as refused:
            send()
    assert str(refused.value) == words


@pytest.mark.django_db
def test_silent_server_is_given_up_on_in_time(settings: Settings) -> None:
    answers = Answers(banner="silence")
    with smtp_server(answers) as port:
        over_smtp(settings, port)
        begun = time.monotonic()
        with pytest.raises(trial.NotSent, match=r"No answer (in time|within)"):
            send(patience=0.5)
        assert time.monotonic() - begun < 4
        answers.over.set()


@pytest.mark.parametrize("waits_for", ["a connection", "an answer"])
def test_time_that_ran_out_is_called_so_wherever_it_did(waits_for: str) -> None:
    """Which of the two it is depends on how fast the machine is."""
    late: Exception = TimeoutError("timed out")
    if waits_for == "an answer":
        left, right = socket.socketpair()
        left.settimeout(0.01)
        waiting = smtplib.SMTP()
        waiting.sock = left
        with left, right, pytest.raises(smtplib.SMTPServerDisconnected) as cut:
            waiting.getreply()
        late = cut.value
    assert trial.words(late) == "No answer in time."


@pytest.mark.django_db
def test_nobody_who_listens(settings: Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    over_smtp(settings, port)
    with pytest.raises(trial.NotSent) as refused:
        send()
    assert str(refused.value) == "Connection refused"


@pytest.mark.django_db
def test_server_that_takes_nothing_has_not_taken_it(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.notifications.mailservers.TakesNothing"
    with pytest.raises(trial.NotSent, match="took nothing"):
        send()
