"""Administrators hear of a case that waits for a role which nobody may fill; of the case they learn its reference.

Those who wrote the case or stand aside hear nothing. Where that leaves no administrator, whoever still runs the case is
told that there is none, or leadership where nobody does.
"""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from accounts.access import administrators, leaders
from accounts.models import User
from reviews.access.committee import excluded, holders
from reviews.models import Membership, Submission
from reviews.notices._tell import tell
from reviews.queries import vacancy
from reviews.rules.states import RUNNING

STILL_VACANT = "reviews.still_vacant"
STILL_UNTOLD = "reviews.still_untold"


def found(submission: Submission, *, now: datetime) -> None:
    """Once for each set of roles that is empty, and once more where somebody was appointed and it is empty again."""
    roles = vacancy.of_case(submission, now=now)
    if not roles:
        return
    appointed = Membership.objects.filter(committee=submission.committee_id).count()
    occasion = f"{'+'.join(roles)}:{appointed}"
    able = _free_of(submission, administrators())
    if able:
        path = submission.committee.get_absolute_url()
        tell(able, "vacancy.found", submission, now=now, occasion=occasion, guard=STILL_VACANT, path=path)
        return
    people, path = holders(submission, RUNNING), submission.get_absolute_url()
    if not people:
        people, path = _free_of(submission, leaders()), reverse("reviews:leadership")
    tell(people, "vacancy.untold", submission, now=now, occasion=occasion, guard=STILL_UNTOLD, path=path)


def _free_of(submission: Submission, people: list[User]) -> list[User]:
    """Those of them who neither wrote the case nor stand aside from it."""
    out = excluded(submission)
    return [person for person in people if person.pk not in out]
