"""Mail servers that behave badly on purpose, for use as ``EMAIL_BACKEND`` or over SMTP."""

from __future__ import annotations

import contextlib
import email
import os
import smtplib
import socketserver
import threading
import time
from collections import Counter
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
    """Writes files and stops before the mail ``MAIL_STALL_AT`` until the file ``go`` appears in
    ``MAIL_STALL_FOLDER``; ``stalled`` says that it waits."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        if len(list(self.folder.glob("*.eml"))) + 1 == int(os.environ["MAIL_STALL_AT"]):
            _wait_in(Path(os.environ["MAIL_STALL_FOLDER"]))
        return super().send_messages(messages)


def _wait_in(folder: Path) -> None:
    (folder / "stalled").touch()
    deadline = time.monotonic() + 60
    while not (folder / "go").exists() and time.monotonic() < deadline:
        time.sleep(0.01)


class Answers:
    """What the SMTP server below says, and what it was given.

    ``by_command`` answers a command's first word. ``by_person`` says what happens to one recipient, by the part before
    the @: an answer to RCPT (421 also hangs up), or ``drop`` and ``hang``: the mail is taken, and then the line is cut,
    or silent, before anybody hears of it.
    """

    def __init__(self, *, by_person: dict[str, str] | None = None, **by_command: str) -> None:
        self.by_command = by_command
        self.by_person = by_person or {}
        self.hangs_up_after_each = False
        self.mails: list[str] = []
        self.over = threading.Event()

    def heal(self) -> None:
        """From now on everything is taken."""
        self.by_command, self.by_person, self.hangs_up_after_each = {}, {}, False

    def ids(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(str(email.message_from_string(mail)["Message-ID"]) for mail in list(self.mails))


class Server(socketserver.ThreadingTCPServer):
    """One thread a line; whoever is still connected at the end is left alone."""

    daemon_threads = True
    block_on_close = False
    answers: Answers


class Session(socketserver.StreamRequestHandler):
    """Just enough SMTP."""

    server: Server

    def handle(self) -> None:
        """A client that was killed or lost its patience is no concern of the server."""
        banner = self.server.answers.by_command.get("banner", "220 ready")
        with contextlib.suppress(OSError):
            if banner == "silence":
                self.server.answers.over.wait()
                return
            self.say(banner)
            while self.listen():
                pass

    def say(self, line: str) -> None:
        """One line."""
        self.wfile.write(f"{line}\r\n".encode())

    def listen(self) -> bool:
        """Answer one command; whether the line stays open."""
        line = self.rfile.readline().decode().strip()
        command, answers = line.split(" ")[0].lower(), self.server.answers
        answer = answers.by_command.get(command, "250 fine")
        if command == "rcpt":
            self.fate = answers.by_person.get(line.partition("<")[2].partition("@")[0], "")
            answer = self.fate if self.fate[:1].isdigit() else answer
        if command == "data" and command not in answers.by_command:
            return self.take()
        if line:
            self.say(answer)
        return command not in ("", "quit") and not answer.startswith("421")

    def take(self) -> bool:
        """Take the mail; whether the line stays open."""
        answers, body = self.server.answers, []
        self.say("354 go on")
        while (part := self.rfile.readline().decode()) != ".\r\n":
            if not part:
                return False
            body.append(part)
        answers.mails.append("".join(body))
        if self.fate == "hang":
            answers.over.wait()
        if self.fate in ("drop", "hang"):
            return False
        self.say("250 taken")
        return not answers.hangs_up_after_each


@contextmanager
def smtp_server(answers: Answers) -> Iterator[int]:
    """A server on a free port; yields its port."""
    with Server(("127.0.0.1", 0), Session) as server:
        server.answers = answers
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            answers.over.set()
            server.shutdown()
            thread.join()
