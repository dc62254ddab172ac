"""Packs: what is read, what is refused, and that every fault is named with its line."""

from __future__ import annotations

import copy
import time
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import policy
from reviews.rules.pack import HelperInput, Option
from reviews.rules.policy import Fault, PackError, Step
from reviews.rules.policy_build import build
from reviews.rules.policy_check import check_document
from reviews.rules.scoring import assess
from reviews.rules.yaml_reader import Document, read
from tests.rules.packs import PACK, PACK_TEXT, edited, line_of

# Reading


def test_shipped_pack_has_no_fault() -> None:
    assert policy.check(PACK_TEXT) == []


def test_shipped_pack_is_read_whole() -> None:
    assert (PACK.id, PACK.version) == ("default-dual-use", "2026.11")
    assert len(PACK.questions) == 51
    assert [tier.tier for tier in PACK.tiers] == [0, 1, 2, 3, 4]
    assert [rung.order for rung in PACK.ladder("model")] == list(range(7))
    assert PACK.tier(4).quorum is not None
    assert PACK.tier(4).quorum.share == Fraction(2, 3)
    assert dict(PACK.tier(4).quorum.seats) == {"expert_top_domain": 2, "external": 1}
    assert PACK.tier(4).override is not None
    assert PACK.tier(4).override.also == ("executive",)
    assert PACK.tier(0).quorum is None
    assert PACK.decision.gate_dwell_days_default == 30
    assert PACK.decision.appeal.panel is not None
    assert PACK.decision.appeal.panel.tiers == (3, 4)
    assert PACK.reminder("accept_offer").lapses == Step("due", 1, "d")
    assert PACK.reminder("accept_offer").steps[0] == Step("start", 1, "d", ("responsible",))
    assert PACK.reminder("file_review").steps[0] == Step("due", -3, "d", ("responsible",))


def test_look_ups_find_things_by_key() -> None:
    assert PACK.section("profile").order == 1
    assert [q.key for q in PACK.section_questions("hazards")][:2] == ["hazard_domains", "cap_cbrn"]
    assert PACK.rung("paper", "withheld").label == "Withheld"
    assert PACK.domain("cbrn").severity == 4
    assert PACK.trigger("csam").hold == "legal_officer"
    assert PACK.conflict_type("competitor").effect == "chair_decides"
    assert PACK.evidence_type("threat_model").when is None
    assert PACK.legal_flag("il_sb315").enabled is False
    assert PACK.bindings.rung("paper") == "paper_release_requested"
    with pytest.raises(KeyError):
        PACK.question("nothing")


def test_options_come_from_wherever_the_question_says() -> None:
    assert PACK.question("human_subjects").values == ("yes", "no")
    assert PACK.question("release_requested").values[-1] == "open_weights"
    assert PACK.question("hazard_domains").values[0] == "cbrn"
    assert PACK.question("cap_cbrn").values == (0, 1, 2, 3, 4)
    assert PACK.question("mit_access").option("not_applicable") == Option(
        "not_applicable", "Cannot apply here (reviewer must confirm)", None, has_credit=True
    )
    assert PACK.question("trip_leak").label_of("unsure") == "Not sure"
    assert PACK.question("trip_leak").label_of("perhaps") == "perhaps"
    assert PACK.question("training_compute_flop").helper_inputs[0] == HelperInput(
        "parameters_n", "number", "Parameters (N)"
    )


def test_load_remembers_by_text_and_language() -> None:
    assert policy.load(PACK_TEXT) is policy.load(PACK_TEXT + "")
    assert policy.load(PACK_TEXT, "de") is not policy.load(PACK_TEXT)


def test_texts_follow_the_language() -> None:
    text = edited("title: What you want to release}", "title: {de: Was Sie wollen, en: What you want}}")
    assert policy.parse(text, "de-AT").section("profile").title == "Was Sie wollen"
    assert policy.parse(text, "fr").section("profile").title == "What you want"
    only = edited("title: What you want to release}", "title: {de: Was Sie wollen}}")
    assert policy.parse(only, "fr").section("profile").title == "Was Sie wollen"


