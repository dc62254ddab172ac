"""What scoring yields: every number on the way from the answers to the tier, frozen, so that it can be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

PUBLISHED = (
    "inherent",
    "residual",
    "inherent_tier",
    "score_tier",
    "tier",
    "triggers",
    "holds",
    "domains",
    "mitigation_fraction",
    "legal_flags",
    "missing",
    "complete",
    "ceiling_model",
    "ceiling_paper",
    "shown",
)


@dataclass(frozen=True)
class Adjusted:
    """What reviewers moved beyond answers: a domain's severity, and credits that lie between two options."""

    severities: Mapping[str, int] = field(default_factory=dict)
    credits: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class DomainScore:
    """One chosen domain. ``score`` is what it contributes by itself, never above the cap of its severity."""

    key: str
    enablement: int
    likelihood: float
    base: float
    score: float


@dataclass(frozen=True)
class Factors:
    """The modifiers as counted. ``reach`` is at least ``reach_floor``; ``provisional`` names values nobody gave."""

    ease: int
    uplift: int
    reach: int
    reach_floor: int
    reversibility: int
    uplift_factor: float
    reversibility_factor: float
    reach_factor: float
    provisional: tuple[str, ...]


@dataclass(frozen=True)
class Safeguard:
    """One safeguard as counted; ``credit`` None means that it cannot apply and is left out."""

    key: str
    weight: float
    credit: float | None


@dataclass(frozen=True)
class Scored:
    """The result of one assessment. Immutable; stored with the policy version that produced it.

    ``severities`` holds only those that reviewers moved; all others are the pack's.
    """

    inherent: float
    residual: float
    inherent_tier: int
    score_tier: int
    tier: int
    triggers: tuple[str, ...]
    holds: tuple[str, ...]
    domains: tuple[DomainScore, ...]
    breadth_bonus: float
    mitigation_fraction: float
    mitigation_cap: float
    credit: float
    legal_flags: tuple[str, ...]
    missing: tuple[str, ...]
    complete: bool
    ceiling_model: str
    ceiling_paper: str
    shown: tuple[str, ...]
    factors: Factors
    safeguards: tuple[Safeguard, ...]
    severities: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain data: what ``PUBLISHED`` names, and the way to it under ``arithmetic``."""
        return {
            "inherent": self.inherent,
            "residual": self.residual,
            "inherent_tier": self.inherent_tier,
            "score_tier": self.score_tier,
            "tier": self.tier,
            "triggers": list(self.triggers),
            "holds": list(self.holds),
            "domains": [asdict(domain) for domain in self.domains],
            "mitigation_fraction": self.mitigation_fraction,
            "legal_flags": list(self.legal_flags),
            "missing": list(self.missing),
            "complete": self.complete,
            "ceiling_model": self.ceiling_model,
            "ceiling_paper": self.ceiling_paper,
            "shown": list(self.shown),
            "arithmetic": {
                "breadth_bonus": self.breadth_bonus,
                "mitigation_cap": self.mitigation_cap,
                "credit": self.credit,
                "factors": asdict(self.factors) | {"provisional": list(self.factors.provisional)},
                "safeguards": [asdict(safeguard) for safeguard in self.safeguards],
                "severities": dict(self.severities),
            },
        }


def from_json(stored: Mapping[str, Any]) -> Scored:
    """The result as ``as_json`` wrote it, so that a stored assessment is explained by its own numbers.

    What is stored beside them, such as the reviews that an assessment counts, is left aside.
    """
    way: dict[str, Any] = dict(stored["arithmetic"])
    fields: dict[str, Any] = {key: stored[key] for key in PUBLISHED} | way
    for key in ("triggers", "holds", "legal_flags", "missing", "shown"):
        fields[key] = tuple(fields[key])
    fields["domains"] = tuple(DomainScore(**row) for row in stored["domains"])
    fields["factors"] = Factors(**{**way["factors"], "provisional": tuple(way["factors"]["provisional"])})
    fields["safeguards"] = tuple(Safeguard(**row) for row in way["safeguards"])
    return Scored(**fields)
