"""How the answers of authors and reviewers become one: the pack's sentences by example, and what must always hold."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import judgement
from reviews.rules.aggregation import STRENGTH, Kind, Mark, Why, aggregate
from reviews.rules.judgement import Judgement, Move
from reviews.rules.policy import load
from reviews.rules.scoring import assess, credit_of
from tests.rules.judgements import JUDGED, any_judgements, any_round, like
from tests.rules.packs import PACK, SAFEGUARDS, any_answers, case_answers, edited, full_answers

LLAMA = case_answers("llama_2023")


def mark(authors: dict[str, Any], *reviewers: Judgement, key: str, kind: Kind = Kind.ANSWER) -> Mark:
    return next(m for m in aggregate(PACK, authors, reviewers).marks if (m.kind, m.key) == (kind, key))


def test_without_reviewers_the_authors_answers_count() -> None:
    found = aggregate(PACK, LLAMA, [])
    assert (found.scored(PACK), [m for m in found.marks if m.is_moved]) == (assess(PACK, LLAMA), [])


def test_reviewers_of_one_mind_with_the_authors_change_nothing() -> None:
    found = aggregate(PACK, LLAMA, [like(LLAMA), like(LLAMA)])
    assert (found.scored(PACK), [m for m in found.marks if m.is_moved]) == (assess(PACK, LLAMA), [])


@pytest.mark.parametrize(
    ("authors", "said", "result", "why", "movers"),
    [
        (2, (3, 3), 3, Why.MEDIAN, (0, 1)),
        (2, (2, 3), 3, Why.MEDIAN, (1,)),
        (2, (1, 3, 2), 2, Why.AUTHORS, ()),
        (2, (0, 4), 2, Why.AUTHORS, ()),
        (1, (0, 3), 2, Why.MEDIAN, (1,)),
        (3, (1, 2, 0), 2, Why.ALL_BELOW, (0, 1, 2)),
        (3, (1, 2, 3), 3, Why.AUTHORS, ()),
    ],
)
def test_risk_takes_the_higher_of_authors_and_median(
    authors: int, said: tuple[int, ...], result: int, why: Why, movers: tuple[int, ...]
) -> None:
    given_ = LLAMA | {"ease": authors}
    found = mark(given_, *(like(given_, ease=value) for value in said), key="ease")
    assert (found.result, found.why, found.movers) == (result, why, movers)


@pytest.mark.parametrize(
    ("authors", "said", "result", "credit", "why"),
    [
        ("tested", ("in_place", "none", "tested"), "in_place", None, Why.MEDIAN),
        ("tested", ("in_place", "tested"), "in_place", 0.65, Why.MEDIAN),
        ("in_place", ("independent", "tested"), "in_place", None, Why.AUTHORS),
        ("in_place", ("not_applicable", "not_applicable"), "none", None, Why.MEDIAN),
        ("not_applicable", ("not_applicable", "not_applicable"), "not_applicable", None, Why.AUTHORS),
        ("not_applicable", ("not_applicable", "tested"), "none", None, Why.UNCONFIRMED),
    ],
)
def test_safeguards_take_the_lower_of_authors_and_median(
    authors: str, said: tuple[str, ...], result: str, credit: float | None, why: Why
) -> None:
    given_ = LLAMA | {"mit_access": authors}
    found = mark(given_, *(like(given_, mit_access=value) for value in said), key="mit_access")
    assert (found.result, found.credit, found.why) == (result, credit, why)


def test_median_between_two_options_counts_as_it_is() -> None:
    given_ = LLAMA | {"mit_access": "tested"}
    scored = aggregate(PACK, given_, [like(given_, mit_access="in_place"), like(given_)]).scored(PACK)
    assert [row.credit for row in scored.safeguards if row.key == "mit_access"] == [0.65]


def test_yes_beats_unsure_beats_no() -> None:
    given_ = LLAMA | {"trip_export": "unsure"}
    doubts, says_yes = like(given_), like(given_, trip_export="yes")
    assert (mark(given_, doubts, says_yes, key="trip_export").result, says_yes.answers["trip_export"]) == ("yes", "yes")
    assert mark(LLAMA, like(LLAMA), like(LLAMA, trip_export="unsure"), key="trip_export").movers == (1,)


def test_unsure_is_cleared_by_a_no_in_writing_and_by_nothing_else() -> None:
    given_ = LLAMA | {"trip_export": "unsure"}
    bare = like(given_, trip_export="no")
    clears = replace(bare, cleared={"trip_export": "The officer ruled it out."})
    assert mark(given_, bare, key="trip_export").result == "unsure"
    found = mark(given_, bare, clears, key="trip_export")
    assert (found.result, found.why, found.movers) == ("no", Why.CLEARED, (1,))
    assert mark(given_, clears, like(given_), key="trip_export").result == "unsure"
    assert mark(LLAMA | {"trip_export": "yes"}, clears, key="trip_export").result == "yes"


def test_doubt_about_what_a_reviewer_is_not_asked_is_not_cleared() -> None:
    pack = load(
        edited("  - key: trip_contract\n", "  - key: trip_contract\n    show_if: {q: cap_cyber, op: gte, value: 1}\n")
    )
    authors = LLAMA | {"trip_contract": "unsure"}
    clears = like(authors, cap_cyber=0, trip_contract="no")
    counted = aggregate(pack, authors, [replace(clears, cleared={"trip_contract": "There is no contract."})])
    found = next(one for one in counted.marks if one.key == "trip_contract")
    assert (found.reviewers, found.result, found.why) == ((None,), "unsure", Why.AUTHORS)


def test_added_area_counts_the_authors_as_zero_and_asks_only_who_added_it() -> None:
    adds = replace(like(LLAMA, cap_cbrn=3), added=("cbrn",))
    found = aggregate(PACK, LLAMA, [adds, like(LLAMA)])
    seen = next(m for m in found.marks if m.key == "cap_cbrn")
    assert (seen.authors, seen.reviewers, seen.result) == (0, (3, None), 3)
    assert "cbrn" in found.answers["hazard_domains"]
    assert "cbrn_high" in found.scored(PACK).triggers


def test_severity_moves_one_step_with_a_reason_by_the_rule_for_risk() -> None:
    def moved(steps: int, reason: str = "Bounded.") -> Judgement:
        return replace(like(LLAMA), moves={"cyber": Move(steps, reason)})

    up = mark(LLAMA, moved(1), like(LLAMA), key="cyber", kind=Kind.SEVERITY)
    assert (up.authors, up.reviewers, up.result, up.why) == (3, (4, 3), 4, Why.MEDIAN)
    down = aggregate(PACK, LLAMA, [moved(-1), moved(-1)])
    assert (down.adjusted.severities, down.scored(PACK).severities) == ({"cyber": 2}, {"cyber": 2})
    assert aggregate(PACK, LLAMA, [moved(-1), like(LLAMA)]).adjusted.severities == {}
    assert aggregate(PACK, LLAMA, [moved(-1, " "), moved(-2)]).adjusted.severities == {}


def test_old_reviews_without_answers_have_no_voice() -> None:
    found = aggregate(PACK, LLAMA, [Judgement(), judgement.from_json({})])
    assert found.scored(PACK) == assess(PACK, LLAMA)


@given(any_judgements)
def test_stored_judgement_reads_back(one: Judgement) -> None:
    assert judgement.from_json(one.as_json()) == replace(one, answers=dict(one.answers))


@given(any_answers, any_round, st.randoms(use_true_random=False))
def test_order_of_reviewers_never_matters(authors: dict[str, Any], round_: list[Judgement], chance: Random) -> None:
    mixed = chance.sample(round_, len(round_))
    one, other = aggregate(PACK, authors, round_), aggregate(PACK, authors, mixed)
    assert (one.answers, one.adjusted, one.scored(PACK)) == (other.answers, other.adjusted, other.scored(PACK))


@given(full_answers, any_round)
def test_risk_never_falls_below_median_nor_below_both_authors_and_highest(
    authors: dict[str, Any], round_: list[Judgement]
) -> None:
    for found in aggregate(PACK, authors, round_).marks:
        question = next((q for q in JUDGED if q.key == found.key), None)
        said = [value for value in found.reviewers if value is not None]
        if question is None or question.role not in ("enablement", "modifier") or not said:
            continue
        assert found.result >= math.ceil(median(said))
        assert found.result >= min(found.authors if found.authors is not None else 0, max(said))
        assert found.result <= max([*said, found.authors or 0])


@given(full_answers, any_round)
def test_safeguards_never_count_for_more_than_the_authors_claim(
    authors: dict[str, Any], round_: list[Judgement]
) -> None:
    found = aggregate(PACK, authors, round_)
    for one in found.marks:
        claimed = credit_of(PACK.question(one.key), one.authors) if one.key in SAFEGUARDS and one.authors else None
        if claimed is not None:
            counts = one.credit if one.credit is not None else credit_of(PACK.question(one.key), one.result)
            assert counts is not None
            assert counts <= claimed


@given(full_answers, any_round)
def test_tripwires_never_fall_below_what_any_reviewer_says(authors: dict[str, Any], round_: list[Judgement]) -> None:
    for found in aggregate(PACK, authors, round_).marks:
        if PACK.bindings and found.key.startswith("trip_"):
            said = [STRENGTH[value] for value in found.reviewers if value is not None]
            assert STRENGTH[found.result] >= max(said, default=0)
            assert found.authors != "yes" or found.result == "yes"


@given(full_answers, st.lists(any_judgements, min_size=1, max_size=4), st.data())
def test_more_enablement_from_a_reviewer_never_lowers_score_or_tier(
    authors: dict[str, Any], round_: list[Judgement], data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from([q.key for q in JUDGED if q.role == "enablement"]))
    low, high = sorted(data.draw(st.tuples(st.integers(0, 4), st.integers(0, 4))))

    def scored(value: int) -> tuple[float, int]:
        first = replace(round_[0], answers={**round_[0].answers, key: value})
        found = aggregate(PACK, authors, [first, *round_[1:]]).scored(PACK)
        return found.inherent, found.tier

    less, more = scored(low), scored(high)
    assert less[0] <= more[0]
    assert less[1] <= more[1]


@given(any_answers, any_round)
def test_what_counts_is_answers_again(authors: dict[str, Any], round_: list[Judgement]) -> None:
    found = aggregate(PACK, authors, round_)
    assert aggregate(PACK, found.answers, []).answers == judgement.effective(PACK, found.answers)
    assert len({(one.kind, one.key) for one in found.marks}) == len(found.marks)
    assert all(len(one.reviewers) == len(round_) for one in found.marks)


@given(any_answers, any_judgements)
def test_nothing_of_the_authors_levels_shows_in_what_a_reviewer_is_asked(
    authors: dict[str, Any], one: Judgement
) -> None:
    levels = {q.key for q in PACK.questions if q.role in judgement.JUDGED}
    without = {key: value for key, value in authors.items() if key not in levels}
    assert judgement.asked(PACK, authors, one) == judgement.asked(PACK, without, one)
    assert judgement.lacking(PACK, authors, one) == judgement.lacking(PACK, without, one)


def test_what_is_lacking_is_said_question_by_question() -> None:
    given_ = LLAMA | {"trip_export": "unsure"}
    whole = replace(like(given_, trip_export="no"), cleared={"trip_export": "Ruled out."})
    assert judgement.lacking(PACK, given_, whole) == ()
    bare = replace(whole, cleared={}, moves={"cyber": Move(1), "cbrn": Move(2, "Not chosen, so not asked.")})
    assert [(lack.code, lack.key) for lack in judgement.lacking(PACK, given_, bare)] == [
        ("severity_reason", "cyber"),
        ("clear_reason", "trip_export"),
    ]
    far = replace(whole, moves={"cyber": Move(2, "Much worse.")})
    assert [(lack.code, lack.key) for lack in judgement.lacking(PACK, given_, far)] == [("steps", "cyber")]
    nothing = [lack.key for lack in judgement.lacking(PACK, given_, Judgement())]
    assert nothing == [question.key for question in judgement.asked(PACK, given_, Judgement())]
    assert "cap_cyber" in nothing
    adds = [lack.key for lack in judgement.lacking(PACK, given_, replace(whole, added=("cbrn",)))]
    assert adds == ["cap_cbrn"]
