"""Mail into files, one a mail, for local use: any mail program opens them, and their names sort by time."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Write each message to ``EMAIL_FILE_PATH`` (default ``DATA_DIR/mail``) as an ``.eml`` file."""

    def __init__(self, *args: Any, file_path: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = file_path or getattr(settings, "EMAIL_FILE_PATH", None)
        self.folder = Path(chosen) if chosen else Path(settings.DATA_DIR) / "mail"

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """A file appears whole or not at all, and never replaces another one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            self._write(message)
        return len(email_messages)

    def _write(self, message: EmailMessage) -> None:
        mail: Any = message.message()
        moment = parsedate_to_datetime(str(mail["Date"])).strftime("%Y%m%dT%H%M%SZ")
        words = re.sub(r"[^a-z0-9]+", "-", message.subject.lower()).strip("-")[:60] or "mail"
        mark = re.sub(r"[^A-Za-z0-9]", "", str(mail["Message-ID"]))[:8]
        part = self.folder / f".{secrets.token_hex(8)}.part"
        part.write_bytes(mail.as_bytes(linesep="\r\n"))
        part.rename(self.folder / f"{moment}-{words}-{mark}-{secrets.token_hex(3)}.eml")
