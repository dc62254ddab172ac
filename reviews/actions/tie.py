"""Writing down what is known about people, and looking at every open case for what follows from it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from audit import log
from reviews.access import people as access
from reviews.actions import _ties, _transition
from reviews.actions._progress import advance
from reviews.actions._transition import action
from reviews.models import Membership, Submission, Tie
from reviews.queries import tie as queries
from reviews.rules.errors import RuleBroken
from reviews.rules.states import TERMINAL


@action
def import_ties(*, text: str, of: str = "", by: User, now: datetime) -> list[Tie]:
    """Everything of a list that is not known yet, all or nothing; ``of`` as in ``queries.tie.plan``.

    Conflicts that follow work at once on every open case. Raises ``RuleBroken`` when a line is at fault.
    """
    access.check_can_administer(by)
    found = queries.plan(text, of=of)
    if found.faults:
        raise RuleBroken(_("Some lines are not right yet. Nothing was written down."), code="list_faulty", field="text")
    keys = sorted({entry.user for entry in found.fresh if entry.user is not None})
    people = {user.pk: user for user in User.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")}
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
    for submission in _concerned(keys):
        locked = _transition.lock(submission)
        _ties.detect(locked, now=now)
        advance(locked, now=now)
    return rows


def _concerned(people: list[int]) -> list[Submission]:
    """Open cases that these people wrote, or that come before a committee of theirs; in the order of their keys."""
    serving = Membership.objects.filter(user__in=people, until_at=None).values("committee")
    theirs = Q(committee__in=serving) | Q(contributors__user__in=people)
    rows = Submission.objects.filter(theirs, submitted_at__isnull=False).exclude(state__in=TERMINAL)
    return list(rows.order_by("pk").distinct())
