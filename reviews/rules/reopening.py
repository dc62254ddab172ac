"""Opening a case again: what can be asked for in which state, and what asks for a re-review by itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from reviews.rules import workflow
from reviews.rules.clearance import Clearance, ReReview, Standing
from reviews.rules.errors import NotNow
from reviews.rules.sentences import gettext_noop
from reviews.rules.states import TERMINAL, Reopened, State

SOON = timedelta(days=30)
# Which states each kind leaves. Authors who withdraw a case that is open again close it, and not the decision that goes
# on ruling, so that a board may look again there as well.
LEAVES = {
    Reopened.AMENDMENT: frozenset({State.DECIDED}),
    Reopened.RE_REVIEW: TERMINAL,
    Reopened.APPEAL: TERMINAL,
    Reopened.RESUMED: frozenset({State.WITHDRAWN}),
}
# Known from elsewhere than the case, so anybody who asks may name them at any time.
SAID = (
    ReReview.NEW_CAPABILITY,
    ReReview.INCIDENT,
    ReReview.LEAK,
    ReReview.NEW_LAW,
    ReReview.LARGER_VERSION,
)
# What a decision that rules is worth. A restriction ends none of it, and is no answer to what asks for another look.
RULES = frozenset({Standing.IN_FORCE, Standing.STALE, Standing.EXPIRED, Standing.RESTRICTED})
ASKED_ALREADY = gettext_noop("Somebody asked to open this case again already. That is answered first.")
NEVER_SUBMITTED = gettext_noop(
    "This case was withdrawn before it was submitted, so no board ever had it. Start a new case instead."
)


def of_authors(state: State) -> Reopened:
    """What an author asks for on a closed case: to go on where it was withdrawn, otherwise to change it."""
    return Reopened.RESUMED if state is State.WITHDRAWN else Reopened.AMENDMENT


def check_can_be_asked(why: Reopened, state: State, *, was_submitted: bool, is_ruled: bool, has_open: bool) -> None:
    """Whether a request of this kind is for now; one at a time. ``is_ruled``: a decision rules for the case, without
    which there is nothing to look at again. Raises ``NotNow``."""
    if state not in LEAVES[why] or (why is Reopened.RE_REVIEW and not is_ruled):
        raise NotNow(workflow.NOT_NOW[state], code="wrong_state")
    if not was_submitted:
        raise NotNow(NEVER_SUBMITTED, code="never_submitted")
    if has_open:
        raise NotNow(ASKED_ALREADY, code="asked_already")


@dataclass(frozen=True)
class Signs:
    """What could make a board look again: the clearance, and what was stored since beside it."""

    clearance: Clearance
    is_breached: bool = False
    is_recused: bool = False
    is_understated: bool = False


def standing(signs: Signs, *, today: date) -> tuple[ReReview, ...]:
    """What asks for a re-review of a decision that rules, in the order in which it is said.

    Validity asks from thirty days before its last day on.
    """
    worth = signs.clearance
    if worth.standing not in RULES:
        return ()
    found = (
        *((code, True) for code in worth.changed),
        (ReReview.VALIDITY_ENDED, worth.until is not None and worth.until - today <= SOON),
        (ReReview.CONDITION_BREACHED, signs.is_breached),
        (ReReview.RECUSED, signs.is_recused),
        (ReReview.UNDERSTATED, signs.is_understated),
    )
    return tuple(code for code, stands in found if stands)


def due(signs: Signs, *, answered: Collection[str], today: date) -> tuple[ReReview, ...]:
    """As ``standing``, without what was refused since the decision, and without somebody's stepping aside, which has
    a look of its own before anybody asks for more."""
    found = standing(signs, today=today)
    return tuple(code for code in found if code not in answered and code is not ReReview.RECUSED)


def may_name(found: Collection[ReReview]) -> tuple[ReReview, ...]:
    """What somebody who asks for a re-review may name as its cause: what stands, and what only people know."""
    return (*found, *(code for code in SAID if code not in found))
