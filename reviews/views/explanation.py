"""An assessment explained: each area, the way from areas to the tier, triggers with their answers, the legal list.

It prints numbers that were stored with the assessment; only "what would change it" scores anew, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.models import Assessment, Revision
from reviews.queries.questionnaire import numbers as question_numbers
from reviews.queries.questionnaire import words_of
from reviews.queries.roles import role_words
from reviews.rules import conditions, questionnaire, reasons, sensitivity, tiers
from reviews.rules.aggregation import Aggregated
from reviews.rules.pack import Pack
from reviews.rules.scored import Adjusted, Scored, from_json
from reviews.rules.scoring import AS_ANSWERED
from reviews.views import heat
from reviews.views.formats import number as decimals
from reviews.views.heat import Heat, Spot


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
class Fired:
    """A trigger that fired, with the answers that fired it."""

    reason: str
    min_tier: int
    hold: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class Flag:
    """A law that may apply; ``day`` where its deadline is a date, otherwise ``within`` says it in words."""

    label: str
    duty: str
    day: date | None
    within: str
    status: str


@dataclass(frozen=True)
class Alternative:
    """One answer changed, and what the tier would be then."""

    text: str
    tier: int
    residual: float


@dataclass(frozen=True)
class Explanation:
    """Everything that the assessment page prints."""

    headline: str
    areas: tuple[Area, ...]
    heat: Heat
    ease: int
    sentences: tuple[str, ...]
    ledger: tuple[Line, ...]
    triggers: tuple[Fired, ...]
    trigger_count: int
    alternatives: tuple[Alternative, ...]
    flags: tuple[Flag, ...]


def explain(
    revision: Revision, assessment: Assessment, numbers: Assessment, counted: Aggregated | None = None
) -> Explanation:
    """The explanation of the assessment that rules, by the numbers that the reader may see. No query.

    ``counted`` are the answers behind them where reviewers' are among these.
    """
    pack = revision.policy.pack
    scored = from_json(numbers.result)
    answers = revision.response.answers if counted is None else counted.answers
    adjusted = AS_ANSWERED if counted is None else counted.adjusted
    areas = tuple(_areas(pack, scored))
    return Explanation(
        headline=_headline(pack, scored, assessment, numbers),
        areas=areas,
        heat=heat.draw(pack, [Spot(area.label, area.severity, area.likelihood) for area in areas]),
        ease=scored.factors.ease,
        sentences=tuple(_(driver.template) % dict(driver.values) for driver in reasons.drivers(pack, scored)),
        ledger=tuple(_ledger(pack, scored, assessment)),
        triggers=tuple(_fired(pack, scored, answers)),
        trigger_count=len(pack.triggers),
        alternatives=tuple(_alternatives(pack, answers, adjusted)),
        flags=tuple(_flags(pack, scored)),
    )


def _headline(pack: Pack, scored: Scored, assessment: Assessment, numbers: Assessment) -> str:
    tier = pack.tier(assessment.tier)
    name = _("Tier %(tier)d, %(label)s") % {"tier": tier.tier, "label": tier.label.lower()}
    by_numbers = tiers.final_tier(pack, scored.score_tier, scored.triggers)
    if assessment.tier != by_numbers:
        return _told(assessment, numbers, by_numbers) % {"name": name, "tier": by_numbers}
    strongest = [pack.trigger(key) for key in scored.triggers if pack.trigger(key).min_tier > scored.score_tier]
    if strongest:
        reason = max(strongest, key=lambda trigger: trigger.min_tier).reason
        return _("%(name)s, because of a trigger: %(reason)s.") % {"name": name, "reason": reason}
    top = tiers.top_domain(pack, scored)
    if not top or not scored.inherent:
        return _("%(name)s: no area of harm was chosen, and no trigger asks for more.") % {"name": name}
    text = _(
        "%(name)s, because the highest area, %(area)s, reaches %(score)s of 100; %(residual)s are left after the "
        "safeguards."
    )
    values = {
        "name": name,
        "area": pack.domain(top).label,
        "score": decimals(scored.inherent),
        "residual": decimals(scored.residual),
    }
    return text % values


def _told(assessment: Assessment, numbers: Assessment, by_numbers: int) -> str:
    """Why another tier rules than the one that the numbers give."""
    if assessment.tier < by_numbers or assessment.basis == Assessment.Basis.OVERRIDE:
        return _("%(name)s, because the chair and a second person set it; by the answers it would be tier %(tier)d.")
    if assessment.basis == Assessment.Basis.BOARD:
        return _("%(name)s, because a reviewer asked for a closer look than the score does.")
    if not numbers.counted:
        return _("%(name)s, because the reviewers ask for more than the authors' answers do.")
    return _("%(name)s. All answers together give tier %(tier)d; a lower tier does not replace a higher one by itself.")


def _areas(pack: Pack, scored: Scored) -> Iterator[Area]:
    factors = scored.factors
    for row in sorted(scored.domains, key=lambda row: -row.score):
        domain = pack.domain(row.key)
        severity = scored.severities.get(row.key, domain.severity)
        product = row.base * factors.uplift_factor * factors.reversibility_factor * factors.reach_factor
        yield Area(
            domain.label,
            severity,
            row.enablement,
            row.likelihood,
            row.base,
            factors.uplift_factor,
            factors.reversibility_factor,
            factors.reach_factor,
            product if row.enablement else 0.0,
            pack.scoring.score_cap_by_severity[severity],
            row.score,
        )


def _ledger(pack: Pack, scored: Scored, assessment: Assessment) -> Iterator[Line]:
    top = tiers.top_domain(pack, scored)
    if top:
        highest = max(row.score for row in scored.domains)
        yield Line(_("Highest area"), decimals(highest), pack.domain(top).label)
        note = _("for each further area at %(least)s or more, at most %(most)s") % {
            "least": f"{pack.scoring.breadth.counts_when_score_at_least:g}",
            "most": f"{pack.scoring.breadth.max_bonus:g}",
        }
        yield Line(_("Breadth"), decimals(scored.breadth_bonus, sign=True), note)
        reached = highest + scored.breadth_bonus
        if reached - scored.inherent >= 0.05:
            note = _("the sum, %(sum)s, may not pass the cap of its severity") % {"sum": decimals(reached)}
            yield Line(_("Cap"), decimals(scored.inherent), note)
    yield Line(_("Inherent risk"), decimals(scored.inherent), "" if top else _("no area was chosen"), "sum")
    share = _(
        "%(fraction)s %% of what is possible, times the cap of %(cap)s %% at the requested level = %(credit)s %%"
    ) % {
        "fraction": decimals(100 * scored.mitigation_fraction),
        "cap": decimals(100 * scored.mitigation_cap, decimals=0),
        "credit": decimals(100 * scored.credit, decimals=2),
    }
    yield Line(_("Safeguards"), decimals(scored.residual - scored.inherent, sign=True), share)
    yield Line(_("Residual risk"), decimals(scored.residual), "", "sum")
    yield Line(_("Tier by score"), note=_band(pack, scored), tier=scored.score_tier)
    floors = [pack.trigger(key).min_tier for key in scored.triggers]
    count = len(floors)
    fired = ngettext("%(n)d fired, see below", "%(n)d fired, see below", count) % {"n": count}
    if floors:
        yield Line(_("Tier by triggers"), note=fired, tier=max(floors))
    tier = pack.tier(assessment.tier)
    by_numbers = tiers.final_tier(pack, scored.score_tier, scored.triggers)
    label = _("Tier, the higher of both")
    if tier.tier > by_numbers:
        label = _("Tier, as the board raised it")
    elif tier.tier < by_numbers:
        label = _("Tier, as the board lowered it")
    yield Line(label, "", "", "total", tier=tier.tier, tier_label=tier.label)


def _band(pack: Pack, scored: Scored) -> str:
    starts = {band.tier: band.start for band in pack.scoring.thresholds}
    low = f"{starts[scored.score_tier]:g}"
    following = starts.get(scored.score_tier + 1)
    if tiers.tier_of(pack, scored.residual) != scored.score_tier:
        return _("safeguards lower the tier of the inherent risk by one at most")
    if following is None:
        return _("this tier starts at %(low)s") % {"low": low}
    return _("this tier runs from %(low)s to under %(high)s") % {"low": low, "high": f"{following:g}"}


def _fired(pack: Pack, scored: Scored, answers: Mapping[str, Any]) -> Iterator[Fired]:
    number, existing = question_numbers(pack, answers), questionnaire.effective(pack, answers)
    for key in scored.triggers:
        trigger = pack.trigger(key)
        asked = [name for name in conditions.names(trigger.when) if name in existing and name in number]
        because = tuple(
            _("Question %(number)s was answered: %(answer)s")
            % {"number": number[name], "answer": "; ".join(words_of(pack.question(name), existing))}
            for name in asked
        )
        yield Fired(trigger.reason, trigger.min_tier, role_words(trigger.hold) if trigger.hold else "", because)


def _alternatives(pack: Pack, answers: Mapping[str, Any], adjusted: Adjusted) -> Iterator[Alternative]:
    number = question_numbers(pack, answers)
    for change in sensitivity.lowering(pack, answers, adjusted):
        question = pack.question(change.key)
        values = {"number": number[change.key], "text": question.text, "answer": question.label_of(change.value)}
        yield Alternative(_("%(number)s %(text)s “%(answer)s”") % values, change.tier, change.residual)


def _flags(pack: Pack, scored: Scored) -> Iterator[Flag]:
    for key in scored.legal_flags:
        flag = pack.legal_flag(key)
        days = flag.deadline_days
        within = ngettext("within %(n)d day", "within %(n)d days", days or 0) % {"n": days} if days else ""
        try:
            day = date.fromisoformat(flag.deadline or "")
        except ValueError:
            day = None
        yield Flag(flag.label, flag.duty, day, "" if day else flag.deadline or within, flag.status)
