"""Leadership's one page: every submitted case in summary, and how many there are of each kind. Nothing more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from reviews.models import Submission
from reviews.queries import heads as many
from reviews.queries import listing, prospects
from reviews.queries.clearance import Cleared
from reviews.queries.head import Head
from reviews.queries.letter import shareable
from reviews.queries.prospects import Coming, Stuck
from reviews.rules import deadlines
from reviews.rules.states import TERMINAL, Outcome, State


@dataclass(frozen=True)
class Summary:
    """One case as leadership sees it. ``age_days`` are calendar days since it was first submitted, ``letter`` names the
    shareable letter of the decision that rules.
    """

    reference: str
    label: str
    tier: int | None
    state: State
    age_days: int
    outcomes: tuple[tuple[str, str], ...]
    cleared: Cleared | None
    stage: str
    due: datetime | None
    due_in_days: int
    is_late: bool
    is_paused: bool
    letter: str = ""


@dataclass(frozen=True)
class Snapshot:
    """All summaries, open cases first, and the figures over them."""

    cases: tuple[Summary, ...]
    open: int
    late: int
    decided: int
    full: int
    staged: int
    withheld: int
    stuck: tuple[Stuck, ...] = ()
    coming: tuple[Coming, ...] = ()


def snapshot(user: User, *, now: datetime) -> Snapshot:
    """Every submitted case that this person may see in summary, in a fixed number of queries."""
    rows = listing.visible(user).filter(submitted_at__isnull=False)
    cases = list(many.with_rows(rows))
    heads = many.build(cases, now)
    letters = shareable([head.cleared.decision for head in heads if head.cleared is not None])
    found = tuple(_summary(head, letters) for head in heads)
    given = Counter(outcome for case in found for _part, outcome in case.outcomes)
    return Snapshot(
        cases=found,
        open=sum(case.state not in TERMINAL for case in found),
        late=sum(case.is_late for case in found),
        decided=sum(case.state is State.DECIDED for case in found),
        full=given[Outcome.FULL],
        staged=given[Outcome.STAGED],
        withheld=given[Outcome.WITHHELD],
        stuck=prospects.stuck(heads, many.boards(cases)),
        coming=prospects.coming(heads),
    )


def _summary(head: Head, letters: Mapping[int, str]) -> Summary:
    case: Submission = head.submission
    assert case.submitted_at is not None
    cleared = head.cleared
    due = head.decision_due
    return Summary(
        reference=case.reference,
        label=case.label,
        tier=head.tier_number,
        state=head.state,
        age_days=(head.now - case.submitted_at).days,
        outcomes=tuple((part.kind, part.outcome) for part in cleared.decision.parts.all()) if cleared else (),
        cleared=cleared,
        stage=many.stage_open(head),
        due=due,
        due_in_days=deadlines.business_days_between(head.calendar, head.now, due) if due is not None else 0,
        is_late=listing.is_late(head),
        is_paused=head.state not in TERMINAL and head.is_paused,
        letter=letters.get(cleared.decision.pk, "") if cleared else "",
    )
