"""Opening a case again: what can be asked for when, cell by cell, and what asks for a re-review by itself."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.clearance import Clearance, ReReview, Standing
from reviews.rules.errors import NotNow
from reviews.rules.reopening import SAID, SOON, Signs, check_can_be_asked, due, may_name, of_authors, standing
from reviews.rules.states import Reopened, State

TODAY = date(2026, 11, 30)
LATER = date(2027, 11, 30)
ALL = tuple(ReReview)


def outcome(
    why: Reopened, state: State, *, was_submitted: bool = True, is_ruled: bool = True, has_open: bool = False
) -> str:
    try:
        check_can_be_asked(why, state, was_submitted=was_submitted, is_ruled=is_ruled, has_open=has_open)
    except NotNow as refused:
        return refused.code
    return "asked"


def test_each_kind_leaves_its_states_and_one_request_waits_at_a_time() -> None:
    cells = {
        (why, state, submitted, waits): outcome(why, state, was_submitted=submitted, has_open=waits)
        for why, state, submitted, waits in product(Reopened, State, (True, False), (True, False))
    }
    leaves = {
        Reopened.AMENDMENT: {State.DECIDED},
        Reopened.RESUMED: {State.WITHDRAWN},
        Reopened.RE_REVIEW: {State.DECIDED, State.WITHDRAWN},
        Reopened.APPEAL: {State.DECIDED, State.WITHDRAWN},
    }
    assert cells == {
        (why, state, submitted, waits): "wrong_state"
        if state not in leaves[why]
        else "never_submitted"
        if not submitted
        else "asked_already"
        if waits
        else "asked"
        for why, state, submitted, waits in cells
    }


def test_nothing_is_looked_at_again_where_no_decision_rules() -> None:
    found = {why: outcome(why, state, is_ruled=False) for why in Reopened for state in (State.WITHDRAWN,)}
    assert found == {
        Reopened.AMENDMENT: "wrong_state",
        Reopened.RESUMED: "asked",
        Reopened.RE_REVIEW: "wrong_state",
        Reopened.APPEAL: "asked",
    }


def test_authors_ask_for_what_leaves_the_state_in_which_their_case_is_closed() -> None:
    closed = {state: of_authors(state) for state in (State.DECIDED, State.WITHDRAWN)}
    assert closed == {State.DECIDED: Reopened.AMENDMENT, State.WITHDRAWN: Reopened.RESUMED}
    assert {state: outcome(why, state) for state, why in closed.items()} == dict.fromkeys(closed, "asked")


@pytest.mark.parametrize("code", Standing)
def test_only_a_decision_that_still_rules_is_looked_at_again(code: Standing) -> None:
    signs = Signs(Clearance(code, TODAY, (ReReview.ANSWER_CHANGED,)), is_breached=True, is_recused=True)
    rules = code in (Standing.IN_FORCE, Standing.STALE, Standing.EXPIRED, Standing.RESTRICTED)
    found = (
        ReReview.ANSWER_CHANGED, ReReview.VALIDITY_ENDED, ReReview.CONDITION_BREACHED, ReReview.RECUSED,
    )  # fmt: skip
    assert standing(signs, today=TODAY) == (found if rules else ())


@pytest.mark.parametrize(
    ("until", "asks"),
    [
        (None, False),
        (TODAY + SOON + timedelta(days=1), False),
        (TODAY + SOON, True),
        (TODAY, True),
        (TODAY - timedelta(days=1), True),
        (TODAY - timedelta(days=900), True),
    ],
)
def test_validity_asks_from_thirty_days_before_its_last_day_on(until: date | None, asks: bool) -> None:
    worth = Clearance(Standing.IN_FORCE, until)
    assert standing(Signs(worth), today=TODAY) == ((ReReview.VALIDITY_ENDED,) if asks else ())


@given(
    changed=st.sets(st.sampled_from(ALL[:3])),
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans()),
    days=st.integers(-900, 900),
    answered=st.sets(st.sampled_from(ALL)),
)
def test_what_is_due_stands_was_not_refused_and_is_no_recusal(
    changed: set[ReReview], flags: tuple[bool, bool, bool], days: int, answered: set[ReReview]
) -> None:
    worth = Clearance(Standing.STALE, TODAY + timedelta(days=days), tuple(c for c in ALL if c in changed))
    signs = Signs(worth, *flags)
    stands = standing(signs, today=TODAY)
    asked = due(signs, answered=answered, today=TODAY)
    assert set(asked) == set(stands) - answered - {ReReview.RECUSED}
    assert [code for code in ALL if code in stands] == list(stands)
    assert set(may_name(stands)) == set(stands) | set(SAID)
    assert len(may_name(stands)) == len(set(may_name(stands)))


def test_a_decision_that_nothing_unsettles_asks_for_nothing() -> None:
    signs = Signs(Clearance(Standing.IN_FORCE, LATER))
    assert due(signs, answered=(), today=TODAY) == ()
    assert may_name(()) == SAID
