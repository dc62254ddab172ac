"""One line of a list of cases, as its reader may see it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from reviews.queries.listing import Row
from reviews.rules.splitting import Apart
from reviews.rules.states import TERMINAL
from reviews.rules.visibility import Level
from reviews.views import docket, splitting
from reviews.views.components import Due
from reviews.views.outcomes import outcomes_of, standing_of
from reviews.views.wording import StandingWords
from reviews.views.work import due_of, name_of


@dataclass(frozen=True)
class CaseRow:
    """What the templates of lists print. Without an address the reader sees this line and nothing behind it.

    ``hint`` is what could be done about the case, told where ``hint_url`` leads.
    """

    reference: str
    name: str
    url: str
    state: str
    tier: int | None
    turn: str
    turn_note: str
    due: Due | None
    is_paused: bool
    outcomes: tuple[tuple[str, str], ...]
    clock: str
    is_over: bool
    standing: StandingWords | None = None
    hint: str = ""
    hint_url: str = ""


def row(found: Row, apart: Apart | None = None) -> CaseRow:
    """A line of a list. In summary it has the label, no link into the case, and not whom the case waits for."""
    head, sight = found.head, found.sight
    case = head.submission
    closed, sees_case = head.state in TERMINAL, sight.level >= Level.CASE
    owner, progress = docket.owner_words(head, sight)
    days = head.working.sla_business_days if head.working is not None else 0
    counts = not closed and bool(days) and case.clock_from_at is not None
    return CaseRow(
        reference=case.reference,
        name=name_of(head, sight),
        url=address(found),
        state=case.state,
        tier=head.tier_number,
        turn="" if closed or not sees_case else owner,
        turn_note="" if closed or not sees_case else progress,
        due=None if closed else due_of(head, head.turn_due if sees_case else head.decision_due),
        is_paused=not closed and head.is_paused,
        outcomes=outcomes_of(head),
        clock=_("%(used)d / %(days)d") % {"used": head.days_used, "days": days} if counts else "",
        is_over=counts and head.days_used > days,
        standing=standing_of(head),
        hint=splitting.words(apart) if apart is not None and sight.scores else "",
        hint_url=reverse("reviews:assessment-detail", args=[case.reference]) if sees_case else "",
    )


def address(found: Row) -> str:
    """Where this reader goes from the line: the case, its record, their offer, or nowhere."""
    reference = found.head.submission.reference
    if found.sight.level >= Level.CASE:
        return reverse("reviews:submission-detail", args=[reference])
    if found.sight.level >= Level.RECORD:
        return reverse("reviews:submission-record", args=[reference])
    return reverse("reviews:assignment-offer", args=[found.offer]) if found.offer else ""
