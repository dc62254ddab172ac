"""Writing down what is known about people, and looking at every case for what follows from it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from audit import log
from reviews.access import people as access
from reviews.actions import _again, _transition
from reviews.actions._transition import action
from reviews.models import Tie
from reviews.queries import tie as queries
from reviews.rules.errors import RuleBroken


@action
def import_ties(*, text: str, of: str = "", by: User, now: datetime) -> list[Tie]:
    """Everything of a list that is not known yet, all or nothing; ``of`` as in ``queries.tie.plan``.

    Conflicts that follow work at once on every open case, and mark decisions. Raises ``RuleBroken`` when a line is at
    fault.
    """
    access.check_can_administer(by)
    found = queries.plan(text, of=of)
    if found.faults:
        raise RuleBroken(_("Some lines are not right yet. Nothing was written down."), code="list_faulty", field="text")
    keys = sorted({entry.user for entry in found.fresh if entry.user is not None})
    people = _transition.lock_people(keys)
    rows = [
        Tie(
            user=people[entry.user], fact=entry.fact, name=entry.name, email=entry.email, orcid=entry.orcid,
            on_date=entry.on, noted_at=now, noted_by=by,
        )
        for entry in found.fresh if entry.user is not None
    ]  # fmt: skip
    Tie.objects.bulk_create(rows)
    counts = Counter(row.user_id for row in rows)
    for key, person in people.items():
        stream = f"account:{person.public_id}"
        log.record(stream=stream, type="account.ties_imported", actor=by.public_id, at=now, data={"count": counts[key]})
    _again.look(keys, now)
    return rows
