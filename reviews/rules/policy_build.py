"""Turns the plain data of a checked pack into its nouns, in one language.

Trusts that ``policy_check`` found no fault; anything that could be wrong with a pack is said there, with its line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from reviews.rules.conditions import Compare, Condition, Every, Negated, Some
from reviews.rules.pack import (
    Appeal,
    Bindings,
    Breadth,
    CardField,
    CardMap,
    ConflictType,
    Decision,
    Domain,
    EvidenceType,
    HelperInput,
    LegalFlag,
    Option,
    Pack,
    Panel,
    Question,
    QuorumRule,
    Reminder,
    Rung,
    Scoring,
    Section,
    ShareRule,
    Step,
    Threshold,
    Tier,
    Trigger,
)

Raw = Mapping[str, Any]

STEP = re.compile(r"(start)?([+-])([0-9]{1,4})([dh])")
FALLBACK_LANGUAGE = "en"
YES_NO = (("yes", "Yes"), ("no", "No"))


def build(raw: Raw, language: str) -> Pack:
    """The pack in one language; a text without it falls back to English, then to its first language."""
    return _Builder(raw, language).pack()


def condition(raw: Any) -> Condition | None:
    """The condition that a pack writes as mappings; None for an absent one."""
    if raw is None:
        return None
    if "all" in raw:
        return Every(tuple(part for one in raw["all"] if (part := condition(one))))
    if "any" in raw:
        return Some(tuple(part for one in raw["any"] if (part := condition(one))))
    if "not" in raw:
        inner = condition(raw["not"])
        return Negated(inner) if inner else None
    value = raw.get("value")
    return Compare(raw["q"], raw["op"], tuple(value) if isinstance(value, list) else value)


def step(at: str, to: tuple[str, ...] = ()) -> Step:
    """``start+1d``, ``+0d``, ``-24h`` as data."""
    match = STEP.fullmatch(at)
    if match is None:
        raise ValueError(f"“{at}” is no moment such as +2d.")
    start, sign, amount, unit = match.groups()
    return Step("start" if start else "due", int(sign + amount), "d" if unit == "d" else "h", to)


AGGREGATION = ("questions", "rule", "domains", "tripwires")
"""The sentences on how reviewers' answers count, in the order in which they are read."""


