"""Delivery of what is due: claim with a lease, ask the guard, send, mark sent.

No transaction is open while a guard or a mail server is asked. A crash between the server's acceptance and the
mark, or a line that breaks before the server's answer, leads to one more mail under the same Message-ID; that is
counted in ``repeats`` and cannot be avoided.
"""

from __future__ import annotations

import logging
import secrets
import smtplib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from notifications import backoff, hold
from notifications.models import OutboxMessage, State
from notifications.outbox import guard_for, to_message
from notifications.rendering import render

logger = logging.getLogger(__name__)

BATCH = 20
# Longer than one mail can take, since it is renewed before each; short enough to recover within a minute.
LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Run:
    """What one call did. ``lost`` counts mails that another deliverer had taken over meanwhile."""

    sent: int = 0
    cancelled: int = 0
    postponed: int = 0
    failed: int = 0
    lost: int = 0
    released: int = 0


class _NotNow(Exception):
    """The mail server is out of reach; what is left of the batch waits."""


@dataclass(slots=True)
class _Delivery:
    clock: Callable[[], datetime]
    stopping: Callable[[], bool]
    connection: BaseEmailBackend = field(default_factory=get_connection)
    count: Counter[str] = field(default_factory=Counter)
    is_open: bool = False

    def batch(self, rows: list[OutboxMessage]) -> bool:
        """Deliver claimed rows; False when there is no point in claiming more now."""
        for position, row in enumerate(rows):
            if self.stopping():
                self._release(rows[position:])
                return False
            try:
                self._deliver(row)
            except _NotNow as reason:
                for waiting in rows[position:]:
                    self._postpone(waiting, str(reason))
                return False
        return True

    def close(self) -> None:
        """Leave the mail server; what it says to that changes nothing."""
        self.is_open = False
        try:
            self.connection.close()
        except OSError as error:
            logger.info("The mail connection did not close cleanly (%s).", type(error).__name__)

    def _deliver(self, row: OutboxMessage) -> None:
        now = self.clock()
        if row.expires_at is not None and row.expires_at <= now:
            self._settle(row, "cancelled", state=State.CANCELLED, cancelled_at=now, last_error="expired")
        elif row.attempts >= backoff.MAX_ATTEMPTS:
            # Only a row whose attempts ended in crashes comes here: it may be what kills the worker.
            self._give_up(row, "given up after repeated crashes")
        elif self._wanted(row, now) and (mail := self._written(row, now)) is not None:
            self._open()
            self._send(row, mail)

    def _wanted(self, row: OutboxMessage, now: datetime) -> bool:
        """Whether the mail is still to be sent. No answer is not a yes: the row becomes a dead letter."""
        if not row.guard:
            return True
        guard = guard_for(row.guard)
        if guard is None:
            self._give_up(row, f"unknown guard {row.guard}")
            return False
        try:
            wanted = guard(to_message(row, asked_at=now))
        except Exception as error:  # noqa: BLE001 - a guard that fails in any way has not said yes
            self._give_up(row, f"guard {row.guard} failed with {_short(error)}")
            return False
        if not wanted:
            self._settle(row, "cancelled", state=State.CANCELLED, cancelled_at=now, last_error="no longer due")
        return bool(wanted)

    def _written(self, row: OutboxMessage, now: datetime) -> EmailMultiAlternatives | None:
        """The mail itself, or None when its template or context is wrong: waiting would not mend that."""
        try:
            words = render(template=row.template, context=row.context, language=row.language, time_zone=row.time_zone)
            mail = EmailMultiAlternatives(
                words.subject,
                words.text,
                settings.DEFAULT_FROM_EMAIL,
                [row.address],
                connection=self.connection,
                headers={
                    "Message-ID": row.message_id,
                    "Date": format_datetime(now),
                    "Auto-Submitted": "auto-generated",
                },
            )
            mail.attach_alternative(words.html, "text/html")
            mail.message()
        except Exception as error:  # noqa: BLE001 - templates may fail in any way; the other mails go on
            self._give_up(row, f"could not be written: {_short(error)}")
            return None
        return mail

    def _open(self) -> None:
        if self.is_open:
            if _still_there(self.connection):
                return
            self.close()
        try:
            self.connection.open()
        except Exception as error:
            self.close()
            raise _NotNow(f"no connection to the mail server: {_short(error)}") from error
        self.is_open = True

    def _send(self, row: OutboxMessage, mail: EmailMultiAlternatives) -> None:
        begun = self.clock()
        if not _mine(row).update(begun_at=begun, lease_until=begun + LEASE, attempts=F("attempts") + 1):
            self.count["lost"] += 1
            return
        try:
            if self.connection.send_messages([mail]) == 0:
                raise smtplib.SMTPException("the mail server took nothing")
        except Exception as error:  # noqa: BLE001 - every mail backend has errors of its own
            self.close()
            if _for_ever(error):
                self._give_up(row, _short(error), attempts=row.attempts + 1)
            elif isinstance(error, smtplib.SMTPServerDisconnected):
                # Nobody knows whether it was taken, so the next try may be a second mail.
                self._postpone(row, _short(error), repeats=F("repeats") + 1)
            else:
                self._postpone(row, _short(error))
            return
        self._settle(row, "sent", state=State.SENT, sent_at=self.clock(), last_error="")

    def _postpone(self, row: OutboxMessage, error: str, **changes: Any) -> None:
        attempts = row.attempts + 1
        wait = backoff.wait_after(attempts)
        if wait is None:
            self._give_up(row, error, attempts=attempts)
            return
        self._settle(
            row,
            "postponed",
            state=State.QUEUED,
            attempts=attempts,
            next_attempt_at=self.clock() + wait,
            last_error=error[:500],
            **changes,
        )

    def _give_up(self, row: OutboxMessage, error: str, **changes: Any) -> None:
        logger.warning("Outbox message %s is a dead letter.", row.public_id)
        self._settle(row, "failed", state=State.FAILED, failed_at=self.clock(), last_error=error[:500], **changes)

    def _release(self, rows: list[OutboxMessage]) -> None:
        for row in rows:
            self._settle(row, "released", state=State.QUEUED)

    def _settle(self, row: OutboxMessage, outcome: str, **changes: Any) -> None:
        """One conditional write per mail: it counts only while the claim is still ours."""
        changed = _mine(row).update(claim_token="", lease_until=None, begun_at=None, **changes)
        self.count[outcome if changed else "lost"] += 1


