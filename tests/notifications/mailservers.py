"""Mail servers that behave badly on purpose, for use as ``EMAIL_BACKEND`` or over SMTP."""

from __future__ import annotations

import os
import smtplib
import socketserver
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend as Memory

from notifications.mailfiles import EmailBackend as Files


class Crash(BaseException):
    """The process ends here, as far as the code under test can tell."""


class CrashAfterAcceptance(Memory):
    """Takes the mail, then the process dies before anybody can note it."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        super().send_messages(messages)
        raise Crash


class Unreachable(BaseEmailBackend):
    """Nobody listens."""

    tries: ClassVar[list[str]] = []

    def open(self) -> bool:
        self.tries.append("open")
        raise ConnectionRefusedError("nobody listens")

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        raise AssertionError("never sent without a connection")


class Refusing(Memory):
    """Refuses addresses that start with ``full`` for now and with ``gone`` for ever."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        for message in messages:
            address = message.to[0]
            if address.startswith("full"):
                raise smtplib.SMTPRecipientsRefused({address: (452, b"mailbox full")})
            if address.startswith("gone"):
                raise smtplib.SMTPRecipientsRefused({address: (550, b"no such person")})
        return super().send_messages(messages)


class TakesNothing(BaseEmailBackend):
    """Says nothing wrong and takes nothing."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        return 0


class Stalling(Files):
    """Writes files and stops at the mail ``MAIL_STALL_AT``, before or after writing it (``MAIL_STALL``), until
    the file ``go`` appears in ``MAIL_STALL_FOLDER``; ``stalled`` says that it waits."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        at, when, folder = int(os.environ["MAIL_STALL_AT"]), os.environ["MAIL_STALL"], os.environ["MAIL_STALL_FOLDER"]
        stalls = len(list(self.folder.glob("*.eml"))) + 1 == at
        if stalls and when == "before":
            _wait_in(Path(folder))
        taken = super().send_messages(messages)
        if stalls and when == "after":
            _wait_in(Path(folder))
        return taken


def _wait_in(folder: Path) -> None:
    (folder / "stalled").touch()
    deadline = time.monotonic() + 60
    while not (folder / "go").exists() and time.monotonic() < deadline:
        time.sleep(0.01)


class Answers:
    """What the SMTP server below says, by the command's first word; and what it was given."""

    def __init__(self, **by_command: str) -> None:
        self.by_command = by_command
        self.mails: list[str] = []


@contextmanager
def smtp_server(answers: Answers) -> Iterator[int]:
    """A server on a free port that speaks just enough SMTP; yields its port."""

    class Session(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say(answers.by_command.get("banner", "220 ready"))
            while line := self.rfile.readline().decode().strip():
                command = line.split()[0].lower()
                answer = answers.by_command.get(command, "354 go on" if command == "data" else "250 fine")
                self.say(answer)
                if command == "quit":
                    return
                if command == "data" and answer.startswith("354"):
                    body = []
                    while (part := self.rfile.readline().decode()) != ".\r\n":
                        body.append(part)
                    answers.mails.append("".join(body))
                    self.say("250 taken")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Session) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