class _Builder:
    def __init__(self, raw: Raw, language: str) -> None:
        self.raw = raw
        self.languages = (language, language.split("-")[0], FALLBACK_LANGUAGE)

    def pack(self) -> Pack:
        raw = self.raw
        sections = tuple(
            Section(s["key"], s["order"], self.text(s["title"]))
            for s in sorted(raw["sections"], key=lambda s: int(s["order"]))
        )
        order = {section.key: number for number, section in enumerate(sections)}
        questions = sorted((self.question(q) for q in raw["questions"]), key=lambda q: order[q.section])
        return Pack(
            id=raw["id"],
            version=raw["version"],
            title=self.text(raw["title"]),
            applies_to=tuple(raw["applies_to"]),
            roles=tuple(raw["roles"]),
            bindings=Bindings(**raw["bindings"]),
            domains=tuple(
                Domain(d["key"], self.text(d["label"]), d["severity"], self.text(d["definition"]))
                for d in raw["hazard_domains"]
            ),
            sections=sections,
            questions=tuple(questions),
            ladders=MappingProxyType({part: self.ladder(rungs) for part, rungs in raw["access_levels"].items()}),
            scoring=_scoring(raw["scoring"]),
            triggers=tuple(self.trigger(t) for t in raw["hard_triggers"]),
            tiers=tuple(self.tier(t) for t in raw["tiers"]),
            seat_rules=MappingProxyType({key: self.text(text) for key, text in raw.get("seat_rules", {}).items()}),
            decision=self.decision(raw["decision"]),
            reminders=tuple(_reminder(r) for r in raw["reminders"]),
            evidence_types=tuple(
                EvidenceType(e["key"], self.text(e["label"]), condition(e.get("when"))) for e in raw["evidence_types"]
            ),
            legal_flags=tuple(self.legal_flag(f) for f in raw["legal_flags"]),
            model_card=_model_card(raw.get("model_card", {})),
        )

    def text(self, value: Any) -> str:
        """A text in the wanted language."""
        if not isinstance(value, Mapping):
            return str(value if value is not None else "")
        for language in self.languages:
            if language in value:
                return str(value[language])
        return str(next(iter(value.values())))

    def question(self, raw: Raw) -> Question:
        scoring = raw["scoring"]
        return Question(
            key=raw["key"],
            section=raw["section"],
            type=raw["type"],
            required=raw["required"],
            text=self.text(raw["text"]),
            help=self.text(raw.get("help")),
            examples=tuple(self.text(one) for one in raw.get("examples", ())),
            options=self.options(raw),
            show_if=condition(raw.get("show_if")),
            required_if=condition(raw.get("required_if")),
            allow_empty=raw.get("allow_empty", False),
            feeds=tuple(raw.get("feeds", ())),
            helper_inputs=tuple(
                HelperInput(h["key"], h["type"], self.text(h["label"])) for h in raw.get("helper_inputs", ())
            ),
            role=scoring["role"],
            domain=scoring.get("domain", ""),
            factor=scoring.get("factor", ""),
            weight=scoring.get("weight", 0),
        )

    def options(self, raw: Raw) -> tuple[Option, ...]:
        """The question's own options, those of its set, or the entries of the list that it points to."""
        if raw["type"] == "yes_no":
            return tuple(Option(value, label) for value, label in YES_NO)
        source = raw.get("options_from", "")
        if source == "hazard_domains":
            return tuple(Option(d["key"], self.text(d["label"])) for d in self.raw["hazard_domains"])
        if source:
            rungs = self.raw["access_levels"][source.removeprefix("access_levels.")]
            return tuple(Option(r["value"], self.text(r["label"])) for r in rungs)
        own = raw.get("options") or (self.raw["option_sets"][raw["option_set"]] if "option_set" in raw else ())
        return tuple(
            Option(o["value"], self.text(o["label"]), o.get("credit"), "credit" in o, o.get("proof", "")) for o in own
        )

    def ladder(self, rungs: list[Raw]) -> tuple[Rung, ...]:
        return tuple(
            Rung(
                value=rung["value"],
                order=rung["order"],
                label=self.text(rung["label"]),
                reversibility=rung["reversibility"],
                min_reach=rung["min_reach"],
                irreversible=rung["irreversible"],
                weights=rung.get("weights", False),
                mitigation_cap=rung["mitigation_cap"],
            )
            for rung in rungs
        )

    def trigger(self, raw: Raw) -> Trigger:
        when = condition(raw["when"])
        assert when is not None
        incident = raw.get("opens_incident", False)
        return Trigger(raw["key"], raw["min_tier"], raw.get("hold"), incident, self.text(raw["reason"]), when)

    def tier(self, raw: Raw) -> Tier:
        return Tier(
            tier=raw["tier"],
            label=self.text(raw["label"]),
            path=raw["path"],
            reviewers=raw["reviewers"],
            external_reviewers=raw["external_reviewers"],
            expertise=tuple(raw["expertise"]),
            audit_sample_percent=raw.get("audit_sample_percent", 0),
            quorum=_quorum(raw.get("quorum")),
            approval=_share(raw.get("approval")),
            override=_share(raw.get("override")),
            required_evidence=tuple(raw["required_evidence"]),
            sla_business_days=raw["sla_business_days"],
            first_response_business_days=raw.get("first_response_business_days"),
            sign_off=tuple(raw["sign_off"]),
            review_valid_months=raw["review_valid_months"],
            ceiling_model=raw["ceiling_model"],
            ceiling_paper=raw["ceiling_paper"],
        )

    def decision(self, raw: Raw) -> Decision:
        appeal, emergency = raw["appeal"], raw["emergency_chair_action"]
        return Decision(
            outcomes=tuple(raw["outcomes"]),
            gate_dwell_days_default=raw["gate_dwell_days_default"],
            appeal=Appeal(
                file_within_business_days=appeal["file_within_business_days"],
                decide_within_business_days=appeal["decide_within_business_days"],
                grounds=tuple(appeal["grounds"]),
                release_frozen=appeal["release_frozen"],
                per_version=appeal["per_version"],
                panel=_panel(appeal.get("panel")),
            ),
            emergency_may=emergency["may"],
            emergency_ratify_within_business_days=emergency["ratify_within_business_days"],
            conflict_types=tuple(
                ConflictType(c["key"], self.text(c["label"]), c["effect"]) for c in raw["conflict_types"]
            ),
            conflicted_member=MappingProxyType(dict(raw["conflicted_member"])),
        )

    def legal_flag(self, raw: Raw) -> LegalFlag:
        when = condition(raw["when"])
        assert when is not None
        return LegalFlag(
            key=raw["key"],
            label=self.text(raw["label"]),
            when=when,
            duty=self.text(raw["duty"]),
            deadline=self.text(raw.get("deadline")),
            deadline_days=raw.get("deadline_days"),
            status=self.text(raw["status"]),
            enabled=raw.get("enabled", True),
        )