def test_questions_stand_in_the_order_of_their_sections() -> None:
    text = edited("{key: safeguards, order: 5,", "{key: safeguards, order: 9,")
    last = policy.parse(text).questions[-1].key
    assert last == PACK.questions[-1].key


def test_numbers_and_words_are_read_as_written() -> None:
    text = edited("value: 1.0e+25", "value: 1e25").replace("deadline: from 2027", "deadline: 2027-01-01, from 2027")
    assert policy.check(text) == []
    value = read("[1e25, -3, 007, 1_000, 2026-12-02, 1:30, ~, .5, 1., 'yes', !!str 3, .nan, 0x1F]").value
    expected = [1e25, -3, "007", "1_000", "2026-12-02", "1:30", None, 0.5, 1.0, "yes", "3"]
    assert value[:11] == expected
    assert value[11] != value[11]
    assert value[12] == "0x1F"


# Refusing what is no pack

HOSTILE = [
    ("", 1, "The file is empty."),
    ("[" * 500_000, 1, "The file is nested more than 30 levels deep."),
    ("- " * 500_000, 1, "The file is nested more than 30 levels deep."),
    ("x" * 1_048_577, 1, "The file is larger than 1 MiB."),
    (
        "a: 1\nb: &b [1]\n",
        2,
        "An anchor (&) is not used here; write the text out. A value that starts so needs quotes.",
    ),
    ("a: 1\nb: *b\n", 2, "An alias (*) is not used here; write the text out. A value that starts so needs quotes."),
    (
        "a: 1\nb: !!python/object/apply:os.system [ls]\n",
        2,
        "Tags such as “tag:yaml.org,2002:python/object/apply:os.system” are not used here; remove it.",
    ),
    ("a: !thing x", 1, "Tags such as “!thing” are not used here; remove it."),
    ("a: 1\n---\nb: 2\n", 2, "A pack is one document; there is a second one here."),
    ("a: 1\nb: c: d\n", 2, "This is not valid YAML: mapping values are not allowed in this context."),
    ("a: 'x\n", 2, "This is not valid YAML: found unexpected end of stream."),
    ("a: \x00", 1, "This is not valid YAML: control characters are not allowed."),
    ("a: \ud800", 1, "The text is not valid UTF-8."),
    ("? [a]\n: b\n", 1, "A key must be a single word, not a list or a mapping."),
    ("a: 1\nyes: 2\n", 2, "This key is read as true or false; put it in quotes."),
    ("a: 1\n1.5: 2\n", 2, "A key must be a word or a small whole number."),
    ("99999999999999999999: 2\n", 1, "A key must be a word or a small whole number."),
]


