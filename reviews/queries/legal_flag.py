"""Laws that may apply to a revision: what each asks, until when, and what was noted of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.models import LegalFlag, Revision
from reviews.rules.pack import LegalFlag as Law


@dataclass(frozen=True)
class Line:
    """One law. ``day`` where its deadline is a date, otherwise ``within`` says it in words. ``noted_by`` and ``text``
    are empty for authors, who read that the board noted it."""

    public_id: str
    key: str
    label: str
    duty: str
    day: date | None
    within: str
    status: str
    noted_at: datetime | None = None
    noted_by: str = ""
    text: str = ""


def lines(revision: Revision, *, as_author: bool) -> tuple[Line, ...]:
    """Every flag of a revision in the order in which it was raised (one query)."""
    rows = LegalFlag.objects.filter(revision=revision).select_related("noted_by").order_by("pk")
    return tuple(_line(row, revision.policy.pack.legal_flag(row.flag_key), as_author=as_author) for row in rows)


def _line(row: LegalFlag, law: Law, *, as_author: bool) -> Line:
    day, within = deadline(law)
    name = str(row.noted_by or "") if not as_author else _("the board")
    return Line(
        row.public_id, law.key, law.label, law.duty, day, within, law.status, row.noted_at,
        noted_by=name if row.noted_at is not None else "", text="" if as_author else row.text,
    )  # fmt: skip


def deadline(law: Law) -> tuple[date | None, str]:
    """Until when a duty is to be done: a day, or words."""
    days = law.deadline_days
    within = ngettext("within %(n)d day", "within %(n)d days", days or 0) % {"n": days} if days else ""
    try:
        return date.fromisoformat(law.deadline or ""), ""
    except ValueError:
        return None, law.deadline or within


def open_words(flags: Iterable[Line]) -> str:
    """How many are not noted yet, in a sentence; empty where none is open."""
    count = sum(line.noted_at is None for line in flags)
    text = ngettext(
        "%(n)d legal rule that may apply is not noted as handled. It holds nothing.",
        "%(n)d legal rules that may apply are not noted as handled. They hold nothing.",
        count,
    )
    return text % {"n": count} if count else ""


def by_public_id(public_id: str) -> LegalFlag | None:
    """One flag with its case; whoever asks must still be checked."""
    rows = LegalFlag.objects.select_related("revision__submission", "revision__policy", "noted_by")
    return rows.filter(public_id=public_id).first()
