"""What a coordinator confirms of a proposal: many seats on many cases, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access import assignment as access
from reviews.access.committee import read_together
from reviews.actions import _offers, _transition
from reviews.actions._offers import Ask
from reviews.actions._transition import action
from reviews.models import Assignment, Revision, Submission
from reviews.rules.errors import NotNow
from reviews.rules.states import ROUND_OPEN


@dataclass(frozen=True)
class Pick:
    """One confirmed seat: the case and the version that was seen, the person, and the working days of the review."""

    submission: Submission
    version: int
    reviewer: User
    days: int


@action
def offer_all(*, picks: Sequence[Pick], by: User, now: datetime) -> list[Assignment]:
    """Offer every seat that was picked. A single one that cannot be offered refuses all, and is named.

    Everything is asked again under the locks: who coordinates, what was seen, the state, conflicts, seats and desks.
    People are locked too, so that two committees together fill no desk over its brim. The statements do not grow with
    the seats, but for the rows that the database takes at a time.
    """
    people = _transition.lock_people({pick.reviewer.pk for pick in picks})
    locked = {case.pk: case for case in _transition.lock_all({pick.submission.pk for pick in picks})}
    read_together(locked.values())
    revisions = Revision.objects.select_related("policy", "response").in_bulk(
        [case.revision_id for case in locked.values()]
    )
    for case in locked.values():
        access.check_can_assign(by, case)
        if case.state not in ROUND_OPEN:
            raise NotNow(_("Reviewers are asked between submission and deliberation."), code="wrong_state")
        case.revision = revisions[case.revision_id]
    for pick in picks:
        _transition.check_seen(pick.version, locked[pick.submission.pk].version)
    asks = [Ask(locked[pick.submission.pk], people[pick.reviewer.pk], pick.days) for pick in picks]
    return _offers.offer_seats(asks, by=by, now=now)


__all__ = ["Pick", "offer_all"]
