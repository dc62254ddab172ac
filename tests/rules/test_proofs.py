"""A claim of a test asks for its proof: by the credits that a pack has, or as its options say themselves."""

from __future__ import annotations

import pytest
from hypothesis import given

from reviews.rules import proofs
from reviews.rules.policy import load
from reviews.rules.proofs import Wanted
from tests.rules.packs import PACK, SAFEGUARDS, any_answers, edited

CASE = {"artifact_type": "model", "release_requested": "open_weights", "hazard_domains": ["cyber"]}
TESTED = '- {value: tested, label: "In place and tested by us, results attached", credit: 0.8}'
IN_PLACE = '- {value: in_place, label: "In place, not tested", credit: 0.5}'


@pytest.mark.parametrize(
    ("value", "asks"),
    [("not_applicable", False), ("none", False), ("planned", False), ("in_place", False), ("tested", True),
     ("independent", True), (None, False)],
)  # fmt: skip
def test_option_that_earns_more_than_half_asks(value: str | None, asks: bool) -> None:
    found = proofs.wanted(PACK, {**CASE, "mit_redteam": value})
    assert found == ((Wanted("mit_redteam", is_required=False),) if asks else ())


def test_pack_may_say_so_itself() -> None:
    strict = load(edited(TESTED, TESTED.replace("credit: 0.8}", "credit: 0.8, proof: required}")))
    assert proofs.wanted(strict, {**CASE, "mit_redteam": "tested"}) == (Wanted("mit_redteam", is_required=True),)
    assert proofs.wanted(strict, {**CASE, "mit_redteam": "independent"}) == ()
    wide = load(edited(IN_PLACE, IN_PLACE.replace("credit: 0.5}", "credit: 0.5, proof: asked}")))
    assert proofs.wanted(wide, {**CASE, "mit_redteam": "in_place"}) == (Wanted("mit_redteam", is_required=False),)


def test_hidden_answer_asks_for_nothing() -> None:
    assert proofs.wanted(PACK, {**CASE, "hazard_domains": [], "mit_redteam": "tested"}) == ()


@given(any_answers)
def test_what_lacks_is_what_is_wanted_and_not_there(answers: dict[str, object]) -> None:
    wanted = proofs.wanted(PACK, answers)
    assert proofs.lacking(PACK, answers, ()) == wanted
    assert {one.key for one in wanted} <= set(SAFEGUARDS)
    assert proofs.lacking(PACK, answers, [one.key for one in wanted]) == ()
