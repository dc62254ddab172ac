"""What would lower the tier is true: making the change gives that tier, and no nearer change does."""

from __future__ import annotations

import pytest

from reviews.rules.policy import load
from reviews.rules.scored import from_json
from reviews.rules.scoring import assess
from reviews.rules.sensitivity import ROLES, lowering
from tests.factories.cases import answers_for
from tests.factories.committee import PACK


@pytest.mark.parametrize("tier", [0, 1, 2, 3, 4])
def test_each_change_gives_what_it_says(tier: int) -> None:
    pack, answers = load(PACK.read_text(encoding="utf-8")), answers_for(tier)
    for change in lowering(pack, answers):
        after = assess(pack, {**answers, change.key: change.value})
        assert (after.tier, after.residual) == (change.tier, change.residual)
        assert after.tier < tier
        assert pack.question(change.key).role in ROLES


def test_lowest_tier_cannot_be_lowered() -> None:
    assert lowering(load(PACK.read_text(encoding="utf-8")), answers_for(0)) == ()


@pytest.mark.parametrize("tier", [0, 1, 2, 3, 4])
def test_stored_result_reads_back_as_it_was(tier: int) -> None:
    scored = assess(load(PACK.read_text(encoding="utf-8")), answers_for(tier))
    assert from_json(scored.as_json()) == scored
