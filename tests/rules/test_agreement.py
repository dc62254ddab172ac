"""How far reviewers agree: the widest first, nobody's order counts, and a lone voice is no agreement."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.aggregation import Kind, Mark, Why
from reviews.rules.agreement import Agreement, compare
from tests.rules.packs import PACK

RISK = "cap_cyber"
TRIPWIRE = next(q for q in PACK.questions if q.type == "tripwire").key
SAFEGUARD = next(q for q in PACK.questions if q.role == "mitigation" and any(o.credit is None for o in q.options))
UNABLE = next(o.value for o in SAFEGUARD.options if o.credit is None)
BY_CREDIT = sorted((o for o in SAFEGUARD.options if o.credit is not None), key=lambda o: o.credit or 0.0)
ANSWERS: dict[str, list[Any]] = {
    RISK: [0, 1, 2, 3, 4],
    "cap_fraud": [0, 1, 2, 3, 4],
    TRIPWIRE: ["no", "unsure", "yes"],
    SAFEGUARD.key: [option.value for option in SAFEGUARD.options],
}


def mark(key: str, *reviewers: Any, kind: Kind = Kind.ANSWER) -> Mark:
    return Mark(kind, key, None, reviewers, reviewers[0] if reviewers else None, Why.AUTHORS)


def one(found: Mark) -> Agreement:
    compared = compare(PACK, [found])
    return (*compared.differing, *compared.agreed)[0]


@pytest.mark.parametrize(
    ("found", "spread", "alike", "asked"),
    [
        (mark(RISK, 1, 1, 2, 3), 0.5, 2, 4),
        (mark(RISK, 0, 4), 1.0, 1, 2),
        (mark(RISK, 2, None, 2), 0.0, 2, 2),
        (mark(TRIPWIRE, "no", "unsure", "unsure"), 0.5, 2, 3),
        (mark(TRIPWIRE, "no", "yes"), 1.0, 1, 2),
        (mark(SAFEGUARD.key, BY_CREDIT[0].value, BY_CREDIT[-1].value), 1.0, 1, 2),
        (mark(SAFEGUARD.key, UNABLE, BY_CREDIT[0].value), 1.0, 1, 2),
        (mark(SAFEGUARD.key, UNABLE, UNABLE), 0.0, 2, 2),
        (mark("cyber", 2, 3, kind=Kind.SEVERITY), 1 / 3, 1, 2),
    ],
)
def test_spread_and_share(found: Mark, spread: float, alike: int, asked: int) -> None:
    measured = one(found)
    assert (measured.spread, measured.alike, measured.asked) == (pytest.approx(spread), alike, asked)
    assert measured.share == alike / asked
    assert measured.is_agreed is (alike == asked)


def test_the_widest_comes_first_then_the_fewest_alike_then_the_order_of_the_pack() -> None:
    marks = [mark("cap_fraud", 1, 2, 2), mark(RISK, 1, 2, 3), mark("cap_bias", 3, 3, 4), mark("uplift", 2, 1, 3)]
    compared = compare(PACK, [*marks, mark("cap_privacy", 2, 2, 2), mark("cap_weapons", None, 4, None)])
    assert [found.mark.key for found in compared.differing] == [RISK, "uplift", "cap_fraud", "cap_bias"]
    assert [found.mark.key for found in compared.agreed] == ["cap_privacy"]


MARKS = st.sampled_from(sorted(ANSWERS)).flatmap(
    lambda key: st.lists(st.sampled_from([None, *ANSWERS[key]]), min_size=1, max_size=5).map(
        lambda said: mark(key, *said)
    )
)


@given(st.lists(MARKS, max_size=6))
def test_every_question_of_two_voices_stands_once_and_in_order(marks: list[Mark]) -> None:
    compared = compare(PACK, marks)
    asked = [found for found in marks if sum(value is not None for value in found.reviewers) > 1]
    assert len(compared.differing) + len(compared.agreed) == len(asked)
    assert all(found.is_agreed and found.spread == 0 for found in compared.agreed)
    for found in compared.differing:
        assert 0 <= found.spread <= 1
        assert 0 < found.share < 1
    assert all(a.spread >= b.spread for a, b in pairwise(compared.differing))


@given(MARKS, st.randoms())
def test_the_order_of_reviewers_does_not_matter(found: Mark, random: Any) -> None:
    said = list(found.reviewers)
    random.shuffle(said)
    before, after = compare(PACK, [found]), compare(PACK, [mark(found.key, *said)])
    measure = [(one.spread, one.alike, one.asked) for one in (*before.differing, *before.agreed)]
    assert measure == [(one.spread, one.alike, one.asked) for one in (*after.differing, *after.agreed)]


def test_a_safeguard_that_never_earns_anything_is_agreed_on() -> None:
    options = tuple(replace(option, credit=None if option.credit is None else 0.0) for option in SAFEGUARD.options)
    idle = replace(SAFEGUARD, options=options)
    pack = replace(PACK, questions=tuple(idle if one.key == idle.key else one for one in PACK.questions))
    found = compare(pack, [mark(idle.key, "none", "none")])
    assert [(one.spread, one.alike) for one in found.agreed] == [(0.0, 2)]
