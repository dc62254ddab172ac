"""A whole pack as plain text that can be read from top to bottom, its conditions and rules in words."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from reviews.rules.pack import CardMap, Option, Pack, Question, Tier, Trigger
from reviews.rules.policy_words import (
    condition_words,
    from_labels,
    listed,
    panel_words,
    percent,
    plain,
    quoted,
    role_words,
    share_words,
    spoken,
    step_words,
    steps_words,
    type_words,
)

WIDTH = 100


def text_of(pack: Pack) -> str:
    """The pack from its title to its legal flags."""
    head = [f"{pack.id} {pack.version}", pack.title, f"For: {listed(pack.applies_to)}"]
    parts = (
        ("Questions", _questions(pack)),
        ("Hazard domains", _domains(pack)),
        ("Access levels", _ladders(pack)),
        ("Scoring", _scoring(pack)),
        ("Hard triggers", _triggers(pack)),
        ("Tiers", _tiers(pack)),
        ("Evidence", _evidence(pack)),
        ("Decision and appeal", _decision(pack)),
        ("Reminders", _reminders(pack)),
        ("Legal flags", _legal_flags(pack)),
        *([("Model card", _model_card(pack))] if pack.model_card != CardMap() else []),
    )
    body = [line for title, lines in parts for line in ("", title.upper(), *lines)]
    return "\n".join([*head, *body]) + "\n"


def _item(text: str, *, depth: int = 1, mark: str = "") -> Iterator[str]:
    """One wrapped paragraph; what follows its first line stands under its text, not under its mark."""
    margin = "  " * depth
    first, later = margin + mark, margin + " " * len(mark)
    yield from wrap(text, WIDTH, initial_indent=first, subsequent_indent=later, break_on_hyphens=False)


def _questions(pack: Pack) -> Iterator[str]:
    told: dict[tuple[Option, ...], str] = {}
    for number, section in enumerate(pack.sections, start=1):
        yield ""
        yield from _item(f"{number}. {section.title}")
        for question in pack.section_questions(section.key):
            yield ""
            yield from _item(f"{question.key}: {question.text}", depth=2)
            for line in _about(pack, question):
                yield from _item(line, depth=3)
            yield from _options(question, told)


def _about(pack: Pack, question: Question) -> Iterator[str]:
    if question.help:
        yield question.help
    for example in question.examples:
        yield f"For example: {example}"
    yield f"Takes {type_words(question.type)}; {_needed(pack, question)}; {_part(pack, question)}."
    if question.show_if:
        yield f"Asked when {condition_words(pack, question.show_if)}."
    if question.feeds:
        domains = from_labels({domain.key: domain.label for domain in pack.domains})
        yield f"Speaks for: {listed(question.feeds, domains)}."
    if question.allow_empty:
        yield "“None of these” is an answer."
    if question.helper_inputs:
        yield f"Can be computed from: {listed(question.helper_inputs, lambda helper: helper.label)}."


def _needed(pack: Pack, question: Question) -> str:
    if question.required:
        return "must be answered"
    if question.required_if:
        return f"must be answered when {condition_words(pack, question.required_if)}"
    return "may be left open"


def _part(pack: Pack, question: Question) -> str:
    match question.role:
        case "enablement":
            return f"scores the domain {quoted(pack.domain(question.domain).label)}"
        case "modifier":
            return f"gives the factor {question.factor}"
        case "mitigation":
            return f"is a safeguard of the weight {plain(question.weight)}"
    return role_words(question.role)


def _options(question: Question, told: dict[tuple[Option, ...], str]) -> Iterator[str]:
    """Options that were told before are only referred to."""
    if not question.options or question.type == "yes_no":
        return
    if question.options in told:
        yield from _item(f"Options as for {told[question.options]}.", depth=3)
        return
    told[question.options] = question.key
    for option in question.options:
        credit = f", credit {percent(option.credit)}" if option.has_credit else ""
        proof = f", proof {option.proof}" if option.proof else ""
        yield from _item(f"{option.label} ({option.value}{credit}{proof})", depth=3, mark="- ")


def _domains(pack: Pack) -> Iterator[str]:
    for domain in pack.domains:
        yield from _item(f"{domain.label} ({domain.key}), severity {domain.severity}: {domain.definition}", mark="- ")


def _ladders(pack: Pack) -> Iterator[str]:
    for part, ladder in pack.ladders.items():
        yield from _item(f"Of the {part}, lowest first:")
        for rung in ladder:
            undone = "cannot be undone" if rung.irreversible else "can be undone"
            weights = ", gives out weights" if rung.weights else ""
            facts = f"reversibility {rung.reversibility}, reach at least {rung.min_reach}, {undone}{weights}"
            cap = f"safeguards take away at most {percent(rung.mitigation_cap)}"
            yield from _item(f"{rung.label} ({rung.value}): {facts}; {cap}", depth=2, mark="- ")


def _scoring(pack: Pack) -> Iterator[str]:
    rule = pack.scoring
    for number, step in enumerate(rule.steps, start=1):
        yield from _item(step, mark=f"{number}. ")
    caps = listed(sorted(rule.score_cap_by_severity), lambda one: f"{one}: {plain(rule.score_cap_by_severity[one])}")
    breadth = rule.breadth
    yield from _facts(
        ("Uplift factors, 0 to 4", rule.uplift_factor),
        ("Reversibility factors, 0 to 4", rule.reversibility_factor),
        ("Reach factors, 0 to 4", rule.reach_factor),
        ("Ease", f"base {plain(rule.ease_base)}, divisor {plain(rule.ease_divisor)}"),
        ("Points for each further domain", breadth.per_domain),
        ("Which counts from a score of", breadth.counts_when_score_at_least),
        ("Most that further domains add", breadth.max_bonus),
        ("Most that a severity can score", caps),
        ("Tiers start at", listed(rule.thresholds, lambda band: f"{band.tier}: {plain(band.start)}")),
        ("Safeguards lower the tier by at most", rule.max_tier_reduction_by_mitigation),
        ("A level that nobody has given counts as", rule.provisional_value_for_missing_scale),
        ("Decimals", rule.round_to),
        ("A reviewer moves a severity by at most", rule.severity_max_steps),
        ("Only with a written reason", rule.severity_needs_reason),
    )
    for sentence in rule.aggregation:
        yield from _item(f"Of reviewers: {sentence}", mark="- ")


def _facts(*facts: tuple[str, Any], depth: int = 1) -> Iterator[str]:
    """What is so, a line each; what is not given is left out."""
    for name, value in facts:
        if value not in (None, ()):
            yield from _item(f"{name}: {plain(value)}", depth=depth, mark="- ")


def _triggers(pack: Pack) -> Iterator[str]:
    for trigger in pack.triggers:
        yield from _item(f"{trigger.key}: {trigger.reason}")
        yield from _item(f"{_effect(trigger)} when {condition_words(pack, trigger.when)}.", depth=2)


def _effect(trigger: Trigger) -> str:
    hold = f", held until cleared by the {spoken(trigger.hold)}" if trigger.hold else ""
    return f"At least tier {trigger.min_tier}{hold}{', opens an incident' if trigger.opens_incident else ''},"


def _tiers(pack: Pack) -> Iterator[str]:
    for tier in pack.tiers:
        yield from _item(f"{tier.tier} {tier.label}")
        yield from _facts(*_tier_facts(pack, tier), depth=2)


def _tier_facts(pack: Pack, tier: Tier) -> Iterator[tuple[str, Any]]:
    evidence = from_labels({one.key: one.label for one in pack.evidence_types})
    yield "Decided by", tier.path
    yield "Reviewers", f"{tier.reviewers}, of whom external {tier.external_reviewers}"
    yield "They bring", listed(tier.expertise)
    yield "Quorum", tier.quorum and share_words(tier.quorum)
    yield "A motion needs", tier.approval and share_words(tier.approval)
    yield "Above the ceiling it needs", tier.override and share_words(tier.override)
    yield "Evidence", listed(tier.required_evidence, evidence)
    yield "Working days", tier.sla_business_days
    yield "Working days to the first word", tier.first_response_business_days
    yield "Signed by", listed(tier.sign_off)
    yield "Valid for months", tier.review_valid_months
    yield "Ceiling of a model", pack.rung("model", tier.ceiling_model).label
    yield "Ceiling of a paper", pack.rung("paper", tier.ceiling_paper).label
    yield "Percent looked at", tier.audit_sample_percent or None


def _evidence(pack: Pack) -> Iterator[str]:
    for evidence in pack.evidence_types:
        when = f", when {condition_words(pack, evidence.when)}" if evidence.when else ""
        yield from _item(f"{evidence.label} ({evidence.key}){when}", mark="- ")


def _decision(pack: Pack) -> Iterator[str]:
    decision, appeal = pack.decision, pack.decision.appeal
    yield from _facts(
        ("Outcomes", decision.outcomes),
        ("A stage stands for at least", f"{decision.gate_dwell_days_default} days"),
        ("An appeal is filed within", f"{appeal.file_within_business_days} working days"),
        ("It is decided within", f"{appeal.decide_within_business_days} working days"),
        ("Its grounds", listed(appeal.grounds)),
        ("It freezes the release", appeal.release_frozen),
        ("Appeals for each version", appeal.per_version),
        ("It is heard by", appeal.panel and panel_words(appeal.panel)),
        ("In an emergency the chair alone may", spoken(decision.emergency_may)),
        ("The board ratifies that within", f"{decision.emergency_ratify_within_business_days} working days"),
        ("Conflicts that exclude", _conflicts(pack, "excluded")),
        ("Conflicts on which the chair decides", _conflicts(pack, "chair_decides")),
    )
    for what, allowed in decision.conflicted_member.items():
        yield from _facts((f"Whoever has a conflict {spoken(what)}", allowed))


def _conflicts(pack: Pack, effect: str) -> str:
    return listed([one.label for one in pack.decision.conflict_types if one.effect == effect], str)


def _reminders(pack: Pack) -> Iterator[str]:
    for reminder in pack.reminders:
        due = "" if reminder.due_business_days is None else f"due in {reminder.due_business_days} working days; "
        lapses = f"; lapses {step_words(reminder.lapses)}" if reminder.lapses else ""
        by_hand = "" if reminder.passes_on else "; the coordinator asks the next one"
        yield from _item(f"{spoken(reminder.duty)}: {due}{steps_words(reminder.steps)}{lapses}{by_hand}", mark="- ")


def _legal_flags(pack: Pack) -> Iterator[str]:
    for flag in pack.legal_flags:
        off = "" if flag.enabled else " (off)"
        yield from _item(f"{flag.key}: {flag.label}{off}")
        yield from _item(f"When {condition_words(pack, flag.when)}.", depth=2)
        yield from _facts(
            ("Duty", flag.duty),
            ("Deadline", flag.deadline or None),
            ("Days", flag.deadline_days),
            ("Status", flag.status),
            depth=2,
        )


def _model_card(pack: Pack) -> Iterator[str]:
    """Which field of a card answers what, and which evidence wants which of its sections."""
    for field in pack.model_card.fields:
        yield from _item(f"{field.field} answers {field.question}", mark="- ")
        for said, values in field.values.items():
            yield from _item(f"“{said}” is {listed(values)}", depth=2, mark="- ")
    evidence = from_labels({one.key: one.label for one in pack.evidence_types})
    for section, keys in pack.model_card.evidence.items():
        yield from _item(f"The section {spoken(section)} is wanted for: {listed(keys, evidence)}", mark="- ")
