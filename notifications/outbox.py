"""The outbox: a notice is a row in the transaction of what it tells of, and only later a mail.

Writing, cancelling and listing happen here; rendering and sending happen in ``delivery``. Nothing here talks to
a mail server. ``nudge`` merely makes delivery sooner and may fail without harm.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Count, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Left

from notifications import publishing
from notifications.models import OutboxMessage, State, new_public_id

__all__ = [
    "Guard", "Mail", "Message", "Overview", "Unseen", "cancel", "dead_letters", "enqueue", "enqueue_all", "guard_for",
    "nudge", "of_template", "overview", "recent", "register_guard", "retry", "set_aside", "to_message",
]  # fmt: skip

Primitive = str | int | float | bool | None
RESERVED = frozenset({"base_url", "org_name"})
_TEMPLATE_NAME = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)+\Z")


@dataclass(frozen=True, slots=True)
class Message:
    """A row of the outbox as guards and pages see it. ``asked_at`` is the moment at which it is looked at."""

    public_id: str
    template: str
    recipient: str
    address: str
    context: Mapping[str, Primitive]
    dedupe_key: str
    about: str
    guard: str
    state: str
    attempts: int
    repeats: int
    created_at: datetime
    next_attempt_at: datetime
    expires_at: datetime | None
    sent_at: datetime | None
    failed_at: datetime | None
    cancelled_at: datetime | None
    last_error: str
    message_id: str
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """How the outbox stands. ``repeats`` counts mails that a crash or a broken line may have sent twice."""

    waiting: int
    late: int
    sending: int
    sent: int
    sent_last_day: int
    failed: int
    cancelled: int
    repeats: int
    oldest_waiting_since: datetime | None


@dataclass(frozen=True, slots=True)
class Unseen:
    """Mails that a reader is not shown: whatever is about these things, and these rows by identifier."""

    about: frozenset[str] = frozenset()
    public_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What ``enqueue`` is told of one mail."""

    template: str
    recipient: str
    address: str
    context: Mapping[str, Primitive]
    dedupe_key: str
    about: str
    guard: str = ""
    expires_at: datetime | None = None
    language: str = "en"
    time_zone: str = "UTC"


Guard = Callable[[Message], bool]
_guards: dict[str, Guard] = {}


def register_guard(name: str, fn: Guard) -> None:
    """Name the question that is asked right before sending; answering False cancels the mail."""
    if not name:
        raise ValueError("a guard needs a name")
    if _guards.setdefault(name, fn) is not fn:
        raise ValueError(f"another guard is already registered as {name}")


def guard_for(name: str) -> Guard | None:
    """The registered guard, or None."""
    return _guards.get(name)


def enqueue(
    *,
    template: str,
    recipient: str,
    address: str,
    context: Mapping[str, Primitive],
    dedupe_key: str,
    about: str,
    guard: str = "",
    now: datetime,
    expires_at: datetime | None = None,
    language: str = "en",
    time_zone: str = "UTC",
) -> bool:
    """Put one mail into the outbox, in the caller's transaction. False when this occasion was enqueued before.

    A cancelled or sent row keeps its dedupe key: one occasion is one message, for ever.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("outbox.enqueue needs the transaction of the change it tells of")
    row = _row(
        Mail(
            template=template, recipient=recipient, address=address, context=context, dedupe_key=dedupe_key,
            about=about, guard=guard, expires_at=expires_at, language=language, time_zone=time_zone,
        ),
        now,
    )  # fmt: skip
    same = OutboxMessage.objects.filter(dedupe_key=dedupe_key)
    if same.exists():
        return False
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # Somebody else's transaction enqueued the same occasion between the look and the insert.
        if same.exists():
            return False
        raise
    return True


def enqueue_all(mails: Sequence[Mail], *, now: datetime) -> None:
    """As ``enqueue`` for many mails, in a few statements. Those whose occasion was enqueued before are left out."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("outbox.enqueue_all needs the transaction of the change it tells of")
    OutboxMessage.objects.bulk_create([_row(mail, now) for mail in mails], ignore_conflicts=True)


def _row(mail: Mail, now: datetime) -> OutboxMessage:
    _check_shape(template=mail.template, address=mail.address, context=mail.context)
    row = OutboxMessage(
        public_id=new_public_id(),
        template=mail.template,
        recipient=mail.recipient,
        address=mail.address,
        context=dict(mail.context),
        dedupe_key=mail.dedupe_key,
        about=mail.about,
        guard=mail.guard,
        created_at=now,
        next_attempt_at=now,
        expires_at=mail.expires_at,
        language=mail.language,
        time_zone=mail.time_zone,
    )
    row.message_id = f"<{row.public_id}@{_mail_domain()}>"
    _check_lengths(row)
    return row


def cancel(
    *,
    about: str,
    recipient: str | None = None,
    template_prefix: str | None = None,
    dedupe_prefix: str | None = None,
    now: datetime,
) -> int:
    """Take back what has not begun to be sent; returns how many mails that were.

    A row that is claimed but whose sending has not begun is taken back too; the deliverer notices before it sends.
    """
    rows = OutboxMessage.objects.filter(Q(state=State.QUEUED) | Q(state=State.CLAIMED, begun_at=None), about=about)
    if recipient is not None:
        rows = rows.filter(recipient=recipient)
    if template_prefix:
        rows = _starting_with(rows, "template", template_prefix)
    if dedupe_prefix:
        rows = _starting_with(rows, "dedupe_key", dedupe_prefix)
    return rows.update(state=State.CANCELLED, cancelled_at=now, claim_token="", lease_until=None, last_error="")