def _scoring(raw: Raw) -> Scoring:
    return Scoring(
        version=raw["version"],
        steps=tuple(raw["steps"]),
        missing_answers=tuple(raw["missing_answers"]),
        ease_base=raw["ease_base"],
        ease_divisor=raw["ease_divisor"],
        uplift_factor=tuple(raw["uplift_factor"]),
        reversibility_factor=tuple(raw["reversibility_factor"]),
        reach_factor=tuple(raw["reach_factor"]),
        breadth=Breadth(**raw["breadth"]),
        score_cap_by_severity=MappingProxyType(dict(raw["score_cap_by_severity"])),
        max_tier_reduction_by_mitigation=raw["max_tier_reduction_by_mitigation"],
        provisional_value_for_missing_scale=raw["provisional_value_for_missing_scale"],
        round_to=raw["round_to"],
        thresholds=tuple(Threshold(t["tier"], t["from"]) for t in raw["thresholds"]),
        severity_max_steps=raw["review_aggregation"]["severity_adjustment"]["max_steps"],
        severity_needs_reason=raw["review_aggregation"]["severity_adjustment"]["needs_reason"],
        aggregation=tuple(raw["review_aggregation"][key] for key in AGGREGATION if key in raw["review_aggregation"]),
    )


def _share(raw: Raw | None) -> ShareRule | None:
    if raw is None:
        return None
    return ShareRule(raw["of"], Fraction(raw["share"]), raw["strictly_more"], tuple(raw.get("also", ())))


def _quorum(raw: Raw | None) -> QuorumRule | None:
    if raw is None:
        return None
    seats = MappingProxyType(dict(raw["seats"]))
    return QuorumRule(raw["of"], Fraction(raw["share"]), raw["strictly_more"], raw["at_least"], seats)


def _panel(raw: Raw | None) -> Panel | None:
    if raw is None:
        return None
    share = Fraction(raw["share"])
    return Panel(tuple(raw["tiers"]), raw["size"], raw["appointed_by"], raw["from"], share, raw["strictly_more"])


def _reminder(raw: Raw) -> Reminder:
    steps = tuple(step(s["at"], tuple(s["to"])) for s in raw["steps"])
    lapses = step(raw["lapses"]) if raw.get("lapses") else None
    return Reminder(raw["duty"], raw.get("due_business_days"), steps, lapses, raw.get("passes_on", True))


def _model_card(raw: Raw) -> CardMap:
    fields = tuple(
        CardField(one["field"], one["question"], MappingProxyType(_lists(one.get("values", {}))))
        for one in raw.get("fields", ())
    )
    return CardMap(fields, MappingProxyType(_lists(raw.get("evidence", {}))))


def _lists(raw: Raw) -> dict[str, tuple[Any, ...]]:
    """Each value as several, also where it was written as one."""
    return {str(key): tuple(one) if isinstance(one, list) else (one,) for key, one in raw.items()}
