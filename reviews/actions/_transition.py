"""The only writer of ``Submission.state``, and the lock that every action on a case takes first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from accounts.models import User
from audit import log
from reviews.models import Submission
from reviews.rules import workflow
from reviews.rules.errors import Stale
from reviews.rules.states import TERMINAL, State
from reviews.rules.workflow import Actor

P = ParamSpec("P")
R = TypeVar("R")

CHANGED = gettext_noop(
    "Somebody changed this case while you were looking at it. Nothing of yours was saved; look again."
)


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function a public action: one durable transaction, never part of another one."""

    @wraps(function)
    def durable(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(durable=True):
            return function(*args, **kwargs)

    return durable


def lock(submission: Submission) -> Submission:
    """The case as it is now, locked until the transaction ends.

    On SQLite every transaction is IMMEDIATE and so alone; the row lock serves PostgreSQL.
    """
    return Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)


def lock_all(keys: Collection[int]) -> list[Submission]:
    """As ``lock`` for several cases, always in the order of their keys, so that two batches never wait in a ring."""
    return list(Submission.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))


def lock_people(keys: Collection[int]) -> dict[int, User]:
    """These people as they are now, by their key. Always before any case, as the actions of accounts do."""
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    return {person.pk: person for person in rows}


def check_seen(seen: int, current: int, text: str = CHANGED) -> None:
    """Refuse a form that was shown before somebody else's change. Raises ``Stale``."""
    if seen != current:
        raise Stale(text, code="stale")


def name_of(by: User | None) -> str:
    """How the audit log names an actor."""
    return by.public_id if by is not None else log.SYSTEM


def note(submission: Submission, event: str, *, by: User | None, now: datetime, **data: Any) -> None:
    """Record an event of the case that changes no state."""
    event_of = new(submission, event, by=by, now=now, **data)
    log.record(stream=event_of.stream, type=event_of.type, actor=event_of.actor, at=event_of.at, data=event_of.data)


def new(submission: Submission, event: str, *, by: User | None, now: datetime, **data: Any) -> log.New:
    """An event of the case as ``audit.log.record_all`` takes it."""
    return log.New(submission.stream, event, name_of(by), now, _plain(data))


def _plain(value: Any) -> Any:
    """Words of a vocabulary as the strings that they are; the log keeps plain JSON values only."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, StrEnum) else value


def apply_all(
    submissions: Collection[Submission], move_name: str, *, actor: Actor, by: User | None, now: datetime
) -> list[log.New]:
    """As ``apply`` for several locked cases, for a move that sets nothing but the state; one UPDATE for those that
    stand at one version. The events are the caller's to record. Raises ``NotNow``, ``Denied`` or ``Stale``."""
    events, alike = [], defaultdict(list)
    for submission in submissions:
        move = workflow.check(move_name, State(submission.state), actor)
        facts = {"from": str(submission.state), "to": str(move.target), "version": submission.version + 1}
        events.append(new(submission, move.event, by=by, now=now, **facts))
        alike[submission.state, submission.version, move.target].append(submission)
    for (before, version, target), cases in alike.items():
        rows = Submission.objects.filter(pk__in=[case.pk for case in cases], state=before, version=version)
        if rows.update(version=version + 1, state=target, state_entered_at=now) != len(cases):
            raise Stale(CHANGED, code="stale")
        for case in cases:
            case.state, case.state_entered_at, case.version = target, now, version + 1
    return events


def apply(submission: Submission, move_name: str, *, actor: Actor, by: User | None, now: datetime, **data: Any) -> None:
    """Move a locked case, if the table allows it, and record that.

    The version is compared in the UPDATE itself, so that even without a lock one of two wins. Raises ``NotNow``,
    ``Denied`` or ``Stale``.
    """
    move = workflow.check(move_name, State(submission.state), actor)
    before, version = submission.state, submission.version
    fields: dict[str, Any] = {"state": move.target, "state_entered_at": now}
    if move.target is State.SUBMITTED and submission.submitted_at is None:
        fields["submitted_at"] = now
    if move.target is State.SUBMITTED and submission.clock_from_at is None:
        fields["clock_from_at"] = now
    if before in TERMINAL:
        fields["clock_from_at"] = None
    if move.target is State.DELIBERATION and submission.deliberation_opened_at is None:
        fields["deliberation_opened_at"] = now
    row = Submission.objects.filter(pk=submission.pk, state=before, version=version)
    if row.update(version=F("version") + 1, **fields) != 1:
        raise Stale(CHANGED, code="stale")
    for field, value in fields.items():
        setattr(submission, field, value)
    submission.version = version + 1
    facts = {"from": str(before), "to": str(move.target), "version": version + 1, **data}
    note(submission, move.event, by=by, now=now, **facts)
