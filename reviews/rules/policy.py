"""A policy pack, from its YAML text to its nouns. The one door: nothing else reads packs.

The nouns are defined in ``pack`` and offered here as well; what a pack may say is decided in ``policy_check``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from reviews.rules.pack import (
    PARTS,
    Appeal,
    Bindings,
    Breadth,
    ConflictType,
    Decision,
    Domain,
    EvidenceType,
    HelperInput,
    LegalFlag,
    Option,
    Pack,
    Panel,
    Part,
    Question,
    QuorumRule,
    Reminder,
    Rung,
    Scoring,
    Section,
    ShareRule,
    Step,
    Threshold,
    Tier,
    Trigger,
)
from reviews.rules.policy_build import build
from reviews.rules.policy_check import Fault, check_document, check_for_publication
from reviews.rules.yaml_reader import BYTE_ORDER_MARK, Document, Unreadable, read

__all__ = [
    "PARTS",
    "Appeal",
    "Bindings",
    "Breadth",
    "ConflictType",
    "Decision",
    "Domain",
    "EvidenceType",
    "Fault",
    "HelperInput",
    "LegalFlag",
    "Option",
    "Pack",
    "PackError",
    "Panel",
    "Part",
    "Question",
    "QuorumRule",
    "Reminder",
    "Rung",
    "Scoring",
    "Section",
    "ShareRule",
    "Step",
    "Threshold",
    "Tier",
    "Trigger",
    "check",
    "load",
    "parse",
]


class PackError(ValueError):
    """The text is no pack that this program can apply; ``faults`` says all that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"line {f.line}: {f.key}: {f.message}" for f in self.faults))


def check(text: str) -> list[Fault]:
    """Every fault of a pack at once; empty for one that can be published."""
    return _read(text, check_for_publication)[1]


@lru_cache(maxsize=64)
def parse(text: str, language: str = "en") -> Pack:
    """The pack in ``text`` as it could be published, in one language. Raises ``PackError`` with all faults."""
    return _built(text, language, check_for_publication)


@lru_cache(maxsize=64)
def load(text: str, language: str = "en") -> Pack:
    """The pack in a text that was published, remembered: the same text and language give the same object.

    What a case was judged by stays readable: of the faults that ``check`` names, only those raise ``PackError`` that
    would keep the program from applying the pack.
    """
    return _built(text.removeprefix(BYTE_ORDER_MARK), language, check_document)


Check = Callable[[Document], list[Fault]]


def _built(text: str, language: str, faults_of: Check) -> Pack:
    document, faults = _read(text, faults_of)
    if faults:
        raise PackError(faults)
    return build(document.value, language)


def _read(text: str, faults_of: Check) -> tuple[Document, list[Fault]]:
    try:
        document = read(text)
    except Unreadable as unreadable:
        return Document(), [Fault(unreadable.line, "file", unreadable.message)]
    return document, faults_of(document)
