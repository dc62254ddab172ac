"""Which roles a case waits for now that nobody may fill, since all who hold them wrote it, stepped aside or signed.

Counts holders as ``queries.heads.Boards`` does. What to do about it is said elsewhere: administrators appoint
somebody, and a decision that nobody can sign is sent back.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from accounts.models import User
from reviews.models import Committee, Submission
from reviews.queries import heads as many
from reviews.queries.head import Head
from reviews.queries.heads import Boards
from reviews.rules.states import TERMINAL, CommitteeRole, State


def roles(head: Head, shared: Boards) -> tuple[str, ...]:
    """The roles that a case under way waits for in vain, in the order of the alphabet."""
    if head.submission.submitted_at is None or head.state in TERMINAL or head.state is State.RETURNED:
        return ()
    wanted = {str(CommitteeRole.COORDINATOR), *(hold.role for hold in head.holds if hold.cleared_at is None)}
    empty = {role for role in wanted if not shared.anybody(role, head.submission)}
    if head.state is State.DELIBERATION:
        shut = many.behind(head, head.open_motion) if head.open_motion is not None else frozenset()
        if not shared.anybody(CommitteeRole.CHAIR, head.submission, without=shut):
            empty.add(str(CommitteeRole.CHAIR))
    return tuple(sorted(empty | set(seats(head, shared))))


def seats(head: Head, shared: Boards) -> tuple[str, ...]:
    """The open signatures that nobody can give: the twin of ``access.decision.vacant_seats`` for many cases."""
    decision = head.decision
    if decision is None or head.state is not State.SIGN_OFF:
        return ()
    rows = list(decision.sign_offs.all())
    signed = {row.signed_by_id for row in rows if row.signed_by_id is not None}
    shut = many.behind(head, decision.motion) | signed
    waiting = (row.seat for row in rows if row.signed_at is None)
    return tuple(seat for seat in waiting if not shared.anybody(seat, head.submission, without=shut))


def of_case(submission: Submission, *, now: datetime) -> tuple[str, ...]:
    """As ``roles``, for one case."""
    cases = list(many.with_rows(Submission.objects.filter(pk=submission.pk)))
    return roles(many.build(cases, now)[0], many.boards(cases))


def of_committee(committee: Committee, *, viewer: User, now: datetime) -> dict[str, int]:
    """How many open cases of a committee wait in vain, by role, without those from which the viewer stands aside."""
    rows = Submission.objects.filter(committee=committee, submitted_at__isnull=False)
    rows = rows.exclude(pk__in=Submission.objects.closed_to(viewer).values("pk"))
    cases = list(many.with_rows(rows.exclude(state__in=[*TERMINAL, State.RETURNED])))
    shared = many.boards(cases)
    return dict(Counter(role for head in many.build(cases, now) for role in roles(head, shared)))
