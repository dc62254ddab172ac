"""The tier as it would be now, while authors still answer: what drives it, what would lower it, what is provisional.

Nothing of it is stored, and nobody but the authors sees it. It scores; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.queries.questionnaire import numbers
from reviews.queries.roles import role_words
from reviews.rules import reasons, scoring, sensitivity
from reviews.rules.pack import Pack, Question, Tier
from reviews.rules.questionnaire import may_preview
from reviews.rules.reasons import Driver
from reviews.rules.scored import Scored
from reviews.rules.tiers import tier_of
from reviews.views import gauge
from reviews.views.formats import exact
from reviews.views.formats import number as decimals

FIRST = 4


@dataclass(frozen=True)
class Row:
    """One thing that drives the tier, with its figure and where that comes from."""

    label: str
    figure: str
    note: str = ""


@dataclass(frozen=True)
class Way:
    """One change of answers, and the tier that it would give."""

    text: str
    tier: int
    residual: float


@dataclass(frozen=True)
class Preview:
    """What the aside prints. ``missing`` counts the required answers without which it is provisional."""

    tier: Tier
    residual: float
    missing: int
    standing: str
    meaning: str
    gauge: gauge.Gauge
    drivers: tuple[Row, ...]
    ways: tuple[Way, ...]
    more_ways: tuple[Way, ...]
    no_rung: bool


def preview(pack: Pack, answers: Mapping[str, Any]) -> Preview | None:
    """The preview; None before every tripwire that applies is answered."""
    if not may_preview(pack, answers):
        return None
    scored = scoring.assess(pack, answers)
    number = numbers(pack, answers)
    ways, no_rung = _ways(pack, answers, number)
    return Preview(
        tier=pack.tier(scored.tier),
        residual=scored.residual,
        missing=len(scored.missing),
        standing=_standing(pack, scored),
        meaning=_meaning(pack, pack.tier(scored.tier), scored),
        gauge=gauge.draw(pack, scored.residual),
        drivers=tuple(_row(pack, scored, driver, number) for driver in reasons.strongest(pack, scored)),
        ways=tuple(ways[:FIRST]),
        more_ways=tuple(ways[FIRST:]),
        no_rung=no_rung,
    )


def _standing(pack: Pack, scored: Scored) -> str:
    """How far the score is from the next tier; nothing where a trigger or a safeguard's limit sets the tier."""
    if scored.tier != tier_of(pack, scored.residual):
        return ""
    starts = {band.tier: band.start for band in pack.scoring.thresholds}
    following = starts.get(scored.tier + 1)
    if following is None:
        return ""
    return _("%(gap)s below tier %(tier)d.") % {"gap": decimals(following - scored.residual), "tier": scored.tier + 1}


def _meaning(pack: Pack, tier: Tier, scored: Scored) -> str:
    reviewers = ngettext("%(n)d reviewer", "%(n)d reviewers", tier.reviewers) % {"n": tier.reviewers}
    days = ngettext("%(n)d business day", "%(n)d business days", tier.sla_business_days) % {"n": tier.sla_business_days}
    text = _("Tier %(tier)d means %(reviewers)s, %(days)s.") % {"tier": tier.tier, "reviewers": reviewers, "days": days}
    if not scored.holds:
        return text
    roles = ", ".join(role_words(role) for role in scored.holds)
    return f"{text} {_('Nothing is released before %(roles)s cleared it.') % {'roles': roles}}"


def _row(pack: Pack, scored: Scored, driver: Driver, number: Mapping[str, str]) -> Row:
    values = dict(driver.values)
    match driver.code:
        case "trigger" | "trigger_hold":
            return Row(pack.trigger(driver.about).reason, _("at least tier %(tier)s") % values)
        case "domain":
            return _area(pack, scored, driver.about, number)
        case "breadth":
            return Row(_("Further areas"), decimals(scored.breadth_bonus, sign=True))
        case "mitigation":
            note = _("%(fraction)s %% done, times the cap of %(cap)s %% at the requested level") % values
            return Row(_("Safeguards"), decimals(scored.residual - scored.inherent, sign=True), note)
    return Row(_("No area of harm is chosen"), decimals(0))


def _area(pack: Pack, scored: Scored, key: str, number: Mapping[str, str]) -> Row:
    domain, factors = pack.domain(key), scored.factors
    score = next(row for row in scored.domains if row.key == key)
    asked = next(q for q in pack.questions if q.domain == key and q.role == "enablement")
    values = {"number": number.get(asked.key, ""), "area": domain.label, "level": score.enablement}
    label = _("%(area)s, answered with %(level)d (%(number)s)") % values
    if asked.key in scored.missing:
        label = _("%(area)s, not answered, so it counts as %(level)d (%(number)s)") % values
    times = factors.uplift_factor * factors.reversibility_factor * factors.reach_factor
    note = _(
        "severity %(severity)d, likelihood %(likelihood)s; then times %(times)s for what it adds, whether it can be "
        "undone, and how many it reaches"
    ) % {
        "severity": domain.severity,
        "likelihood": exact(score.likelihood),
        "times": exact(times),
    }
    return Row(label, decimals(score.score), note)


def _ways(pack: Pack, answers: Mapping[str, Any], number: Mapping[str, str]) -> tuple[list[Way], bool]:
    """Requested levels first, since they are what authors decide; then the answers in the order of the questions.

    The second value: nothing that is requested less would help.
    """
    single = sensitivity.lowering(pack, answers)
    rungs = [change for change in single if pack.question(change.key).role == "rung"]
    found = [Way(_said(pack, [(one.key, one.value)], number), one.tier, one.residual) for one in rungs]
    joint = None if rungs else sensitivity.lower_rungs(pack, answers)
    if joint is not None:
        found.append(Way(_said(pack, joint.values, number), joint.tier, joint.residual))
    no_rung = not found and scoring.assess(pack, answers).tier > pack.tiers[0].tier
    rest = [change for change in single if change not in rungs]
    found += [Way(_said(pack, [(one.key, one.value)], number), one.tier, one.residual) for one in rest]
    return found, no_rung


def _said(pack: Pack, values: Sequence[tuple[str, str | int]], number: Mapping[str, str]) -> str:
    return "; ".join(_words(pack.question(key), value, number) for key, value in values)


def _words(question: Question, value: str | int, number: Mapping[str, str]) -> str:
    return f"{number.get(question.key, '')} {question.text} “{_lead(question.label_of(value))}”".strip()


def _lead(label: str) -> str:
    """The first words of an option, which say its level."""
    return label.split(" - ")[0]
