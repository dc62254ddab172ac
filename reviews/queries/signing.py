"""The decisions that wait for one person's signature, on whatever cases, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from reviews.models import Decision, Submission
from reviews.queries import heads as many
from reviews.queries.head import Head
from reviews.queries.heads import Boards
from reviews.rules.states import CommitteeRole, Outcome, State


@dataclass(frozen=True)
class Waiting:
    """One decision with the seat that this person can sign, and the role in which they would.

    ``holds`` are the roles whose hold is open and keeps a release shut.
    """

    head: Head
    decision: Decision
    seat: str
    role: str
    holds: tuple[str, ...]


def seat_of(user: User, head: Head, shared: Boards) -> str:
    """The open seat that this person can sign under the decision of a case; nothing where there is none."""
    decision = head.decision
    if decision is None or head.state is not State.SIGN_OFF:
        return ""
    seats = list(decision.sign_offs.all())
    if any(seat.signed_by_id == user.pk for seat in seats):
        return ""
    shut = many.behind(head, decision.motion)
    waiting = [seat.seat for seat in seats if seat.signed_at is None]
    return next((seat for seat in waiting if shared.acts(user.pk, seat, head.submission, without=shut)), "")


def waiting(user: User, *, now: datetime) -> tuple[Waiting, ...]:
    """Every decision that waits for this person, the soonest due first."""
    rows = Submission.objects.visible_to(user).filter(state=State.SIGN_OFF).order_by("state_entered_at", "pk")
    heads = many.build(list(many.with_rows(rows)), now)
    shared = many.boards([head.submission for head in heads])
    found = []
    for head in heads:
        seat, decision = seat_of(user, head, shared), head.decision
        if seat and decision is not None:
            held = shared.holds(user.pk, seat, head.submission)
            role = seat if held else str(CommitteeRole.DEPUTY_CHAIR)
            found.append(Waiting(head, decision, seat, role, _holds(head, decision)))
    return tuple(sorted(found, key=lambda row: (row.head.turn_due is None, row.head.turn_due or now)))


def _holds(head: Head, decision: Decision) -> tuple[str, ...]:
    """Withholding is possible whatever is held."""
    if all(part.outcome == Outcome.WITHHELD for part in decision.parts.all()):
        return ()
    return tuple(hold.role for hold in head.holds if hold.cleared_at is None)
