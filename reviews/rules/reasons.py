"""The arithmetic of an assessment in sentences. Explains what was computed; computes nothing itself.

Each sentence is a template with its values, so that a page can translate the template and fill in the values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reviews.rules.pack import Pack
from reviews.rules.scored import DomainScore, Scored
from reviews.rules.sentences import gettext_noop
from reviews.rules.tiers import tier_of

TEMPLATES = {
    "incomplete": gettext_noop("%(count)s required answers are missing, so this result is provisional."),
    "no_domain": gettext_noop("No hazard domain is chosen, so the score is 0."),
    "domain": gettext_noop(
        "%(domain)s: enablement %(enablement)s and ease %(ease)s give a likelihood of %(likelihood)s; with severity "
        "%(severity)s the base is %(base)s; times uplift %(uplift)s, reversibility %(reversibility)s and reach "
        "%(reach)s that is %(score)s (never above %(cap)s)."
    ),
    "domain_none": gettext_noop("%(domain)s: no help towards harm, so it scores 0."),
    "reach_floor": gettext_noop("The requested level counts as a reach of at least %(floor)s."),
    "breadth": gettext_noop(
        "Further domains with high scores add %(bonus)s points to each domain, never beyond the cap of its severity."
    ),
    "inherent": gettext_noop("The inherent risk is %(inherent)s, which by itself is tier %(tier)s."),
    "mitigation": gettext_noop(
        "The safeguards reach %(fraction)s %% of what is possible; at the requested level they can take away at most "
        "%(cap)s %% of the risk, so %(credit)s %% comes off."
    ),
    "residual": gettext_noop("The residual risk is %(residual)s, which by itself is tier %(tier)s."),
    "limited": gettext_noop("Safeguards lower the tier by at most %(steps)s, so the score gives tier %(tier)s."),
    "trigger": gettext_noop("%(reason)s: at least tier %(tier)s."),
    "trigger_hold": gettext_noop(
        "%(reason)s: at least tier %(tier)s, and nothing is released until the %(role)s clears it."
    ),
    "tier": gettext_noop("The tier is %(tier)s, %(label)s."),
}


@dataclass(frozen=True)
class Driver:
    """One sentence of the explanation. ``about`` names the domain or trigger that it speaks of, if any."""

    code: str
    values: tuple[tuple[str, str], ...] = ()
    about: str = ""

    @property
    def template(self) -> str:
        """The sentence with ``%(name)s`` places."""
        return TEMPLATES[self.code]

    @property
    def text(self) -> str:
        """The sentence in English."""
        return self.template % dict(self.values)


def why(pack: Pack, scored: Scored) -> tuple[str, ...]:
    """The way from the answers to the tier, one sentence a step."""
    return tuple(driver.text for driver in drivers(pack, scored))


def drivers(pack: Pack, scored: Scored) -> tuple[Driver, ...]:
    """The same as data, in the order of the scoring steps."""
    return tuple(_drivers(pack, scored))


def strongest(pack: Pack, scored: Scored, *, count: int = 3) -> tuple[Driver, ...]:
    """The few that weigh most: triggers that set the tier, then areas by their score, then what adds and takes away."""

    def rank(driver: Driver) -> tuple[int, float]:
        if driver.code in ("trigger", "trigger_hold"):
            floor = pack.trigger(driver.about).min_tier
            return (0 if floor > scored.score_tier else 2, -floor)
        if driver.code == "domain":
            return (1, -next(domain.score for domain in scored.domains if domain.key == driver.about))
        return (3, 0)

    telling = ("trigger", "trigger_hold", "domain", "breadth", "mitigation", "no_domain")
    return tuple(sorted((d for d in drivers(pack, scored) if d.code in telling), key=rank)[:count])


def _drivers(pack: Pack, scored: Scored) -> Iterator[Driver]:
    if scored.missing:
        yield _driver("incomplete", count=len(scored.missing))
    yield from _inherent(pack, scored)
    yield from _residual(pack, scored)
    for key in scored.triggers:
        trigger = pack.trigger(key)
        role = (trigger.hold or "").replace("_", " ")
        code = "trigger_hold" if role else "trigger"
        yield _driver(code, about=key, reason=trigger.reason, tier=trigger.min_tier, role=role)
    yield _driver("tier", tier=scored.tier, label=pack.tier(scored.tier).label)


def _inherent(pack: Pack, scored: Scored) -> Iterator[Driver]:
    if not scored.domains:
        yield _driver("no_domain")
    elif scored.factors.reach_floor:
        yield _driver("reach_floor", floor=scored.factors.reach_floor)
    for domain in sorted(scored.domains, key=lambda d: -d.score):
        yield _domain(pack, scored, domain)
    if scored.breadth_bonus:
        yield _driver("breadth", bonus=_figure(scored.breadth_bonus))
    yield _driver("inherent", inherent=_figure(scored.inherent), tier=scored.inherent_tier)


def _domain(pack: Pack, scored: Scored, score: DomainScore) -> Driver:
    domain = pack.domain(score.key)
    if not score.enablement:
        return _driver("domain_none", about=score.key, domain=domain.label)
    severity = scored.severities.get(score.key, domain.severity)
    return _driver(
        "domain",
        about=score.key,
        domain=domain.label,
        enablement=score.enablement,
        ease=scored.factors.ease,
        likelihood=_figure(score.likelihood),
        severity=severity,
        base=_figure(score.base, places(pack)),
        uplift=_figure(scored.factors.uplift_factor),
        reversibility=_figure(scored.factors.reversibility_factor),
        reach=_figure(scored.factors.reach_factor),
        score=_figure(score.score, places(pack)),
        cap=_figure(pack.scoring.score_cap_by_severity[severity]),
    )


def _residual(pack: Pack, scored: Scored) -> Iterator[Driver]:
    if not scored.inherent:
        return
    if scored.safeguards:
        yield _driver(
            "mitigation",
            fraction=_figure(100 * scored.mitigation_fraction, 2),
            cap=_figure(100 * scored.mitigation_cap),
            credit=_figure(100 * scored.credit, 2),
        )
    by_itself = tier_of(pack, scored.residual)
    yield _driver("residual", residual=_figure(scored.residual), tier=by_itself)
    if by_itself != scored.score_tier:
        yield _driver("limited", steps=pack.scoring.max_tier_reduction_by_mitigation, tier=scored.score_tier)


def _driver(code: str, *, about: str = "", **values: object) -> Driver:
    return Driver(code, tuple((name, str(value)) for name, value in values.items()), about)


def places(pack: Pack) -> int:
    """With how many decimals numbers on the way are written: one more than the results, and two at least."""
    return max(pack.scoring.round_to, 1) + 1


def _figure(number: float, most: int = 6) -> str:
    """At most that many decimals, none that say nothing."""
    text = f"{number:.{most}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
