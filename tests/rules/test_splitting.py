"""What each part of a case would be alone: its own kind, everything else as it was said."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import scoring, splitting
from reviews.rules.pack import PARTS
from reviews.rules.questionnaire import parts
from tests.factories.cases import example_answers
from tests.rules.packs import PACK

KIND = PACK.bindings.kind
BOTH = {
    **example_answers("bert_2018"),
    PACK.bindings.model_rung: "open_weights",
    PACK.bindings.paper_rung: "redacted_preprint",
}


@pytest.mark.parametrize("kind", ["paper", "model", None, "nonsense"])
def test_one_part_is_not_split(kind: Any) -> None:
    assert splitting.look(PACK, {**BOTH, KIND: kind}) is None


def test_parts_of_a_case_with_open_weights_deserve_different_tiers() -> None:
    """The weights cannot be called back; the paper alone asks for less."""
    found = splitting.look(PACK, BOTH)
    assert found is not None
    assert found.whole == scoring.assess(PACK, BOTH)
    tiers = {part: scored.tier for part, scored in found.alone.items()}
    assert (found.whole.tier, tiers, found.differs, found.pays) == (1, {"model": 1, "paper": 0}, True, True)


@given(changes=st.dictionaries(st.sampled_from([q.key for q in PACK.questions if q.key != KIND]), st.none()))
def test_each_part_alone_is_the_case_with_another_kind(changes: dict[str, None]) -> None:
    answers = BOTH | changes
    found = splitting.look(PACK, answers)
    assert found is not None
    for part in PARTS:
        alone = splitting.answers_alone(PACK, answers, part)
        assert parts(PACK, alone) == (part,)
        assert {**alone, KIND: answers[KIND]} == answers
        assert found.alone[part] == scoring.assess(PACK, alone)
        assert splitting.other(splitting.other(part)) == part
