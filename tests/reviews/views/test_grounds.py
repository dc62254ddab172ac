"""A trigger stands there with the answers that fired it: all of these, whatever name they go by, and no others."""

from __future__ import annotations

from typing import Any

from reviews.rules.conditions import Compare, Every, Negated, Some
from reviews.rules.pack import Trigger
from reviews.rules.scoring import assess
from reviews.views import grounds
from tests.rules.packs import PACK, case_answers


def because(key: str, **answers: Any) -> list[str]:
    """What stands beside a trigger, without the number of the question."""
    given = case_answers("llama_2023") | answers
    scored = assess(PACK, given)
    assert key in scored.triggers
    return [one.split(" was ", 1)[-1] for one in grounds.of(PACK, PACK.trigger(key), scored, given)]


def test_doubts_are_named_one_by_one() -> None:
    plain = {question.key: "no" for question in PACK.of_type("tripwire")}
    assert because("unsure", **plain | {"trip_export": "unsure", "trip_leak": None, "trip_csam": "yes"}) == [
        "answered: Not sure",
        "not answered",
    ]


def test_compute_is_the_answer_or_the_amounts_behind_it() -> None:
    assert because("compute_systemic", training_compute_flop=2e25) == ["answered: 2e25"]
    amounts = {"training_compute_flop": None, "parameters_n": 1e12, "training_tokens_d": 1e13}
    assert because("compute_systemic", **amounts) == [
        "answered: Parameters (N): 1e12; Training tokens or equivalents (D): 1e13; 6·N·D = 6e25"
    ]


def test_levels_stand_for_what_they_are_asked_about() -> None:
    both = {
        "artifact_type": "paper_and_model", "release_requested": "open_weights",
        "paper_release_requested": "full_text_only", "hazard_domains": ["cbrn"], "cap_cbrn": 2,
    }  # fmt: skip
    rung = next(rung.label for rung in PACK.ladder("model") if rung.value == "open_weights")
    found = because("cbrn_irreversible", **both)
    assert found[0].startswith("answered: 2, Some")
    assert f"answered: {rung}" in found
    weights = because("weights_untested", general_purpose="yes", mit_elicitation="none", training_compute_flop=1e24)
    gated = next(rung.label for rung in PACK.ladder("model") if rung.value == "gated_weights")
    assert [one.partition(": ")[2] for one in weights] == [gated, "Yes", "1e24", "Not done"]


def test_tier_of_the_inherent_risk_is_said() -> None:
    found = because("leaked", trip_leak="yes")
    tier = assess(PACK, case_answers("llama_2023") | {"trip_leak": "yes"}).inherent_tier
    assert found == ["answered: Yes", f"The inherent risk by itself is tier {tier}"]


def test_alternative_that_does_not_hold_is_left_out() -> None:
    assert because("durc_partial", trip_agents="no", trip_experiment="yes") == ["answered: Yes"]
    assert because("durc_partial", trip_agents="yes", trip_experiment="yes") == ["answered: Yes", "answered: Yes"]


def test_what_is_denied_is_decided_by_what_fails() -> None:
    when = Every((
        Compare("trip_agents", "eq", "no"),
        Negated(Some((Compare("trip_leak", "eq", "yes"), Compare("$any_trip", "eq", True)))),
        Negated(Every((Compare("trip_csam", "eq", "yes"), Compare("trip_agents", "eq", "no")))),
    ))  # fmt: skip
    answers = case_answers("llama_2023") | {question.key: "no" for question in PACK.of_type("tripwire")}
    trigger = Trigger("made_up", 1, None, False, "Made up", when)
    found = grounds.of(PACK, trigger, assess(PACK, answers), answers)
    number = {one.split()[1] for one in found}
    assert len(found) == len(number) == len(PACK.of_type("tripwire"))
