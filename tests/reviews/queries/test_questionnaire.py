"""The answers in words: what a reader who judges alone learns of them."""

from __future__ import annotations

from datetime import UTC, datetime

from reviews.queries.answer_history import Given, Trace
from reviews.queries.questionnaire import readable
from tests.rules.packs import PACK, case_answers

TRACE = Trace((Given("Ada", datetime(2026, 3, 1, tzinfo=UTC)),))


def test_reader_who_judges_alone_does_not_learn_which_levels_were_given_when() -> None:
    answers = case_answers("gpt2_2019")
    traces = {question.key: TRACE for question in PACK.questions}
    seen = {
        blind: [one for section in readable(PACK, answers, blind=blind, traces=traces) for one in section.answers]
        for blind in (True, False)
    }
    assert {one.trace for one in seen[False]} == {TRACE}
    hidden = [one for one in seen[True] if one.hidden]
    assert hidden
    assert {one.trace for one in hidden} == {None}
    assert {one.trace for one in seen[True] if not one.hidden} == {TRACE}
