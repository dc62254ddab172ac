"""Who belongs to which audience, for everything that somebody can be to a case in any state."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.audience import EVERYBODY, NOBODY, is_open, ordered, readable, repliable, startable
from reviews.rules.states import Audience, State
from reviews.rules.visibility import CaseFacts, Level, Relation, Sight, sight

BOARD, REVIEWERS, AUTHORS = Audience.BOARD, Audience.REVIEWERS, Audience.AUTHORS
RELATIONS = st.builds(Relation, **{name: st.booleans() for name in Relation.__dataclass_fields__})
FACTS = st.builds(CaseFacts, **{name: st.booleans() for name in CaseFacts.__dataclass_fields__})


@pytest.mark.parametrize(
    ("seen", "reads", "starts", "replies"),
    [
        (Sight(), NOBODY, NOBODY, NOBODY),
        (Sight(Level.RECORD), NOBODY, NOBODY, NOBODY),
        (Sight(Level.MATERIAL), NOBODY, NOBODY, NOBODY),  # judges alone
        (Sight(Level.MATERIAL, as_author=True), NOBODY, NOBODY, NOBODY),  # a draft
        (Sight(Level.MATERIAL, as_author=True, scores=True), {AUTHORS}, NOBODY, {AUTHORS}),
        (Sight(Level.MATERIAL, scores=True, peers=True), {REVIEWERS, AUTHORS}, {REVIEWERS}, {REVIEWERS}),
        (Sight(Level.MATERIAL, scores=True, peers=True, board=True), EVERYBODY, EVERYBODY, EVERYBODY),
    ],
)
def test_audiences_by_hand(
    seen: Sight, reads: frozenset[Audience], starts: frozenset[Audience], replies: frozenset[Audience]
) -> None:
    assert (readable(seen), startable(seen), repliable(seen)) == (reads, starts, replies)


@given(person=RELATIONS, case=FACTS)
def test_nobody_writes_what_they_could_not_read(person: Relation, case: CaseFacts) -> None:
    seen = sight(person, case)
    assert startable(seen) <= repliable(seen) <= readable(seen)


@given(person=RELATIONS, case=FACTS)
def test_wider_audiences_are_wider(person: Relation, case: CaseFacts) -> None:
    """Who reads what is for the board reads what is for more people."""
    read = readable(sight(person, case))
    assert BOARD not in read or read == EVERYBODY
    assert REVIEWERS not in read or AUTHORS in read


@given(person=RELATIONS, case=FACTS)
def test_authors_the_conflicted_and_the_blind_read_nothing_of_the_board(person: Relation, case: CaseFacts) -> None:
    read = readable(sight(person, case))
    is_blind = person.has_unfiled_review and not case.round_closed
    if person.is_author:
        assert read <= {AUTHORS}
    elif person.is_conflicted or is_blind or not case.was_submitted:
        assert read == NOBODY


def test_messages_are_written_between_submission_and_decision() -> None:
    assert {state for state in State if is_open(state)} == {
        State.SUBMITTED, State.RETURNED, State.IN_REVIEW, State.DELIBERATION, State.SIGN_OFF,
    }  # fmt: skip


@pytest.mark.parametrize("chosen", list(product([False, True], repeat=3)))
def test_the_narrowest_comes_first(chosen: tuple[bool, ...]) -> None:
    some = [to for to, is_in in zip([AUTHORS, BOARD, REVIEWERS], chosen, strict=True) if is_in]
    order = [BOARD, REVIEWERS, AUTHORS]
    assert ordered(some) == tuple(to for to in order if to in some)
