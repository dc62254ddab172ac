"""The questions to second bodies and what they answered, as far as the reader may know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reviews.models import Referral, Submission
from reviews.queries.roles import finding_words
from reviews.rules.visibility import Referred


@dataclass(frozen=True)
class Line:
    """One referral. ``finding``, ``question``, ``answer`` and names are empty where the reader does not learn them."""

    public_id: str
    body: str
    sent_at: datetime
    answered_at: datetime | None
    withdrawn_at: datetime | None
    finding: str = ""
    question: str = ""
    answer: str = ""
    sent_by: str = ""
    answered_by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the answer is still awaited."""
        return self.answered_at is None and self.withdrawn_at is None


def lines(submission: Submission, depth: Referred) -> tuple[Line, ...]:
    """Every referral of a case, the newest first; one query."""
    rows = Referral.objects.filter(submission=submission).order_by("-sent_at", "-pk")
    return _lines(rows.select_related("sent_by", "answered_by"), depth)


def standing(found: Iterable[Line], *, until: datetime | None = None) -> tuple[Line, ...]:
    """Those that count for a decision: sent before it took effect, and not taken back by then."""
    return tuple(
        line
        for line in found
        if (until is None or line.sent_at <= until)
        and (line.withdrawn_at is None or (until is not None and line.withdrawn_at > until))
    )


def by_public_id(public_id: str) -> Referral | None:
    """One referral with its case; whoever asks must still be checked."""
    return Referral.objects.select_related("submission").filter(public_id=public_id).first()


def _lines(rows: Iterable[Referral], depth: Referred) -> tuple[Line, ...]:
    return tuple(
        Line(
            row.public_id,
            row.body,
            row.sent_at,
            row.answered_at,
            row.withdrawn_at,
            finding=finding_words(row.finding) if depth >= Referred.FINDING and row.finding else "",
            question=row.question if depth >= Referred.TEXTS else "",
            answer=row.answer if depth >= Referred.TEXTS else "",
            sent_by=row.sent_by.display_name if depth >= Referred.TEXTS else "",
            answered_by=row.answered_by.display_name if depth >= Referred.TEXTS and row.answered_by else "",
        )
        for row in rows
    )
