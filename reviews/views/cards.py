"""What is in force beside a decision, as a card on the pages of its case: what it is, until when, where to read on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from reviews.queries.head import Head
from reviews.rules.restriction import Phase, phase
from reviews.rules.visibility import Level, Sight
from reviews.views.components import distance
from reviews.views.next_step import moment_of


@dataclass(frozen=True)
class Card:
    """One thing beside a decision. Without ``url`` the reader has no page of it."""

    label: str
    text: str
    url: str = ""


def of(user: User, head: Head, sight: Sight) -> tuple[Card, ...]:
    """Everything in force beside the decision that rules, for those who read that."""
    if sight.level < Level.RECORD:
        return ()
    return tuple(_cards(user, head, sight))


def _cards(user: User, head: Head, sight: Sight) -> Iterator[Card]:
    row = head.restriction
    if row is not None:
        page = reverse("reviews:restriction-detail", args=[head.submission.reference])
        url = page if sight.level >= Level.CASE else ""
        if phase(row.moments, now=head.now) is Phase.RATIFIED:
            text = _("The board ratified it. It stands until it is lifted or a new decision takes its place.")
        else:
            left = distance(head.business_days_to(row.ratify_by), late=False)
            text = _("It lapses by itself unless it is ratified by %(moment)s, %(left)s.")
            text = text % {"moment": moment_of(user, head, row.ratify_by), "left": left}
        yield Card(_("An emergency restriction is in force: nothing may rest on the decision."), text, url)
    if head.appeal is not None:
        text = _("Nothing more is released until it is decided, which is due on %(moment)s.")
        text = text % {"moment": moment_of(user, head, head.appeal.due_at)}
        page = reverse("reviews:appeal-detail", args=[head.submission.reference])
        yield Card(_("The decision is under appeal."), text, page)
