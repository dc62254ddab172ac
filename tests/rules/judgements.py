"""Judgements of every kind over the shipped pack, whole and half."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from reviews.rules.judgement import Judgement, Move, asked, is_judged
from tests.rules.packs import PACK, values

JUDGED = [question for question in PACK.questions if is_judged(question)]
DOMAINS = [domain.key for domain in PACK.domains]

moves = st.builds(Move, st.integers(-2, 2), st.sampled_from(["", "The outcome is bounded."]))
any_judgements = st.builds(
    Judgement,
    answers=st.fixed_dictionaries({}, optional={question.key: values(question) for question in JUDGED}),
    added=st.lists(st.sampled_from(DOMAINS), unique=True, max_size=2).map(tuple),
    moves=st.dictionaries(st.sampled_from(DOMAINS), moves, max_size=3),
    cleared=st.dictionaries(
        st.sampled_from([q.key for q in JUDGED if q.type == "tripwire"]), st.just("Ruled out in test 4."), max_size=3
    ),
)
any_round = st.lists(any_judgements, max_size=4)


def like(authors: dict[str, Any], **changed: Any) -> Judgement:
    """A reviewer who answers what the authors answered, but for what is changed."""
    keys = {question.key for question in asked(PACK, authors, Judgement())}
    return Judgement(answers={key: value for key, value in authors.items() if key in keys} | changed)
