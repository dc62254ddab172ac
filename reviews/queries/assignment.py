"""Who could review a case, who does, and what an offer says: facts with a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from accounts.models import Absence, Expertise, User
from reviews.access.committee import excluded
from reviews.models import Assignment, Membership, Revision, Submission
from reviews.queries import deadline
from reviews.queries.conflict import suspected
from reviews.queries.motion import leading_domain
from reviews.queries.people import away_between
from reviews.queries.round import working_tier
from reviews.queries.submission import revision_shown
from reviews.rules import questionnaire
from reviews.rules.deadlines import Calendar, Pause, due_moment
from reviews.rules.pack import Domain, Pack, Tier
from reviews.rules.seating import Seated, filled
from reviews.rules.states import LIVE_ASSIGNMENT, SEATED_ASSIGNMENT, AssignmentStatus, CommitteeRole

SEATED = "seated"
SUSPECTED = "suspected"


@dataclass(frozen=True)
class Seat:
    """One offer on the current revision, whatever became of it."""

    public_id: str
    person: User
    status: AssignmentStatus
    offered_at: datetime
    due: datetime | None
    note: str
    by_itself: bool

    @property
    def is_seated(self) -> bool:
        """Whether the seat counts for the round."""
        return self.status in SEATED_ASSIGNMENT

    @property
    def is_live(self) -> bool:
        """Whether something is still owed on it."""
        return self.status in LIVE_ASSIGNMENT


@dataclass(frozen=True)
class Candidate:
    """Somebody who reviews for the committee.

    ``why_not`` is ``seated``, ``suspected`` (a tie to be settled), ``author``, a conflict type, or empty.

    ``confirmed`` and ``stated`` are levels by domain; the second ones are only this person's own word.
    ``away`` is the first absence between now and the due date of a review asked for today. Neither that nor a full
    desk keeps the coordinator from asking; both are said.
    """

    person: User
    is_external: bool
    confirmed: Mapping[str, int]
    stated: Mapping[str, int]
    skills: tuple[str, ...]
    load: int
    why_not: str
    before: AssignmentStatus | None
    away: Absence | None = None

    @property
    def knows(self) -> tuple[str, ...]:
        """Every domain of which this person knows something."""
        return tuple(sorted({*self.confirmed, *self.stated}))

    @property
    def seated(self) -> Seated:
        """What counts for seats."""
        experts = frozenset(key for key, level in self.confirmed.items() if level == Expertise.Level.EXPERT)
        return Seated(experts, frozenset(self.skills))

    @property
    def is_full(self) -> bool:
        """Whether this person has taken on as much as they said they would."""
        return self.load >= self.person.load_cap


@dataclass(frozen=True)
class Round:
    """What the coordinator sees when asking reviewers."""

    pack: Pack
    tier: Tier
    top_domain: str
    chosen: tuple[Domain, ...]
    seats: tuple[Seat, ...]
    candidates: tuple[Candidate, ...]
    calendar: Calendar
    pauses: tuple[Pause, ...]

    @property
    def seated(self) -> int:
        """How many seats are taken."""
        return sum(seat.is_seated for seat in self.seats)

    @property
    def external(self) -> int:
        """How many of those with a seat are from outside."""
        return sum(one.is_external for one in self._seated_people())

    @property
    def expertise(self) -> tuple[tuple[str, bool], ...]:
        """Each seat of expertise that the tier asks for, and whether somebody fills it."""
        people = [one.seated for one in self._seated_people()]
        chosen = frozenset(domain.key for domain in self.chosen)
        seats = self.tier.expertise
        return tuple(zip(seats, filled(seats, people, leading=self.top_domain, chosen=chosen), strict=True))

    def _seated_people(self) -> list[Candidate]:
        seated = {seat.person.pk for seat in self.seats if seat.is_seated}
        return [one for one in self.candidates if one.person.pk in seated]

    def due_after(self, days: int, now: datetime) -> datetime | None:
        """When a review offered now for so many working days is due; None while the clock is stopped."""
        return due_moment(self.calendar, now, days, self.pauses)


@dataclass(frozen=True)
class Basics:
    """All that somebody learns who is asked and has not accepted."""

    reference: str
    label: str
    tier: Tier
    domains: tuple[Domain, ...]
    contributors: tuple[tuple[str, str], ...]
    review_due: datetime | None
    answer_due: datetime | None


def for_round(submission: Submission, now: datetime, viewer: User) -> Round:
    """The seats of this revision and everybody who could take one: first those who can be asked and carry least.

    What somebody carries is counted without cases from which the viewer stands aside, or the number would tell them
    who reviews there.
    People who are away, have a full desk or gave a seat back come after the others who can be asked.
    """
    revision = revision_shown(submission, as_author=False)
    working, stretches = deadline.calendar(submission.committee), deadline.pauses(submission)
    rows = list(Assignment.objects.filter(revision=revision).select_related("reviewer").order_by("pk"))
    seats = tuple(
        Seat(
            row.public_id,
            row.reviewer,
            AssignmentStatus(row.status),
            row.offered_at,
            deadline.review_due(row, working, stretches),
            row.note,
            row.offered_by_id is None,
        )
        for row in rows
    )
    pack = revision.policy.pack
    tier = pack.tier(working_tier(revision))
    due = due_moment(working, now, tier.sla_business_days, stretches)
    return Round(
        pack=pack,
        tier=tier,
        top_domain=leading_domain(revision),
        chosen=chosen_domains(revision),
        seats=seats,
        candidates=_candidates(submission, seats, now, due or now, viewer),
        calendar=working,
        pauses=stretches,
    )


def chosen_domains(revision: Revision) -> tuple[Domain, ...]:
    """The hazard domains that the authors chose, in the pack's order."""
    pack = revision.policy.pack
    chosen = questionnaire.effective(pack, revision.response.answers).get(pack.bindings.domains) or ()
    return tuple(domain for domain in pack.domains if domain.key in chosen)


