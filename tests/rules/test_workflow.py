"""The table of moves, stated a second time by hand: every cell of state, move and actor; nothing is left out."""

from __future__ import annotations

import pytest

from reviews.rules import workflow
from reviews.rules.errors import Denied, NotNow
from reviews.rules.states import EDITABLE, ROUND_CLOSED, TERMINAL, State
from reviews.rules.workflow import Actor, Move, Owner

# Move: the states it leaves, the state it enters, who makes it, the type of its audit event.
TABLE = {
    "submit": ("draft returned", "submitted", "author", "submission.submitted"),
    "clear": ("submitted", "decided", "system", "decision.cleared"),
    "start_review": ("submitted", "in_review", "coordinator system", "submission.review_started"),
    "return": ("submitted in_review", "returned", "coordinator", "submission.returned"),
    "transfer": ("submitted in_review", "submitted", "coordinator", "submission.transferred"),
    "return_for_policy": ("submitted", "returned", "system", "submission.returned_for_policy"),
    "return_by_motion": ("deliberation", "returned", "chair", "motion.returned"),
    "open_deliberation": ("in_review", "deliberation", "system", "submission.deliberation_opened"),
    "recommend": ("in_review", "sign_off", "system", "submission.recommended"),
    "finalise": ("deliberation", "sign_off", "chair", "decision.finalised"),
    "complete": ("sign_off", "decided", "signatory", "decision.completed"),
    "send_back": ("sign_off", "deliberation", "signatory", "decision.sent_back"),
    "send_back_to_review": ("sign_off", "in_review", "signatory", "decision.sent_back_to_review"),
    "withdraw": (
        "draft submitted returned in_review deliberation sign_off", "withdrawn", "author", "submission.withdrawn",
    ),
    "reopen": ("decided withdrawn", "returned", "second_person", "submission.reopened"),
}  # fmt: skip
LEAVING = {
    State.DRAFT: ["submit", "withdraw"],
    State.SUBMITTED: ["clear", "start_review", "return", "transfer", "return_for_policy", "withdraw"],
    State.RETURNED: ["submit", "withdraw"],
    State.IN_REVIEW: ["return", "transfer", "open_deliberation", "recommend", "withdraw"],
    State.DELIBERATION: ["return_by_motion", "finalise", "withdraw"],
    State.SIGN_OFF: ["complete", "send_back", "send_back_to_review", "withdraw"],
    State.DECIDED: ["reopen"],
    State.WITHDRAWN: ["reopen"],
}


def expected(name: str, state: State, actor: Actor) -> str:
    """What the hand-written table says: the state entered, or which refusal."""
    sources, target, actors, _event = TABLE[name]
    if actor.value not in actors.split():
        return "Denied"
    return target if state.value in sources.split() else "NotNow"


def outcome(name: str, state: State, actor: Actor) -> str:
    """What the program says."""
    try:
        return str(workflow.check(name, state, actor).target)
    except Denied:
        return "Denied"
    except NotNow:
        return "NotNow"


@pytest.mark.parametrize("name", list(TABLE))
def test_check_every_state_and_actor(name: str) -> None:
    cells = {(state, actor): outcome(name, state, actor) for state in State for actor in Actor}
    assert cells == {(state, actor): expected(name, state, actor) for state in State for actor in Actor}
    assert len(cells) == 48


def test_table_holds_these_moves_and_no_others() -> None:
    assert [move.name for move in workflow.MOVES] == list(TABLE)
    assert {move.name: move.event for move in workflow.MOVES} == {name: row[3] for name, row in TABLE.items()}


def test_events_are_distinct() -> None:
    assert len({move.event for move in workflow.MOVES}) == len(workflow.MOVES)


@pytest.mark.parametrize("move", workflow.MOVES, ids=lambda move: move.name)
def test_move_says_what_it_needs(move: Move) -> None:
    assert move.needs
    assert move.sources
    assert move.actors
    # A transferred case waits anew where it waited before, with other people.
    assert (move.target in move.sources) is (move.name == "transfer")


@pytest.mark.parametrize("state", list(State))
def test_moves_from_state(state: State) -> None:
    assert [move.name for move in workflow.moves_from(state)] == LEAVING[state]


def test_owner_of_every_state() -> None:
    assert workflow.OWNERS == {
        State.DRAFT: Owner.AUTHORS,
        State.SUBMITTED: Owner.COORDINATOR,
        State.RETURNED: Owner.AUTHORS,
        State.IN_REVIEW: Owner.REVIEWERS,
        State.DELIBERATION: Owner.BOARD,
        State.SIGN_OFF: Owner.SIGNATORIES,
        State.DECIDED: Owner.NOBODY,
        State.WITHDRAWN: Owner.NOBODY,
    }
    assert list(workflow.OWNERS) == list(State)


def test_label_of_every_state() -> None:
    assert workflow.LABELS == {
        State.DRAFT: "Draft",
        State.SUBMITTED: "Submitted",
        State.RETURNED: "Returned to authors",
        State.IN_REVIEW: "In review",
        State.DELIBERATION: "Deliberation",
        State.SIGN_OFF: "Sign-off",
        State.DECIDED: "Decided",
        State.WITHDRAWN: "Withdrawn",
    }


def test_refusal_names_the_state_as_its_label_does() -> None:
    for state, label in workflow.LABELS.items():
        assert workflow.NOT_NOW[state] == f"This is not possible while the case is “{label.lower()}”."


def test_families_of_states() -> None:
    assert {State.DECIDED, State.WITHDRAWN} == TERMINAL
    assert {State.DELIBERATION, State.SIGN_OFF, State.DECIDED} == ROUND_CLOSED
    assert {State.DRAFT, State.RETURNED} == EDITABLE


def test_terminal_states_are_left_by_one_move_that_takes_a_second_person() -> None:
    left = {state: workflow.moves_from(state) for state in TERMINAL}
    assert left == {state: (workflow.move("reopen"),) for state in TERMINAL}
    assert [move.name for move in workflow.MOVES if Actor.SECOND_PERSON in move.actors] == ["reopen"]


def test_every_state_is_reached_from_draft() -> None:
    reached, before = {State.DRAFT}, set[State]()
    while reached != before:
        before = set(reached)
        reached |= {move.target for state in before for move in workflow.moves_from(state)}
    assert reached == set(State)


def test_refusals_name_the_state_in_words() -> None:
    with pytest.raises(NotNow) as refused:
        workflow.check("complete", State.IN_REVIEW, Actor.SIGNATORY)
    assert (refused.value.code, refused.value.text) == (
        "wrong_state",
        "This is not possible while the case is “in review”.",
    )
    with pytest.raises(Denied) as denied:
        workflow.check("complete", State.SIGN_OFF, Actor.AUTHOR)
    assert denied.value.code == "not_your_step"


def test_check_unknown_move() -> None:
    with pytest.raises(KeyError):
        workflow.check("undo", State.DECIDED, Actor.CHAIR)
