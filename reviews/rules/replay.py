"""What another policy would have made of a case that was judged before: which result changes, and what moves it.

The answers and the stored result come in, the difference goes out. Nothing here asks who may know of it, and no board
is replayed: what people raised or granted was judgement, not scoring.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

from reviews.rules import conditions, questionnaire
from reviews.rules.pack import PARTS, Pack
from reviews.rules.questionnaire import KINDS, Answers
from reviews.rules.scored import DomainScore, Factors, Scored
from reviews.rules.scoring import assess
from reviews.rules.tiers import tier_of

OF_THE_CASE = frozenset({"enablement", "factor", "breadth", "safeguards"})
"""Causes whose figures belong to one case and not to the policy."""
FACTORS = ("ease", "uplift", "reversibility", "reach")


@dataclass(frozen=True)
class Cause:
    """What of the policy moves a result. ``subject`` is a trigger, a domain, a factor or a tier; ``part`` of a case."""

    code: str
    subject: str = ""
    before: str = ""
    after: str = ""
    part: str = ""

    @property
    def general(self) -> Cause:
        """The same without the figures of one case, so that it can be counted and told to those who see no case."""
        return replace(self, before="", after="") if self.code in OF_THE_CASE else self


@dataclass(frozen=True)
class Ceiling:
    """The highest rung that is granted by default for one part of a case, before and after."""

    part: str
    before: str
    after: str
    is_lower: bool


@dataclass(frozen=True)
class Effect:
    """What changes for one submission. Triggers and holds by key, questions by key.

    ``lacking``: asked by the other policy, without an answer here. ``unused``: answered, asked no more. ``unfit``:
    answered in a way that the other policy does not offer.
    """

    tier_before: int
    tier_after: int
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    holds_gained: tuple[str, ...] = ()
    holds_lost: tuple[str, ...] = ()
    ceilings: tuple[Ceiling, ...] = ()
    causes: tuple[Cause, ...] = ()
    lacking: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    unfit: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether tier, trigger, hold or ceiling would be another one."""
        moved = self.gained or self.lost or self.holds_gained or self.holds_lost or self.ceilings
        return self.tier_before != self.tier_after or bool(moved)


def as_json(found: Effect) -> dict[str, Any]:
    """An effect as plain data."""
    return asdict(found)


def from_json(data: Mapping[str, Any]) -> Effect:
    """An effect as it was, from plain data."""
    given: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    given["ceilings"] = tuple(Ceiling(**one) for one in data["ceilings"])
    given["causes"] = tuple(Cause(**one) for one in data["causes"])
    return Effect(**given)


@dataclass(frozen=True)
class Tally:
    """Many effects in numbers: how many cases of each tier end in which, and what how many of them owe it to."""

    cases: int
    changed: int
    higher: int
    lower: int
    matrix: Mapping[tuple[int, int], int]
    causes: tuple[tuple[Cause, int], ...]
    lacking: tuple[tuple[str, int], ...]
    unused: tuple[tuple[str, int], ...]
    unfit: tuple[tuple[str, int], ...]


def effect(answers: Answers, before: Scored, old: Pack, new: Pack) -> Effect:
    """What the new policy makes of answers that the old one scored; ``before`` is the result as it was stored."""
    after, between = assess(new, answers), _between(old, new)
    found = Effect(
        tier_before=before.tier,
        tier_after=after.tier,
        gained=_without(after.triggers, before.triggers),
        lost=_without(before.triggers, after.triggers),
        holds_gained=_without(after.holds, before.holds),
        holds_lost=_without(before.holds, after.holds),
        ceilings=tuple(_ceilings(answers, before, after, old, new)),
        lacking=tuple(key for key in after.shown if between.lacks(key, answers, after) and key not in before.missing),
        unused=tuple(key for key in before.shown if key in between.gone and answers.get(key) is not None),
        unfit=tuple(key for key in before.shown if between.unfits(key, answers)),
    )
    return (
        replace(found, causes=tuple(dict.fromkeys(_causes(found, before, after, old, new)))) if found.changes else found
    )


