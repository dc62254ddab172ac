"""The ways to the letters of a decision, for the pages that lead to them: who sees which is asked of ``access``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.models import User
from reviews.access import letter as access
from reviews.access.twin import can
from reviews.models import Decision, Letter, Submission
from reviews.queries import letter as queries
from reviews.rules.letter import Variant
from reviews.rules.states import State
from reviews.rules.visibility import Sight

NAMES: Mapping[Variant, str | Promise] = {
    Variant.FULL: _l("Full letter"),
    Variant.SHAREABLE: _l("Shareable letter"),
}
EXPLAINED: Mapping[Variant, str | Promise] = {
    Variant.FULL: _l("For the authors and those inside the case: with the reasons and the conditions in full."),
    Variant.SHAREABLE: _l("May be shown to others: the outcome without any detail of the work."),
}


@dataclass(frozen=True)
class Link:
    """One way to a letter, with what it is."""

    label: str
    url: str
    note: str


def of_letter(row: Letter) -> Link:
    """The way to one letter."""
    variant = Variant(row.variant)
    url = reverse("reviews:letter-detail", args=[row.public_id])
    return Link(str(NAMES[variant]), url, str(EXPLAINED[variant]))


def of_decision(decision: Decision, submission: Submission, sight: Sight, user: User) -> tuple[Link, ...]:
    """The letters of a decision that this person reads; before the last signature its preview, for those who may."""
    if decision.effective_at is not None:
        found = queries.of_decision(decision)
        return tuple(of_letter(found[one]) for one in Variant if one in found and access.can_read(sight, one))
    waits = submission.state == State.SIGN_OFF and decision.sent_back_at is None
    if sight.as_author or not waits or not can(access.check_can_preview, user, submission, decision):
        return ()
    url = reverse("reviews:letter-preview", args=[decision.public_id])
    return (Link(_("Preview of the letter"), url, _("It is written with the last signature.")),)
