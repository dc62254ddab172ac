"""Requests to open a case again, as its pages show them: what was asked, what came of it, and what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from reviews.access import reopening as access
from reviews.access.twin import can, refusal
from reviews.models import Reopening
from reviews.queries import reopening as queries
from reviews.queries.head import Head
from reviews.queries.roles import reopened_words
from reviews.rules import reopening as rules
from reviews.rules.errors import NotNow
from reviews.rules.states import TERMINAL, Reopened
from reviews.rules.visibility import Sight
from reviews.views import wording
from reviews.views.components import Button, shown


@dataclass(frozen=True)
class Request:
    """One request for one reader: ``by`` is empty where its reader does not learn who asked."""

    title: str
    status: str
    kind: Literal["neutral", "warn"]
    icon: str
    reason: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    by: str
    buttons: tuple[Button, ...]


def rows(user: User, head: Head, sight: Sight) -> tuple[Request, ...]:
    """What waits or was refused since the case was closed, the newest first; authors read their own side's."""
    found = [row for row in reversed(head.requests) if row.is_of_authors or not sight.as_author]
    return tuple(_row(user, head, sight, row) for row in found if sight.as_author or sight.peers)


def _row(user: User, head: Head, sight: Sight, row: Reopening) -> Request:
    because = wording.of(wording.RE_REVIEW, row.trigger) if row.trigger else ""
    title = capfirst(reopened_words(row.why))
    return Request(
        title=f"{title}: {because}" if because else title,
        status=_("Waits for an answer") if row.is_open else _("Refused"),
        kind="warn" if row.is_open else "neutral",
        icon="hourglass-split" if row.is_open else "",
        reason=row.reason,
        asked_at=row.asked_at,
        answer=row.answer,
        answered_at=row.answered_at,
        by=str(row.asked_by) if row.is_of_authors or sight.board else "",
        buttons=_buttons(user, head, row) if row.is_open else (),
    )


def _buttons(user: User, head: Head, row: Reopening) -> tuple[Button, ...]:
    case, key = head.submission, [row.public_id]
    answers = can(access.check_can_answer, user, case, row)
    takes_back = can(access.check_can_take_back, user, case, row)
    return shown(
        (
            Button(_("Read and answer"), reverse("reviews:reopening-answer", args=key), small=True, shown=answers),
            Button(
                _("Take it back"), reverse("reviews:reopening-take-back", args=key), kind="quiet", small=True,
                shown=takes_back,
            ),
        )
    )  # fmt: skip


def opened_for(head: Head) -> Reopening | None:
    """What the draft of a case that was closed before was opened for; asked only where there could be something."""
    revision = head.submission.revision
    assert revision is not None
    return queries.opening_of(revision) if revision.number > 1 and not revision.is_frozen else None


def to_ask(user: User, head: Head, sight: Sight) -> tuple[Button, ...]:
    """The way to ask for it, for those who may, on a case that is closed; where it is not for now, why."""
    if head.state not in TERMINAL:
        return ()
    if not sight.as_author:
        may = head.cleared is not None and can(access.check_can_ask_re_review, user, head.submission)
        return _to_ask(head, _("Ask for a re-review"), "reopening-ask-re-review", Reopened.RE_REVIEW) if may else ()
    why = rules.of_authors(head.state)
    label = _("Ask for an amendment") if why is Reopened.AMENDMENT else _("Ask to go on with it")
    return _to_ask(head, label, "reopening-ask", why)


def _to_ask(head: Head, label: str, name: str, why: Reopened) -> tuple[Button, ...]:
    case = head.submission
    refused = refusal(
        rules.check_can_be_asked, why, head.state, was_submitted=case.submitted_at is not None,
        is_ruled=head.cleared is not None,
        has_open=head.open_request is not None,
    )  # fmt: skip
    text = _(refused.text) if isinstance(refused, NotNow) else ""
    url = reverse(f"reviews:{name}", args=[case.reference])
    return (Button(label, url, kind="quiet", icon="arrow-repeat", disabled=bool(text), reason=text),)
