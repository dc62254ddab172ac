"""What another policy would have made of earlier cases: which results change, what moves them, what stands open."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from reviews.rules import replay
from reviews.rules.pack import Pack
from reviews.rules.policy import load
from reviews.rules.replay import Cause, Ceiling, Effect, effect, tally
from reviews.rules.scored import from_json
from reviews.rules.scoring import assess
from tests.rules.packs import PACK, any_answers, case_answers, edited, full_answers, historical

NEW_QUESTION = """  - key: contact_at_night
    section: profile
    type: text
    required: true
    text: Who can be asked at any hour?
    scoring: {role: context}
"""
EDITS = {
    "severity": ("label: Cyber offence, severity: 3", "label: Cyber offence, severity: 4"),
    "threshold": ("- {tier: 3, from: 45}", "- {tier: 3, from: 40}"),
    "cap": ("{4: 100.0, 3: 69.0, 2: 69.0", "{4: 100.0, 3: 80.0, 2: 80.0"),
    "uplift": ("uplift_factor: [0.4, 0.7, 1.0, 1.2, 1.35]", "uplift_factor: [0.4, 0.7, 1.2, 1.4, 1.6]"),
    "breadth": ("per_domain: 2,", "per_domain: 0,"),
    "limit": ("max_tier_reduction_by_mitigation: 1", "max_tier_reduction_by_mitigation: 0"),
    "formula": ("ease_base: 0.5", "ease_base: 0.9"),
    "trigger": ("key: cyber_high, min_tier: 3", "key: cyber_high, min_tier: 4"),
    "question": ("  - key: artifact_summary\n", NEW_QUESTION + "  - key: artifact_summary\n"),
}


def draft(*edits: tuple[str, str]) -> Pack:
    text = edited(*edits[0])
    for old, new in edits[1:]:
        assert old in text
        text = text.replace(old, new, 1)
    return load(text)


DRAFTS = {name: draft(edit) for name, edit in EDITS.items()}


def replayed(answers: dict[str, Any], new: Pack) -> Effect:
    """As it happens: scored once, stored, read back, and looked at by another policy."""
    return effect(answers, from_json(assess(PACK, answers).as_json()), PACK, new)


@given(any_answers)
def test_same_policy_changes_nothing(answers: dict[str, Any]) -> None:
    found = replayed(answers, PACK)
    tier = assess(PACK, answers).tier
    assert found == Effect(tier, tier)
    assert not found.changes


@pytest.mark.parametrize("name", DRAFTS)
@given(answers=full_answers)
def test_every_change_has_a_cause_and_every_tier_is_what_scoring_says(name: str, answers: dict[str, Any]) -> None:
    new = DRAFTS[name]
    found = replayed(answers, new)
    assert (found.tier_before, found.tier_after) == (assess(PACK, answers).tier, assess(new, answers).tier)
    assert found.changes == bool(found.causes)
    assert replay.from_json(json.loads(json.dumps(replay.as_json(found)))) == found


def causes(key: str, *edits: tuple[str, str]) -> tuple[Cause, ...]:
    return replayed(case_answers(key), draft(*edits)).causes


def test_lower_threshold_raises_the_tier_and_lowers_the_ceilings() -> None:
    assert replayed(case_answers("gpt2_2019"), DRAFTS["threshold"]) == Effect(
        tier_before=2,
        tier_after=3,
        ceilings=(
            Ceiling("model", "gated_weights", "vetted_api", is_lower=True),
            Ceiling("paper", "full_text_code_data", "redacted_preprint", is_lower=True),
        ),
        causes=(Cause("threshold", "3", "45", "40"),),
    )


def test_what_moves_a_score_is_named() -> None:
    uplift = Cause("factor", "uplift", "1", "1.2")
    assert causes("gpt2_2019", EDITS["uplift"]) == (uplift, Cause("breadth", before="0", after="4"))
    assert causes("stable_diffusion_2022", EDITS["cap"]) == (Cause("cap", "sexual_abuse", "69", "80"),)
    assert causes("gpt2_2019", EDITS["formula"])[0] == Cause("formula")
    severity = ("disinformation, severity: 3", "disinformation, severity: 4")
    assert causes("gpt2_2019", severity) == (Cause("severity", "manipulation", "3", "4"),)


def test_triggers_are_new_gone_silent_firing_or_heavier() -> None:
    gone = ("  - {key: prohibited_practice, ", "  - {key: prohibited_use, ")
    fires = ("when: {q: cap_weapons, op: gte, value: 3}", "when: {q: $any_trip, op: eq, value: true}")
    heavier = ("key: prohibited_practice, min_tier: 3", "key: prohibited_practice, min_tier: 4")
    assert causes("criminality_from_face_2020", gone) == (
        Cause("trigger_new", "prohibited_use", after="3"),
        Cause("trigger_gone", "prohibited_practice", before="3"),
    )
    assert causes("criminality_from_face_2020", fires) == (Cause("trigger_fires", "weapons_high", after="3"),)
    assert causes("criminality_from_face_2020", heavier) == (Cause("trigger_tier", "prohibited_practice", "3", "4"),)
    silent = ('{q: trip_csam, op: eq, value: "yes"}', "{q: trip_csam, op: not_answered}")
    later = replayed(dict(historical()[6][1]), draft(silent))
    assert (later.lost, later.holds_lost) == (("csam",), ("legal_officer",))
    assert later.causes == (Cause("trigger_silent", "csam", before="4"),)


def test_ceiling_of_a_tier_alone_is_a_change() -> None:
    edit = ("    ceiling_model: gated_weights\n", "    ceiling_model: hosted_public\n")
    found = replayed(case_answers("gpt2_2019"), draft(edit))
    assert (found.tier_before, found.tier_after, found.changes) == (2, 2, True)
    assert found.causes == (Cause("ceiling", "2", "gated_weights", "hosted_public", part="model"),)


def test_answers_that_are_lacking_unused_or_unfit_are_said() -> None:
    answers = case_answers("bert_2018") | {"contact_at_night": "Somebody"}
    lacking = replayed(case_answers("bert_2018"), DRAFTS["question"])
    assert (lacking.lacking, lacking.changes) == (("contact_at_night",), False)
    assert replayed(answers, DRAFTS["question"]).lacking == ()
    back = effect(answers, assess(DRAFTS["question"], answers), DRAFTS["question"], PACK)
    assert (back.unused, back.lacking) == (("contact_at_night",), ())
    value = case_answers("bert_2018")["release_requested"]
    renamed = load(edited("x", "x").replace(value, f"{value}_now"))
    unfit = replayed(case_answers("bert_2018"), renamed)
    assert (unfit.unfit, unfit.lacking) == (("release_requested",), ("release_requested",))


def test_many_are_counted_without_the_figures_of_one() -> None:
    effects = [replayed(answers, DRAFTS["uplift"]) for _name, answers, _expected in historical()]
    found = tally(effects)
    assert (found.cases, found.changed, found.higher, found.lower) == (9, 2, 2, 0)
    assert found.matrix == {(1, 1): 1, (2, 3): 2, (3, 3): 3, (4, 4): 3}
    assert found.causes == ((Cause("breadth"), 2), (Cause("factor", "uplift"), 2))
    assert tally(()).matrix == {}
