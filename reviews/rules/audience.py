"""Who reads a message about a case, and who writes one to whom: by how far somebody sees into it, and while it is open.

Blindness itself is decided in ``visibility.py``; whoever judges alone has no part in any discussion yet.
"""

from __future__ import annotations

from collections.abc import Iterable

from reviews.rules.states import Audience, State
from reviews.rules.visibility import Sight

NOBODY: frozenset[Audience] = frozenset()
EVERYBODY = frozenset(Audience)
OPEN = frozenset({State.SUBMITTED, State.RETURNED, State.IN_REVIEW, State.DELIBERATION, State.SIGN_OFF})
ORDER = (Audience.BOARD, Audience.REVIEWERS, Audience.AUTHORS)


def readable(seen: Sight) -> frozenset[Audience]:
    """The audiences to which somebody belongs.

    Authors read what is for them; who sees the board reads everything; reviewers who have filed read what is for
    reviewers or authors; who has not filed, or sees no more than the record, reads nothing.
    """
    if seen.as_author:
        return frozenset({Audience.AUTHORS}) if seen.scores else NOBODY
    if seen.board:
        return EVERYBODY
    return frozenset({Audience.REVIEWERS, Audience.AUTHORS}) if seen.peers else NOBODY


def startable(seen: Sight) -> frozenset[Audience]:
    """To whom somebody may begin to write, while the case is open.

    Who sees the board writes to anybody; a reviewer to board and reviewers, since it is the board that speaks to the
    authors; authors begin nothing, they reply.
    """
    return NOBODY if seen.as_author else repliable(seen)


def repliable(seen: Sight) -> frozenset[Audience]:
    """In threads for whom somebody may reply, while the case is open: as they may begin one, and authors to theirs."""
    if seen.as_author or seen.board:
        return readable(seen)
    return readable(seen) - {Audience.AUTHORS}


def is_open(state: State) -> bool:
    """Whether messages are written now: from the first submission until the decision. Later they are only read."""
    return state in OPEN


def ordered(audiences: Iterable[Audience]) -> tuple[Audience, ...]:
    """The narrowest first, so that it is what a form proposes."""
    found = frozenset(audiences)
    return tuple(audience for audience in ORDER if audience in found)
