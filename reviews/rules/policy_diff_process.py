"""What changed in the handling of cases: roles, tiers, evidence, the decision, reminders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from operator import attrgetter

from reviews.rules.pack import PARTS, ConflictType, EvidenceType, Pack, Tier
from reviews.rules.policy_change import Aspect, Change, Noun, by_size, fields_of, things_of
from reviews.rules.policy_words import (
    Say,
    condition_words,
    from_labels,
    in_full,
    listed,
    panel_words,
    plain,
    quoted,
    share_words,
    spoken,
    step_words,
    steps_words,
    tier_words,
)
from reviews.rules.sentences import gettext
from reviews.rules.sentences import gettext_noop as _

MORE_TIME = by_size(_("There is more time."), _("There is less time."))

ROLE = Noun(
    area="roles",
    added=_("The role {name} can be named by sign-offs, holds and reminders."),
    removed=_("The role {name} can no longer be named by sign-offs, holds and reminders."),
    aspects=(),
)
CONFLICT = Noun(
    area="decision",
    added=_("The conflict of interest {name} is new."),
    removed=_("The conflict of interest {name} is gone."),
    meaning_removed=_("It can no longer be declared."),
    moved=_("The conflict of interest {name} stands at another place of the list."),
    aspects=(
        Aspect("label", _("The conflict of interest {before} is now called {after}."), say=in_full, kind="reworded"),
        Aspect(
            "effect",
            _("What follows from the conflict of interest {name}: {after} instead of {before}."),
            say=lambda effect: (
                gettext("the person is excluded") if effect == "excluded" else gettext("the chair decides")
            ),
        ),
    ),
)
REMINDER = Noun(
    area="reminders",
    added=_("There are reminders of the duty {name} now."),
    meaning_added=lambda reminder: f"{steps_words(reminder.steps)}.",
    removed=_("There are no reminders of the duty {name} any more."),
    aspects=(
        Aspect(
            "due_business_days", _("The duty {name} is due in {after} working days instead of {before}."), MORE_TIME
        ),
        Aspect("steps", _("The reminders of the duty {name} are others: {after}. Before: {before}."), say=steps_words),
        Aspect("lapses", _("The duty {name} lapses {after}; before: {before}."), say=step_words),
        Aspect(
            "passes_on",
            _("What follows when nobody does the duty {name}: {after}. Before: {before}."),
            say=lambda passes: (
                gettext("the next candidate is asked by itself") if passes else gettext("the coordinator asks somebody")
            ),
        ),
    ),
)
DECISION = (
    Aspect("outcomes", _("The outcomes that a board can move are {after} instead of {before}.")),
    Aspect("gate_dwell_days_default", _("A stage stands for at least {after} days instead of {before}.")),
    Aspect(
        "emergency_may",
        _("In an emergency the chair alone may {after} instead of {before}."),
        say=spoken,
    ),
    Aspect(
        "emergency_ratify_within_business_days",
        _("The board ratifies an emergency action within {after} working days instead of {before}."),
        MORE_TIME,
    ),
)
APPEAL = (
    Aspect(
        "file_within_business_days", _("An appeal is filed within {after} working days instead of {before}."), MORE_TIME
    ),
    Aspect(
        "decide_within_business_days",
        _("An appeal is decided within {after} working days instead of {before}."),
        MORE_TIME,
    ),
    Aspect("grounds", _("The grounds of an appeal are {after} instead of {before}."), say=listed),
    Aspect("release_frozen", _("Whether an appeal freezes the release: {after} instead of {before}.")),
    Aspect("per_version", _("A version can be appealed {after} times instead of {before}.")),
    Aspect("panel", _("An appeal is heard by: {after}. Before: {before}."), say=panel_words),
)


def process_changes(old: Pack, new: Pack) -> Iterator[Change]:
    """Everything that a committee does differently with a case of a given tier."""
    yield from things_of(ROLE, old.roles, new.roles, key=str, name=spoken)
    yield from things_of(
        tier_noun(old, new),
        old.tiers,
        new.tiers,
        key=_number,
        name=_tier_named,
    )
    yield from _seat_rules(old.seat_rules, new.seat_rules)
    yield from things_of(
        evidence_noun(old, new), old.evidence_types, new.evidence_types, key=attrgetter("key"), name=_labelled
    )
    yield from fields_of("decision", "decision", "", DECISION, old.decision, new.decision)
    yield from fields_of("decision", "appeal", "", APPEAL, old.decision.appeal, new.decision.appeal)
    conflicts = (old.decision.conflict_types, new.decision.conflict_types)
    yield from things_of(CONFLICT, *conflicts, key=attrgetter("key"), name=_labelled)
    yield from _conflicted(old.decision.conflicted_member, new.decision.conflicted_member)
    yield from things_of(
        REMINDER, old.reminders, new.reminders, key=attrgetter("duty"), name=lambda one: spoken(one.duty)
    )


def _labelled(thing: EvidenceType | ConflictType) -> str:
    return quoted(thing.label)


def _number(tier: Tier) -> str:
    return str(tier.tier)


def _tier_named(tier: Tier) -> str:
    return tier_words(tier.tier)


def tier_noun(old: Pack, new: Pack) -> Noun:
    labels = from_labels({one.key: one.label for one in (*old.evidence_types, *new.evidence_types)})
    rungs = {
        part: from_labels({rung.value: rung.label for rung in (*old.ladder(part), *new.ladder(part))}) for part in PARTS
    }
    ceilings = _("Above it the override vote and a written reason are needed.")
    return Noun(
        area="tiers",
        added=_("There is a {name} now."),
        meaning_added=lambda tier: gettext("It is called {label} and decided by: {path}.").format(
            label=quoted(tier.label), path=spoken(tier.path)
        ),
        removed=_("There is no {name} any more."),
        aspects=(
            Aspect("label", _("The {name} is now called {after}."), say=in_full, kind="reworded"),
            Aspect("path", _("Cases of {name} are decided by: {after}; before: {before}.")),
            Aspect("reviewers", _("Cases of {name} have {after} reviewers instead of {before}.")),
            Aspect("external_reviewers", _("Of the reviewers in {name} {after} are external instead of {before}.")),
            Aspect("expertise", _("The reviewers of {name} bring: {after}. Before: {before}."), say=listed),
            Aspect(
                "audit_sample_percent", _("Of the cases of {name} {after} percent are looked at instead of {before}.")
            ),
            Aspect("quorum", _("The quorum of {name} is {after}. Before: {before}."), say=share_words),
            Aspect("approval", _("A motion in {name} needs {after}. Before: {before}."), say=share_words),
            Aspect(
                "override", _("Going above the ceiling of {name} needs {after}. Before: {before}."), say=share_words
            ),
            Aspect(
                "required_evidence",
                _("The evidence that {name} asks for has changed."),
                partial(_evidence_meaning, labels),
                say=partial(listed, say=labels),
            ),
            Aspect(
                "sla_business_days",
                _("Cases of {name} take {after} working days instead of {before}."),
                MORE_TIME,
            ),
            Aspect(
                "first_response_business_days",
                _("The first word in {name} is due after {after} working days instead of {before}."),
                MORE_TIME,
            ),
            Aspect("sign_off", _("Decisions in {name} are signed by: {after}. Before: {before}."), say=listed),
            Aspect(
                "review_valid_months",
                _("A decision in {name} is valid for {after} months instead of {before}."),
                by_size(_("Renewals come later."), _("Renewals come sooner.")),
            ),
            Aspect(
                "ceiling_model",
                _("The highest level of a model in {name} is {after} instead of {before}."),
                ceilings,
                say=rungs["model"],
            ),
            Aspect(
                "ceiling_paper",
                _("The highest level of a paper in {name} is {after} instead of {before}."),
                ceilings,
                say=rungs["paper"],
            ),
        ),
    )


def _evidence_meaning(labels: Say, before: tuple[str, ...], after: tuple[str, ...]) -> str:
    said = {
        gettext("More is asked for: {evidence}."): set(after) - set(before),
        gettext("No longer asked for: {evidence}."): set(before) - set(after),
    }
    order = [*before, *after]
    parts = [
        words.format(evidence=listed(sorted(keys, key=order.index), labels)) for words, keys in said.items() if keys
    ]
    return " ".join(parts)


def evidence_noun(old: Pack, new: Pack) -> Noun:
    return Noun(
        area="evidence_types",
        added=_("The evidence {name} is new."),
        meaning_added=lambda evidence: _asked_when(new, evidence),
        removed=_("The evidence {name} is gone."),
        meaning_removed=_("No tier asks for it any more."),
        moved=_("The evidence {name} stands at another place of the list."),
        aspects=(
            Aspect("label", _("The evidence {before} is now called {after}."), say=in_full, kind="reworded"),
            Aspect(
                "when",
                _("The evidence {name} is asked for under another condition: {after}. Before: {before}."),
                _("It may be asked of other cases than before."),
                say=partial(condition_words, new),
                say_before=partial(condition_words, old),
            ),
        ),
    )


def _asked_when(pack: Pack, evidence: EvidenceType) -> str:
    if evidence.when is None:
        return gettext("It can be asked for in every case.")
    return gettext("It can be asked for when {condition}.").format(condition=condition_words(pack, evidence.when))


def _seat_rules(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for seat in dict.fromkeys((*old, *new)):
        before, after = old.get(seat, ""), new.get(seat, "")
        if before != after:
            sentence = gettext("What “{seat}” means is described in other words.").format(seat=spoken(seat))
            meaning = gettext("The words explain; the rule stays.")
            yield Change("seat_rules", "reworded", seat, before, after, sentence, meaning)


def _conflicted(old: Mapping[str, bool], new: Mapping[str, bool]) -> Iterator[Change]:
    for what in dict.fromkeys((*old, *new)):
        before, after = plain(old.get(what)), plain(new.get(what))
        if before != after:
            sentence = gettext("Whether a member with a conflict of interest {what}: {after} instead of {before}.")
            sentence = sentence.format(what=spoken(what), before=before, after=after)
            yield Change("decision", "changed", what, before, after, sentence)
