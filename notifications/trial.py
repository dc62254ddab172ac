"""One mail sent while somebody waits for the answer, to prove that mails leave. Nothing is stored or tried again.

Everything else goes through the outbox.
"""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime, make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.translation import gettext as _

from notifications.rendering import render

PATIENCE_SECONDS = 10.0
LONGEST = 400


class NotSent(Exception):
    """The mail did not leave; the text is the mail server's own, or says that it did not answer."""


def send(
    *, template: str, address: str, context: Mapping[str, Any], language: str = "en", time_zone: str = "UTC",
    now: datetime, patience: float = PATIENCE_SECONDS,
) -> None:  # fmt: skip
    """Send one mail at once, waiting at most ``patience`` seconds. Raises ``NotSent``.

    A server that answers each single step in time but never comes to an end is given up on as well: the attempt then
    ends by itself in the background.
    """
    mail = _written(template, address, context, language, time_zone, now)
    failures: list[Exception] = []

    def attempt() -> None:
        try:
            if get_connection(timeout=patience).send_messages([mail]) == 0:
                raise smtplib.SMTPException(_("The mail server took nothing."))
        except Exception as error:  # noqa: BLE001 - every mail backend has errors of its own
            failures.append(error)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(patience)
    if thread.is_alive():
        raise NotSent(_("No answer within %(n)d seconds.") % {"n": round(patience)})
    if failures:
        raise NotSent(words(failures[0]))


def words(error: Exception) -> str:
    """What the mail server itself said, in one line, with its code where it gave one."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        text = "; ".join(_answer(code, said) for code, said in error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        text = _answer(error.smtp_code, error.smtp_error)
    elif isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        text = _("No answer in time.")  # while the server's words are awaited, smtplib wraps it
    else:
        text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).replace("\x00", "").split())[:LONGEST]


def _answer(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return f"{code} {text}" if code > 0 else text


def _written(
    template: str, address: str, context: Mapping[str, Any], language: str, time_zone: str, now: datetime
) -> EmailMultiAlternatives:
    said = render(template=template, context=context, language=language, time_zone=time_zone)
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    headers = {
        "Message-ID": make_msgid(domain=host),
        "Date": format_datetime(now),
        "Auto-Submitted": "auto-generated",
    }
    mail = EmailMultiAlternatives(said.subject, said.text, settings.DEFAULT_FROM_EMAIL, [address], headers=headers)
    mail.attach_alternative(said.html, "text/html")
    return mail
