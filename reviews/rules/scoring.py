"""From answers to a tier: the pack's ``scoring.steps`` and ``missing_answers``, to the letter.

Every number comes from the pack; each function quotes the step that it carries out. Same answers and same pack give
the same result for ever, so nothing here may look at the clock, the network or anything but its arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reviews.rules.conditions import holds
from reviews.rules.pack import PARTS, Pack, Question, Rung, Scoring
from reviews.rules.questionnaire import Answers, Reading, missing_in, read
from reviews.rules.reasons import Driver, drivers, why
from reviews.rules.scored import Adjusted, DomainScore, Factors, Safeguard, Scored
from reviews.rules.tiers import final_tier, score_tier, tier_of

__all__ = ["Adjusted", "DomainScore", "Driver", "Factors", "Safeguard", "Scored", "assess", "drivers", "why"]

TOP_SEVERITY_TIMES_TOP_LIKELIHOOD = 16
PERCENT = 100
NOT_DONE = "none"
AS_ANSWERED = Adjusted()


def assess(pack: Pack, answers: Answers, adjusted: Adjusted = AS_ANSWERED) -> Scored:
    """The result for any answers, complete or not: "The result says complete: false and lists what is missing."

    ``adjusted`` is what reviewers moved that no answer can say; without it the answers and the pack alone count.
    """
    reading = read(pack, answers)
    rungs = _rungs(reading)
    factors = _factors(reading, rungs)
    severities = {domain.key: adjusted.severities.get(domain.key, domain.severity) for domain in pack.domains}
    domains = _domain_scores(reading, factors, severities)
    bonus = _breadth_bonus(pack, domains)
    exact = _inherent(pack, domains, bonus, severities)
    safeguards = _safeguards(reading, adjusted.credits)
    fraction = _mitigation_fraction(safeguards)
    cap = min(rung.mitigation_cap for rung in rungs)
    credit = fraction * cap
    inherent = round(float(exact), pack.scoring.round_to)
    residual = round(float(exact * (1 - credit)), pack.scoring.round_to)
    inherent_tier = tier_of(pack, inherent)
    known_tier = inherent_tier if _rests_on_answers(reading, domains, factors) else None
    triggers = _fired(reading, known_tier)
    by_score = score_tier(pack, inherent, residual)
    tier = final_tier(pack, by_score, triggers)
    missing = missing_in(reading)
    return Scored(
        inherent=inherent,
        residual=residual,
        inherent_tier=inherent_tier,
        score_tier=by_score,
        tier=tier,
        triggers=triggers,
        holds=_holds(pack, triggers),
        domains=domains,
        breadth_bonus=bonus,
        mitigation_fraction=fraction,
        mitigation_cap=cap,
        credit=credit,
        legal_flags=_legal_flags(reading, known_tier),
        missing=missing,
        complete=not missing,
        ceiling_model=pack.tier(tier).ceiling_model,
        ceiling_paper=pack.tier(tier).ceiling_paper,
        shown=reading.shown,
        factors=factors,
        safeguards=safeguards,
        severities={row.key: adjusted.severities[row.key] for row in domains if row.key in adjusted.severities},
    )


def _rungs(reading: Reading) -> tuple[Rung, ...]:
    """The requested rung of each part; "a shown or absent rung [without an answer counts] as the highest of its
    ladder". While the kind is unanswered, either part may come.
    """
    return tuple(reading.rung(part) or reading.pack.ladder(part)[-1] for part in reading.parts or PARTS)


def _factors(reading: Reading, rungs: Sequence[Rung]) -> Factors:
    """The modifiers; "min_reach: floor for the reach answer", and of two rungs the less reversible one counts."""
    scoring = reading.pack.scoring
    asked = {question.factor: question for question in reading.pack.of_role("modifier")}
    values = {factor: _scale(reading, question) for factor, question in asked.items()}
    floor = max(rung.min_reach for rung in rungs)
    reach = max(values["reach"], floor)
    reversibility = max(rung.reversibility for rung in rungs)
    return Factors(
        ease=values["ease"],
        uplift=values["uplift"],
        reach=reach,
        reach_floor=floor,
        reversibility=reversibility,
        uplift_factor=scoring.uplift_factor[values["uplift"]],
        reversibility_factor=scoring.reversibility_factor[reversibility],
        reach_factor=scoring.reach_factor[reach],
        provisional=tuple(q.key for q in asked.values() if q.key not in reading.answers),
    )


def _scale(reading: Reading, question: Question) -> int:
    """ "A shown scale without an answer scores as provisional_value_for_missing_scale"; so does a hidden modifier."""
    value = reading.answers.get(question.key)
    return reading.pack.scoring.provisional_value_for_missing_scale if value is None else int(value)


def _chosen(reading: Reading) -> tuple[str, ...]:
    """The chosen domains in the pack's order; unanswered "domains as none"."""
    chosen = reading.answers.get(reading.pack.bindings.domains, ())
    return tuple(domain.key for domain in reading.pack.domains if domain.key in chosen)


def _enablement(reading: Reading, domain: str) -> int:
    """ "E = the cap_ answer of a selected domain (0-4)"; a question that is not asked gives 0."""
    question = _enablement_question(reading, domain)
    return _scale(reading, question) if question is not None else 0


