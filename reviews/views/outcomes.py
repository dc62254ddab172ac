"""What was decided on a case, and what that is worth now: the two are never shown apart."""

from __future__ import annotations

from django.utils.translation import gettext as _

from reviews.queries.clearance import Cleared
from reviews.queries.head import Head
from reviews.views import wording
from reviews.views.wording import PARTS, StandingWords


def outcomes_of(head: Head) -> tuple[tuple[str, str], ...]:
    """The outcome of each part of the decision that rules, with the part in words; ``standing_of`` goes with it."""
    if head.cleared is None:
        return ()
    return tuple((str(PARTS[part.kind]), part.outcome) for part in head.cleared.decision.parts.all())


def standing_of(head: Head) -> StandingWords | None:
    """What the clearance of that decision is worth now; None before there is one."""
    if head.cleared is None:
        return None
    return wording.standing(head.cleared.clearance, releases=head.cleared.releases)


def decided_label(cleared: Cleared) -> str:
    """What stands beside the moment of the last signature."""
    return _("In force since") if cleared.clearance.holds else _("Decided")
