"""Ending an appeal by itself, once no judge's vote that is out can change it. No permission is checked here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from notifications import outbox
from reviews.access.appeal import judges
from reviews.actions import _reopening, _transition
from reviews.models import Appeal, Reopening, Submission
from reviews.notices import appeal as notices
from reviews.queries import appeal as queries
from reviews.rules.appeal import Opinion, Status
from reviews.rules.states import TERMINAL, Reopened


def settle(submission: Submission, *, by: User | None = None, now: datetime) -> None:
    """Write down what an open appeal came to, as soon as it has. Dismissed, the decision stands as it did.

    Upheld, the case is opened again: who appealed asked for it, the judge whose vote upheld it last grants it; that
    is ``by`` where their vote ended it. A case that was opened meanwhile for another reason is open already.
    """
    row = Appeal.objects.open().filter(submission=submission).select_related("decision__revision__policy").first()
    if row is None:
        return
    found = queries.count(row, submission)
    if found.status is Status.OPEN:
        return
    row.status, row.ended_at, row.tally = found.status, now, asdict(found)
    row.save(update_fields=["status", "ended_at", "tally"])
    if found.status is Status.DISMISSED:
        _transition.note(submission, "appeal.dismissed", by=None, now=now, appeal=row.public_id)
    else:
        _transition.note(submission, "appeal.upheld", by=None, now=now, appeal=row.public_id)
    forget_mails(submission, now)
    notices.decided(row, submission, now=now)
    if found.status is Status.UPHELD and submission.state in TERMINAL:
        _open_again(row, submission, by=by, now=now)


def count_without(submission: Submission, people: Collection[int], *, now: datetime) -> None:
    """As ``settle``, where these people count no longer. Where a judge is missing now, whoever appoints is told."""
    row = Appeal.objects.open().filter(submission=submission, judges__user__in=people).first()
    settle(submission, now=now)
    if row is not None and not queries.count(row, submission).is_whole:
        notices.short(row, submission, now=now)


def overtake(submission: Submission, *, now: datetime) -> None:
    """A later decision takes the place of the one that an open appeal is about: there is nothing left to hear, and who
    heard it sees the case no longer."""
    for row in Appeal.objects.open().filter(submission=submission):
        row.status, row.ended_at = Status.OVERTAKEN, now
        row.save(update_fields=["status", "ended_at"])
        _transition.note(submission, "appeal.overtaken", by=None, now=now, appeal=row.public_id)
        forget_mails(submission, now)


def forget_mails(submission: Submission, now: datetime) -> None:
    """Nobody is asked any more to hear what is over, nor to appoint who does."""
    outbox.cancel(about=submission.reference, template_prefix="appeal.to_", now=now)


def _open_again(row: Appeal, submission: Submission, *, by: User | None, now: datetime) -> None:
    counted = [person.pk for person in judges(submission, row)]
    said = row.opinions.filter(opinion=Opinion.UPHOLD, judge__in=counted).select_related("judge")
    last = said.filter(judge=by).first() or said.order_by("-given_at", "-pk")[0]
    asked = Reopening(
        submission=submission,
        why=Reopened.APPEAL,
        reason=_("The appeal against the decision was upheld, so the case is judged anew."),
        asked_at=row.filed_at,
        asked_by=row.filed_by,
    )
    _reopening.open_again(submission, asked, by=last.judge, now=now)
