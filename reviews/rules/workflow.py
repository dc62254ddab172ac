"""The table of the program: who owns each state, and which moves exist.

Plain data, so that it can be read, drawn and compared in review. Nothing here knows *who* a person is
(``access`` does) or *what* a move writes (``actions`` do).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reviews.rules.errors import Denied, NotNow
from reviews.rules.sentences import gettext_noop
from reviews.rules.states import State


class Actor(StrEnum):
    """In which capacity somebody moves a case."""

    AUTHOR = "author"
    COORDINATOR = "coordinator"
    CHAIR = "chair"
    SIGNATORY = "signatory"
    SECOND_PERSON = "second_person"
    SYSTEM = "system"


class Owner(StrEnum):
    """Whose turn it is in a state."""

    AUTHORS = "authors"
    COORDINATOR = "coordinator"
    REVIEWERS = "reviewers"
    BOARD = "board"
    SIGNATORIES = "signatories"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Move:
    """One legal move: from any of ``sources`` to ``target``, by any of ``actors``.

    ``event`` is the type of its audit event; ``needs`` says in words what the action checks besides.
    """

    name: str
    sources: frozenset[State]
    target: State
    actors: frozenset[Actor]
    event: str
    needs: str


def _move(name: str, sources: set[State], target: State, actors: set[Actor], event: str, needs: str) -> Move:
    return Move(name, frozenset(sources), target, frozenset(actors), event, needs)


MOVES: tuple[Move, ...] = (
    _move(
        "submit",
        {State.DRAFT, State.RETURNED},
        State.SUBMITTED,
        {Actor.AUTHOR},
        "submission.submitted",
        "every required answer, an artifact per part, a named author's attestation",
    ),
    _move(
        "clear",
        {State.SUBMITTED},
        State.DECIDED,
        {Actor.SYSTEM},
        "decision.cleared",
        "the system path: attested, no trigger, no hold",
    ),
    _move(
        "start_review",
        {State.SUBMITTED},
        State.IN_REVIEW,
        {Actor.COORDINATOR, Actor.SYSTEM},
        "submission.review_started",
        "a first offer to a reviewer without conflict",
    ),
    _move(
        "return",
        {State.SUBMITTED, State.IN_REVIEW},
        State.RETURNED,
        {Actor.COORDINATOR},
        "submission.returned",
        "a reason that the authors can act on",
    ),
    _move(
        "transfer",
        {State.SUBMITTED, State.IN_REVIEW},
        State.SUBMITTED,
        {Actor.COORDINATOR},
        "submission.transferred",
        "a reason; a committee with a policy in force and somebody who can coordinate the case; it is scored anew",
    ),
    _move(
        "return_for_policy",
        {State.SUBMITTED},
        State.RETURNED,
        {Actor.SYSTEM},
        "submission.returned_for_policy",
        "a transfer to a committee that works by another policy version",
    ),
    _move(
        "return_by_motion",
        {State.DELIBERATION},
        State.RETURNED,
        {Actor.CHAIR},
        "motion.returned",
        "a carried motion to return",
    ),
    _move(
        "open_deliberation",
        {State.IN_REVIEW},
        State.DELIBERATION,
        {Actor.SYSTEM},
        "submission.deliberation_opened",
        "all reviews filed, all evidence given or waived; the board path, or reviewers who differ",
    ),
    _move(
        "recommend",
        {State.IN_REVIEW},
        State.SIGN_OFF,
        {Actor.SYSTEM},
        "submission.recommended",
        "all reviews filed, all evidence given or waived; a clear recommendation, or equal ones",
    ),
    _move(
        "finalise",
        {State.DELIBERATION},
        State.SIGN_OFF,
        {Actor.CHAIR},
        "decision.finalised",
        "a carried motion, and no open hold if anything is released",
    ),
    _move(
        "complete",
        {State.SIGN_OFF},
        State.DECIDED,
        {Actor.SIGNATORY},
        "decision.completed",
        "the last signature of the tier's seats",
    ),
    _move(
        "send_back",
        {State.SIGN_OFF},
        State.DELIBERATION,
        {Actor.SIGNATORY},
        "decision.sent_back",
        "a reason; tiers whose policy has a board vote",
    ),
    _move(
        "send_back_to_review",
        {State.SIGN_OFF},
        State.IN_REVIEW,
        {Actor.SIGNATORY},
        "decision.sent_back_to_review",
        "a reason; tiers without a board vote",
    ),
    _move(
        "withdraw",
        {State.DRAFT, State.SUBMITTED, State.RETURNED, State.IN_REVIEW, State.DELIBERATION, State.SIGN_OFF},
        State.WITHDRAWN,
        {Actor.AUTHOR},
        "submission.withdrawn",
        "the wish of one author; what was written stays on record",
    ),
    _move(
        "reopen",
        {State.DECIDED, State.WITHDRAWN},
        State.RETURNED,
        {Actor.SECOND_PERSON},
        "submission.reopened",
        "a reason, and two people: one asks (an amendment, a re-review, an appeal, a withdrawn case to go on with), "
        "another one grants it",
    ),
)

OWNERS: dict[State, Owner] = {
    State.DRAFT: Owner.AUTHORS,
    State.SUBMITTED: Owner.COORDINATOR,
    State.RETURNED: Owner.AUTHORS,
    State.IN_REVIEW: Owner.REVIEWERS,
    State.DELIBERATION: Owner.BOARD,
    State.SIGN_OFF: Owner.SIGNATORIES,
    State.DECIDED: Owner.NOBODY,
    State.WITHDRAWN: Owner.NOBODY,
}

LABELS: dict[State, str] = {
    State.DRAFT: "Draft",
    State.SUBMITTED: "Submitted",
    State.RETURNED: "Returned to authors",
    State.IN_REVIEW: "In review",
    State.DELIBERATION: "Deliberation",
    State.SIGN_OFF: "Sign-off",
    State.DECIDED: "Decided",
    State.WITHDRAWN: "Withdrawn",
}

NOT_YOURS = gettext_noop("This step belongs to somebody else.")
NOT_NOW: dict[State, str] = {
    State.DRAFT: gettext_noop("This is not possible while the case is “draft”."),
    State.SUBMITTED: gettext_noop("This is not possible while the case is “submitted”."),
    State.RETURNED: gettext_noop("This is not possible while the case is “returned to authors”."),
    State.IN_REVIEW: gettext_noop("This is not possible while the case is “in review”."),
    State.DELIBERATION: gettext_noop("This is not possible while the case is “deliberation”."),
    State.SIGN_OFF: gettext_noop("This is not possible while the case is “sign-off”."),
    State.DECIDED: gettext_noop("This is not possible while the case is “decided”."),
    State.WITHDRAWN: gettext_noop("This is not possible while the case is “withdrawn”."),
}

_BY_NAME = {move.name: move for move in MOVES}


def move(name: str) -> Move:
    """The move of that name. Raises ``KeyError`` for a name that the table does not hold."""
    return _BY_NAME[name]


def check(name: str, state: State, actor: Actor) -> Move:
    """The move, if it is legal here and now.

    Raises ``Denied`` when no state would let this actor make it, ``NotNow`` when this state does not.
    """
    found = move(name)
    if actor not in found.actors:
        raise Denied(NOT_YOURS, code="not_your_step")
    if state not in found.sources:
        raise NotNow(NOT_NOW[state], code="wrong_state")
    return found


def moves_from(state: State) -> tuple[Move, ...]:
    """All moves that leave a state, in the order of the table."""
    return tuple(m for m in MOVES if state in m.sources)
