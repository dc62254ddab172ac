"""Reviewers' seats: offered, accepted, declined, handed over, replaced, extended, taken back, lapsed.

An offer that ends without being taken goes to the next candidate by itself.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import digest
from notifications import outbox
from reviews.access import assignment as access
from reviews.actions import _offers, _succession, _transition
from reviews.actions._progress import advance
from reviews.actions._transition import action
from reviews.models import Assignment, Review, Submission
from reviews.notices import assignment as notices
from reviews.queries import succession
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
    assignment.review = Review.objects.create(assignment=assignment, saved_at=now)
    assignment.save(update_fields=["review"])
    _note(assignment, submission, "assignment.accepted", by=by, now=now)
    notices.answered(assignment, now=now)
    return assignment


@action
def decline(*, assignment: Assignment, reason: str, by: User, now: datetime) -> Assignment:
    """Say no, with a word why; nothing is held against anybody who does. The next candidate is asked."""
    submission = _lock_offer(assignment, by)
    _check_reason(reason)
    assignment.status, assignment.note = AssignmentStatus.DECLINED, reason.strip()
    assignment.answered_at = assignment.ended_at = now
    assignment.save()
    _note(assignment, submission, "assignment.declined", by=by, now=now, reason=digest(reason))
    _go_on(assignment, submission, now=now)
    return assignment


@action
def hand_over(*, assignment: Assignment, to: User, reason: str = "", by: User, now: datetime) -> Assignment:
    """Name a colleague for one's own seat, who is asked as anybody is. Raises ``RuleBroken``.

    The colleague passes every rule of a proposal. Which of them keeps somebody from the seat is not said: it could be
    a conflict, or a seat of theirs, of which whoever asks is not to learn.
    """
    submission = _transition.lock(assignment.submission)
    assignment.refresh_from_db()
    access.check_can_answer(by, submission, assignment)
    _check_live(assignment)
    if submission.state not in ROUND_OPEN:
        raise NotNow(_("Reviewers are asked between submission and deliberation."), code="wrong_state")
    if not succession.may_follow(assignment, submission, to, now):
        raise RuleBroken(
            _("This person cannot take the seat now. Name somebody else, or decline: then the next one is asked."),
            code="cannot_take",
            field="reviewer",
        )
    _end(assignment, reason, now=now)
    _note(assignment, submission, "assignment.handed_over", by=by, now=now, reason=digest(reason))
    made = _offers.offer_seat(
        submission, assignment.revision, to, days=assignment.review_days, by=by, now=now, instead_of=assignment
    )
    notices.passed_on(made, now=now)
    return made


@action
def replace(*, assignment: Assignment, reviewer: User, reason: str, by: User, now: datetime) -> Assignment:
    """Take a seat that is not done back, with a reason, and offer it to somebody else. Raises ``RuleBroken``."""
    submission = _take_back(assignment, reason, by=by, now=now)
    return _offers.offer_seat(
        submission, assignment.revision, reviewer, days=assignment.review_days, by=by, now=now, instead_of=assignment
    )


@action
def extend(*, assignment: Assignment, review_days: int, seen: int, by: User, now: datetime) -> Assignment:
    """Give more time: so many working days from the offer on, in place of those ``seen``.

    Raises ``RuleBroken`` for fewer days than before, ``Stale`` where somebody changed them meanwhile.
    """
    submission = _transition.lock(assignment.submission)
    access.check_can_assign(by, submission)
    assignment.refresh_from_db()
    _check_live(assignment)
    _transition.check_seen(seen, assignment.review_days)
    _offers.check_days(review_days)
    if review_days <= assignment.review_days:
        raise RuleBroken(_("Choose a later date than the present one."), code="no_later", field="review_days")
    before, assignment.review_days = assignment.review_days, review_days
    assignment.save(update_fields=["review_days"])
    notices.forget_date(assignment, now=now)
    _transition.note(
        submission, "assignment.extended", by=by, now=now, assignment=assignment.public_id, review_days=review_days,
        before=before,
    )  # fmt: skip
    notices.extended(assignment, now=now)
    return assignment


@action
def take_back(*, assignment: Assignment, reason: str, by: User, now: datetime) -> Assignment:
    """Free a seat that is not done, with a reason. Nobody else is asked: the coordinator is at it."""
    submission = _take_back(assignment, reason, by=by, now=now)
    advance(submission, now=now)
    return assignment


@action
def lapse(*, assignment: Assignment, now: datetime) -> bool:
    """End an offer that nobody answered in time, and ask the next candidate; False when it was answered meanwhile."""
    submission = _transition.lock(assignment.submission)
    open_offers = Assignment.objects.filter(pk=assignment.pk, status=AssignmentStatus.OFFERED)
    if open_offers.end(AssignmentStatus.LAPSED, now) != 1:
        return False
    assignment.refresh_from_db()
    _note(assignment, submission, "assignment.lapsed", by=None, now=now)
    notices.expired(assignment, now=now)
    _go_on(assignment, submission, now=now)
    return True


def _lock_offer(assignment: Assignment, by: User) -> Submission:
    submission = _transition.lock(assignment.submission)
    assignment.refresh_from_db()
    access.check_can_answer(by, submission, assignment)
    if assignment.status != AssignmentStatus.OFFERED:
        raise NotNow(_("This offer is not open any more."), code="not_open")
    return submission


def _take_back(assignment: Assignment, reason: str, *, by: User, now: datetime) -> Submission:
    submission = _transition.lock(assignment.submission)
    access.check_can_assign(by, submission)
    assignment.refresh_from_db()
    _check_live(assignment)
    _check_reason(reason)
    _end(assignment, reason, now=now)
    _note(assignment, submission, "assignment.taken_back", by=by, now=now, reason=digest(reason))
    notices.taken_back(assignment, now=now)
    return submission


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise RuleBroken(_("Please give a reason; it stays on the record."), code="reason", field="reason")


def _check_live(assignment: Assignment) -> None:
    if assignment.status not in LIVE_ASSIGNMENT:
        raise NotNow(_("This seat is not open any more."), code="not_live")


def _end(assignment: Assignment, reason: str, *, now: datetime) -> None:
    assignment.status, assignment.note, assignment.ended_at = AssignmentStatus.REPLACED, reason.strip(), now
    assignment.save()


def _note(
    assignment: Assignment, submission: Submission, event: str, *, by: User | None, now: datetime, **data: str
) -> None:
    """Record what became of a seat, and take back what its reviewer was to hear of it."""
    outbox.cancel(
        about=submission.reference, recipient=assignment.reviewer.public_id, template_prefix="assignment.", now=now
    )
    _transition.note(submission, event, by=by, now=now, assignment=assignment.public_id, **data)


def _go_on(assignment: Assignment, submission: Submission, *, now: datetime) -> None:
    """The next candidate, then the case itself: where nobody is missed, its reviews may be complete."""
    if not _succession.go_on(assignment, submission, now=now):
        notices.answered(assignment, now=now)
    advance(submission, now=now)
