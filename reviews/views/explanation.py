"""An assessment explained: each area, the way from areas to the tier, triggers with their answers, the legal list.

It prints numbers that were stored with the assessment; only "what would change it" scores anew, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from reviews.models import Assessment, Revision
from reviews.queries import legal_flag
from reviews.queries.questionnaire import numbers as question_numbers
from reviews.queries.roles import role_words
from reviews.rules import reasons, sensitivity, tiers
from reviews.rules.aggregation import Aggregated
from reviews.rules.pack import Pack
from reviews.rules.scored import Adjusted, Scored, from_json
from reviews.rules.scoring import AS_ANSWERED
from reviews.views import arithmetic, grounds, heat
from reviews.views.arithmetic import Area, Line, Safeguards
from reviews.views.formats import number as decimals
from reviews.views.heat import Heat, Spot


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
    line: legal_flag.Line | None = None


@dataclass(frozen=True)
class Alternative:
    """One answer changed, and what the tier would be then."""

    text: str
    tier: int
    residual: str


@dataclass(frozen=True)
class Explanation:
    """Everything that the assessment page prints."""

    headline: str
    areas: tuple[Area, ...]
    places: int
    likelihood: str
    safeguards: Safeguards
    heat: Heat
    sentences: tuple[str, ...]
    ledger: tuple[Line, ...]
    triggers: tuple[Fired, ...]
    trigger_count: int
    alternatives: tuple[Alternative, ...]
    flags: tuple[Flag, ...]


def explain(
    revision: Revision,
    assessment: Assessment,
    numbers: Assessment,
    counted: Aggregated | None = None,
    noted: Iterable[legal_flag.Line] = (),
) -> Explanation:
    """The explanation of the assessment that rules, by the numbers that the reader may see. No query.

    ``counted`` are the answers behind them where reviewers' are among these, ``noted`` the flags of the revision.
    """
    pack = revision.policy.pack
    scored = from_json(numbers.result)
    answers = revision.response.answers if counted is None else counted.answers
    adjusted = AS_ANSWERED if counted is None else counted.adjusted
    areas = tuple(arithmetic.areas(pack, scored))
    return Explanation(
        headline=_headline(pack, scored, assessment, numbers),
        areas=areas,
        places=reasons.places(pack),
        likelihood=arithmetic.likelihood(pack, scored),
        safeguards=arithmetic.safeguards(pack, scored, answers),
        heat=heat.draw(pack, [Spot(area.label, area.severity, area.likelihood) for area in areas]),
        sentences=tuple(_(driver.template) % dict(driver.values) for driver in reasons.drivers(pack, scored)),
        ledger=tuple(arithmetic.ledger(pack, scored, assessment.tier)),
        triggers=tuple(_fired(pack, scored, answers)),
        trigger_count=len(pack.triggers),
        alternatives=tuple(_alternatives(pack, answers, adjusted)),
        flags=tuple(_flags(pack, scored, {line.key: line for line in noted})),
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
    if not scored.domains:
        return _("%(name)s: no area of harm was chosen, and no trigger asks for more.") % {"name": name}
    top = tiers.leading(pack, scored)
    if not top or not scored.inherent:
        return _("%(name)s: no chosen area scores anything, and no trigger asks for more.") % {"name": name}
    text = _(
        "%(name)s, because the highest area, %(area)s, reaches %(score)s of 100; %(residual)s are left after the "
        "safeguards."
    )
    values = {
        "name": name,
        "area": pack.domain(top).label,
        "score": decimals(scored.inherent, decimals=pack.scoring.round_to),
        "residual": decimals(scored.residual, decimals=pack.scoring.round_to),
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


def _fired(pack: Pack, scored: Scored, answers: Mapping[str, Any]) -> Iterator[Fired]:
    for key in scored.triggers:
        trigger = pack.trigger(key)
        hold = role_words(trigger.hold) if trigger.hold else ""
        yield Fired(trigger.reason, trigger.min_tier, hold, grounds.of(pack, trigger, scored, answers))


def _alternatives(pack: Pack, answers: Mapping[str, Any], adjusted: Adjusted) -> Iterator[Alternative]:
    number = question_numbers(pack, answers)
    for change in sensitivity.lowering(pack, answers, adjusted):
        question = pack.question(change.key)
        values = {"number": number[change.key], "text": question.text, "answer": question.label_of(change.value)}
        residual = decimals(change.residual, decimals=pack.scoring.round_to)
        yield Alternative(_("%(number)s %(text)s “%(answer)s”") % values, change.tier, residual)


def _flags(pack: Pack, scored: Scored, noted: Mapping[str, legal_flag.Line]) -> Iterator[Flag]:
    for key in scored.legal_flags:
        flag = pack.legal_flag(key)
        day, within = legal_flag.deadline(flag)
        yield Flag(flag.label, flag.duty, day, within, flag.status, noted.get(key))