@pytest.mark.parametrize(("text", "line", "message"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_refused_in_time(text: str, line: int, message: str) -> None:
    started = time.perf_counter()
    assert policy.check(text) == [Fault(line, "file", message)]
    assert time.perf_counter() - started < 2


def test_pack_error_carries_every_fault() -> None:
    with pytest.raises(PackError) as refused:
        policy.parse("id: x\n")
    assert len(refused.value.faults) == 17
    assert str(refused.value).splitlines()[0] == "line 1: access_levels: This key is missing."


@pytest.mark.parametrize("text", ["word", "[1, 2]", "12", "~"])
def test_something_else_than_a_mapping_is_refused(text: str) -> None:
    assert [fault.key for fault in policy.check(text)] == ["file"]


def test_too_many_questions_are_one_fault() -> None:
    assert policy.check("id: x\nquestions: [" + "{}," * 2001 + "]\n") == [
        Fault(2, "questions", "A pack has at most 2000 questions.")
    ]


# Every fault with its line

FAULTS: list[tuple[str, str, str, str]] = [
    # the form
    ("schema_version: 1", "schema_version: 2", "schema_version", "This program reads schema_version 1 only."),
    ('version: "2026.11"', "version: 2026.11", "version", "YAML reads this as a number; put it in quotes."),
    ("id: default-dual-use", "id: Default", "id", "This must be a name of small letters, digits and hyphens (at most 64)."),
    ("title: Research", "titel: Research", "titel", "This key is not known here; did you mean “title”?"),
    ("    type: text\n    required: true", "    type: text\n    required: 1", "questions[artifact_summary].required", "This must be true or false."),
    ("{value: paper, label: A paper or report}", "{value: paper, label: A paper, colour: red}", "questions[artifact_type].options[paper].colour", "This key is not known here."),
    ("{value: paper, label: A paper or report}", "{value: paper}", "questions[artifact_type].options[paper].label", "This key is missing."),
    ("{value: paper, label: A paper or report}", "paper", "questions[artifact_type].options[1]", "This must be a mapping of keys to values."),
    ("{value: text, label: Text}", "{value: text, label: ~}", "questions[modality].options[text].label", "There is no value here; a text of at most 300 characters, or one for each language is needed."),
    ("{value: text, label: Text}", "{value: text, label: {Deutsch: Text}}", "questions[modality].options[text].label.Deutsch", "This is no language code such as “en” or “pt-BR”."),
    ("{value: video, label: Video}", "{value: text, label: Video}", "questions[modality].options[text].value", "“text” stands here a second time."),
    ('value: "yes", label: "Yes"', 'value: yes, label: "Yes"', "option_sets.tripwire[3].value", 'YAML reads this as the truth value true; if the word is meant, write "yes" in quotes.'),
    ('value: "no", label: "No"', 'value: no, label: "No"', "option_sets.tripwire[1].value", 'YAML reads this as the truth value false; if the word is meant, write "no" in quotes.'),
    ("type: yes_no", "type: yesno", "questions[human_subjects].type", "This must be one of single_choice, multi_choice, yes_no, text, scale_0_4, tripwire, compute_flop, number."),
    ("severity: 4, mit", "severity: 5, mit", "hazard_domains[cbrn].severity", "This must be a whole number from 1 to 4."),
    ("mitigation_cap: 0.25", "mitigation_cap: .nan", "access_levels.model[hosted_public].mitigation_cap", "This must be a number from 0 to 1."),
    ("ease_divisor: 8", "ease_divisor: 0", "scoring.ease_divisor", "This must be a number greater than 0 and at most 1000."),
    ('share: "2/3", strictly_more: false, at', "share: 0.66, strictly_more: false, at", "tiers[4].quorum.share", 'This must be a fraction in quotes such as "2/3", at most "1/1".'),
    ('share: "2/3", strictly_more: false, at', 'share: "4/3", strictly_more: false, at', "tiers[4].quorum.share", 'This must be a fraction in quotes such as "2/3", at most "1/1".'),
    ('{at: "start+1d"', '{at: "start+1w"', "reminders[accept_offer].steps[1].at", 'This must be a moment in quotes such as "+2d", "-24h" or "start+1d".'),
    ("external: 1}", "externals: 1}", "tiers[4].quorum.seats.externals", "This must be one of generalist, expert_top_domain, expert_other_domain, security, legal, security_or_policy, external, outside_unit."),
    ("  $compute: training", "  $luck: training", "derived_values.$luck", "This key is not known here."),
    ("not_answered]", "not_answered, like]", "condition_language.ops[10]", "This must be one of eq, ne, in, contains, contains_any, gte, lte, answered, not_answered."),
    ("may: restrict_only", "may: release", "decision.emergency_chair_action.may", "This must be “restrict_only”."),
    ("  security: role skill security\n", "  security: role skill security\n  security: again\n", "seat_rules.security", "This key stands here a second time."),
    ("applies_to: [paper, model, paper_and_model]", "applies_to: []", "applies_to", "This list is empty."),
    ("  - {key: parameters_n", "  - {key: more, type: number, label: More}\n      - {key: parameters_n", "questions[training_compute_flop].helper_inputs", "This list needs 2 entries and has 3."),
    ("from: outside_committee", "from: inside", "decision.appeal.panel.from", "This must be “outside_committee”."),
    # the questionnaire
    ("section: hazards", "section: hazard", "questions[hazard_domains].section", "There is no section “hazard”."),
    ("{key: hazards, order: 2", "{key: hazards, order: 1", "sections[hazards].order", "Another section has the order 1 as well."),
    ("feeds: [cbrn]", "feeds: [cbrm]", "questions[cap_cbrn].feeds[1]", "There is no hazard domain “cbrm”."),
    ("scoring: {role: enablement, domain: bias}", "scoring: {role: enablement, domain: bas}", "questions[cap_bias].scoring.domain", "There is no hazard domain “bas”."),
    ("    option_set: enablement\n", "    option_set: enabling\n", "questions[cap_cbrn].option_set", "There is no option set “enabling”."),
    ("    option_set: enablement\n", "", "questions[cap_cbrn]", "A question to choose from needs exactly one of options, options_from and option_set."),
    ("    type: text\n", "    type: text\n    option_set: tripwire\n", "questions[artifact_summary].option_set", "A question of the type text has no options."),
    ('  - {value: 4, label: "Urgent', '  - {value: 5, label: "Urgent', "questions[benefit].options", "A scale needs the values 0, 1, 2, 3 and 4, in this order."),
    ("{value: other, label: Elsewhere}", "{value: 9, label: Elsewhere}", "questions[jurisdictions].options[9].value", 'A choice needs a word as value; write "9" in quotes.'),
    ("scoring: {role: mitigation, weight: 3}", "scoring: {role: mitigation}", "questions[mit_redteam].scoring.weight", "This key is missing."),
    ("scoring: {role: context}", "scoring: {role: context, weight: 3}", "questions[artifact_type].scoring.weight", "A question with the role context has no weight."),
    ("scoring: {role: tripwire}", "scoring: {role: context}", "questions[trip_agents].scoring.role", "A tripwire must have the role tripwire."),
    ("    allow_empty: true        #", "    helper_inputs: [{key: a, type: number, label: A}, {key: b, type: number, label: B}] #", "questions[hazard_domains].helper_inputs", "Only a question of the type compute_flop has helper inputs."),
    ("    help: Up to 200", "    allow_empty: true\n    help: Up to 200", "questions[artifact_summary].allow_empty", "Only a question of the type multi_choice can be answered with none."),
    (", credit: 0.1}", "}", "option_sets.maturity[planned].credit", "An option of a safeguard needs a credit (null: cannot apply)."),
    ("credit: 0.0}", "credit: null}", "option_sets.maturity[none].credit", "The option “none” needs a number as its credit."),
    ("{key: parameters_n,", "{key: reach,", "questions[training_compute_flop].helper_inputs[reach].key", "“reach” is the key of another question or helper input."),
    ("scoring: {role: modifier, factor: uplift}", "scoring: {role: decision_input}", "questions", "No question gives the factor uplift."),
    ("scoring: {role: decision_input}", "scoring: {role: modifier, factor: reach}", "questions[benefit].scoring.factor", "“reach” already gives the factor reach."),
    ("scoring: {role: enablement, domain: fraud}", "scoring: {role: decision_input}", "hazard_domains[fraud]", "No question scores the domain fraud."),
    ("scoring: {role: decision_input}", "scoring: {role: enablement, domain: bias}", "questions[benefit].scoring.domain", "“cap_bias” already scores the domain bias."),
    # the bindings
    ("kind: artifact_type, ", "", "bindings.kind", "This key is missing."),
    ("kind: artifact_type", "kind: artefact_type", "bindings.kind", "There is no question “artefact_type”."),
    ("kind: artifact_type", "kind: modality", "bindings.kind", "“modality” must be a question of the type single_choice."),
    ("kind: artifact_type", "kind: base_model", "bindings.kind", "“base_model” may only offer model, paper, paper_and_model."),
    ("applies_to: [paper, model, paper_and_model]", "applies_to: [paper, model]", "bindings.kind", "“artifact_type” must offer exactly what applies_to names."),
    ("domains: hazard_domains", "domains: modality", "bindings.domains", "“modality” must take its options from hazard_domains."),
    ("scoring: {role: decision_input}", "scoring: {role: tripwire}", "questions[benefit].type", "A question with the role tripwire must be of the type tripwire."),
    # the ladder
    ("{value: internal, order: 1,", "{value: internal, order: 2,", "access_levels.model[internal].order", "The ladder is out of order: 1 belongs here."),
    ("label: Hosted public access, reversibility: 2", "label: Hosted public access, reversibility: 0", "access_levels.model[hosted_public].reversibility", "The ladder is out of order: this may not fall from level to level."),
    ("irreversible: true, mitigation_cap: 0.10}", "irreversible: true, mitigation_cap: 0.20}", "access_levels.model[open_weights].mitigation_cap", "The ladder is out of order: this may not rise from level to level."),
    # the scoring
    ("uplift_factor: [0.4, 0.7, 1.0, 1.2, 1.35]", "uplift_factor: [0.4, 0.7, 1.0, 1.2]", "scoring.uplift_factor", "This list needs 5 entries and has 4."),
    ("reach_factor: [0.8, 0.9,", "reach_factor: [0.9, 0.8,", "scoring.reach_factor", "A higher answer may not get a smaller factor."),
    ("{4: 100.0, 3: 69.0, 2: 69.0, 1: 44.0}", "{4: 100.0, 3: 69.0, 2: 69.0, 0: 44.0}", "scoring.score_cap_by_severity.0", "This must be a whole number from 1 to 4."),
    ("{tier: 2, from: 25}", "{tier: 2, from: 5}", "scoring.thresholds[2].from", "The bands are out of order: this must lie above the one before."),
    ("{tier: 0, from: 0}", "{tier: 0, from: 1}", "scoring.thresholds[0].from", "The lowest tier must start at 0."),
    # triggers, tiers, decision, reminders
    ("min_tier: 4, hold: biosecurity_officer", "min_tier: 5, hold: biosecurity_officer", "hard_triggers[durc_core].min_tier", "There is no tier 5."),
    ("min_tier: 4, hold: biosecurity_officer", "min_tier: 4, hold: bio_officer", "hard_triggers[durc_core].hold", "There is no role “bio_officer” in roles."),
    ("  - tier: 1\n    label: Low", "  - tier: 7\n    label: Low", "tiers[7].tier", "The tiers are out of order: 1 belongs here."),
    ("sign_off: [coordinator]", "sign_off: [boss]", "tiers[1].sign_off[1]", "There is no role “boss” in roles."),
    ("also: [executive]", "also: [boss]", "tiers[4].override.also[1]", "There is no role “boss” in roles."),
    ("impact_statement, model_card_draft]", "impact_statement, model_cart]", "tiers[1].required_evidence[4]", "There is no evidence type “model_cart”."),
    ("ceiling_model: vetted_api", "ceiling_model: vetted", "tiers[3].ceiling_model", "The ladder of the model has no level “vetted”."),
    ("ceiling_paper: redacted_preprint", "ceiling_paper: preprint", "tiers[3].ceiling_paper", "The ladder of the paper has no level “preprint”."),
    ("expertise: [generalist]", "expertise: [generalist, legal]", "tiers[1].expertise", "There cannot be more kinds of expertise than reviewers."),
    ("    external_reviewers: 2", "    external_reviewers: 5", "tiers[4].external_reviewers", "There cannot be more external reviewers than reviewers."),
    ("sign_off: [coordinator]", "sign_off: []", "tiers[1].sign_off", "The path reviewer needs somebody to sign off."),
    ("    path: system\n    reviewers: 0", "    path: system\n    reviewers: 1", "tiers[0].reviewers", "The path system has no reviewers."),
    ("tiers: [3, 4]", "tiers: [3, 5]", "decision.appeal.panel.tiers[2]", "There is no tier 5."),
    ("appointed_by: head_of_research", "appointed_by: boss", "decision.appeal.panel.appointed_by", "There is no role “boss” in roles."),
    ('steps: [{at: "-2d", to: [responsible]}]}', 'steps: [{at: "-2d", to: [nobody]}]}', "reminders[appeal_window].steps[1].to[1]", "There is no role “nobody” in roles."),
    ("roles: [member,", "roles: [member, wizard,", "roles[2]", "The program has no role “wizard”; it knows member, external_member, coordinator, chair, deputy_chair, legal_officer, biosecurity_officer, security_officer, export_officer, head_of_research, executive."),
    # conditions
    ("show_if: {q: hazard_domains, op: contains, value: cyber}", "show_if: {q: hazards, op: contains, value: cyber}", "questions[cap_cyber].show_if.q", "There is no question “hazards”."),
    ("show_if: {q: hazard_domains, op: contains, value: cyber}", "show_if: {q: $domains, op: contains, value: cyber}", "questions[cap_cyber].show_if.q", "There is no built-in value “$domains”."),
    ("show_if: {q: hazard_domains, op: contains, value: cyber}", "show_if: {q: 7, op: contains, value: cyber}", "questions[cap_cyber].show_if.q", "This must be the key of a question."),
    ("show_if: {q: hazard_domains, op: contains, value: cyber}", "show_if: {q: hazard_domains, op: contains, value: ciber}", "questions[cap_cyber].show_if.value", "“ciber” is not an option of “hazard_domains”."),
    ("show_if: {q: hazard_domains, op: contains, value: cyber}", "show_if: {q: hazard_domains, op: has, value: cyber}", "questions[cap_cyber].show_if.op", "This must be one of the operators eq, ne, in, contains, contains_any, gte, lte, answered, not_answered."),
    ("show_if: {q: hazard_domains, op: contains, value: cyber}", "show_if: {q: hazard_domains, op: eq, value: cyber}", "questions[cap_cyber].show_if.op", "“eq” does not fit “hazard_domains”; use contains, contains_any, answered, not_answered."),
    ("show_if: {q: hazard_domains, op: contains, value: cyber}", "show_if: {q: hazard_domains, op: contains}", "questions[cap_cyber].show_if.value", "This key is missing."),
    ("show_if: {q: hazard_domains, op: contains, value: cyber}", "show_if: {q: hazard_domains, value: cyber}", "questions[cap_cyber].show_if.op", "This key is missing."),
    ("show_if: {q: hazard_domains, op: contains, value: cyber}", "show_if: {q: hazard_domains, op: answered, value: cyber}", "questions[cap_cyber].show_if.value", "“answered” takes no value."),
    ("show_if: {q: hazard_domains, op: contains, value: cyber}", "show_if: {q: hazard_domains, op: answered, or: cyber}", "questions[cap_cyber].show_if.or", "This key is not known in a condition."),
    ("show_if: {q: hazard_domains, op: contains, value: cyber}", "show_if: {q: hazard_domains, op: contains_any, value: cyber}", "questions[cap_cyber].show_if.value", "“contains_any” needs a list of values."),
    ("show_if: {q: hazard_domains, op: contains, value: cyber}", "show_if: {all: []}", "questions[cap_cyber].show_if.all", "This must be a list of at least one condition."),
    ("show_if: {q: hazard_domains, op: contains, value: cyber}", "show_if: {not: {q: modality, op: answered}, q: modality}", "questions[cap_cyber].show_if", "A condition with “not” has no other keys beside it."),
    ("show_if: {q: hazard_domains, op: contains, value: cyber}", "show_if: always", "questions[cap_cyber].show_if", "This must be a condition such as {q: …, op: …, value: …}."),
    ("show_if: {q: hazard_domains, op: contains, value: cyber}", "show_if: {not: {q: cap_fraud, op: gte, value: 1}}", "questions[cap_cyber].show_if.not.q", "“cap_fraud” is asked later; a condition can look back only."),
    ("show_if: {q: hazard_domains, op: contains, value: cyber}", "show_if: {q: $any_trip, op: eq, value: true}", "questions[cap_cyber].show_if.q", "“trip_agents” is asked later; a condition can look back only."),
    ("show_if: {q: hazard_domains, op: contains, value: cyber}", "show_if: {q: cap_cyber, op: gte, value: 1}", "questions[cap_cyber].show_if.q", "A question cannot depend on its own answer."),
    ("show_if: {q: hazard_domains, op: contains, value: cyber}", "show_if: {q: $inherent_tier, op: gte, value: 1}", "questions[cap_cyber].show_if.q", "“$inherent_tier” is known only to hard triggers and legal flags."),
    ("    allow_empty: true        #", "    show_if: {q: uplift, op: gte, value: 1} #", "questions[hazard_domains].show_if.q", "“hazard_domains” and “uplift” depend on each other in a circle."),
    ('{q: trip_csam, op: eq, value: "yes"}}', "{q: trip_csam, op: eq, value: yes}}", "hard_triggers[csam].when.value", 'YAML reads this as the truth value true; if the word is meant, write "yes" in quotes.'),
    ("{q: $irreversible, op: eq, value: true}", '{q: $irreversible, op: eq, value: "yes"}', "hard_triggers[cbrn_irreversible].when.all[2].value", "“$irreversible” is compared with true or false, without quotes."),
    ("{q: cap_cbrn, op: gte, value: 3}", '{q: cap_cbrn, op: gte, value: "3"}', "hard_triggers[cbrn_high].when.value", "This must be a number."),
    ("{q: $compute, op: gte, value: 1.0e+25}", "{q: $compute, op: gte, value: .inf}", "hard_triggers[compute_systemic].when.value", "This must be a number."),
    ("when: {q: $weights, op: eq, value: true}", "when: {q: $inherent_tier, op: eq, value: 2}", "evidence_types[worst_case_weights_test].when.q", "“$inherent_tier” is known only to hard triggers and legal flags."),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "message"), FAULTS, ids=range(len(FAULTS)))
def test_fault_is_named_with_line_and_key(old: str, new: str, key: str, message: str) -> None:
    found = {(fault.key, fault.message): fault.line for fault in policy.check(edited(old, new))}
    assert (key, message) in found, found
    text = edited(old, new)
    start = line_of(PACK_TEXT, old)
    lines = [line_of(text, ELSEWHERE[key])] if key in ELSEWHERE else range(start, start + new.count("\n") + 1)
    assert found[key, message] in lines


# Faults that stand on another line than the edit that causes them: there, something is missing or refers to it.
ELSEWHERE = {
    "questions": "questions:\n",
    "questions[training_compute_flop].helper_inputs": "helper_inputs:",
    "questions[cap_cbrn]": "- key: cap_cbrn",
    "questions[benefit].options": "options:\n      - {value: 0, label: None that we",
    "questions[benefit].type": "type: scale_0_4\n    required: true\n    show_if: {any: [{q: hazard_domains, op: answered}, "
    "{q: $any_trip, op: eq, value: true}]}\n    text: How large is the benefit",
    "hazard_domains[fraud]": "- {key: fraud",
    "bindings.kind": "bindings: {",
}


@pytest.mark.parametrize(
    ("old", "new", "key", "at"),
    [
        ("    type: yes_no\n", "    type: yesno\n", "questions[human_subjects].type", "type: yesno"),
        ("feeds: [cbrn]", "feeds:\n      - cbrn\n      - x", "questions[cap_cbrn].feeds[2]", "- x"),
        ("    sla_business_days: 5\n", "", "tiers[1].sla_business_days", "- tier: 1"),
        ("{tier: 2, from: 25}", "{tier: 2, from: 5}", "scoring.thresholds[2].from", "{tier: 2, from: 5}"),
        ("kind: artifact_type, ", "", "bindings.kind", "bindings: {"),
    ],
)
def test_fault_stands_on_its_very_line(old: str, new: str, key: str, at: str) -> None:
    text = edited(old, new)
    assert [fault.line for fault in policy.check(text) if fault.key == key] == [line_of(text, at)]


def test_all_faults_are_named_at_once_in_order() -> None:
    text = edited('version: "2026.11"', "version: 2026.11").replace("feeds: [cbrn]", "feeds: [cbrm]", 1)
    text = text.replace("{tier: 2, from: 25}", "{tier: 2, from: 5}", 1)
    found = policy.check(text)
    assert [fault.key for fault in found] == ["version", "questions[cap_cbrn].feeds[1]", "scoring.thresholds[2].from"]
    assert [fault.line for fault in found] == sorted(fault.line for fault in found)


def test_missing_duty_is_named() -> None:
    line = next(one for one in PACK_TEXT.splitlines() if "duty: appeal_window" in one)
    found = policy.check(edited(f"{line}\n", ""))
    assert [(f.key, f.message) for f in found] == [
        ("reminders", "There is no entry for appeal_window; one with steps: [] is silent.")
    ]


def test_board_without_its_vote_is_named() -> None:
    line = next(one for one in PACK_TEXT.splitlines() if one.startswith("    quorum:") and "at_least: 5" in one)
    found = policy.check(edited(f"{line}\n", ""))
    assert [(f.key, f.message) for f in found] == [("tiers[4].quorum", "The path board needs this rule.")]


def test_system_cannot_decide_the_highest_tier() -> None:
    start = PACK_TEXT.index("  - tier: 4")
    text = PACK_TEXT[:start] + PACK_TEXT[start:].replace("path: board", "path: system", 1)
    assert ("tiers[4].path", "The highest tier cannot be decided by the system.") in [
        (f.key, f.message) for f in policy.check(text)
    ]


def test_safeguard_without_none_is_named() -> None:
    found = policy.check(edited('    - {value: none, label: "Not done", credit: 0.0}\n', ""))
    assert "A safeguard needs the option “none”; an unanswered one counts as that." in [f.message for f in found]


def test_fault_stays_on_one_printable_line() -> None:
    for fault in policy.check('"a\\nb\\e": 1\n"x\\r": {}\n'):
        assert fault.key.isprintable()
        assert fault.message.isprintable()


# Nothing makes the reader crash

JUNK = st.sampled_from(
    [None, True, False, 0, -1, 7, 2.5, "", "yes", "x y", "cbrn", [], {}, [[]], [{}], {"q": []}, {"all": 1}]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [path] if path else []
    for step, one in inner:
        found += places(one, (*path, step))
    return found


RAW = read(PACK_TEXT).value
PLACES = places(RAW)


@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK | st.just("(delete)")), min_size=1, max_size=4))
def test_damaged_pack_is_refused_or_works(damages: list[tuple[tuple[Any, ...], Any]]) -> None:
    raw = copy.deepcopy(RAW)
    for path, junk in damages:
        target = raw
        for step in path[:-1]:
            known = isinstance(target, dict) or (
                isinstance(target, list) and isinstance(step, int) and step < len(target)
            )
            target = (target.get(step) if isinstance(target, dict) else target[step]) if known else None
        if isinstance(target, dict) and junk == "(delete)":
            target.pop(path[-1], None)
        elif isinstance(target, dict) or (isinstance(target, list) and path[-1] < len(target)):
            target[path[-1]] = copy.deepcopy(junk)
    if not check_document(Document(raw)):
        pack = build(raw, "en")
        assert 0 <= assess(pack, {}).tier < len(pack.tiers)


@given(st.text(max_size=200) | st.text(alphabet="{}[]:,-&*!?|>'\"\n ab1", max_size=60))
def test_any_text_gives_faults_not_crashes(text: str) -> None:
    assert policy.check(text)
