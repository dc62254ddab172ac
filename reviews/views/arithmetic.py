"""The arithmetic of an assessment as its page prints it, so that a critic can do every sum again with a pencil.

Each number is one that was stored, or that the pack says; what is not exact has one decimal more than the results.
Nothing is scored here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.queries.questionnaire import numbers as question_numbers
from reviews.rules import reasons, tiers
from reviews.rules.pack import Pack
from reviews.rules.scored import DomainScore, Safeguard, Scored
from reviews.views.formats import exact
from reviews.views.formats import number as decimals


@dataclass(frozen=True)
class Area:
    """One chosen hazard domain with every factor of its score."""

    label: str
    severity: int
    enablement: int
    likelihood: float
    base: float
    uplift: float
    reversibility: float
    reach: float
    product: float
    cap: float
    score: float


@dataclass(frozen=True)
class Line:
    """One line of the ledger; ``kind`` is "", "sum" or "total". A tier is printed as its badge."""

    label: str
    value: str = ""
    note: str = ""
    kind: str = ""
    tier: int | None = None
    tier_label: str = ""


@dataclass(frozen=True)
class Counted:
    """One safeguard as it counts. ``credit`` None: it cannot apply, and is left out of both sums."""

    number: str
    text: str
    answer: str
    note: str
    weight: float
    credit: float | None
    product: float | None


@dataclass(frozen=True)
class Safeguards:
    """Every safeguard that was asked, both sums, and the share of what is possible that follows from them."""

    rows: tuple[Counted, ...]
    weights: float
    products: float
    fraction: float


def likelihood(pack: Pack, scored: Scored) -> str:
    """The formula of the likelihood with the numbers of this pack and case."""
    base, divisor = exact(pack.scoring.ease_base), exact(pack.scoring.ease_divisor)
    return f"({base} + {scored.factors.ease}/{divisor})"


def areas(pack: Pack, scored: Scored) -> Iterator[Area]:
    """The chosen areas, highest score first."""
    factors = scored.factors
    for row in sorted(scored.domains, key=lambda row: -row.score):
        product = row.base * factors.uplift_factor * factors.reversibility_factor * factors.reach_factor
        severity = scored.severities.get(row.key, pack.domain(row.key).severity)
        yield Area(
            pack.domain(row.key).label,
            severity,
            row.enablement,
            row.likelihood,
            row.base,
            factors.uplift_factor,
            factors.reversibility_factor,
            factors.reach_factor,
            product if row.enablement else 0.0,
            _cap(pack, scored, row),
            row.score,
        )


def safeguards(pack: Pack, scored: Scored, answers: Mapping[str, Any]) -> Safeguards:
    """The safeguards with weight and credit as they were counted."""
    number = question_numbers(pack, answers)
    rows = tuple(_counted(pack, one, number.get(one.key, ""), answers.get(one.key)) for one in scored.safeguards)
    return Safeguards(
        rows,
        sum(row.weight for row in rows if row.credit is not None),
        sum(row.product for row in rows if row.product is not None),
        scored.mitigation_fraction,
    )


def _counted(pack: Pack, one: Safeguard, number: str, given: Any) -> Counted:
    question = pack.question(one.key)
    option = question.option(given)
    between = option is not None and one.credit is not None and option.credit != one.credit
    return Counted(
        number,
        question.text,
        option.label if option is not None else _("Not answered"),
        _("the median of the reviewers lies between two answers") if between else "",
        one.weight,
        one.credit,
        None if one.credit is None else one.weight * one.credit,
    )


def ledger(pack: Pack, scored: Scored, ruling: int) -> Iterator[Line]:
    """From the area that decides to the tier that rules."""
    yield from _inherent(pack, scored)
    decimal = pack.scoring.round_to
    share = _(
        "%(fraction)s %% of what is possible, times the cap of %(cap)s %% at the requested level = %(credit)s %%"
    ) % {
        "fraction": decimals(100 * scored.mitigation_fraction, decimals=2),
        "cap": exact(100 * scored.mitigation_cap),
        "credit": decimals(100 * scored.credit, decimals=2),
    }
    yield Line(_("Safeguards"), decimals(scored.residual - scored.inherent, decimals=decimal, sign=True), share)
    yield Line(_("Residual risk"), decimals(scored.residual, decimals=decimal), "", "sum")
    yield Line(_("Tier by score"), note=_band(pack, scored), tier=scored.score_tier)
    floors = [pack.trigger(key).min_tier for key in scored.triggers]
    count = len(floors)
    fired = ngettext("%(n)d fired, see below", "%(n)d fired, see below", count) % {"n": count}
    if floors:
        yield Line(_("Tier by triggers"), note=fired, tier=max(floors))
    tier = pack.tier(ruling)
    by_numbers = tiers.final_tier(pack, scored.score_tier, scored.triggers)
    label = _("Tier, the higher of both")
    if tier.tier > by_numbers:
        label = _("Tier, as the board raised it")
    elif tier.tier < by_numbers:
        label = _("Tier, as the board lowered it")
    yield Line(label, "", "", "total", tier=tier.tier, tier_label=tier.label)


def _inherent(pack: Pack, scored: Scored) -> Iterator[Line]:
    key = tiers.leading(pack, scored)
    inherent = decimals(scored.inherent, decimals=pack.scoring.round_to)
    if not key:
        none = _("no chosen area helps towards harm") if scored.domains else _("no area was chosen")
        yield Line(_("Inherent risk"), inherent, none, "sum")
        return
    row, places = next(row for row in scored.domains if row.key == key), reasons.places(pack)
    yield Line(_("Highest area"), decimals(row.score, decimals=places), _which(pack, scored, key))
    yield Line(_("Breadth"), exact(scored.breadth_bonus, sign=True), _breadth(pack, scored))
    cap, reached = _cap(pack, scored, row), row.score + scored.breadth_bonus
    if reached > cap:
        note = _("the sum, %(sum)s, may not pass the cap of its severity") % {"sum": decimals(reached, decimals=places)}
        yield Line(_("Cap"), exact(cap), note)
    yield Line(_("Inherent risk"), inherent, "", "sum")


def _which(pack: Pack, scored: Scored, key: str) -> str:
    label, first = pack.domain(key).label, tiers.top_domain(pack, scored)
    if first == key:
        return label
    held = next(row for row in scored.domains if row.key == first)
    return _("%(area)s: with the points for breadth it ends above %(other)s, which may not pass %(cap)s") % {
        "area": label,
        "other": pack.domain(first).label,
        "cap": exact(_cap(pack, scored, held)),
    }


def _breadth(pack: Pack, scored: Scored) -> str:
    breadth = pack.scoring.breadth
    further = sorted((row.score for row in scored.domains), reverse=True)[1:]
    count = sum(score >= breadth.counts_when_score_at_least for score in further)
    return ngettext(
        "%(n)d further area at %(least)s or more, %(each)s each, at most %(most)s",
        "%(n)d further areas at %(least)s or more, %(each)s each, at most %(most)s",
        count,
    ) % {
        "n": count,
        "least": exact(breadth.counts_when_score_at_least),
        "each": exact(breadth.per_domain),
        "most": exact(breadth.max_bonus),
    }


def _cap(pack: Pack, scored: Scored, row: DomainScore) -> float:
    return pack.scoring.score_cap_by_severity[scored.severities.get(row.key, pack.domain(row.key).severity)]


def _band(pack: Pack, scored: Scored) -> str:
    if tiers.tier_of(pack, scored.residual) != scored.score_tier:
        most = pack.scoring.max_tier_reduction_by_mitigation
        return ngettext(
            "the inherent risk is tier %(tier)d, and safeguards lower it by %(n)d tier at most",
            "the inherent risk is tier %(tier)d, and safeguards lower it by %(n)d tiers at most",
            most,
        ) % {"n": most, "tier": scored.inherent_tier}
    starts = {band.tier: band.start for band in pack.scoring.thresholds}
    low, following = exact(starts[scored.score_tier]), starts.get(scored.score_tier + 1)
    if following is None:
        return _("this tier starts at %(low)s") % {"low": low}
    return _("this tier runs from %(low)s to under %(high)s") % {"low": low, "high": exact(following)}
