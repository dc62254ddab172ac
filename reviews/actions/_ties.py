"""Looking for ties, and what follows when a conflict comes into force. No permission is checked here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from accounts.models import User
from notifications import outbox
from reviews.access.committee import forget, voters
from reviews.actions import _succession, _transition
from reviews.actions._recount import count_without
from reviews.models import Assignment, Conflict, Decision, Objection, Submission
from reviews.notices import conflict as notices
from reviews.queries import conflict as queries
from reviews.queries import ties
from reviews.rules.states import SEATED_ASSIGNMENT, TERMINAL, AssignmentStatus
from reviews.rules.ties import Strength, Tie


def detect(submission: Submission, *, now: datetime) -> list[Conflict]:
    """Write down every tie that is not known yet. What was detected works at once; a suspicion waits.

    What a third person found to be none is not raised again, however often it is looked for.
    """
    if submission.submitted_at is None or submission.revision is None or submission.state in TERMINAL:
        return []
    known = queries.Known.of(submission)
    return write_down(submission, [tie for tie in ties.found(submission, now) if not known.has(tie)], now=now)


def detect_voters(submission: Submission, *, now: datetime) -> None:
    """Before voters read a decided case: whoever of them had no part in the decision votes without a tie."""
    part = {key for row in queries.taken([submission.pk]).values() for key in row.people}
    asked = {person.pk for person in voters(submission)} - part
    fresh = ties.fresh([submission], {submission.pk: asked}, now)
    write_down(submission, fresh.get(submission.pk, ()), now=now)


def write_down(submission: Submission, fresh: Sequence[Tie], *, now: datetime) -> list[Conflict]:
    """Conflicts of ties that nobody wrote down yet, with what follows from them."""
    if not fresh:
        return []
    said = {row.pk: row for row in queries.objections(submission)}
    made = [_row(submission, tie, said, now) for tie in fresh]
    # All of them first: votes come out by who is left, and none of these is.
    for row in made:
        row.save()
    for row in made:
        facts = {"person": row.user.public_id, "type": row.type_key, "source": row.source}
        if row.strength == Strength.DETECTED:
            _transition.note(submission, "conflict.detected", by=None, now=now, **facts)
            stand_aside(row, submission, now=now)
        else:
            _transition.note(submission, "conflict.suspected", by=None, now=now, **facts)
    forget(submission)
    notices.found(made, submission, now=now)
    return made


def _row(submission: Submission, tie: Tie, said: Mapping[int, Objection], now: datetime) -> Conflict:
    by = said[tie.named] if tie.named is not None else None
    return Conflict(
        submission=submission,
        user_id=tie.person,
        type_key=tie.type_key,
        strength=tie.strength,
        source=tie.source,
        note=by.note if by is not None else "",
        declared_at=now,
        declared_by=by.declared_by if by is not None else None,
    )


def stand_aside(row: Conflict, submission: Submission, *, now: datetime) -> None:
    """The seat is given up, queued mail is cancelled, and a decision in which the person had a part is marked.

    An offer that they had not accepted goes to the next candidate; for a seat that they had taken, the coordinator
    finds somebody.

    What a decision in force rested on stays as it was, also while the case is open again; the mark says that it would
    not any more.
    """
    person: User = row.user
    if submission.state not in TERMINAL:
        seats = Assignment.objects.filter(submission=submission, reviewer=person, status__in=SEATED_ASSIGNMENT)
        seats = seats.exclude(revision__decisions__effective_at__isnull=False)
        offers = list(seats.filter(status=AssignmentStatus.OFFERED))
        seats.end(AssignmentStatus.RECUSED, now)
        for offer in offers:
            _succession.go_on(offer, submission, now=now)
    outbox.cancel(about=submission.reference, recipient=person.public_id, now=now)
    count_without(submission, [person.pk], now=now)
    decision = queries.decided_with(submission, person)
    if decision is not None:
        _unsettle(row, decision, submission, now=now)


def _unsettle(row: Conflict, decision: Decision, submission: Submission, *, now: datetime) -> None:
    row.unsettles = decision
    row.save(update_fields=["unsettles"])
    _transition.note(
        submission,
        "conflict.unsettled_decision",
        by=None,
        now=now,
        decision=decision.public_id,
        person=row.user.public_id,
    )
    notices.unsettled(row, submission, now=now)
