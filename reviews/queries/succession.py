"""Who follows when a seat of a case becomes free: the facts of a proposal, for one seat, whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from reviews.access.committee import read_together
from reviews.models import Assignment, Membership, Submission
from reviews.queries import proposal
from reviews.rules import succession
from reviews.rules.matching import Shortage
from reviews.rules.matching_facts import Case, Facts, Person
from reviews.rules.states import CommitteeRole


@dataclass(frozen=True)
class Next:
    """Whom to ask; nobody, and what is short, where nobody is left."""

    person: User | None
    shortages: tuple[Shortage, ...]


@dataclass(frozen=True)
class _Seat:
    """The facts about one seat of a locked case, with whoever leaves it."""

    facts: Facts
    case: Case
    leaving: Person
    people: dict[str, User]


def next_in_line(assignment: Assignment, submission: Submission, now: datetime) -> Next | None:
    """Who is asked for a seat that became free; None where the case asks for nobody in its place."""
    seat = _seat(assignment, submission, now)
    found = succession.successor(seat.facts, seat.case, seat.leaving)
    if found is None:
        return None
    return Next(seat.people[found.seat.person] if found.seat is not None else None, found.shortages)


def may_follow(assignment: Assignment, submission: Submission, named: User, now: datetime) -> bool:
    """Whether this person may have the seat that somebody hands over: by all the rules that a proposal keeps."""
    seat = _seat(assignment, submission, now)
    known = {person.key: person for person in seat.facts.people}
    person = known.get(named.public_id)
    return person is not None and not succession.why_not(seat.facts, seat.case, seat.leaving, person)


def colleagues(assignment: Assignment) -> list[User]:
    """Everybody who reviews for the committee of the case, but whoever asks: nothing of the case is read for it."""
    serving = Membership.objects.filter(
        committee=assignment.submission.committee_id, role=CommitteeRole.REVIEWER, until_at=None
    )
    people = User.objects.filter(is_active=True, pk__in=serving.values("user")).exclude(pk=assignment.reviewer_id)
    return list(people.order_by("display_name", "pk"))


def _seat(assignment: Assignment, submission: Submission, now: datetime) -> _Seat:
    read_together([submission])
    table = proposal.of_cases([submission], now, leaving=[assignment.reviewer], days=assignment.review_days)
    facts = proposal.without_ties(table, now).facts
    (case,) = facts.cases
    leaving = next(one for one in facts.people if one.key == assignment.reviewer.public_id)
    return _Seat(facts, case, leaving, dict(table.people))