def _enablement_question(reading: Reading, domain: str) -> Question | None:
    for question in reading.pack.of_role("enablement"):
        if question.domain == domain and question.key in reading.shown:
            return question
    return None


def _domain_scores(reading: Reading, factors: Factors, severities: Mapping[str, int]) -> tuple[DomainScore, ...]:
    """Steps 1 to 4, for each chosen domain."""
    scoring = reading.pack.scoring
    return tuple(
        _domain_score(scoring, key, severities[key], _enablement(reading, key), factors) for key in _chosen(reading)
    )


def _domain_score(scoring: Scoring, key: str, severity: int, enablement: int, factors: Factors) -> DomainScore:
    """ "L (likelihood) = E * (0.5 + ease / 8)", "base = severity * L / 16 * 100", "domain score = base *
    uplift_factor * reversibility_factor * reach_factor, never above the score cap of that severity".
    """
    likelihood = enablement * (scoring.ease_base + factors.ease / scoring.ease_divisor)
    base = severity * likelihood / TOP_SEVERITY_TIMES_TOP_LIKELIHOOD * PERCENT
    score = base * factors.uplift_factor * factors.reversibility_factor * factors.reach_factor
    capped = min(score, scoring.score_cap_by_severity[severity])
    return DomainScore(key, enablement, likelihood, base, capped)


def _breadth_bonus(pack: Pack, domains: Sequence[DomainScore]) -> float:
    """ "per_domain points for each further domain whose score reaches counts_when_score_at_least, up to max_bonus";
    further means every domain after the top one.
    """
    breadth = pack.scoring.breadth
    further = sorted((domain.score for domain in domains), reverse=True)[1:]
    counted = sum(score >= breadth.counts_when_score_at_least for score in further)
    return min(breadth.per_domain * counted, breadth.max_bonus)


def _inherent(pack: Pack, domains: Sequence[DomainScore], bonus: float, severities: Mapping[str, int]) -> float:
    """ "inherent = the largest, over all domains with E >= 1, of min(domain score + breadth bonus, score cap of that
    domain's severity); 0 when there is none." Not rounded yet.
    """
    caps = pack.scoring.score_cap_by_severity
    return max(
        (min(row.score + bonus, caps[severities[row.key]]) for row in domains if row.enablement >= 1),
        default=0.0,
    )


def _safeguards(reading: Reading, credits: Mapping[str, float]) -> tuple[Safeguard, ...]:
    """The mitigation questions shown, with the credit of their answer; "a shown safeguard [unanswered] as none"."""
    asked = (question for question in reading.pack.of_role("mitigation") if question.key in reading.shown)
    return tuple(
        Safeguard(q.key, q.weight, credits.get(q.key, credit_of(q, reading.answers.get(q.key)))) for q in asked
    )


def credit_of(question: Question, value: str | None) -> float | None:
    """What an answer to a safeguard question is worth; None where it "cannot apply" and is left out."""
    option = question.option(NOT_DONE if value is None else value)
    if option is not None:
        return option.credit
    return min(o.credit for o in question.options if o.credit is not None)


def _mitigation_fraction(safeguards: Sequence[Safeguard]) -> float:
    """ "mitigation fraction f = sum(weight * credit) / sum(weight) over the mit_ questions shown and not answered
    not_applicable"; 0 when there are none.
    """
    counted = [(safeguard.weight, safeguard.credit) for safeguard in safeguards if safeguard.credit is not None]
    total = sum(weight for weight, _ in counted)
    return sum(weight * credit for weight, credit in counted) / total if total else 0.0


def _rests_on_answers(reading: Reading, domains: Sequence[DomainScore], factors: Factors) -> bool:
    """Whether the inherent tier is something that somebody said: no value in it is provisional."""
    if reading.pack.bindings.domains not in reading.answers:
        return False
    questions = [_enablement_question(reading, domain.key) for domain in domains]
    if any(question is not None and question.key not in reading.answers for question in questions):
        return False
    if not any(domain.enablement for domain in domains):
        return True
    rungs_named = bool(reading.parts) and all(reading.rung(part) for part in reading.parts)
    return rungs_named and not factors.provisional


def _fired(reading: Reading, inherent_tier: int | None) -> tuple[str, ...]:
    """The hard triggers that hold, in the pack's order. "No trigger [...] fires on a value that nobody gave, except
    through $any_unsure": an inherent tier that rests on provisional values is unanswered here.
    """
    return tuple(
        trigger.key
        for trigger in reading.pack.triggers
        if holds(trigger.when, lambda name: reading.value(name, inherent_tier=inherent_tier))
    )


def _holds(pack: Pack, triggers: Sequence[str]) -> tuple[str, ...]:
    """The roles that must clear the case before anything is released, each once."""
    roles = (pack.trigger(key).hold for key in triggers)
    return tuple(dict.fromkeys(role for role in roles if role))


def _legal_flags(reading: Reading, inherent_tier: int | None) -> tuple[str, ...]:
    """The laws that may apply; "enabled: false keeps a rule in the pack without asking about it"."""
    return tuple(
        flag.key
        for flag in reading.pack.legal_flags
        if flag.enabled and holds(flag.when, lambda name: reading.value(name, inherent_tier=inherent_tier))
    )
