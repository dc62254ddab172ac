"""What changed from one pack to another, in words that a committee understands.

``diff(old: Pack, new: Pack) -> tuple[Change, ...]`` is the one door; it returns nothing where the two apply alike.
Both packs are read in one language. Each ``Change`` has ``area``, ``kind``, ``subject``, ``before``, ``after``,
``sentence`` and ``meaning``; changes of one area stand together, in the order of ``AREAS``.

Pure: nothing is said about comments, layout, or the parts of a pack that only explain it to readers.
"""

from __future__ import annotations

from collections.abc import Iterator

from reviews.rules.pack import Pack
from reviews.rules.policy_change import Aspect, Change, fields_of
from reviews.rules.policy_diff_process import process_changes
from reviews.rules.policy_diff_questions import questionnaire_changes
from reviews.rules.policy_diff_scoring import scoring_changes
from reviews.rules.policy_words import in_full, listed, unsaid

__all__ = ["AREAS", "Change", "diff"]

AREAS: dict[str, str] = {
    "pack": "The pack",
    "bindings": "What the program knows",
    "hazard_domains": "Hazard domains",
    "sections": "Sections",
    "questions": "Questions",
    "access_levels": "Access levels",
    "scoring": "Scoring",
    "hard_triggers": "Hard triggers",
    "tiers": "Tiers",
    "evidence_types": "Evidence",
    "decision": "Decision and appeal",
    "roles": "Roles",
    "seat_rules": "Seats",
    "reminders": "Reminders",
    "legal_flags": "Legal flags",
}
"""Every area in the order in which changes are told, with its heading."""

PACK_ASPECTS = (
    Aspect(
        "id",
        "It publishes as a different pack: {after} instead of {before}.",
        "Committees that use the one are not offered the other as its next version.",
    ),
    Aspect("version", "It is the version {after} instead of {before}."),
    Aspect("title", "It has another title: {after}.", say=in_full, kind="reworded"),
    Aspect("applies_to", "It applies to {after} instead of {before}.", say=listed),
    Aspect("model_card", "It takes other answers from a model card.", "Answers that were given stay.", say=unsaid),
)
BINDINGS = tuple(
    Aspect(field, f"The question that holds {what} is {{after}} instead of {{before}}.")
    for field, what in {
        "kind": "the kind of the submission",
        "summary": "the summary",
        "model_rung": "the requested level of the model",
        "paper_rung": "the requested level of the paper",
        "domains": "the hazard domains",
        "compute": "the training compute",
    }.items()
)


def diff(old: Pack, new: Pack) -> tuple[Change, ...]:
    """Every difference that can matter to a case, area by area."""
    order = list(AREAS)
    return tuple(sorted(_changes(old, new), key=lambda change: order.index(change.area)))


def _changes(old: Pack, new: Pack) -> Iterator[Change]:
    yield from fields_of("pack", "", old.title, PACK_ASPECTS, old, new)
    yield from fields_of("bindings", "bindings", "", BINDINGS, old.bindings, new.bindings)
    yield from questionnaire_changes(old, new)
    yield from scoring_changes(old, new)
    yield from process_changes(old, new)
