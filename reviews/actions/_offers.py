"""Making, repeating and ending offers to reviewers. No permission is checked here."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from reviews.access.committee import excluded
from reviews.actions import _transition
from reviews.models import Assignment, Revision, Submission
from reviews.notices import assignment as notices
from reviews.queries.round import working_tier
from reviews.rules.errors import RuleBroken
from reviews.rules.states import LIVE_ASSIGNMENT, SEATED_ASSIGNMENT, AssignmentStatus, CommitteeRole, State
from reviews.rules.workflow import Actor

CONFLICT = gettext_noop("This person has a conflict of interest with the case and cannot review it.")


def offer_seat(
    submission: Submission, revision: Revision, reviewer: User, *, days: int, by: User | None, now: datetime
) -> Assignment:
    """Offer a seat to somebody who may hold it. Raises ``RuleBroken``.

    The person reviews for this committee, is active, has no conflict, and has no seat on this revision yet.
    """
    if reviewer.pk in excluded(submission):
        raise RuleBroken(_(CONFLICT), code="conflict", field="reviewer")
    may_review = reviewer.memberships.filter(
        committee=submission.committee_id, role=CommitteeRole.REVIEWER, until_at=None
    ).exists()
    if not may_review or not reviewer.is_active:
        raise RuleBroken(_("This person does not review for this committee."), code="no_reviewer", field="reviewer")
    if Assignment.objects.filter(revision=revision, reviewer=reviewer, status__in=SEATED_ASSIGNMENT).exists():
        raise RuleBroken(_("This person has a seat on this revision already."), code="seated", field="reviewer")
    assignment = Assignment.objects.create(
        submission=submission, revision=revision, reviewer=reviewer, offered_at=now, offered_by=by, review_days=days
    )
    _transition.note(
        submission,
        "assignment.offered",
        by=by,
        now=now,
        assignment=assignment.public_id,
        reviewer=reviewer.public_id,
        revision=revision.number,
        review_days=days,
    )
    notices.offered(assignment, now=now)
    return assignment


def ask_again(submission: Submission, revision: Revision, *, now: datetime) -> None:
    """On resubmission those who reviewed the revision before are asked again, and the review starts by itself."""
    days = revision.policy.pack.tier(working_tier(revision)).sla_business_days
    before = Assignment.objects.filter(submission=submission, revision__number=revision.number - 1)
    seated = before.filter(status__in=[*SEATED_ASSIGNMENT, AssignmentStatus.LAPSED], no_conflict_at__isnull=False)
    out = excluded(submission)
    offered = 0
    for row in seated.select_related("reviewer").order_by("pk"):
        person = row.reviewer
        reviews_here = person.memberships.filter(
            committee=submission.committee_id, role=CommitteeRole.REVIEWER, until_at=None
        )
        if person.pk in out or not person.is_active or not reviews_here.exists():
            continue
        offer_seat(submission, revision, person, days=days, by=None, now=now)
        offered += 1
    if offered:
        start_review(submission, actor=Actor.SYSTEM, by=None, now=now)


def start_review(submission: Submission, *, actor: Actor, by: User | None, now: datetime) -> None:
    """With the first offer the case is in review."""
    if submission.state == State.SUBMITTED:
        _transition.apply(submission, "start_review", actor=actor, by=by, now=now)


def lapse_live(submission: Submission, *, now: datetime) -> list[str]:
    """Seats that were not finished end with their revision, and their reviewers hear of it; the seats' identifiers."""
    live = Assignment.objects.filter(submission=submission, status__in=LIVE_ASSIGNMENT)
    ended = list(live.select_related("reviewer").order_by("pk"))
    live.end(AssignmentStatus.LAPSED, now)
    for row in ended:
        notices.lapsed(row, submission, now=now)
    return [row.public_id for row in ended]
