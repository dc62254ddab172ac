"""Notices of conflicts: that there is one, that one waits to be settled, that one came up after a decision.

Who it is about stands on the page; the person concerned is told nothing by mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from accounts.models import User
from reviews.access.committee import acting, forget, holders, read_once
from reviews.access.conflict import check_can_settle, effect_of
from reviews.access.twin import can
from reviews.models import Conflict, Submission
from reviews.notices import vacancy
from reviews.notices._tell import tell
from reviews.rules.states import RUNNING, CommitteeRole, State
from reviews.rules.ties import CHAIR_DECIDES, Strength


def declared(conflict: Conflict, *, now: datetime) -> None:
    """The coordinator learns that somebody stepped aside; who it is stands on the page.

    Where nobody is left in a role that the case waits for, administrators hear of it. A type that the policy leaves
    to the chair waits for the chair.
    """
    tell(
        acting(conflict.submission, CommitteeRole.COORDINATOR),
        "conflict.declared",
        conflict.submission,
        now=now,
        occasion=conflict.public_id,
    )
    _to_settle([conflict], conflict.submission, now=now)
    vacancy.found(conflict.submission, now=now)


def found(rows: Sequence[Conflict], submission: Submission, *, now: datetime) -> None:
    """What one look at the facts found: one mail about what works already, one about what waits for somebody.

    After a decision what is sure marks it, of which there is a mail of its own.
    """
    is_decided = submission.state == State.DECIDED
    sure = [] if is_decided else [row for row in rows if row.strength == Strength.DETECTED]
    if sure:
        people = acting(submission, CommitteeRole.COORDINATOR)
        tell(people, "conflict.detected", submission, now=now, occasion=sure[0].public_id)
    _to_settle(rows, submission, now=now)
    vacancy.found(submission, now=now)


def said(conflict: Conflict, *, now: datetime) -> None:
    """Somebody says that they are no author: a third person has to look at it."""
    _to_settle([conflict], conflict.submission, now=now)


def unsettled(conflict: Conflict, submission: Submission, *, now: datetime) -> None:
    """Coordinator and chair learn that a decision in force rests on somebody who stands aside now."""
    people = [*acting(submission, CommitteeRole.COORDINATOR), *acting(submission, CommitteeRole.CHAIR)]
    tell(people, "conflict.unsettled_decision", submission, now=now, occasion=conflict.public_id)


def _to_settle(rows: Sequence[Conflict], submission: Submission, *, now: datetime) -> None:
    """Everybody who is asked hears once, however much there is to settle."""
    waiting = [row for row in rows if _waits(row, submission)]
    if not waiting:
        return
    read_once(submission)  # or the board would be asked for anew with each row and each person
    people = {person for row in waiting for person in _settlers(row, submission)}
    forget(submission)
    tell(
        sorted(people, key=lambda person: person.pk),
        "conflict.to_settle",
        submission,
        now=now,
        occasion=waiting[0].public_id,
        path=reverse("reviews:conflict-list", args=[submission.reference]),
    )


def _waits(row: Conflict, submission: Submission) -> bool:
    return row.strength == Strength.SUSPECTED or effect_of(submission, row.type_key) == CHAIR_DECIDES


def _settlers(row: Conflict, submission: Submission) -> list[User]:
    """The coordinator, or who else may where the coordinator is concerned."""
    able = [person for person in holders(submission, RUNNING) if can(check_can_settle, person, submission, row)]
    first = {person.pk for person in acting(submission, CommitteeRole.COORDINATOR)}
    return [person for person in able if person.pk in first] or able