def set_aside(*, reason: str, now: datetime) -> int:
    """Take back everything that is on its way, for a reason that operators read; returns how many mails that were."""
    rows = OutboxMessage.objects.filter(state__in=[State.QUEUED, State.CLAIMED])
    return rows.update(
        state=State.CANCELLED, cancelled_at=now, claim_token="", lease_until=None, begun_at=None,
        last_error=reason[:500],
    )  # fmt: skip


def overview(now: datetime, *, unseen: Unseen | None = None) -> Overview:
    """Numbers for the operations page, in one query."""
    row = _shown(unseen).aggregate(
        waiting=Count("pk", filter=Q(state=State.QUEUED)),
        late=Count("pk", filter=Q(state=State.QUEUED, next_attempt_at__lte=now - timedelta(minutes=5))),
        sending=Count("pk", filter=Q(state=State.CLAIMED)),
        sent=Count("pk", filter=Q(state=State.SENT)),
        sent_last_day=Count("pk", filter=Q(state=State.SENT, sent_at__gt=now - timedelta(days=1))),
        failed=Count("pk", filter=Q(state=State.FAILED)),
        cancelled=Count("pk", filter=Q(state=State.CANCELLED)),
        repeats=Sum("repeats", default=0),
        oldest_waiting_since=Min("created_at", filter=Q(state=State.QUEUED)),
    )
    return Overview(**row)


def _shown(unseen: Unseen | None) -> QuerySet[OutboxMessage]:
    rows = OutboxMessage.objects.all()
    return rows.exclude(Q(about__in=unseen.about) | Q(public_id__in=unseen.public_ids)) if unseen else rows


def recent(*, limit: int = 50, states: Sequence[str] = (), unseen: Unseen | None = None) -> list[Message]:
    """The newest messages, in one query; ``states`` narrows to some of queued, claimed, sent, failed, cancelled."""
    rows = _shown(unseen).order_by("-created_at", "-pk")
    if states:
        rows = rows.filter(state__in=list(states))
    return [to_message(row) for row in rows[:limit]]


def of_template(template: str, *, recipients: Collection[str]) -> list[Message]:
    """Every message of one template to these people, in one query."""
    rows = OutboxMessage.objects.filter(template=template, recipient__in=recipients)
    return [to_message(row) for row in rows.order_by("pk")]


def dead_letters(*, limit: int = 200, unseen: Unseen | None = None) -> list[Message]:
    """What was given up and waits for a person, newest first."""
    rows = _shown(unseen).filter(state=State.FAILED).order_by("-failed_at", "-pk")
    return [to_message(row) for row in rows[:limit]]


def retry(*public_ids: str, now: datetime) -> int:
    """Give dead letters a new set of attempts; returns how many there were."""
    return OutboxMessage.objects.filter(state=State.FAILED, public_id__in=public_ids).update(
        state=State.QUEUED, failed_at=None, attempts=0, next_attempt_at=now, last_error=""
    )


def nudge() -> None:
    """Ask for delivery as soon as the transaction has committed.

    Embedded mode publishes nothing, since the worker looks by itself every second. A broker that does not answer
    neither fails nor slows the caller.
    """
    if not publishing.embedded():
        transaction.on_commit(publishing.publish_soon)


def to_message(row: OutboxMessage, *, asked_at: datetime | None = None) -> Message:
    """The row as a value that no longer knows the database."""
    fields: dict[str, Any] = {name: getattr(row, name) for name in Message.__dataclass_fields__ if name != "asked_at"}
    return Message(**fields, asked_at=asked_at)


def _starting_with(rows: QuerySet[OutboxMessage], field: str, prefix: str) -> QuerySet[OutboxMessage]:
    # SQLite's LIKE ignores case, and random identifiers differ by case only now and then.
    return rows.alias(start=Left(field, len(prefix))).filter(start=Value(prefix))


def _mail_domain() -> str:
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return "localhost" if ":" in host else host


def _check_shape(*, template: str, address: str, context: Mapping[str, Primitive]) -> None:
    if not _TEMPLATE_NAME.match(template):
        raise ValueError(f"a mail template is named <stem>.<event>, not {template!r}")
    try:
        validate_email(address)
    except ValidationError:
        raise ValueError("not an e-mail address") from None
    for key, value in context.items():
        if type(key) is not str or not key.isidentifier():
            raise TypeError(f"a mail context needs plain names as keys, not {key!r}")
        if key in RESERVED:
            raise ValueError(f"{key} is filled in at sending")
        if value is not None and type(value) not in (str, int, float, bool):
            raise TypeError(f"a mail context holds primitives only; {key} is {type(value).__name__}")
        if type(value) is float and not math.isfinite(value):
            raise ValueError(f"{key} is not a finite number")
        if type(value) is str and "\x00" in value:
            raise ValueError(f"{key} holds a null character, which PostgreSQL does not keep")


def _check_lengths(row: OutboxMessage) -> None:
    """SQLite keeps text of any length; what is too long for PostgreSQL must fail on both."""
    for name in ("dedupe_key", "template", "recipient", "about", "guard", "language", "time_zone", "message_id"):
        value, limit = getattr(row, name), getattr(OutboxMessage._meta.get_field(name), "max_length", None) or 0
        if len(value) > limit or (name in ("dedupe_key", "recipient", "about") and not value):
            raise ValueError(f"{name} needs 1 to {limit} characters")