def tally(effects: Iterable[Effect]) -> Tally:
    """The numbers of many effects; what comes most often stands first, of equals what was met first."""
    matrix: Counter[tuple[int, int]] = Counter()
    causes: Counter[Cause] = Counter()
    lacking, unused, unfit = Counter[str](), Counter[str](), Counter[str]()
    changed = 0
    for one in effects:
        changed += one.changes
        matrix[one.tier_before, one.tier_after] += 1
        causes.update({cause.general for cause in one.causes})
        lacking.update(one.lacking)
        unused.update(one.unused)
        unfit.update(one.unfit)
    return Tally(
        cases=matrix.total(),
        changed=changed,
        higher=sum(count for (before, after), count in matrix.items() if after > before),
        lower=sum(count for (before, after), count in matrix.items() if after < before),
        matrix=dict(matrix),
        causes=tuple(sorted(causes.items(), key=lambda pair: (-pair[1], pair[0].code, pair[0].subject))),
        lacking=tuple(lacking.most_common()),
        unused=tuple(unused.most_common()),
        unfit=tuple(unfit.most_common()),
    )


@dataclass(frozen=True)
class _Between:
    """What two packs ask apart, found once for all cases."""

    new: Pack
    old: Pack
    added: frozenset[str]
    gone: frozenset[str]
    altered: frozenset[str]

    def lacks(self, key: str, answers: Answers, after: Scored) -> bool:
        """Whether a question that is shown now stands open: required, or put for the first time."""
        if key in after.missing:
            return True
        return key in self.added and not questionnaire.is_given(self.new.question(key), answers.get(key))

    def unfits(self, key: str, answers: Answers) -> bool:
        """Whether an answer that counted is none to the question as it is asked now."""
        if key not in self.altered:
            return False
        value = answers.get(key)
        counted = questionnaire.is_given(self.old.question(key), value)
        return counted and not questionnaire.is_given(self.new.question(key), value)


@lru_cache(maxsize=64)
def _between(old: Pack, new: Pack) -> _Between:
    before, after = {q.key: q for q in old.questions}, {q.key: q for q in new.questions}
    return _Between(
        new=new,
        old=old,
        added=frozenset(after.keys() - before.keys()),
        gone=frozenset(before.keys() - after.keys()),
        altered=frozenset(
            key
            for key in before.keys() & after.keys()
            if (before[key].type, before[key].values, before[key].allow_empty)
            != (after[key].type, after[key].values, after[key].allow_empty)
        ),
    )


