"""Looking for ties anew, once what is known about people changed. No permission is checked here.

Called inside the transaction that changed it, so that no offer, vote or page lies between the fact and what follows.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from reviews.access.committee import forget, read_together
from reviews.actions import _ties, _transition
from reviews.actions._progress import advance
from reviews.models import Revision
from reviews.queries import conflict as queries
from reviews.queries import ties
from reviews.rules.states import TERMINAL


def look(people: Collection[int], now: datetime) -> None:
    """Every open case to which these people matter is looked at as a whole, every decided one for those who decided.

    On an open case what is found works at once. A decision stays as it is; one in which somebody had a part who is tied
    to its authors is marked, by the day on which it was taken.
    """
    look_at(queries.concerned(people), now)


def look_at(keys: Collection[int], now: datetime) -> None:
    """As ``look``, for cases by their keys."""
    if not keys:
        return
    cases = _transition.lock_all(keys)
    revisions = Revision.objects.in_bulk([case.revision_id for case in cases])
    for case in cases:
        case.revision = revisions[case.revision_id]
    read_together(cases)
    decided = queries.taken([case.pk for case in cases])
    asked = ties.serving(cases) | {key: set(row.people) for key, row in decided.items()}
    fresh = ties.fresh(cases, asked, now, at={key: row.at for key, row in decided.items()})
    for case in cases:
        forget(case)
        if case.pk in fresh and (case.state not in TERMINAL or case.pk in decided):
            _ties.write_down(case, fresh[case.pk], now=now)
            advance(case, now=now)
