"""Which evidence a tier asks for, and what a case gives by being submitted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reviews.rules import conditions, questionnaire
from reviews.rules.pack import Pack

# Evidence that lies in the submission itself: the bound summary question, and the attestation under it. Nobody gives
# these anew while they are frozen: other words would contradict what the digest covers and what a person confirmed. An
# answer that serves as evidence may be added to when the board asks. None of this hangs on a filed review: authors
# would learn of it from what they may still do.
SUMMARY = "plain_summary"
ATTESTATION = "author_attestation"


def asked(pack: Pack, tier: int, answers: Mapping[str, Any]) -> tuple[str, ...]:
    """The evidence types of a tier whose condition holds for these answers, in the tier's order."""
    lookup = questionnaire.lookup(pack, answers)
    return tuple(
        key for key in pack.tier(tier).required_evidence if conditions.holds(pack.evidence_type(key).when, lookup)
    )


def given_by_submitting(pack: Pack, key: str, answers: Mapping[str, Any], attested_name: str) -> str:
    """The text with which the submission itself answers a type; empty when the authors still owe it.

    The summary and the attestation are there by submitting; a type that bears the key of a question is answered by
    that question's text.
    """
    if key == ATTESTATION:
        return attested_name
    answer = answers.get(pack.bindings.summary if key == SUMMARY else key)
    return answer.strip() if isinstance(answer, str) else ""
