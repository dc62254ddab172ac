"""What follows when an offer ends and nobody took it: the next candidate is asked. No permission is checked here."""

from __future__ import annotations

from datetime import datetime

from reviews.actions import _offers, _transition
from reviews.models import Assignment, Submission
from reviews.notices import assignment as notices
from reviews.queries import succession
from reviews.queries.reminder import ladder
from reviews.rules.matching import Shortage
from reviews.rules.states import ROUND_OPEN


def go_on(assignment: Assignment, submission: Submission, *, now: datetime) -> bool:
    """Ask whoever is next for the seat of an offer that ended, as the program's act, and tell the coordinator.

    Where nobody is left, the record says which rule is short. False, and nothing happens, where the policy in force
    leaves it to people, the case is past its reviews, or the seat is not missed.
    """
    if not ladder(submission, "accept_offer").passes_on or submission.state not in ROUND_OPEN:
        return False
    found = succession.next_in_line(assignment, submission, now)
    if found is None:
        return False
    if found.person is None:
        _transition.note(
            submission,
            "assignment.nobody_left",
            by=None,
            now=now,
            assignment=assignment.public_id,
            short=[_facts(one) for one in found.shortages],
        )
        notices.nobody_left(assignment, now=now)
        return True
    made = _offers.offer_seat(
        submission, assignment.revision, found.person, days=assignment.review_days, by=None, now=now,
        instead_of=assignment,
    )  # fmt: skip
    notices.passed_on(made, now=now)
    return True


def _facts(one: Shortage) -> dict[str, object]:
    """What the record keeps of a shortage: codes and numbers."""
    return {"seat": one.seat, "external": one.external, "known": one.known, "shut": dict(one.shut)}
