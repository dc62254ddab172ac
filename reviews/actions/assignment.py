"""Reviewers' seats: offered by the coordinator, accepted or declined by the reviewer, taken back, lapsed."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import digest
from notifications import outbox
from reviews.access import assignment as access
from reviews.actions import _offers, _transition
from reviews.actions._progress import advance
from reviews.actions._transition import action
from reviews.models import Assignment, Review, Submission
from reviews.notices import assignment as notices
from reviews.rules.errors import NotNow, RuleBroken
from reviews.rules.states import LIVE_ASSIGNMENT, ROUND_OPEN, AssignmentStatus
from reviews.rules.workflow import Actor


@action
def offer(
    *, submission: Submission, reviewer: User, review_days: int, version: int, by: User, now: datetime
) -> Assignment:
    """Offer a seat; with the first one the case is in review. ``review_days`` are working days from now."""
    submission = _transition.lock(submission)
    access.check_can_assign(by, submission)
    _transition.check_seen(version, submission.version)
    if submission.state not in ROUND_OPEN:
        raise NotNow(_("Reviewers are asked between submission and deliberation."), code="wrong_state")
    _offers.check_days(review_days)
    assert submission.revision is not None
    assignment = _offers.offer_seat(submission, submission.revision, reviewer, days=review_days, by=by, now=now)
    _offers.start_review(submission, actor=Actor.COORDINATOR, by=by, now=now)
    return assignment


@action
def accept(*, assignment: Assignment, no_conflict: bool, by: User, now: datetime) -> Assignment:
    """Take the seat; the material opens only with the statement of having no conflict."""
    submission = _lock_offer(assignment, by)
    if not no_conflict:
        raise RuleBroken(
            _("The material opens once you state that you have no conflict of interest."),
            code="no_conflict",
            field="no_conflict",
        )
    assignment.status = AssignmentStatus.ACCEPTED
    assignment.answered_at = assignment.no_conflict_at = now
    assignment.save()
    Review.objects.create(assignment=assignment, saved_at=now)
    _settle(assignment, submission, "assignment.accepted", by=by, now=now)
    return assignment


@action
def decline(*, assignment: Assignment, note: str = "", by: User, now: datetime) -> Assignment:
    """Say no; nothing is held against anybody who does."""
    submission = _lock_offer(assignment, by)
    assignment.status, assignment.note = AssignmentStatus.DECLINED, note.strip()
    assignment.answered_at = assignment.ended_at = now
    assignment.save()
    _settle(assignment, submission, "assignment.declined", by=by, now=now, note=digest(note))
    advance(submission, now=now)
    return assignment


@action
def take_back(*, assignment: Assignment, reason: str, by: User, now: datetime) -> Assignment:
    """Free a seat that is not done, with a reason."""
    submission = _transition.lock(assignment.submission)
    access.check_can_assign(by, submission)
    assignment.refresh_from_db()
    if assignment.status not in LIVE_ASSIGNMENT:
        raise NotNow(_("This seat is not open any more."), code="not_live")
    if not reason.strip():
        raise RuleBroken(_("Please give a reason; it stays on the record."), code="reason", field="reason")
    assignment.status, assignment.note, assignment.ended_at = AssignmentStatus.REPLACED, reason.strip(), now
    assignment.save()
    outbox.cancel(
        about=submission.reference, recipient=assignment.reviewer.public_id, template_prefix="assignment.", now=now
    )
    _transition.note(
        submission, "assignment.taken_back", by=by, now=now, assignment=assignment.public_id, reason=digest(reason)
    )
    notices.taken_back(assignment, now=now)
    advance(submission, now=now)
    return assignment


@action
def lapse(*, assignment: Assignment, now: datetime) -> bool:
    """End an offer that nobody answered in time; False when it was answered meanwhile."""
    submission = _transition.lock(assignment.submission)
    open_offers = Assignment.objects.filter(pk=assignment.pk, status=AssignmentStatus.OFFERED)
    if open_offers.end(AssignmentStatus.LAPSED, now) != 1:
        return False
    assignment.refresh_from_db()
    _settle(assignment, submission, "assignment.lapsed", by=None, now=now)
    advance(submission, now=now)
    return True


def _lock_offer(assignment: Assignment, by: User) -> Submission:
    submission = _transition.lock(assignment.submission)
    assignment.refresh_from_db()
    access.check_can_answer(by, submission, assignment)
    if assignment.status != AssignmentStatus.OFFERED:
        raise NotNow(_("This offer is not open any more."), code="not_open")
    return submission


def _settle(
    assignment: Assignment, submission: Submission, event: str, *, by: User | None, now: datetime, **data: str
) -> None:
    outbox.cancel(
        about=submission.reference, recipient=assignment.reviewer.public_id, template_prefix="assignment.", now=now
    )
    _transition.note(submission, event, by=by, now=now, assignment=assignment.public_id, **data)
    notices.answered(assignment, now=now)
