"""What a tier asks the authors to show: each type with where it stands and who settled it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from reviews.models import Evidence, Hold, Revision
from reviews.queries.head import Head
from reviews.queries.roles import role_words
from reviews.rules import evidence as rules
from reviews.rules.states import ROUND_OPEN


@dataclass(frozen=True)
class Item:
    """One type of evidence. ``mark`` is "ok", "no" or "wait" for given, open and waived; ``due`` is for what is open,
    and None while the clock is stopped."""

    public_id: str
    key: str
    title: str
    label: str
    mark: str
    note: str
    at: datetime | None
    due: datetime | None
    text: str
    file_name: str
    size_bytes: int | None
    sha256: str
    reason: str
    is_settled: bool
    is_frozen: bool


@dataclass(frozen=True)
class Held:
    """One hold, with the words of the officer who cleared it."""

    public_id: str
    role: str
    reason: str
    cleared_at: datetime | None
    cleared_by: str
    text: str


def items(head: Head, *, as_author: bool) -> tuple[Item, ...]:
    """Everything asked on the revision shown, open first. Authors read "the board" for who waived."""
    revision = head.revision
    rows = Evidence.objects.filter(revision=revision).select_related("given_by", "waived_by").order_by("pk")
    locked = frozen(revision, rows)
    made = [
        item(
            row,
            revision,
            as_author=as_author,
            is_frozen=row.pk in locked,
            due=head.duty_due("give_evidence", row.asked_at) if head.state in ROUND_OPEN else None,
        )
        for row in rows
    ]
    return tuple(sorted(made, key=lambda one: one.is_settled))


def frozen(revision: Revision, rows: Iterable[Evidence]) -> frozenset[int]:
    """Which of these nobody gives anew, because submitting gave them and they are the revision itself (no query)."""
    own = {rules.SUMMARY: revision.summary.strip(), rules.ATTESTATION: revision.attested_name}
    given = (row for row in rows if row.text and not row.blob)
    return frozenset(row.pk for row in given if own.get(row.type_key) == row.text)


def item(
    row: Evidence, revision: Revision, *, as_author: bool, is_frozen: bool = False, due: datetime | None = None
) -> Item:
    """One piece of evidence as it stands."""
    mark, note, at = "no", _("The authors owe this."), None
    if row.given_at is not None and row.given_by is not None:
        mark, at, note = "ok", row.given_at, _("Given by %(name)s") % {"name": row.given_by.display_name}
    elif row.waived_at is not None and row.waived_by is not None:
        name = _("the board") if as_author else row.waived_by.display_name
        mark, at, note = "wait", row.waived_at, _("Waived by %(name)s") % {"name": name}
    return Item(
        public_id=row.public_id,
        key=row.type_key,
        title=type_title(row.type_key),
        label=type_label(revision, row.type_key),
        mark=mark,
        note=note,
        at=at,
        due=due if mark == "no" else None,
        text=row.text,
        file_name=row.file_name,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        reason=row.waiver_reason,
        is_settled=row.is_settled,
        is_frozen=is_frozen,
    )


def type_title(key: str) -> str:
    """A type by name. The pack's label says what is in it, often with respect to the type before."""
    words = key.replace("_", " ")
    return words[:1].upper() + words[1:]


def type_label(revision: Revision, key: str) -> str:
    """What must be in a piece of evidence of this type."""
    return revision.policy.pack.evidence_type(key).label


def holds(revision: Revision, *, as_author: bool, reasons: bool) -> tuple[Held, ...]:
    """The holds of a revision (one query). ``reasons`` are for those who see scores; officers write for the board."""
    rows = Hold.objects.filter(revision=revision).select_related("cleared_by").order_by("pk")
    return tuple(
        Held(
            row.public_id,
            role_words(row.role),
            revision.policy.pack.trigger(row.trigger_key).reason if reasons else "",
            row.cleared_at,
            row.cleared_by.display_name if row.cleared_by is not None and not as_author else "",
            "" if as_author else row.clearance_text,
        )
        for row in rows
    )