def _without(keys: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    known = set(others)
    return tuple(key for key in keys if key not in known)


def _ceilings(answers: Answers, before: Scored, after: Scored, old: Pack, new: Pack) -> Iterator[Ceiling]:
    for part in KINDS.get(str(answers.get(old.bindings.kind)), PARTS):
        was, will = old.tier(before.tier).ceiling(part), new.tier(after.tier).ceiling(part)
        if was != will:
            orders = {rung.value: rung.order for pack in (old, new) for rung in pack.ladder(part)}
            yield Ceiling(part, was, will, is_lower=orders[will] < orders[was])


def _causes(found: Effect, before: Scored, after: Scored, old: Pack, new: Pack) -> Iterator[Cause]:
    yield from _of_triggers(found, before, after, old, new)
    if _score_matters(before, after, old, new):
        yield from list(_of_scores(before, after, old, new)) or [Cause("formula")]
    known = {tier.tier: tier for tier in old.tiers}
    for one in found.ceilings:
        was = known.get(after.tier)
        if was is not None and was.ceiling(one.part) != one.after:
            yield Cause("ceiling", str(after.tier), was.ceiling(one.part), one.after, part=one.part)


def _of_triggers(found: Effect, before: Scored, after: Scored, old: Pack, new: Pack) -> Iterator[Cause]:
    """New, fires now, silent now, gone; or the same trigger with another tier or another hold."""
    was, will = {one.key: one for one in old.triggers}, {one.key: one for one in new.triggers}
    for key in found.gained:
        yield Cause("trigger_fires" if key in was else "trigger_new", key, after=str(will[key].min_tier))
    for key in found.lost:
        yield Cause("trigger_silent" if key in will else "trigger_gone", key, before=str(was[key].min_tier))
    for key in before.triggers:
        if key not in after.triggers:
            continue
        if was[key].min_tier != will[key].min_tier:
            yield Cause("trigger_tier", key, str(was[key].min_tier), str(will[key].min_tier))
        if was[key].hold != will[key].hold:
            yield Cause("trigger_hold", key, was[key].hold or "", will[key].hold or "")


def _score_matters(before: Scored, after: Scored, old: Pack, new: Pack) -> bool:
    """Whether the score, and not triggers alone, moved the tier or a trigger that looks at it."""
    if after.tier > before.tier:
        moved = after.score_tier > before.tier
    elif after.tier < before.tier:
        moved = before.score_tier > after.tier
    else:
        moved = False
    if moved or before.inherent_tier == after.inherent_tier:
        return moved
    return any(
        "$inherent_tier" in conditions.names(one.when)
        for pack, fired, others in ((new, after, before), (old, before, after))
        for one in map(pack.trigger, _without(fired.triggers, others.triggers))
    )


def _of_scores(before: Scored, after: Scored, old: Pack, new: Pack) -> Iterator[Cause]:
    """What moved the leading domain, then what holds for the whole score, then where the tiers start."""
    was, will = {one.key: one for one in before.domains}, {one.key: one for one in after.domains}
    leading = dict.fromkeys(_top(before.domains) + _top(after.domains))
    for key in leading:
        yield from _of_domain(key, was.get(key), will.get(key), old, new)
    if _weighs_anew(old, new) and leading:
        yield Cause("formula")
    if any(key in was and key in will and was[key].score != will[key].score for key in leading):
        yield from _of_factors(before.factors, after.factors)
    if before.breadth_bonus != after.breadth_bonus:
        yield Cause("breadth", before=_figure(before.breadth_bonus), after=_figure(after.breadth_bonus))
    if before.credit != after.credit:
        yield Cause("safeguards", before=_figure(100 * before.credit), after=_figure(100 * after.credit))
    yield from _of_bands(before, after, old, new)


def _top(domains: Iterable[DomainScore]) -> list[str]:
    return [one.key for one in sorted(domains, key=lambda one: -one.score)[:1]]


def _of_domain(key: str, was: DomainScore | None, will: DomainScore | None, old: Pack, new: Pack) -> Iterator[Cause]:
    if was is None or will is None:
        if was is not will:
            yield Cause("domain_gone" if will is None else "domain_chosen", key)
        return
    before, after = old.domain(key).severity, new.domain(key).severity
    if before != after:
        yield Cause("severity", key, str(before), str(after))
    if was.enablement != will.enablement:
        yield Cause("enablement", key, str(was.enablement), str(will.enablement))
    caps = old.scoring.score_cap_by_severity[before], new.scoring.score_cap_by_severity[after]
    if before == after and caps[0] != caps[1] and (was.score >= caps[0] or will.score >= caps[1]):
        yield Cause("cap", key, _figure(caps[0]), _figure(caps[1]))


def _weighs_anew(old: Pack, new: Pack) -> bool:
    was, will = old.scoring, new.scoring
    return (was.ease_base, was.ease_divisor, was.round_to) != (will.ease_base, will.ease_divisor, will.round_to)


def _of_factors(before: Factors, after: Factors) -> Iterator[Cause]:
    if before.ease != after.ease:
        yield Cause("factor", "ease", str(before.ease), str(after.ease))
    for name in FACTORS[1:]:
        was, will = getattr(before, f"{name}_factor"), getattr(after, f"{name}_factor")
        if was != will:
            yield Cause("factor", name, _figure(was), _figure(will))


def _of_bands(before: Scored, after: Scored, old: Pack, new: Pack) -> Iterator[Cause]:
    """Where tiers start, and how far safeguards lower one: whatever reads the new score otherwise than before."""
    tier = max(before.score_tier, after.score_tier)
    starts = [{str(one.tier): one.start for one in pack.scoring.thresholds} for pack in (old, new)]
    was, will = (one.get(str(tier)) for one in starts)
    if was != will and any(tier_of(old, score) != tier_of(new, score) for score in (after.inherent, after.residual)):
        code = "threshold_new" if was is None else "threshold_gone" if will is None else "threshold"
        yield Cause(code, str(tier), _figure(was or 0.0), _figure(will or 0.0))
    steps = old.scoring.max_tier_reduction_by_mitigation, new.scoring.max_tier_reduction_by_mitigation
    limited = tier_of(old, before.residual) != before.score_tier or tier_of(new, after.residual) != after.score_tier
    if steps[0] != steps[1] and limited:
        yield Cause("limit", before=str(steps[0]), after=str(steps[1]))


def _figure(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
