"""Who on the committees of one person carries how much, and where knowledge is short; a fixed number of queries.

Everything is counted from the cases that this person runs, and from nothing else: a case that they must not see moves
no number here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import Absence, Expertise, User
from reviews.access.committee import read_together
from reviews.access.people import run_by
from reviews.models import Assignment, Committee, Membership, Submission
from reviews.queries import deadline, heads, listing, proposal
from reviews.rules import staffing
from reviews.rules.matching_seats import opening
from reviews.rules.pack import Domain
from reviews.rules.states import LIVE_ASSIGNMENT, ROUND_OPEN, AssignmentStatus, CommitteeRole

AHEAD = timedelta(days=28)
EXPERT = "expert_top_domain"


@dataclass(frozen=True)
class Load:
    """What one reviewer carries. ``away`` is their first absence within the next four weeks."""

    person: User
    is_external: bool
    offered: int
    accepted: int
    overdue: int
    away: Absence | None

    @property
    def open(self) -> int:
        """How many reviews are owed or offered."""
        return self.offered + self.accepted

    def is_away(self, day: date) -> bool:
        """Whether their first absence has begun by that day."""
        return self.away is not None and self.away.from_date <= day

    @property
    def room(self) -> int:
        """How many more they would take."""
        return max(self.person.load_cap - self.open, 0)


@dataclass(frozen=True)
class Knowledge:
    """A hazard domain: who is confirmed in it, how many of them could take a case today, what is asked.

    ``asked`` is the most that a tier of the policy wants of one case, ``open_seats`` what open cases want now.
    """

    domain: Domain
    experts: int
    free: int
    asked: int
    open_seats: int

    @property
    def missing(self) -> int:
        """How many experts more it takes, for the policy and for what is open."""
        return max(self.asked - self.experts, self.open_seats - self.free, 0)


@dataclass(frozen=True)
class Board:
    """One committee with its reviewers, the most burdened first, and its domains, the shortest first."""

    committee: Committee
    loads: tuple[Load, ...]
    knowledge: tuple[Knowledge, ...]

    @property
    def open(self) -> int:
        """Reviews that are owed or offered."""
        return sum(load.open for load in self.loads)

    @property
    def overdue(self) -> int:
        """Reviews past their date."""
        return sum(load.overdue for load in self.loads)

    @property
    def room(self) -> int:
        """How many more reviews all of them would take."""
        return sum(load.room for load in self.loads)

    @property
    def short(self) -> int:
        """In how many domains somebody is missing."""
        return sum(one.missing > 0 for one in self.knowledge)


@dataclass(frozen=True)
class _Facts:
    """What all committees of the page share."""

    counts: Counter[tuple[int, str]]
    known: dict[int, set[str]]
    away: dict[int, list[Absence]]
    now: datetime
    wanted: dict[int, Counter[str]]


def boards(user: User, now: datetime) -> tuple[Board, ...]:
    """The committees that this person runs, by name."""
    committees = list(
        Committee.objects.filter(pk__in=run_by(user).values("committee")).select_related("policy").order_by("name")
    )
    roles = _reviewers(committees)
    people = {person.pk: person for held in roles.values() for person, _ in held}
    cases = list(heads.with_rows(listing.run_by(user).select_related("revision__response")))
    near = now - timedelta(days=1), now + AHEAD + timedelta(days=1)  # a committee's day may be another one
    facts = _Facts(
        counts=_counts(cases, people, now),
        known=_known(people),
        away=_away(people, near[0].date(), near[1].date()),
        now=now,
        wanted=_wanted([case for case in cases if case.state in ROUND_OPEN], user, now),
    )
    return tuple(_board(one, roles[one.pk], facts) for one in committees)


def _reviewers(committees: Sequence[Committee]) -> dict[int, list[tuple[User, bool]]]:
    """By committee its reviewers, and whether they are from outside."""
    roles = (CommitteeRole.REVIEWER, CommitteeRole.EXTERNAL_MEMBER)
    rows = Membership.objects.filter(committee__in=committees, role__in=roles, until_at=None, user__is_active=True)
    held: dict[int, dict[User, set[str]]] = {one.pk: defaultdict(set) for one in committees}
    for row in rows.select_related("user").order_by("user__display_name", "user_id"):
        held[row.committee_id][row.user].add(row.role)
    return {
        key: [
            (person, person.is_external or CommitteeRole.EXTERNAL_MEMBER in names)
            for person, names in people.items()
            if CommitteeRole.REVIEWER in names
        ]
        for key, people in held.items()
    }


def _counts(cases: Sequence[Submission], people: Iterable[int], now: datetime) -> Counter[tuple[int, str]]:
    """How many seats of each kind somebody has on these cases: offered, accepted, and of those overdue."""
    by_key = {case.pk: case for case in cases}
    rows = Assignment.objects.filter(submission__in=by_key, reviewer__in=list(people), status__in=LIVE_ASSIGNMENT)
    found: Counter[tuple[int, str]] = Counter()
    for row in rows:
        found[row.reviewer_id, row.status] += 1
        case = by_key[row.submission_id]
        due = deadline.review_due(row, deadline.calendar(case.committee), deadline.pauses(case))
        if row.status == AssignmentStatus.ACCEPTED and due is not None and due < now:
            found[row.reviewer_id, "overdue"] += 1
    return found


def _away(people: Iterable[int], first: date, last: date) -> dict[int, list[Absence]]:
    """By person every absence that touches these days, the earliest first."""
    found: dict[int, list[Absence]] = defaultdict(list)
    for row in Absence.objects.filter(user__in=list(people)).within(first, last).select_related("stand_in"):
        found[row.user_id].append(row)
    return found


def _known(people: Iterable[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = Expertise.objects.for_seats().filter(user__in=list(people), kind=Expertise.Kind.DOMAIN)
    for user, key in rows.values_list("user_id", "key"):
        found[user].add(key)
    return found


def _wanted(cases: Sequence[Submission], user: User, now: datetime) -> dict[int, Counter[str]]:
    """By committee and domain, how many seats of experts nobody fills or was asked for."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    read_together(cases)
    facts = proposal.of_cases(cases, now, viewer=user).facts
    people = {person.key: person for person in facts.people}
    for case in facts.cases:
        one = opening(case, people)
        empty = sum(seat == EXPERT and sitter is None for seat, sitter in zip(one.seats, one.sitting(()), strict=True))
        found[int(case.committee)][case.leading] += empty
    return found


