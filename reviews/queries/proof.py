"""The proofs of the answers of one revision, as the pages print them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reviews.models import Revision
from reviews.queries.questionnaire import numbers
from reviews.rules import proofs, questionnaire
from reviews.rules.pack import Pack
from reviews.rules.questionnaire import Answers


@dataclass(frozen=True)
class Item:
    """One proof: a file to download, or where it lies."""

    public_id: str
    name: str
    sha256: str
    size_bytes: int | None
    location: str


@dataclass(frozen=True)
class OfAnswer:
    """What an answer has and what it asks for. ``is_asked``: it asks for a proof, whether or not there is one."""

    reference: str
    key: str
    items: tuple[Item, ...]
    is_asked: bool
    is_required: bool
    may_edit: bool = False

    @property
    def is_lacking(self) -> bool:
        """It claims what nothing shows."""
        return self.is_asked and not self.items


@dataclass(frozen=True)
class Lacking:
    """An answer without the proof that it asks for, with its place."""

    key: str
    section: str
    number: str
    text: str
    is_required: bool


def of_answers(
    revision: Revision, reference: str, pack: Pack, answers: Answers, *, may_edit: bool
) -> Mapping[str, OfAnswer]:
    """By key, every answer that has a proof or asks for one; for who ``may_edit`` also each that is about a safeguard,
    since whoever has a report may show it. One query.
    """
    asked = {one.key: one for one in proofs.wanted(pack, answers)}
    items: dict[str, list[Item]] = {}
    for row in revision.proofs.all():
        item = Item(row.public_id, row.name, row.sha256, row.size_bytes, row.location)
        items.setdefault(row.question_key, []).append(item)
    return {
        key: OfAnswer(
            reference, key, tuple(items.get(key, ())), key in asked, key in asked and asked[key].is_required, may_edit
        )
        for key in {*asked, *items, *(_safeguards(pack, answers) if may_edit else ())}
    }


def _safeguards(pack: Pack, answers: Answers) -> list[str]:
    return [key for key in questionnaire.shown(pack, answers) if pack.question(key).role == "mitigation"]


def lacking(revision: Revision, pack: Pack, answers: Answers) -> tuple[Lacking, ...]:
    """The answers that ask for a proof and have none, in the order of the questions. One query."""
    number = numbers(pack, answers)
    proven = revision.proofs.values_list("question_key", flat=True)
    found = ((pack.question(one.key), one) for one in proofs.lacking(pack, answers, proven))
    return tuple(Lacking(q.key, q.section, number[q.key], q.text, one.is_required) for q, one in found)
