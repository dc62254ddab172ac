"""What changed between answers and a tier: levels, the scoring rule, triggers, legal flags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from operator import attrgetter

from reviews.rules.pack import LegalFlag, Pack, Rung, Scoring, Threshold, Trigger
from reviews.rules.policy_change import Aspect, Change, Noun, by_size, fields_of, things_of
from reviews.rules.policy_words import condition_words, in_full, percent, plain, quoted, spoken, tier_words
from reviews.rules.sentences import gettext
from reviews.rules.sentences import gettext_noop as _

HIGHER = _("The same answers score higher.")
LOWER = _("The same answers score lower.")
SCORES_MORE_OR_LESS = by_size(HIGHER, LOWER)


def _by_each(before: tuple[float, ...], after: tuple[float, ...]) -> str:
    """What a table of factors means when all that changed in it changed in one direction."""
    rises = {new > old for old, new in zip(before, after, strict=True) if new != old}
    if len(rises) > 1:
        return gettext("Some answers score higher, others lower.")
    return gettext(HIGHER if True in rises else LOWER)


RUNG = Noun(
    area="access_levels",
    added=_("The level {name} is new."),
    meaning_added=lambda rung: gettext("Safeguards can take away at most {share} of the risk there.").format(
        share=percent(rung.mitigation_cap)
    ),
    removed=_("The level {name} is gone."),
    meaning_removed=_("Who asked for it has to choose another one before submitting."),
    moved=_("The level {name} stands at another place of its ladder."),
    meaning_moved=_("What lies above or below a tier's ceiling may be another."),
    aspects=(
        Aspect("label", _("The level {before} is now called {after}."), say=in_full, kind="reworded"),
        Aspect(
            "reversibility",
            _("How hard {name} is to undo (0 to 4): {after} instead of {before}."),
            by_size(_("A release at this level scores higher."), _("A release at this level scores lower.")),
        ),
        Aspect(
            "min_reach",
            _("The least reach that counts at {name}: {after} instead of {before}."),
            by_size(_("A release at this level may score higher."), _("A release at this level may score lower.")),
        ),
        Aspect(
            "irreversible",
            _("Whether {name} cannot be undone: {after} instead of {before}."),
            _("Triggers and questions that look at what cannot be undone follow."),
        ),
        Aspect(
            "weights",
            _("Whether {name} gives out weights: {after} instead of {before}."),
            _("Triggers, questions and evidence that look at weights follow."),
        ),
        Aspect(
            "mitigation_cap",
            _("The most that safeguards can take away at {name}: {after} instead of {before}."),
            by_size(
                _("Good safeguards lower the residual risk more."), _("Good safeguards lower the residual risk less.")
            ),
            say=percent,
        ),
    ),
)
SCORING = (
    Aspect("version", _("The scoring rule has the version {after} instead of {before}.")),
    Aspect("steps", _("The steps of the scoring are described in other words."), kind="reworded"),
    Aspect("missing_answers", _("How unanswered questions count is described in other words."), kind="reworded"),
    Aspect("ease_base", _("The base of the likelihood is {after} instead of {before}."), SCORES_MORE_OR_LESS),
    Aspect("ease_divisor", _("The divisor of ease is {after} instead of {before}."), by_size(LOWER, HIGHER)),
    Aspect("uplift_factor", _("The factors for uplift 0 to 4 are {after} instead of {before}."), _by_each),
    Aspect(
        "reversibility_factor", _("The factors for reversibility 0 to 4 are {after} instead of {before}."), _by_each
    ),
    Aspect("reach_factor", _("The factors for reach 0 to 4 are {after} instead of {before}."), _by_each),
    Aspect(
        "max_tier_reduction_by_mitigation",
        _("Safeguards can lower the tier by {after} instead of {before}."),
        by_size(_("Good safeguards can spare a case more of the review."), _("Good safeguards spare a case less.")),
    ),
    Aspect(
        "provisional_value_for_missing_scale",
        _("A level that nobody has given yet counts as {after} instead of {before}."),
        by_size(_("Previews of drafts score higher."), _("Previews of drafts score lower.")),
    ),
    Aspect("round_to", _("Scores are rounded to {after} decimals instead of {before}.")),
    Aspect(
        "severity_max_steps",
        _("A reviewer can move the severity of a domain by {after} instead of {before}."),
    ),
    Aspect(
        "severity_needs_reason",
        _("Whether a reviewer who moves a severity writes down why: {after} instead of {before}."),
    ),
    Aspect("aggregation", _("How reviewers' answers count is described in other words."), kind="reworded"),
)
BREADTH = (
    Aspect("per_domain", _("Each further domain adds {after} points instead of {before}."), SCORES_MORE_OR_LESS),
    Aspect(
        "counts_when_score_at_least",
        _("A further domain counts from a score of {after} instead of {before}."),
        by_size(_("Fewer domains add points."), _("More domains add points.")),
    ),
    Aspect("max_bonus", _("Further domains add at most {after} points instead of {before}."), SCORES_MORE_OR_LESS),
)
THRESHOLD = Noun(
    area="scoring",
    added=_("There is a threshold for {name} now."),
    meaning_added=lambda band: gettext("It starts at a score of {start}.").format(start=plain(band.start)),
    removed=_("There is no threshold for {name} any more."),
    aspects=(
        Aspect(
            "start",
            _("The threshold of {name} is {after} instead of {before}."),
            by_size(_("Fewer cases reach this tier by their score."), _("More cases reach this tier by their score.")),
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
    yield from things_of(THRESHOLD, old.thresholds, new.thresholds, key=_tier, name=lambda band: tier_words(band.tier))


def _caps(old: Mapping[int, float], new: Mapping[int, float]) -> Iterator[Change]:
    for severity in sorted({*old, *new}):
        before, after = old.get(severity), new.get(severity)
        if before == after:
            continue
        said = (plain(before), plain(after))
        sentence = gettext("The most that a domain of severity {severity} can score is {after} instead of {before}.")
        sentence = sentence.format(severity=severity, before=said[0], after=said[1])
        meaning = "" if before is None or after is None else gettext(HIGHER if after > before else LOWER)
        yield Change("scoring", "changed", "score_cap_by_severity", *said, sentence, meaning)


def _rung_of(part: str, rung: Rung) -> str:
    return gettext("{rung} of the {part}").format(rung=quoted(rung.label), part=spoken(part))


def _tier(band: Threshold) -> str:
    return str(band.tier)


def _trigger_named(trigger: Trigger) -> str:
    return quoted(trigger.reason)


def _flag_named(flag: LegalFlag) -> str:
    return quoted(flag.label)


def trigger_noun(old: Pack, new: Pack) -> Noun:
    return Noun(
        area="hard_triggers",
        added=_("The hard trigger {name} is new."),
        meaning_added=lambda trigger: _what_it_does(new, trigger),
        removed=_("The hard trigger {name} is gone."),
        meaning_removed=_("It no longer raises a case's tier or holds its release."),
        moved=_("The hard trigger {name} stands at another place of the list."),
        aspects=(
            Aspect("reason", _("The hard trigger {before} has other words: {after}."), say=in_full, kind="reworded"),
            Aspect(
                "min_tier",
                _("The hard trigger {name} sets at least tier {after} instead of {before}."),
                by_size(
                    _("Cases in which it fires are looked at harder."), _("Cases in which it fires may rank lower.")
                ),
            ),
            Aspect(
                "hold",
                _("Who must clear the hard trigger {name} before a release: {after} instead of {before}."),
                lambda _before, after: (
                    gettext("Nothing is released before that.") if after else gettext("It holds no release any more.")
                ),
                say=lambda role: gettext("nobody") if role is None else spoken(role),
            ),
            Aspect(
                "opens_incident", _("Whether the hard trigger {name} opens an incident: {after} instead of {before}.")
            ),
            Aspect(
                "when",
                _("The hard trigger {name} fires under another condition: {after}. Before: {before}."),
                _("It may fire in other cases than before."),
                say=partial(condition_words, new),
                say_before=partial(condition_words, old),
            ),
        ),
    )


def _what_it_does(pack: Pack, trigger: Trigger) -> str:
    text = gettext("It sets at least tier {tier} when {condition}.")
    if trigger.hold:
        text = gettext(
            "It sets at least tier {tier} when {condition}, and nothing is released until the {role} has cleared it."
        )
    said = text.format(
        tier=trigger.min_tier, condition=condition_words(pack, trigger.when), role=spoken(trigger.hold or "")
    )
    return " ".join([said, gettext("It opens an incident.")]) if trigger.opens_incident else said


def flag_noun(old: Pack, new: Pack) -> Noun:
    return Noun(
        area="legal_flags",
        added=_("The legal flag {name} is new."),
        meaning_added=lambda flag: _what_it_asks(new, flag),
        removed=_("The legal flag {name} is gone."),
        meaning_removed=_("Nobody is told of this law any more."),
        moved=_("The legal flag {name} stands at another place of the list."),
        aspects=(
            Aspect("label", _("The legal flag {before} has another name: {after}."), say=in_full, kind="reworded"),
            Aspect("duty", _("The duty under {name} has other words."), kind="reworded"),
            Aspect("status", _("The status of {name} has other words."), kind="reworded"),
            Aspect("deadline", _("The deadline of {name} has other words."), kind="reworded"),
            Aspect("deadline_days", _("The days that {name} leaves: {after} instead of {before}.")),
            Aspect(
                "enabled",
                _("The legal flag {name} is {after} now."),
                say=lambda enabled: gettext("on") if enabled else gettext("off"),
            ),
            Aspect(
                "when",
                _("The legal flag {name} stands under another condition: {after}. Before: {before}."),
                _("It may concern other cases than before; it never changes a score."),
                say=partial(condition_words, new),
                say_before=partial(condition_words, old),
            ),
        ),
    )


def _what_it_asks(pack: Pack, flag: LegalFlag) -> str:
    text = gettext("It may concern a case when {condition}; it never changes a score.")
    said = text.format(condition=condition_words(pack, flag.when))
    return said if flag.enabled else " ".join([said, gettext("It is off for now.")])
