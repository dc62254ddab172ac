"""The nouns of a pack that say how a case is handled: tiers, votes, appeals, reminders.

Data only; ``quorum``, ``deadlines`` and ``tiers`` apply it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal


@dataclass(frozen=True)
class ShareRule:
    """A share of the votes; ``also`` names roles whose assent is needed besides."""

    of: str
    share: Fraction
    strictly_more: bool
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class QuorumRule:
    """Who must be present. ``seats`` says how many of the people present must have a property."""

    of: str
    share: Fraction
    strictly_more: bool
    at_least: int
    seats: Mapping[str, int]


@dataclass(frozen=True)
class Tier:
    """How a case of this tier is handled: who decides, what is asked, how long it may take."""

    tier: int
    label: str
    path: str
    reviewers: int
    external_reviewers: int
    expertise: tuple[str, ...]
    audit_sample_percent: int
    quorum: QuorumRule | None
    approval: ShareRule | None
    override: ShareRule | None
    required_evidence: tuple[str, ...]
    sla_business_days: int
    first_response_business_days: int | None
    sign_off: tuple[str, ...]
    review_valid_months: int
    ceiling_model: str
    ceiling_paper: str

    def ceiling(self, part: str) -> str:
        """The highest rung of a part that this tier allows by default."""
        return self.ceiling_model if part == "model" else self.ceiling_paper


@dataclass(frozen=True)
class ConflictType:
    """A kind of conflict of interest, and what follows from it."""

    key: str
    label: str
    effect: str


@dataclass(frozen=True)
class Panel:
    """Who hears an appeal in the tiers named."""

    tiers: tuple[int, ...]
    size: int
    appointed_by: str
    drawn_from: str
    share: Fraction
    strictly_more: bool


@dataclass(frozen=True)
class Appeal:
    """When, why and how often a decision can be appealed."""

    file_within_business_days: int
    decide_within_business_days: int
    grounds: tuple[str, ...]
    release_frozen: bool
    per_version: int
    panel: Panel | None


@dataclass(frozen=True)
class Decision:
    """What holds for every decision."""

    outcomes: tuple[str, ...]
    gate_dwell_days_default: int
    appeal: Appeal
    emergency_may: str
    emergency_ratify_within_business_days: int
    conflict_types: tuple[ConflictType, ...]
    conflicted_member: Mapping[str, bool]


@dataclass(frozen=True)
class Step:
    """One rung of a reminder's ladder: so many business days (d) or hours (h) from its start or its due moment."""

    anchor: Literal["start", "due"]
    amount: int
    unit: Literal["d", "h"]
    to: tuple[str, ...] = ()


REMINDED_LIKE: Mapping[str, str] = {"confirm_tier": "vote"}
"""Duties that a pack may leave out, each with the one whose date and reminders it then has."""


@dataclass(frozen=True)
class Reminder:
    """Who hears about a duty and when, until it is done. An offer that was not taken ``passes_on`` to the next one."""

    duty: str
    due_business_days: int | None
    steps: tuple[Step, ...]
    lapses: Step | None = None
    passes_on: bool = True
