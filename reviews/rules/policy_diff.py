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
from reviews.rules.sentences import gettext_noop as _

__all__ = ["AREAS", "Change", "diff"]

AREAS: dict[str, str] = {
    "pack": _("The pack"),
    "bindings": _("What the program knows"),
    "hazard_domains": _("Hazard domains"),
    "sections": _("Sections"),
    "questions": _("Questions"),
    "access_levels": _("Access levels"),
    "scoring": _("Scoring"),
    "hard_triggers": _("Hard triggers"),
    "tiers": _("Tiers"),
    "evidence_types": _("Evidence"),
    "decision": _("Decision and appeal"),
    "roles": _("Roles"),
    "seat_rules": _("Seats"),
    "reminders": _("Reminders"),
    "legal_flags": _("Legal flags"),
}
"""Every area in the order in which changes are told, with its heading."""

PACK_ASPECTS = (
    Aspect(
        "id",
        _("It publishes as a different pack: {after} instead of {before}."),
        _("Committees that use the one are not offered the other as its next version."),
    ),
    Aspect("version", _("It is the version {after} instead of {before}.")),
    Aspect("title", _("It has another title: {after}."), say=in_full, kind="reworded"),
    Aspect("applies_to", _("It applies to {after} instead of {before}."), say=listed),
    Aspect(
        "model_card", _("It takes other answers from a model card."), _("Answers that were given stay."), say=unsaid
    ),
)
BINDINGS = (
    Aspect("kind", _("The question that holds the kind of the submission is {after} instead of {before}.")),
    Aspect("summary", _("The question that holds the summary is {after} instead of {before}.")),
    Aspect("model_rung", _("The question that holds the requested level of the model is {after} instead of {before}.")),
    Aspect("paper_rung", _("The question that holds the requested level of the paper is {after} instead of {before}.")),
    Aspect("domains", _("The question that holds the hazard domains is {after} instead of {before}.")),
    Aspect("compute", _("The question that holds the training compute is {after} instead of {before}.")),
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