def _candidates(
    submission: Submission, seats: tuple[Seat, ...], now: datetime, due: datetime, viewer: User
) -> tuple[Candidate, ...]:
    held: dict[int, set[str]] = defaultdict(set)
    people: dict[int, User] = {}
    memberships = Membership.objects.filter(
        committee=submission.committee_id,
        role__in=[CommitteeRole.REVIEWER, CommitteeRole.EXTERNAL_MEMBER],
        until_at=None,
        user__is_active=True,
    )
    for row in memberships.select_related("user").order_by("pk"):
        held[row.user_id].add(row.role)
        people[row.user_id] = row.user
    reviewing = [key for key, roles in held.items() if CommitteeRole.REVIEWER in roles]
    known: dict[tuple[int, str, bool], dict[str, int]] = defaultdict(dict)
    for expertise in Expertise.objects.current().filter(user__in=reviewing).order_by("key"):
        is_confirmed = expertise.confirmed_at is not None
        known[expertise.user_id, expertise.kind, is_confirmed][expertise.key] = expertise.level
    open_work = (
        Assignment.objects.known_to(viewer).filter(reviewer__in=reviewing, status__in=LIVE_ASSIGNMENT).order_by()
    )
    load = dict(open_work.values_list("reviewer").annotate(Count("pk")))
    out, waiting = excluded(submission), suspected(submission)
    latest = {seat.person.pk: seat for seat in seats}
    day_of = submission.committee.day_of
    away = away_between(reviewing, day_of(now), day_of(due))
    found = [
        Candidate(
            person=people[key],
            is_external=CommitteeRole.EXTERNAL_MEMBER in held[key] or people[key].is_external,
            confirmed=known[key, "domain", True],
            stated=known[key, "domain", False],
            skills=tuple(known[key, "skill", True]),
            load=load.get(key, 0),
            why_not=out.get(key, "")
            or (SEATED if key in latest and latest[key].is_seated else "")
            or (SUSPECTED if key in waiting else ""),
            before=latest[key].status if key in latest and not latest[key].is_seated else None,
            away=away.get(key),
        )
        for key in reviewing
    ]
    return tuple(sorted(found, key=_order))


def _order(one: Candidate) -> tuple[bool, bool, int, str, int]:
    waits = one.is_full or one.away is not None or one.before is not None
    return (bool(one.why_not), waits, one.load, one.person.display_name, one.person.pk)


def basics(assignment: Assignment, submission: Submission) -> Basics:
    """What an offer says, and nothing else of the case."""
    revision = assignment.revision
    pack = revision.policy.pack
    working, stretches = deadline.calendar(submission.committee), deadline.pauses(submission)
    days = submission.committee.policy_in_force.pack.reminder("accept_offer").due_business_days or 0
    assessment = revision.assessments.order_by("-pk").first()
    assert assessment is not None
    return Basics(
        reference=submission.reference,
        label=submission.label,
        tier=pack.tier(assessment.tier),
        domains=chosen_domains(revision),
        contributors=tuple((row.name, row.unit) for row in submission.contributors.all())
        or ((submission.created_by.display_name, submission.created_by.unit),),
        review_due=deadline.review_due(assignment, working, stretches),
        answer_due=due_moment(working, assignment.offered_at, days, stretches),
    )


def due_with(assignment: Assignment, submission: Submission, days: int) -> datetime | None:
    """When a review is due if it has so many working days; None while the clock is stopped."""
    working, stretches = deadline.calendar(submission.committee), deadline.pauses(submission)
    return due_moment(working, assignment.offered_at, days, stretches)


def offer(public_id: str) -> Assignment | None:
    """One offer with what its pages need; whoever asks must still be checked."""
    rows = Assignment.objects.select_related("submission", "revision__policy", "revision__response", "reviewer")
    return rows.filter(public_id=public_id).first()
