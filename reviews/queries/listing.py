"""Lists of cases: narrowed first, then counted, then read page by page in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from accounts.models import User
from reviews.access.submission import sights
from reviews.models import Assignment, StandIn, Submission
from reviews.queries import heads as many
from reviews.queries.head import Head
from reviews.rules.states import RUNNING, TERMINAL, AssignmentStatus
from reviews.rules.visibility import Level, Sight


@dataclass(frozen=True)
class Row:
    """One case of a list, and how far its reader sees into it. ``offer`` is their open offer, if they have one."""

    head: Head
    sight: Sight
    offer: str = ""


def takes_part(user: User) -> bool:
    """Whether any case is more than a summary to this person: their own, one that they work or worked on, an offer."""
    offers = Assignment.objects.filter(reviewer=user, status=AssignmentStatus.OFFERED)
    return Submission.objects.visible_to(user, Level.RECORD).exists() or offers.exists()


def visible(user: User) -> QuerySet[Submission]:
    """Every case that this person sees at least in summary, open ones first, then the latest change."""
    closed = Case(When(state__in=TERMINAL, then=Value(1)), default=Value(0), output_field=IntegerField())
    rows = Submission.objects.visible_to(user).annotate(last_tier=many.tier_of_case(), is_closed=closed)
    return rows.order_by("is_closed", "-state_entered_at", "pk")


def with_words(rows: QuerySet[Submission], user: User, words: str) -> QuerySet[Submission]:
    """Cases whose reference or label holds these words, or whose title does, where this person sees the title."""
    titled = Submission.objects.visible_to(user, Level.CASE).filter(title__icontains=words)
    return rows.filter(Q(reference__icontains=words) | Q(label__icontains=words) | Q(pk__in=titled.values("pk")))


def in_state(rows: QuerySet[Submission], state: str) -> QuerySet[Submission]:
    """Cases in one state; without a state those that are not closed."""
    return rows.filter(state=state) if state else rows.exclude(state__in=TERMINAL)


def rows_of(user: User, cases: Sequence[Submission], now: datetime) -> list[Row]:
    """The rows of one page of cases, which come from ``heads.with_rows``."""
    seen = sights(user, cases)
    found = []
    for head in many.build(cases, now):
        offers = [
            seat.public_id
            for seat in head.seats
            if seat.reviewer_id == user.pk and seat.status == AssignmentStatus.OFFERED
        ]
        found.append(Row(head, seen[head.submission.pk], offers[0] if offers else ""))
    return found


def run_by(user: User) -> QuerySet[Submission]:
    """The submitted, open cases of the committees that this person runs, and those on which they stand in for somebody
    who does; none in which they have a conflict."""
    committees = user.memberships.filter(role__in=RUNNING, until_at=None).values("committee")
    joined = StandIn.objects.live().filter(user=user, role__in=RUNNING).values("submission")
    rows = Submission.objects.visible_to(user, Level.CASE).filter(Q(committee__in=committees) | Q(pk__in=joined))
    rows = rows.filter(submitted_at__isnull=False).exclude(state__in=TERMINAL)
    return rows.exclude(created_by=user).exclude(contributors__user=user)


def queue(user: User, now: datetime) -> list[Row]:
    """The queue of a coordinator, the soonest due first; what waits for nobody's date comes last."""
    found = rows_of(user, list(many.with_rows(run_by(user))), now)
    far = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(found, key=lambda row: (row.head.turn_due or far, row.head.submission.reference))


def dates_passed(head: Head) -> list[datetime]:
    """The dates of the case's next step and of its decision, as far as they have passed."""
    moments = [head.turn_due, head.decision_due]
    return [moment for moment in moments if moment is not None and moment < head.now]


def is_late(head: Head) -> bool:
    """Whether the case's next step, or its decision, is past its date."""
    return bool(dates_passed(head))


def needs_reviewers(head: Head) -> bool:
    """Whether fewer reviewers have seats than the tier asks for."""
    return head.reviewers_short > 0
