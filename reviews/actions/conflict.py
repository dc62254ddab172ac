"""Declaring a conflict about oneself. It works at once, everywhere."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import digest
from notifications import outbox
from reviews.access import conflict as access
from reviews.actions import _transition
from reviews.actions._progress import advance
from reviews.actions._transition import action
from reviews.models import Assignment, Conflict, Submission
from reviews.notices import conflict as notices
from reviews.rules.errors import RuleBroken
from reviews.rules.states import SEATED_ASSIGNMENT, TERMINAL, AssignmentStatus


@action
def declare(*, submission: Submission, type_key: str, note: str = "", by: User, now: datetime) -> Conflict:
    """Step aside: the seat is given up, queued mail is cancelled, votes of this person no longer count.

    What a decision in force rested on stays as it was; the declaration says from when on it would not.

    Raises ``RuleBroken`` for a type that the policy does not know, or one declared before.
    """
    submission = _transition.lock(submission)
    access.check_can_declare(by, submission)
    assert submission.revision is not None
    known = {kind.key for kind in submission.revision.policy.pack.decision.conflict_types}
    if type_key not in known:
        raise RuleBroken(_("Choose what kind of conflict it is."), code="type", field="type_key")
    if Conflict.objects.filter(submission=submission, user=by, type_key=type_key).exists():
        raise RuleBroken(_("You have declared this already."), code="declared", field="type_key")
    conflict = Conflict.objects.create(
        submission=submission, user=by, type_key=type_key, note=note.strip(), declared_at=now, declared_by=by
    )
    if submission.state not in TERMINAL:
        seats = Assignment.objects.filter(submission=submission, reviewer=by, status__in=SEATED_ASSIGNMENT)
        seats.end(AssignmentStatus.RECUSED, now)
    outbox.cancel(about=submission.reference, recipient=by.public_id, now=now)
    _transition.note(
        submission, "conflict.declared", by=by, now=now, person=by.public_id, type=type_key, note=digest(note)
    )
    notices.declared(conflict, now=now)
    advance(submission, now=now)
    return conflict