def deliver_due(
    *,
    now: datetime,
    clock: Callable[[], datetime] | None = None,
    stopping: Callable[[], bool] = lambda: False,
    limit: int = 500,
) -> Run:
    """Send what is due, at most about ``limit`` mails, and say what became of them.

    Two deliverers at once never claim the same row. Leases that ran out are taken again. ``clock`` tells the time
    while sending goes on (without it, time stands still at ``now``); ``stopping`` ends the run between two mails.
    Nothing is claimed while mails are held.
    """
    if hold.is_on():
        return Run()
    delivery = _Delivery(clock or (lambda: now), stopping)
    claimed = 0
    try:
        while claimed < limit and not stopping():
            rows = _claim(delivery.clock())
            claimed += len(rows)
            if not rows or not delivery.batch(rows):
                break
    finally:
        delivery.close()
    return Run(**delivery.count)


def _claim(now: datetime) -> list[OutboxMessage]:
    """Lease the next batch to this call alone, oldest first.

    A mail that was never tried is due whatever its moment says, since the clock may have been set back meanwhile.
    """
    due = OutboxMessage.objects.filter(
        Q(state=State.QUEUED) & (Q(attempts=0) | Q(next_attempt_at__lte=now))
        | Q(state=State.CLAIMED, lease_until__lte=now)
    )
    # Looking first spares an idle worker the write lock of SQLite every second.
    if not due.exists():
        return []
    token = secrets.token_hex(16)
    again = Case(When(state=State.CLAIMED, begun_at__isnull=False, then=Value(1)), default=Value(0))
    with transaction.atomic(durable=True):
        picked = due.order_by("next_attempt_at", "pk").select_for_update(skip_locked=True).values("pk")[:BATCH]
        OutboxMessage.objects.filter(pk__in=picked).update(
            state=State.CLAIMED,
            claim_token=token,
            lease_until=now + LEASE,
            begun_at=None,
            repeats=F("repeats") + again,
        )
    return list(OutboxMessage.objects.filter(state=State.CLAIMED, claim_token=token).order_by("next_attempt_at", "pk"))


def _mine(row: OutboxMessage) -> Any:
    return OutboxMessage.objects.filter(pk=row.pk, state=State.CLAIMED, claim_token=row.claim_token)


def _still_there(connection: BaseEmailBackend) -> bool:
    """Whether the server still listens; some hang up after each mail, which is nothing that a mail should wait for."""
    ask = getattr(getattr(connection, "connection", None), "noop", None)
    if ask is None:
        return True
    try:
        return bool(ask()[0] == 250)
    except OSError:
        return False


def _for_ever(error: Exception) -> bool:
    """Whether the server said that this address will never do."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= 500 for code, _ in error.recipients.values()
    )


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".replace("\x00", "")[:400]
