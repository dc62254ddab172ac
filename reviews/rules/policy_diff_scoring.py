"""What changed between answers and a tier: levels, the scoring rule, triggers, legal flags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from operator import attrgetter

from reviews.rules.pack import LegalFlag, Pack, Rung, Scoring, Threshold, Trigger
from reviews.rules.policy_change import Aspect, Change, Noun, by_size, fields_of, things_of
from reviews.rules.policy_words import condition_words, in_full, percent, plain, quoted, spoken

HIGHER = "The same answers score higher."
LOWER = "The same answers score lower."
SCORES_MORE_OR_LESS = by_size(HIGHER, LOWER)


def _by_each(before: tuple[float, ...], after: tuple[float, ...]) -> str:
    """What a table of factors means when all that changed in it changed in one direction."""
    rises = {new > old for old, new in zip(before, after, strict=True) if new != old}
    return "Some answers score higher, others lower." if len(rises) > 1 else HIGHER if True in rises else LOWER


RUNG = Noun(
    area="access_levels",
    added="The level {name} is new.",
    meaning_added=lambda rung: f"Safeguards can take away at most {percent(rung.mitigation_cap)} of the risk there.",
    removed="The level {name} is gone.",
    meaning_removed="Who asked for it has to choose another one before submitting.",
    moved="The level {name} stands at another place of its ladder.",
    meaning_moved="What lies above or below a tier's ceiling may be another.",
    aspects=(
        Aspect("label", "The level {before} is now called {after}.", say=in_full, kind="reworded"),
        Aspect(
            "reversibility",
            "How hard {name} is to undo (0 to 4): {after} instead of {before}.",
            by_size("A release at this level scores higher.", "A release at this level scores lower."),
        ),
        Aspect(
            "min_reach",
            "The least reach that counts at {name}: {after} instead of {before}.",
            by_size("A release at this level may score higher.", "A release at this level may score lower."),
        ),
        Aspect(
            "irreversible",
            "Whether {name} cannot be undone: {after} instead of {before}.",
            "Triggers and questions that look at what cannot be undone follow.",
        ),
        Aspect(
            "weights",
            "Whether {name} gives out weights: {after} instead of {before}.",
            "Triggers, questions and evidence that look at weights follow.",
        ),
        Aspect(
            "mitigation_cap",
            "The most that safeguards can take away at {name}: {after} instead of {before}.",
            by_size("Good safeguards lower the residual risk more.", "Good safeguards lower the residual risk less."),
            say=percent,
        ),
    ),
)
SCORING = (
    Aspect("version", "The scoring rule has the version {after} instead of {before}."),
    Aspect("steps", "The steps of the scoring are described in other words.", kind="reworded"),
    Aspect("missing_answers", "How unanswered questions count is described in other words.", kind="reworded"),
    Aspect("ease_base", "The base of the likelihood is {after} instead of {before}.", SCORES_MORE_OR_LESS),
    Aspect("ease_divisor", "The divisor of ease is {after} instead of {before}.", by_size(LOWER, HIGHER)),
    Aspect("uplift_factor", "The factors for uplift 0 to 4 are {after} instead of {before}.", _by_each),
    Aspect("reversibility_factor", "The factors for reversibility 0 to 4 are {after} instead of {before}.", _by_each),
    Aspect("reach_factor", "The factors for reach 0 to 4 are {after} instead of {before}.", _by_each),
    Aspect(
        "max_tier_reduction_by_mitigation",
        "Safeguards can lower the tier by {after} instead of {before}.",
        by_size("Good safeguards can spare a case more of the review.", "Good safeguards spare a case less."),
    ),
    Aspect(
        "provisional_value_for_missing_scale",
        "A level that nobody has given yet counts as {after} instead of {before}.",
        by_size("Previews of drafts score higher.", "Previews of drafts score lower."),
    ),
    Aspect("round_to", "Scores are rounded to {after} decimals instead of {before}."),
    Aspect(
        "severity_max_steps",
        "A reviewer can move the severity of a domain by {after} instead of {before}.",
    ),
)
BREADTH = (
    Aspect("per_domain", "Each further domain adds {after} points instead of {before}.", SCORES_MORE_OR_LESS),
    Aspect(
        "counts_when_score_at_least",
        "A further domain counts from a score of {after} instead of {before}.",
        by_size("Fewer domains add points.", "More domains add points."),
    ),
    Aspect("max_bonus", "Further domains add at most {after} points instead of {before}.", SCORES_MORE_OR_LESS),
)
THRESHOLD = Noun(
    area="scoring",
    added="There is a threshold for {name} now.",
    meaning_added=lambda band: f"It starts at a score of {plain(band.start)}.",
    removed="There is no threshold for {name} any more.",
    aspects=(
        Aspect(
            "start",
            "The threshold of {name} is {after} instead of {before}.",
            by_size("Fewer cases reach this tier by their score.", "More cases reach this tier by their score."),
        ),
    ),
)


def scoring_changes(old: Pack, new: Pack) -> Iterator[Change]:
    """Everything that can make the same answers give another tier, hold or legal flag."""
    for part in new.ladders:
        yield from things_of(
            RUNG, old.ladder(part), new.ladder(part), key=attrgetter("value"), name=partial(_rung_of, part)
        )
    yield from _rule(old.scoring, new.scoring)
    yield from things_of(trigger_noun(old, new), old.triggers, new.triggers, key=attrgetter("key"), name=_trigger_named)
    yield from things_of(flag_noun(old, new), old.legal_flags, new.legal_flags, key=attrgetter("key"), name=_flag_named)


def _rule(old: Scoring, new: Scoring) -> Iterator[Change]:
    yield from fields_of("scoring", "scoring", "the scoring rule", SCORING, old, new)
    yield from fields_of("scoring", "breadth", "breadth", BREADTH, old.breadth, new.breadth)
    yield from _caps(old.score_cap_by_severity, new.score_cap_by_severity)
    yield from things_of(THRESHOLD, old.thresholds, new.thresholds, key=_tier, name=lambda band: f"tier {band.tier}")


def _caps(old: Mapping[int, float], new: Mapping[int, float]) -> Iterator[Change]:
    for severity in sorted({*old, *new}):
        before, after = old.get(severity), new.get(severity)
        if before == after:
            continue
        said = (plain(before), plain(after))
        sentence = f"The most that a domain of severity {severity} can score is {said[1]} instead of {said[0]}."
        meaning = "" if before is None or after is None else HIGHER if after > before else LOWER
        yield Change("scoring", "changed", "score_cap_by_severity", *said, sentence, meaning)


def _rung_of(part: str, rung: Rung) -> str:
    return f"{quoted(rung.label)} of the {part}"


def _tier(band: Threshold) -> str:
    return str(band.tier)


def _trigger_named(trigger: Trigger) -> str:
    return quoted(trigger.reason)


def _flag_named(flag: LegalFlag) -> str:
    return quoted(flag.label)


def trigger_noun(old: Pack, new: Pack) -> Noun:
    return Noun(
        area="hard_triggers",
        added="The hard trigger {name} is new.",
        meaning_added=lambda trigger: _what_it_does(new, trigger),
        removed="The hard trigger {name} is gone.",
        meaning_removed="It no longer raises a case's tier or holds its release.",
        moved="The hard trigger {name} stands at another place of the list.",
        aspects=(
            Aspect("reason", "The hard trigger {before} has other words: {after}.", say=in_full, kind="reworded"),
            Aspect(
                "min_tier",
                "The hard trigger {name} sets at least tier {after} instead of {before}.",
                by_size("Cases in which it fires are looked at harder.", "Cases in which it fires may rank lower."),
            ),
            Aspect(
                "hold",
                "Who must clear the hard trigger {name} before a release: {after} instead of {before}.",
                lambda _before, after: "Nothing is released before that." if after else "It holds no release any more.",
                say=lambda role: "nobody" if role is None else spoken(role),
            ),
            Aspect("opens_incident", "Whether the hard trigger {name} opens an incident: {after} instead of {before}."),
            Aspect(
                "when",
                "The hard trigger {name} fires under another condition: {after}. Before: {before}.",
                "It may fire in other cases than before.",
                say=partial(condition_words, new),
                say_before=partial(condition_words, old),
            ),
        ),
    )


def _what_it_does(pack: Pack, trigger: Trigger) -> str:
    hold = f", and nothing is released until the {spoken(trigger.hold)} has cleared it" if trigger.hold else ""
    incident = " It opens an incident." if trigger.opens_incident else ""
    return f"It sets at least tier {trigger.min_tier} when {condition_words(pack, trigger.when)}{hold}.{incident}"


def flag_noun(old: Pack, new: Pack) -> Noun:
    return Noun(
        area="legal_flags",
        added="The legal flag {name} is new.",
        meaning_added=lambda flag: _what_it_asks(new, flag),
        removed="The legal flag {name} is gone.",
        meaning_removed="Nobody is told of this law any more.",
        moved="The legal flag {name} stands at another place of the list.",
        aspects=(
            Aspect("label", "The legal flag {before} has another name: {after}.", say=in_full, kind="reworded"),
            Aspect("duty", "The duty under {name} has other words.", kind="reworded"),
            Aspect("status", "The status of {name} has other words.", kind="reworded"),
            Aspect("deadline", "The deadline of {name} has other words.", kind="reworded"),
            Aspect("deadline_days", "The days that {name} leaves: {after} instead of {before}."),
            Aspect(
                "enabled",
                "The legal flag {name} is {after} now.",
                say=lambda enabled: "on" if enabled else "off",
            ),
            Aspect(
                "when",
                "The legal flag {name} stands under another condition: {after}. Before: {before}.",
                "It may concern other cases than before; it never changes a score.",
                say=partial(condition_words, new),
                say_before=partial(condition_words, old),
            ),
        ),
    )


def _what_it_asks(pack: Pack, flag: LegalFlag) -> str:
    state = "" if flag.enabled else " It is off for now."
    return f"It may concern a case when {condition_words(pack, flag.when)}; it never changes a score.{state}"
