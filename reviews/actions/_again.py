"""Looking for ties and counting votes anew, once something about people changed. No permission is checked here.

Called inside the transaction that changed it, so that no offer, vote or page lies between the fact and what follows.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from reviews.access.committee import forget, read_together
from reviews.actions import _recount, _ties, _transition
from reviews.actions._progress import advance
from reviews.models import Revision, Submission
from reviews.queries import conflict as queries
from reviews.queries import ties
from reviews.rules.states import TERMINAL
from reviews.rules.ties import Tie


def look(people: Collection[int], now: datetime) -> None:
    """Every open case to which these people matter is looked at as a whole, every decided one for those who decided;
    one that is open again both ways.

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
    news: dict[int, dict[tuple[int, str], Tie]] = {case.pk: {} for case in cases}
    for found in (_now(cases, now), _then(cases, now)):
        for key, rows in found.items():
            news[key] |= {(tie.person, tie.type_key): tie for tie in rows}
    for case in cases:
        forget(case)
        if news[case.pk]:
            _ties.write_down(case, list(news[case.pk].values()), now=now)
            advance(case, now=now)


def count_without(people: Collection[int], cases: Collection[int], now: datetime) -> None:
    """These people count no longer: what is voted on in these cases comes out where nobody else can change it."""
    for case in _transition.lock_all(cases):
        _recount.count_without(case, people, now=now)


def left(people: Collection[int], now: datetime) -> None:
    """The accounts of these people were closed, so they count nowhere."""
    count_without(people, queries.voted_on_with(people, now), now)


def _now(cases: Collection[Submission], now: datetime) -> dict[int, list[Tie]]:
    """What ties those who serve on an open case, also where it was opened again."""
    rows = [case for case in cases if case.state not in TERMINAL]
    return ties.fresh(rows, ties.serving(rows), now) if rows else {}


def _then(cases: Collection[Submission], now: datetime) -> dict[int, list[Tie]]:
    """What tied those who had a part in a decision that rules, on the day on which it was taken."""
    decided = queries.taken([case.pk for case in cases])
    rows = [case for case in cases if case.pk in decided]
    people = {key: row.people for key, row in decided.items()}
    return ties.fresh(rows, people, now, at={key: row.at for key, row in decided.items()}) if rows else {}
