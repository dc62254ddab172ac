"""From scores to tiers, and what a tier means for a case: its ceiling, its path, its leading domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from reviews.rules.pack import Pack, Rung

if TYPE_CHECKING:
    from reviews.rules.scored import Scored

SYSTEM = "system"


def tier_of(pack: Pack, score: float) -> int:
    """The highest tier whose threshold the (rounded) score reaches: "at or above which a tier starts"."""
    reached = [band.tier for band in pack.scoring.thresholds if score >= band.start]
    return reached[-1] if reached else pack.tiers[0].tier


def score_tier(pack: Pack, inherent: float, residual: float) -> int:
    """ "score tier = the tier of residual, but at most one tier below the tier of inherent" (or as the pack says)."""
    lowest = tier_of(pack, inherent) - pack.scoring.max_tier_reduction_by_mitigation
    return max(tier_of(pack, residual), lowest)


def final_tier(pack: Pack, by_score: int, triggers: Iterable[str]) -> int:
    """ "final tier = the highest of score tier and the min_tier of every hard trigger that fired"."""
    return max([by_score, *(pack.trigger(key).min_tier for key in triggers)])


def ceiling(pack: Pack, tier: int, part: str) -> Rung:
    """The highest rung of a part that the policy allows at a tier by default."""
    return pack.rung(part, pack.tier(tier).ceiling(part))


def is_above_ceiling(pack: Pack, tier: int, part: str, rung: str) -> bool:
    """Whether granting a rung needs the override vote and a written reason."""
    return pack.rung(part, rung).order > ceiling(pack, tier, part).order


def top_domain(pack: Pack, scored: Scored) -> str:
    """The chosen domain "with the highest score (of equals, the first in the pack's order)"; empty when none is."""
    return top_of(pack, {domain.key: domain.score for domain in scored.domains})


def top_of(pack: Pack, scores: Mapping[str, float]) -> str:
    """As ``top_domain``, from the scores alone, as a stored assessment keeps them."""
    order = {domain.key: number for number, domain in enumerate(pack.domains)}
    return min(scores, key=lambda key: (-scores[key], order[key]), default="")


def leading(pack: Pack, scored: Scored) -> str:
    """The chosen domain from which the inherent score comes; empty where none helps towards harm.

    "the largest, over all domains with E >= 1, of min(domain score + breadth bonus, score cap)": where a cap holds the
    domain with the highest score, another one can end above it.
    """
    order = {domain.key: number for number, domain in enumerate(pack.domains)}
    caps = pack.scoring.score_cap_by_severity
    ends = {
        row.key: min(
            row.score + scored.breadth_bonus, caps[scored.severities.get(row.key, pack.domain(row.key).severity)]
        )
        for row in scored.domains
        if row.enablement >= 1
    }
    scores = {row.key: row.score for row in scored.domains}
    return min(ends, key=lambda key: (-ends[key], -scores[key], order[key]), default="")


def leading_domain(pack: Pack, scores: Mapping[str, float], answers: Mapping[str, Any]) -> str:
    """Whose experts a board needs: the top domain or, where a tripwire alone sets the tier, what that feeds.

    Of the domains that tripwires answered yes or unsure feed, the most severe one, the first in the pack's order.
    Empty where neither names a domain, as with a contract or an export question.
    """
    if scores:
        return top_of(pack, scores)
    tripped = [q for q in pack.questions if q.type == "tripwire" and answers.get(q.key) in ("yes", "unsure")]
    fed = {key for question in tripped for key in question.feeds}
    ranked = sorted((domain for domain in pack.domains if domain.key in fed), key=lambda d: -d.severity)
    return ranked[0].key if ranked else ""


def path_of(
    pack: Pack, tier: int, *, triggers: Iterable[str] = (), holds: Iterable[str] = (), was_returned: bool = False
) -> str:
    """Who decides. A case with a fired trigger or a hold is never the system's alone: the next tier's path is taken.

    Neither is one that people returned: lower answers on the next revision do not take it out of their hands.
    """
    return pack.tier(working_tier(pack, tier, triggers=triggers, holds=holds, was_returned=was_returned)).path


def working_tier(
    pack: Pack, tier: int, *, triggers: Iterable[str] = (), holds: Iterable[str] = (), was_returned: bool = False
) -> int:
    """The tier whose reviewers and evidence apply: the next one with people where the system path is closed."""
    if pack.tier(tier).path != SYSTEM or not (tuple(triggers) or tuple(holds) or was_returned):
        return tier
    return next(higher.tier for higher in pack.tiers if higher.tier > tier and higher.path != SYSTEM)


def floor(pack: Pack, triggers: Iterable[str]) -> int:
    """The tier below which nobody sets one: the highest that a fired trigger asks for, and never one without people."""
    lowest = next(tier.tier for tier in pack.tiers if tier.path != SYSTEM)
    return max([lowest, *(pack.trigger(key).min_tier for key in triggers)])


def may_set(pack: Pack, ruling: int, triggers: Iterable[str]) -> tuple[int, ...]:
    """The tiers that two people may set in place of the one that rules."""
    lowest = floor(pack, triggers)
    return tuple(tier.tier for tier in pack.tiers if tier.tier >= lowest and tier.tier != ruling)


def at_board(pack: Pack, tier: int) -> int:
    """The tier of a case that is before its board already: none below the lowest on which a board votes."""
    return max(tier, min(row.tier for row in pack.tiers if row.quorum is not None))


def after_reviews(pack: Pack, before: int, scored: Scored, *, is_set: bool) -> int:
    """The tier that rules once reviews are counted. Above the one before, theirs replaces it; below, it is shown and
    the one before stays. One that two people set (``is_set``) stays too, but never below a trigger that fired.
    """
    theirs = max([before, *(pack.trigger(key).min_tier for key in scored.triggers)]) if is_set else scored.tier
    return max(before, theirs)
