"""What each field of a pack means, said once: editors show it beside the field, the guide tells the same words.

``[]`` in a place is each entry of a list, ``.*`` each entry of a mapping; the empty place is the top of a pack.
"""

from __future__ import annotations

from collections.abc import Mapping

_MEANINGS: Mapping[tuple[str, ...], Mapping[str, str]] = {
    ("",): {
        "schema_version": "`1`",
        "id": "the name of the pack: small letters, digits and hyphens; versions of one pack share it",
        "version": "the name of this version, any text of up to 32 characters in quotes; each can be published once",
        "title": "the title; in several languages if you like",
        "applies_to": (
            "kinds of submission: `paper`, `model`, `paper_and_model`; exactly those that the question bound as "
            "`kind` offers"
        ),
        "roles": "the committee roles that sign-offs, holds and reminders may name",
        "bindings": "which question holds what the program itself must know",
        "hazard_domains": "the areas of harm",
        "sections": "the pages of the questionnaire",
        "questions": "the questions",
        "access_levels": "the ladders",
        "scoring": "from answers to a score and a tier",
        "hard_triggers": "what sets a minimum tier whatever the score",
        "tiers": "what each tier asks for",
        "decision": "outcomes, appeals, conflicts of interest",
        "reminders": "who is reminded of which duty, when",
        "evidence_types": "what the tiers may ask for",
        "legal_flags": "a checklist of laws; it never changes the score",
        "model_card": "what a model card answers, and which evidence wants its sections",
        "option_sets": "lists of options that several questions share, each under a word of your choice",
        "condition_language": "explains conditions to readers; changes nothing",
        "derived_values": "explains the built-in values to readers; changes nothing",
        "seat_rules": "explains the words in `expertise` and `seats` to readers; changes nothing",
    },
    ("bindings",): {
        "kind": "the single choice that says what is submitted; always asked and required",
        "summary": "the text that describes the work; always asked and required",
        "model_rung": (
            "the single choice from `access_levels.model`; required, and asked wherever a model is submitted, whatever "
            "else is answered"
        ),
        "paper_rung": (
            "the single choice from `access_levels.paper`; required, and asked wherever a paper is submitted, whatever "
            "else is answered"
        ),
        "domains": "the multiple choice from `hazard_domains`",
        "compute": "the question of the type `compute_flop`",
    },
    ("hazard_domains[]",): {
        "key": "a word; each domain is scored by exactly one question",
        "label": "its name",
        "severity": (
            "how bad the worst credible outcome is, from 1 (minor) to 4 (mass casualty, or society-wide and "
            "irreversible)"
        ),
        "definition": "what belongs to it",
        "mit_subdomain": "its number in the MIT AI risk repository",
    },
    ("sections[]",): {
        "key": "a word",
        "order": "sections are asked by this number; no two share one",
        "title": "the title of the page",
    },
    ("questions[]",): {
        "key": (
            "a word under which answers are kept; none of the names that pages send themselves: `asked`, "
            "`csrfmiddlewaretoken`, `stay`, `version`, and none that browsers use for forms, such as `action`, "
            "`method`, `name`, `title`"
        ),
        "section": "the key of a section",
        "type": (
            "`single_choice`, `multi_choice`, `yes_no`, `text`, `number`, `scale_0_4`, `tripwire` (no, unsure, "
            "yes), `compute_flop`"
        ),
        "required": "`true` or `false`: whether it must be answered wherever it is asked",
        "text": "the question",
        "scoring": "what its answer does",
        "help": "shown below the text",
        "examples": "answers of others, each with why, one tap away below the help",
        "options": "its own options; choices, scales and tripwires have exactly one of this and the next two",
        "option_set": "the key of an entry of `option_sets`",
        "options_from": "`hazard_domains`, `access_levels.model` or `access_levels.paper`",
        "show_if": "the condition under which it is asked",
        "required_if": "the condition under which it must be answered although `required` is `false`",
        "allow_empty": "for `multi_choice`: a confirmed “none of these” is an answer",
        "feeds": "the domains that a tripwire speaks for",
        "helper_inputs": "for `compute_flop`: the two numbers, parameters and tokens, from which it can be computed",
    },
    ("questions[].options[]", "option_sets.*[]"): {
        "value": 'a word; 0 to 4 on a scale. `"yes"` and `"no"` need their quotes',
        "label": "its words",
        "credit": (
            "for safeguards: how much of the risk it speaks for, from 0 to 1, or `null` for “cannot apply”, which"
            " is left out of the mean; a safeguard needs one for each option, and an option `none`"
        ),
        "proof": (
            "`none`, `asked` (reviewers read when it is missing) or `required` (the case is not submitted without"
            " it). Where no option of a question has it, options of a safeguard that earn more than half of its "
            "highest credit are asked for one"
        ),
    },
    ("questions[].helper_inputs[]",): {
        "key": "a word that no question has",
        "type": "`number`",
        "label": "its name",
    },
    ("questions[].scoring",): {
        "role": (
            "`context` or `flag` (never scored), `rung` (the access level that is asked for), `enablement`, "
            "`modifier`, `tripwire`, `mitigation`, `decision_input` (weighed by the board)"
        ),
        "domain": "for `enablement`, and needed there: the domain that its 0 to 4 scores",
        "factor": "for `modifier`, and needed there: `ease`, `uplift` or `reach`, each given by exactly one question",
        "weight": "for `mitigation`, and needed there: how much it weighs in the mean of the safeguards, above 0",
    },
    ("access_levels",): {
        "model": "the ladder of a model, lowest level first",
        "paper": "the ladder of a paper, lowest level first",
    },
    ("access_levels.model[]", "access_levels.paper[]"): {
        "value": "a word",
        "order": "0 upwards without a gap",
        "label": "its name",
        "reversibility": "from 0 (fully recallable) to 4 (cannot be undone); 0 at the lowest level, never falling",
        "min_reach": "from 0 to 4, a floor for the reach answer; never falling",
        "irreversible": "whether it cannot be undone, as `$irreversible` asks",
        "mitigation_cap": (
            "the largest share of the inherent risk that safeguards can take away there, from 0 to 1; never rising"
        ),
        "weights": "whether weights leave the house, as `$weights` asks",
    },
    ("scoring",): {
        "version": "the number of the rule",
        "steps": "the rule in words, shown wherever a score is explained",
        "missing_answers": "in words: how drafts are counted",
        "review_aggregation": "how reviewers' answers are counted",
        "ease_base": "likelihood = enablement \u00d7 (base + ease / divisor)",
        "ease_divisor": "see `ease_base`; above 0",
        "uplift_factor": "five factors, for uplift 0 to 4, never falling",
        "reversibility_factor": "five factors, for reversibility 0 to 4, never falling",
        "reach_factor": "five factors, for reach 0 to 4, never falling",
        "breadth": "what further domains add",
        "score_cap_by_severity": "the most that a domain of each severity can score, such as `{4: 100, 3: 69}`",
        "max_tier_reduction_by_mitigation": "how many tiers safeguards can lower the score's tier",
        "provisional_value_for_missing_scale": "what an unanswered scale counts as in a preview",
        "round_to": "decimals of inherent and residual",
        "thresholds": (
            "the score from which each tier starts: every tier once, in order, the first from 0, each above the "
            "one before"
        ),
    },
    ("scoring.review_aggregation",): {
        "severity_adjustment": "how far a reviewer may move the severity of a domain",
        "questions": "in words: what reviewers answer again",
        "rule": "in words: whose answer counts",
        "domains": "in words: how a domain that a reviewer adds counts",
        "tripwires": "in words: how tripwires are settled",
    },
    ("scoring.review_aggregation.severity_adjustment",): {
        "max_steps": "by how many steps, up or down",
        "needs_reason": "whether a written reason is needed",
    },
    ("scoring.breadth",): {
        "per_domain": "points for each further domain",
        "counts_when_score_at_least": "the score from which a further domain counts",
        "max_bonus": "the most points that they add together",
    },
    ("scoring.thresholds[]",): {
        "tier": "the number of a tier",
        "from": "the score at or above which it starts",
    },
    ("hard_triggers[]",): {
        "key": "a word",
        "min_tier": "a floor whatever the score",
        "reason": "in words, shown to authors",
        "when": "the condition under which it fires",
        "hold": "the role that must clear it in writing before anything is released",
        "opens_incident": "whether an incident is opened besides",
    },
    ("tiers[]",): {
        "tier": "0 upwards without a gap",
        "label": "its name",
        "path": "who decides: `system`, `reviewer`, `reviewers`, `board`",
        "reviewers": "how many; none for `system`, one at least for `reviewer`, two for `reviewers`",
        "external_reviewers": "how many of them are external",
        "expertise": (
            "what they bring, a word each: `generalist`, `expert_top_domain`, `expert_other_domain`, `security`, "
            "`legal`, `security_or_policy`, `external`, `outside_unit`; an expert is somebody whom "
            "another person confirmed at the level *expert* of that domain"
        ),
        "required_evidence": "keys of `evidence_types`",
        "sla_business_days": "working days for the decision",
        "sign_off": "the roles that sign, in order; the chair among them for `reviewers` and `board`",
        "review_valid_months": "how long a decision is valid",
        "ceiling_model": "the highest level of a model without the override vote",
        "ceiling_paper": "the highest level of a paper without the override vote",
        "audit_sample_percent": "how many cases of a `system` tier are looked at",
        "first_response_business_days": "working days for the first word",
        "quorum": "who must vote; needed for `reviewers` (used when they split) and `board`, as the next two",
        "approval": "the votes that a motion needs",
        "override": "the votes that going above the ceiling needs",
    },
    ("tiers[].quorum",): {
        "of": "`eligible_voters`",
        "share": 'a fraction in quotes, such as `"2/3"`',
        "strictly_more": "whether more than that share is needed",
        "at_least": "never fewer than so many",
        "seats": "how many of those present have what, in the words of `expertise`, such as `{external: 1}`",
    },
    ("tiers[].approval", "tiers[].override"): {
        "of": "`votes_cast` or `eligible_voters`",
        "share": "a fraction in quotes",
        "strictly_more": "whether more than that share is needed",
        "also": "roles whose signature is needed besides",
    },
    ("decision",): {
        "outcomes": "what a board can move: `full`, `staged`, `withheld`, `returned`",
        "gate_dwell_days_default": "how many days a stage of a release stands at least",
        "appeal": "when, why and how often",
        "emergency_chair_action": "what the chair alone may do",
        "conflict_types": "the kinds of conflict of interest",
        "conflicted_member": "what somebody with a conflict still does",
    },
    ("decision.appeal",): {
        "file_within_business_days": "working days for filing one",
        "decide_within_business_days": "working days for deciding it",
        "grounds": "the grounds that count, a word each",
        "release_frozen": "whether nothing is released meanwhile",
        "per_version": "how often one version can be appealed",
        "panel": "who hears it",
    },
    ("decision.appeal.panel",): {
        "tiers": "the tiers in which there is one",
        "size": "how many people",
        "appointed_by": "a role",
        "from": "`outside_committee`",
        "share": "a fraction in quotes",
        "strictly_more": "whether more than that share is needed",
    },
    ("decision.emergency_chair_action",): {
        "may": "`restrict_only`",
        "ratify_within_business_days": "working days until the board ratifies it",
    },
    ("decision.conflict_types[]",): {
        "key": "a word",
        "label": "its name",
        "effect": "`excluded`, or `chair_decides`",
    },
    ("decision.conflicted_member",): {
        "counts_for_quorum": "whether they count for the quorum; always `false` here",
        "may_vote": "whether they vote; always `false` here",
        "may_see_deliberation": "whether they read the deliberation; always `false` here",
        "may_give_information_when_asked": "whether they may be asked",
    },
    ("reminders[]",): {
        "duty": (
            "one of `accept_offer`, `file_review`, `answer_board`, `assign_reviewers`, `vote`, `sign_off`, "
            "`clear_hold`, `prove_condition`, `give_evidence`, `monitoring_report`, `open_stage`, "
            "`renew_clearance`, `appeal_window`, `stalled_case`; each has an entry; and, if you like, "
            "`confirm_tier` (a tier that waits for a second person), which is otherwise due and reminded of like "
            "`vote`"
        ),
        "steps": "when whom; an empty list is silent",
        "due_business_days": "working days until it is due, where the tier does not say",
        "lapses": "for offers: the moment at which they lapse",
        "passes_on": (
            "for offers: `false` leaves it to the coordinator whom to ask when an offer was declined or lapsed; "
            "otherwise the next candidate is asked by itself"
        ),
    },
    ("reminders[].steps[]",): {
        "at": (
            '`"+2d"` (working days) and `"-24h"` (hours) count from the due moment, `"start+1d"` from when the '
            "duty began"
        ),
        "to": "roles, or `responsible` for the person who owes it",
    },
    ("evidence_types[]",): {
        "key": "a word",
        "label": "its name",
        "when": "the condition under which it is asked at all",
    },
    ("legal_flags[]",): {
        "key": "a word",
        "label": "the law",
        "when": "the condition under which it may apply",
        "duty": "what it asks for",
        "status": "whether it is in force",
        "deadline": "by when, in words",
        "deadline_days": "by when, in days",
        "enabled": "`false` keeps one in the pack without asking",
    },
    ("model_card",): {
        "fields": "which field of a card answers which question",
        "evidence": (
            "which evidence types want a section: `description`, `intended_use`, `out_of_scope`, `risks`, "
            "`training_data`, `training`, `evaluation`"
        ),
    },
    ("model_card.fields[]",): {
        "field": "the field of the card",
        "question": "the question, or the helper input, that it answers",
        "values": "turns words of the card into options: one, or a list of them",
    },
    ("condition_language",): {
        "note": "the language in words",
        "ops": "its operators",
    },
    ("derived_values",): {
        "$compute": "in words: the training compute",
        "$weights": "in words: whether a requested level gives out weights",
        "$irreversible": "in words: whether one cannot be undone",
        "$any_trip": "in words: whether a tripwire was tripped",
        "$any_unsure": "in words: whether one is not settled",
        "$inherent_tier": "in words: the tier by inherent risk",
    },
    ("seat_rules",): {
        "generalist": "in words: any trained reviewer",
        "expert_top_domain": "in words: an expert in the domain with the highest score",
        "expert_other_domain": "in words: an expert in another chosen domain",
        "security": "in words: skilled in security",
        "legal": "in words: skilled in law",
        "security_or_policy": "in words: skilled in security or policy",
        "external": "in words: an external member",
        "outside_unit": "in words: from another unit than the authors'",
    },
}
MEANINGS: Mapping[str, Mapping[str, str]] = {place: fields for places, fields in _MEANINGS.items() for place in places}
"""By place and key."""
