"""Standing in on one case: where conflicts leave its board short, chair or deputy appoint somebody for it alone."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from audit.log import digest
from notifications import outbox
from reviews.access import stand_in as access
from reviews.access.committee import excluded, forget, holders
from reviews.actions import _transition
from reviews.actions._offers import check_no_tie
from reviews.actions._recount import count_without
from reviews.actions._transition import action
from reviews.models import StandIn, Submission
from reviews.notices import stand_in as notices
from reviews.queries import stand_in as queries
from reviews.queries import ties
from reviews.rules.errors import NotNow, RuleBroken
from reviews.rules.states import STOOD_FOR, VOTING, CommitteeRole

ENOUGH = gettext_noop("Nobody is missing in that role: the board of this case can act as it is.")
NO_HELP = gettext_noop("This person does not bring what is missing.")


@action
def appoint(*, submission: Submission, person: User, role: str, reason: str, by: User, now: datetime) -> StandIn:
    """Somebody who has no tie to the authors acts in a role on this case and on no other.

    A voter is appointed only while the quorum cannot be reached, and must bring what is missing; a chair or a
    coordinator only while none of their holders may act. Raises ``RuleBroken``.
    """
    submission = _transition.lock(submission)
    access.check_can_appoint(by, submission)
    if role not in STOOD_FOR:
        raise RuleBroken(_("Choose the role."), code="role", field="role")
    if not reason.strip():
        raise RuleBroken(_("Please give a reason; it stays on the record."), code="reason", field="reason")
    _check_may_stand_in(submission, person, role, by, now)
    row = StandIn.objects.create(
        submission=submission, user=person, role=role, reason=reason.strip(), appointed_at=now, appointed_by=by
    )
    forget(submission)
    _note(row, submission, "stand_in.appointed", by, now)
    notices.appointed(row, submission, now=now)
    return row


def _check_may_stand_in(submission: Submission, person: User, role: str, by: User, now: datetime) -> None:
    if person.pk == by.pk:
        raise RuleBroken(_("Choose somebody else than yourself."), code="oneself", field="person")
    if not person.is_active:
        raise RuleBroken(_("This account is closed."), code="inactive", field="person")
    same = VOTING if role in VOTING else frozenset({CommitteeRole(role)})
    if person.pk in {one.pk for one in holders(submission, same)}:
        raise RuleBroken(_("This person acts in that role already."), code="holds_it", field="person")
    why = ties.barred([submission], {submission.pk: [person.pk]}, now)[submission.pk].get(person.pk)
    check_no_tie("conflict" if person.pk in excluded(submission) else why, field="person")
    short = queries.short(submission)
    if role not in short.fillable:
        raise RuleBroken(_(ENOUGH), code="whole", field="role")
    if role in VOTING:
        left = queries.lacking(submission, (person, role))
        if sum(lack.missing for lack in left) >= sum(lack.missing for lack in short.lacks):
            raise RuleBroken(_(NO_HELP), code="no_help", field="person")


@action
def end(*, stand_in: StandIn, by: User, now: datetime) -> StandIn:
    """The person acts on this case no longer; what they did stays. Not while a ballot is open."""
    submission = _transition.lock(stand_in.submission)
    stand_in.refresh_from_db()
    access.check_can_end(by, submission, stand_in)
    if StandIn.objects.live().filter(pk=stand_in.pk).update(ended_at=now, ended_by=by) != 1:
        raise NotNow(_("This has ended."), code="ended")
    stand_in.refresh_from_db()
    forget(submission)
    outbox.cancel(about=submission.reference, recipient=stand_in.user.public_id, now=now)
    _note(stand_in, submission, "stand_in.ended", by, now)
    count_without(submission, [stand_in.user_id], now=now)
    return stand_in


def _note(row: StandIn, submission: Submission, event: str, by: User, now: datetime) -> None:
    facts = {"person": row.user.public_id, "role": row.role}
    if event == "stand_in.appointed":
        _transition.note(submission, "stand_in.appointed", by=by, now=now, reason=digest(row.reason), **facts)
    else:
        _transition.note(submission, "stand_in.ended", by=by, now=now, **facts)
