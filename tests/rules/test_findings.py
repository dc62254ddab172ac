"""A review as a whole and as one value a field: the same review either way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.findings import CHOICES, TEXTS, Findings, changed, field_of, flat, whole
from reviews.rules.judgement import Judgement, Move

KEYS = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=8)
WORDS = st.text(min_size=1, max_size=6)


def some(values: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    return st.dictionaries(KEYS, values, max_size=3)


PAIRS = st.tuples(st.one_of(st.just(""), WORDS), st.one_of(st.just(""), WORDS)).filter(any)
MOVES = st.builds(Move, st.integers(-2, 2), st.one_of(st.just(""), WORDS)).filter(lambda one: one.steps or one.reason)
REVIEWS = st.builds(
    Findings,
    **dict.fromkeys((*TEXTS, *CHOICES), st.one_of(st.just(""), WORDS)),
    verdict=st.dictionaries(st.sampled_from(["model", "paper"]), PAIRS, max_size=2),
    judgement=st.builds(
        Judgement,
        answers=some(st.one_of(st.integers(0, 4), WORDS)),
        added=st.lists(KEYS, max_size=2).map(tuple),
        moves=some(MOVES),
        cleared=some(WORDS),
    ),
    domains=some(WORDS),
    evidence=some(PAIRS),
)


@given(REVIEWS)
def test_a_review_is_the_same_by_its_fields(content: Findings) -> None:
    assert whole(flat(content)) == content


@given(REVIEWS, REVIEWS)
def test_what_changed_is_what_has_to_be_copied(before: Findings, after: Findings) -> None:
    names = changed(before, after)
    old, new = flat(before), flat(after)
    assert whole({**old, **{name: new.get(name) for name in names}}) == after
    assert changed(after, after) == ()


def test_fields_of_an_empty_review() -> None:
    assert flat(Findings()) == {}
    assert flat(Findings(domains={"cyber": "Some."}, evidence={"threat_model": ("", "Late.")})) == {
        field_of("domain", "cyber"): "Some.", field_of("note", "threat_model"): "Late.",
    }  # fmt: skip
    assert changed(Findings(findings="a", to_board="b"), Findings(findings="c")) == ("findings", "to_board")
