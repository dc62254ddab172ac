"""The form of a pack, ``schema_version: 1``: which keys stand where, and what kind of value each takes.

References between parts (does the role exist, does the condition look back) are ``policy_check``'s.
"""

from __future__ import annotations

from reviews.rules.conditions import OPS
from reviews.rules.model_card import SECTIONS
from reviews.rules.pack import PARTS
from reviews.rules.pack_process import REMINDED_LIKE
from reviews.rules.policy_build import STEP
from reviews.rules.policy_report import Report
from reviews.rules.policy_shape import (
    above_zero,
    flag,
    line,
    listing,
    mapping,
    number,
    one_of,
    one_or_more,
    optional,
    pack_id,
    shaped,
    share,
    table,
    text,
    whole,
    whole_match,
    word,
)
from reviews.rules.questionnaire import DERIVED, KINDS
from reviews.rules.yaml_reader import Path

SCHEMA_VERSION = 1
TYPES = ("single_choice", "multi_choice", "yes_no", "text", "scale_0_4", "tripwire", "compute_flop", "number")
ROLES_OF_QUESTIONS = (
    "context",
    "flag",
    "rung",
    "enablement",
    "modifier",
    "tripwire",
    "mitigation",
    "decision_input",
)
FACTORS = ("ease", "uplift", "reach")
SEATS = (
    "generalist",
    "expert_top_domain",
    "expert_other_domain",
    "security",
    "legal",
    "security_or_policy",
    "external",
    "outside_unit",
)
DUTIES = (
    "accept_offer",
    "file_review",
    "answer_board",
    "assign_reviewers",
    "vote",
    "sign_off",
    "clear_hold",
    "prove_condition",
    "give_evidence",
    "monitoring_report",
    "open_stage",
    "renew_clearance",
    "appeal_window",
    "stalled_case",
)

DUTIES_TO_ADD = tuple(REMINDED_LIKE)
"""Duties that a pack may leave out."""
PATHS = ("system", "reviewer", "reviewers", "board")
MAX_DAYS = 3650
MAX_QUESTIONS = 2000

_days = whole(0, MAX_DAYS)
_label = text(300)


@shaped({"$ref": "#/definitions/condition"})
def _condition(value: object, path: Path, report: Report) -> None:
    """``policy_conditions`` looks at these, together with what they name."""


@shaped({"anyOf": [{"type": "integer"}, word.schema]})
def _option_value(value: object, path: Path, report: Report) -> None:
    if isinstance(value, int) and not isinstance(value, bool):
        return
    word(value, path, report)


@shaped({"type": "string", "pattern": whole_match(STEP)})
def _moment(value: object, path: Path, report: Report) -> None:
    if not isinstance(value, str) or not STEP.fullmatch(value):
        report.wrong(path, value, 'a moment in quotes such as "+2d", "-24h" or "start+1d"')


_option = mapping(
    {"value": _option_value, "label": _label},
    {"credit": optional(number(0, 1)), "proof": one_of("none", "asked", "required")},
)
_options = listing(_option, least=1, unique="value")

_question = mapping(
    {
        "key": word,
        "section": word,
        "type": one_of(*TYPES),
        "required": flag,
        "text": text(),
        "scoring": mapping(
            {"role": one_of(*ROLES_OF_QUESTIONS)},
            {"domain": word, "factor": one_of(*FACTORS), "weight": above_zero},
        ),
    },
    {
        "help": text(),
        "examples": listing(text(), least=1),
        "options": _options,
        "options_from": one_of("hazard_domains", *(f"access_levels.{part}" for part in PARTS)),
        "option_set": word,
        "show_if": _condition,
        "required_if": _condition,
        "allow_empty": flag,
        "feeds": listing(word, unique="."),
        "helper_inputs": listing(
            mapping({"key": word, "type": one_of("number"), "label": _label}), exactly=2, unique="key"
        ),
    },
)

_rung = mapping(
    {
        "value": word,
        "order": whole(0, 99),
        "label": _label,
        "reversibility": whole(0, 4),
        "min_reach": whole(0, 4),
        "irreversible": flag,
        "mitigation_cap": number(0, 1),
    },
    {"weights": flag},
)
_ladder = listing(_rung, least=1, unique="value")

_factor_table = listing(above_zero, exactly=5)
_severity = whole(1, 4)

_scoring = mapping(
    {
        "version": whole(1, 9999),
        "steps": listing(line(2000), least=1),
        "missing_answers": listing(line(2000)),
        "review_aggregation": mapping(
            {"severity_adjustment": mapping({"max_steps": whole(0, 3), "needs_reason": flag})},
            {"questions": line(2000), "rule": line(2000), "domains": line(2000), "tripwires": line(2000)},
        ),
        "ease_base": number(0, 1000),
        "ease_divisor": above_zero,
        "uplift_factor": _factor_table,
        "reversibility_factor": _factor_table,
        "reach_factor": _factor_table,
        "breadth": mapping(
            {
                "per_domain": number(0, 100),
                "counts_when_score_at_least": number(0, 100),
                "max_bonus": number(0, 100),
            }
        ),
        "score_cap_by_severity": table(_severity, number(0, 100)),
        "max_tier_reduction_by_mitigation": whole(0, 99),
        "provisional_value_for_missing_scale": whole(0, 4),
        "round_to": whole(0, 6),
        "thresholds": listing(mapping({"tier": whole(0, 99), "from": number(0, 100)}), least=1),
    }
)