def _board(committee: Committee, reviewers: Sequence[tuple[User, bool]], facts: _Facts) -> Board:
    today = committee.day_of(facts.now)
    away = {key: _first(rows, today, today + AHEAD) for key, rows in facts.away.items()}
    loads = [
        Load(
            person=person,
            is_external=is_external,
            offered=facts.counts[person.pk, AssignmentStatus.OFFERED],
            accepted=facts.counts[person.pk, AssignmentStatus.ACCEPTED],
            overdue=facts.counts[person.pk, "overdue"],
            away=away.get(person.pk),
        )
        for person, is_external in reviewers
    ]
    loads.sort(key=lambda load: (-load.overdue, -load.open))
    knowledge = [_domain(domain, committee, loads, facts, today) for domain in _domains(committee)]
    knowledge.sort(key=lambda one: (-one.missing, one.experts))
    return Board(committee, tuple(loads), tuple(knowledge))


def _first(rows: Sequence[Absence], first: date, last: date) -> Absence | None:
    return next((row for row in rows if row.from_date <= last and row.until_date >= first), None)


def _domains(committee: Committee) -> tuple[Domain, ...]:
    return committee.policy.pack.domains if committee.policy is not None else ()


def _domain(domain: Domain, committee: Committee, loads: Sequence[Load], facts: _Facts, today: date) -> Knowledge:
    experts = [load for load in loads if domain.key in facts.known[load.person.pk]]
    return Knowledge(
        domain=domain,
        experts=len(experts),
        free=sum(load.room > 0 and not load.is_away(today) for load in experts),
        asked=staffing.most_asked(committee.policy_in_force.pack, EXPERT),
        open_seats=facts.wanted[committee.pk][domain.key],
    )


__all__ = ["Board", "Knowledge", "Load", "boards"]
