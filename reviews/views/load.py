"""What stands beside a reviewer's own work: how much of it there may be, and when they are away next.

Counts what the page has found anyway; only the absence is asked for. For others than reviewers there is nothing here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from reviews.queries import people
from reviews.queries.work import Duty
from reviews.rules.states import CommitteeRole
from reviews.views import formats
from reviews.views.components import Fact

AHEAD = timedelta(days=90)
REVIEWS = frozenset({"accept_offer", "file_review"})


def of(user: User, held: Collection[str], duties: Iterable[Duty], now: datetime) -> tuple[Fact, ...]:
    """Open reviews of those that this person takes at most, and the absence that is, or comes within ninety days."""
    if CommitteeRole.REVIEWER not in held:
        return ()
    shown = {"open": sum(duty.kind in REVIEWS for duty in duties), "most": user.load_cap}
    return (Fact(_("Open reviews"), _("%(open)d of %(most)d at most") % shown), _away(user, now))


def _away(user: User, now: datetime) -> Fact:
    url = reverse("accounts:profile")
    found = people.away_between([user.pk], now, now + AHEAD).get(user.pk)
    if found is None:
        return Fact(_("Away"), _("Nothing noted"), url=url)
    days = {"first": formats.day(found.from_date, now=now), "last": formats.day(found.until_date, now=now)}
    stands_in = _("%(name)s stands in") % {"name": found.stand_in} if found.stand_in is not None else ""
    return Fact(_("Away"), _("%(first)s to %(last)s") % days, note=stands_in, url=url)