_trigger = mapping(
    {"key": word, "min_tier": whole(0, 99), "reason": _label, "when": _condition},
    {"hold": optional(word), "opens_incident": flag},
)

_share_rule = mapping(
    {"of": one_of("votes_cast", "eligible_voters"), "share": share, "strictly_more": flag},
    {"also": listing(word, unique=".")},
)
_quorum = mapping(
    {
        "of": one_of("eligible_voters"),
        "share": share,
        "strictly_more": flag,
        "at_least": whole(1, 999),
        "seats": table(one_of(*SEATS), whole(0, 99)),
    }
)
_tier = mapping(
    {
        "tier": whole(0, 99),
        "label": _label,
        "path": one_of(*PATHS),
        "reviewers": whole(0, 99),
        "external_reviewers": whole(0, 99),
        "expertise": listing(one_of(*SEATS)),
        "required_evidence": listing(word, unique="."),
        "sla_business_days": _days,
        "sign_off": listing(word, unique="."),
        "review_valid_months": whole(1, 1200),
        "ceiling_model": word,
        "ceiling_paper": word,
    },
    {
        "audit_sample_percent": whole(0, 100),
        "first_response_business_days": optional(_days),
        "quorum": optional(_quorum),
        "approval": optional(_share_rule),
        "override": optional(_share_rule),
    },
)

_panel = mapping(
    {
        "tiers": listing(whole(0, 99), unique="."),
        "size": whole(1, 99),
        "appointed_by": word,
        "from": one_of("outside_committee"),
        "share": share,
        "strictly_more": flag,
    }
)
_decision = mapping(
    {
        "outcomes": listing(one_of("full", "staged", "withheld", "returned"), least=1, unique="."),
        "gate_dwell_days_default": _days,
        "appeal": mapping(
            {
                "file_within_business_days": _days,
                "decide_within_business_days": _days,
                "grounds": listing(word, least=1, unique="."),
                "release_frozen": flag,
                "per_version": whole(0, 99),
            },
            {"panel": optional(_panel)},
        ),
        "emergency_chair_action": mapping({"may": one_of("restrict_only"), "ratify_within_business_days": _days}),
        "conflict_types": listing(
            mapping({"key": word, "label": _label, "effect": one_of("excluded", "chair_decides")}),
            least=1,
            unique="key",
        ),
        "conflicted_member": mapping(
            {
                "counts_for_quorum": flag,
                "may_vote": flag,
                "may_see_deliberation": flag,
                "may_give_information_when_asked": flag,
            }
        ),
    }
)

_model_card = mapping(
    {},
    {
        "fields": listing(
            mapping({"field": line(64), "question": word}, {"values": table(line(64), one_or_more(_option_value))}),
            unique="question",
        ),
        "evidence": table(one_of(*(section.key for section in SECTIONS)), one_or_more(word)),
    },
)

_reminder = mapping(
    {
        "duty": one_of(*DUTIES, *DUTIES_TO_ADD),
        "steps": listing(mapping({"at": _moment, "to": listing(word, least=1, unique=".")})),
    },
    {"due_business_days": optional(_days), "lapses": optional(_moment), "passes_on": flag},
)


@shaped({"const": SCHEMA_VERSION})
def _schema_version(value: object, path: Path, report: Report) -> None:
    if value != SCHEMA_VERSION or isinstance(value, bool):
        report.add(path, f"This program reads schema_version {SCHEMA_VERSION} only.")


PACK = mapping(
    {
        "schema_version": _schema_version,
        "id": pack_id,
        "version": line(32),
        "title": text(200),
        "applies_to": listing(one_of(*KINDS), least=1, unique="."),
        "roles": listing(word, least=1, unique="."),
        "bindings": mapping(dict.fromkeys(("kind", "summary", "model_rung", "paper_rung", "domains", "compute"), word)),
        "hazard_domains": listing(
            mapping(
                {"key": word, "label": _label, "severity": _severity, "definition": text()},
                {"mit_subdomain": line(32)},
            ),
            least=1,
            unique="key",
        ),
        "sections": listing(mapping({"key": word, "order": whole(0, 999), "title": _label}), least=1, unique="key"),
        "questions": listing(_question, least=1, most=MAX_QUESTIONS, unique="key"),
        "access_levels": mapping(dict.fromkeys(PARTS, _ladder)),
        "scoring": _scoring,
        "hard_triggers": listing(_trigger, unique="key"),
        "tiers": listing(_tier, least=2),
        "decision": _decision,
        "reminders": listing(_reminder, unique="duty"),
        "evidence_types": listing(mapping({"key": word, "label": _label}, {"when": _condition}), unique="key"),
        "legal_flags": listing(
            mapping(
                {"key": word, "label": _label, "when": _condition, "duty": text(), "status": text()},
                {"deadline": text(), "deadline_days": whole(0, MAX_DAYS), "enabled": flag},
            ),
            unique="key",
        ),
    },
    {
        "condition_language": mapping({}, {"note": text(4000), "ops": listing(one_of(*OPS), unique=".")}),
        "derived_values": mapping({}, dict.fromkeys(DERIVED, text())),
        "model_card": _model_card,
        "option_sets": table(word, _options),
        "seat_rules": mapping({}, dict.fromkeys(SEATS, text())),
    },
)
