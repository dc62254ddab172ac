"""What proposing reviewers needs to know of a coordinator's cases, in a fixed number of queries for one case or all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet, prefetch_related_objects

from accounts.models import Absence, Expertise, User
from reviews.access.committee import acts_as, excluded, read_together
from reviews.models import Assessment, Assignment, Committee, Conflict, Submission
from reviews.queries import deadline, heads, listing, ties
from reviews.rules import questionnaire, tiers
from reviews.rules.deadlines import due_moment
from reviews.rules.matching_facts import ANYBODY, Case, Facts, Person
from reviews.rules.matching_seats import opening
from reviews.rules.pack import Domain, Pack, Tier
from reviews.rules.states import (
    FINAL_ASSIGNMENT,
    LIVE_ASSIGNMENT,
    ROUND_OPEN,
    SEATED_ASSIGNMENT,
    AssignmentStatus,
    CommitteeRole,
)

MAX_DAYS = 90
SUSPECTED = "suspected"  # a tie to the authors that nobody has settled yet
RECUSED = AssignmentStatus.RECUSED  # kept off by the conflict alone, which may be settled as none
SET_ASIDE = "set_aside"  # by the coordinator, while looking at a proposal


@dataclass(frozen=True)
class Wanting:
    """A case that wants reviewers, with what a page says of it. A review offered now takes ``days`` working days."""

    submission: Submission
    pack: Pack
    tier: Tier
    leading: str
    domains: tuple[Domain, ...]
    days: int
    due: datetime | None


@dataclass(frozen=True)
class Table:
    """The cases of one proposal in their order, the people, and the facts about both."""

    wanting: Mapping[str, Wanting]
    people: Mapping[str, User]
    facts: Facts

    def without(self, dropped: Collection[tuple[str, str]]) -> Table:
        """The same, with these people set aside for these cases."""
        aside: dict[str, dict[str, str]] = defaultdict(dict)
        for case, person in dropped:
            aside[case][person] = SET_ASIDE
        cases = tuple(replace(case, barred={**aside[case.key], **case.barred}) for case in self.facts.cases)
        return replace(self, facts=replace(self.facts, cases=cases))


def table(user: User, now: datetime, *, only: Submission | None = None) -> Table:
    """The cases that this person coordinates and that want reviewers, the highest tier and the oldest first."""
    rows = listing.run_by(user).filter(state__in=ROUND_OPEN)
    if only is not None:
        rows = rows.filter(pk=only.pk)
    found = list(heads.with_rows(rows.select_related("revision__response")))
    read_together(found)
    cases = [case for case in found if acts_as(user, case, CommitteeRole.COORDINATOR)]
    found_table = of_cases(cases, now, viewer=user)
    by_key = {person.key: person for person in found_table.facts.people}
    wanting = found_table.wanting
    short = [case for case in found_table.facts.cases if opening(case, by_key).open]
    short.sort(key=lambda case: (-case.tier, wanting[case.key].submission.submitted_at or now, case.key))
    of_short = replace(
        found_table,
        wanting={case.key: wanting[case.key] for case in short},
        facts=replace(found_table.facts, cases=tuple(short)),
    )
    return without_ties(of_short, now)


def without_ties(found: Table, now: datetime) -> Table:
    """The same, with everybody barred of whom the facts of this moment show a tie that nobody has settled: an offer to
    them would be refused."""
    cases = [one.submission for one in found.wanting.values()]
    keys = {person.pk: key for key, person in found.people.items()}
    barred = ties.barred(cases, {case.pk: list(keys) for case in cases}, now)
    fresh = {
        case.reference: {keys[person]: SUSPECTED for person, why in barred[case.pk].items() if why == "tie"}
        for case in cases
    }
    told = tuple(replace(case, barred={**fresh[case.key], **case.barred}) for case in found.facts.cases)
    return replace(found, facts=replace(found.facts, cases=told))


def of_cases(
    cases: Sequence[Submission], now: datetime, *, leaving: Iterable[User] = (), days: int | None = None,
    viewer: User | None = None,
) -> Table:  # fmt: skip
    """The facts about these cases, whose boards were read together.

    Seats on cases from which ``viewer`` stands aside are left out, or a number of the page would tell of them; without
    a viewer the program asks for itself, and everything counts. ``leaving`` are people whose facts are wanted though
    they may review for none of the committees any more; ``days`` are the working days of a review where they are not
    the tier's.
    """
    newest = _newest(cases)
    wanting = {case.reference: _wanting(case, newest[case.revision_id or 0], now, days) for case in cases}
    reviewers = {person.pk: person for person in leaving}
    reviewers |= {person.pk: person for case in cases for person in _reviewers(case) if person.is_active}
    seats, waiting = _seats(cases), _suspected(cases)
    return Table(
        wanting=wanting,
        people={person.public_id: person for person in reviewers.values()},
        facts=Facts(
            tuple(
                _case(one, seats[one.submission.pk], reviewers, waiting[one.submission.pk], now)
                for one in wanting.values()
            ),
            tuple(_people(cases, reviewers.values(), wanting, now, Assignment.objects.known_to(viewer).order_by())),
        ),
    )


def standing(cases: Sequence[Submission], now: datetime, *, viewer: User, days: Mapping[int, int]) -> Facts:
    """What offering is decided by: the seats of cases, who may fill them, desks and absences. What only ranks people is
    left out. ``days`` are those of the longest review that is to be offered on each case, by its key."""
    with_closures = Committee.objects.prefetch_related("closure_days")
    prefetch_related_objects(cases, Prefetch("committee", with_closures), "pauses")
    newest, seats = _newest(cases), _seats(cases)
    wanting = {case.reference: _wanting(case, newest[case.revision_id or 0], now, days[case.pk]) for case in cases}
    reviewers = {person.pk: person for case in cases for person in _reviewers(case)}
    return Facts(
        tuple(_case(one, seats[one.submission.pk], reviewers, (), now, ranks=False) for one in wanting.values()),
        tuple(
            _people(
                cases, reviewers.values(), wanting, now, Assignment.objects.known_to(viewer).order_by(), ranks=False
            )
        ),
    )


def _reviewers(case: Submission) -> list[User]:
    """Everybody who reviews for the committee of a case, with those whom a conflict keeps from it."""
    assert case.board is not None
    held = case.board.held or ()
    return [person for role, person in held if role == CommitteeRole.REVIEWER]


def _newest(cases: Sequence[Submission]) -> dict[int, Assessment]:
    rows = Assessment.objects.filter(revision__in=[case.revision_id for case in cases]).order_by("pk")
    return {row.revision_id: row for row in rows}


def _wanting(case: Submission, assessment: Assessment, now: datetime, days: int | None) -> Wanting:
    revision = case.revision
    assert revision is not None
    pack, result = revision.policy.pack, assessment.result
    tier = pack.tier(
        tiers.working_tier(
            pack, assessment.tier, triggers=result["triggers"], holds=result["holds"],
            was_returned=revision.was_returned,
        )
    )  # fmt: skip
    answers = questionnaire.effective(pack, revision.response.answers)
    scores = {row["key"]: row["score"] for row in result["domains"]}
    chosen = answers.get(pack.bindings.domains) or ()
    days = min(days or tier.sla_business_days, MAX_DAYS)
    return Wanting(
        submission=case,
        pack=pack,
        tier=tier,
        leading=tiers.leading_domain(pack, scores, answers),
        domains=tuple(domain for domain in pack.domains if domain.key in chosen),
        days=days,
        due=due_moment(deadline.calendar(case.committee), now, days, deadline.pauses(case)),
    )


def _seats(cases: Sequence[Submission]) -> dict[int, list[Assignment]]:
    found: dict[int, list[Assignment]] = defaultdict(list)
    rows = Assignment.objects.filter(submission__in=[case.pk for case in cases])
    for row in rows.select_related("reviewer").order_by("pk"):
        found[row.submission_id].append(row)
    return found


def _suspected(cases: Sequence[Submission]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = Conflict.objects.suspicions().filter(submission__in=[case.pk for case in cases])
    for case, person in rows.values_list("submission_id", "user_id"):
        found[case].add(person)
    return found


def _case(
    one: Wanting, rows: Iterable[Assignment], reviewers: Mapping[int, User], waiting: Collection[int], now: datetime,
    *, ranks: bool = True,
) -> Case:  # fmt: skip
    case, tier = one.submission, one.tier
    zone = case.committee.day_of
    barred: dict[str, str] = {}
    seated: set[str] = set()
    for row in rows:
        if row.revision_id == case.revision_id and row.status in SEATED_ASSIGNMENT:
            seated.add(row.reviewer.public_id)
        elif row.status in FINAL_ASSIGNMENT or (row.revision_id == case.revision_id and row.status != RECUSED):
            barred[row.reviewer.public_id] = row.status
    # What somebody answered before says nothing once they sit, and a suspicion unseats nobody.
    barred = {key: why for key, why in barred.items() if key not in seated}
    aside = {reviewers[key].public_id: why for key, why in excluded(case).items() if key in reviewers}
    barred |= {reviewers[key].public_id: SUSPECTED for key in waiting if key in reviewers} | aside
    authors = _authors(case) if ranks else []
    return Case(
        key=case.reference,
        seats=(*tier.expertise, *[ANYBODY] * (tier.reviewers - len(tier.expertise))),
        first=zone(now),
        last=zone(one.due or now),
        external=tier.external_reviewers,
        leading=one.leading,
        chosen=frozenset(domain.key for domain in one.domains),
        tier=tier.tier,
        committee=str(case.committee_id),
        units=frozenset(person.unit for person in authors if person.unit),
        authors=frozenset(person.public_id for person in authors),
        seated=frozenset(seated - aside.keys()),
        barred=barred,
    )


def _authors(case: Submission) -> list[User]:
    return [case.created_by, *(row.user for row in case.contributors.all() if row.user is not None)]


def _people(
    cases: Sequence[Submission], reviewers: Iterable[User], wanting: Mapping[str, Wanting], now: datetime,
    rows: QuerySet[Assignment], *, ranks: bool = True,
) -> list[Person]:  # fmt: skip
    everybody = sorted(reviewers, key=lambda person: person.public_id)
    keys = [person.pk for person in everybody]
    known: dict[tuple[int, str, bool], dict[str, int]] = defaultdict(dict)
    for one in Expertise.objects.current().filter(user__in=keys).order_by("pk"):
        known[one.user_id, one.kind, one.confirmed_at is not None][one.key] = one.level
    open_work = rows.filter(reviewer__in=keys, status__in=LIVE_ASSIGNMENT)
    load = dict(open_work.values_list("reviewer").annotate(Count("pk")))
    answers = _answers(rows.filter(reviewer__in=keys)) if ranks else {}
    last = max([now, *(one.due for one in wanting.values() if one.due is not None)])
    away: dict[int, list[tuple[date, date]]] = defaultdict(list)
    # A day more at either end: the days of a case are those of its committee, wherever that is.
    first, until = (now - timedelta(days=1)).date(), (last + timedelta(days=1)).date()
    for absence in Absence.objects.filter(user__in=keys).within(first, until):
        away[absence.user_id].append((absence.from_date, absence.until_date))
    boards: dict[int, set[str]] = defaultdict(set)
    outsiders = set()
    for case in {case.committee_id: case for case in cases}.values():
        for role, person in (case.board.held if case.board is not None else None) or ():
            if role == CommitteeRole.REVIEWER:
                boards[person.pk].add(str(case.committee_id))
            elif role == CommitteeRole.EXTERNAL_MEMBER:
                outsiders.add(person.pk)
    paired = _paired(cases, rows.filter(reviewer__in=keys)) if ranks else defaultdict(Counter)
    return [
        Person(
            key=person.public_id,
            domains=known[person.pk, "domain", True],
            stated=known[person.pk, "domain", False],
            skills=frozenset(known[person.pk, "skill", True]),
            is_external=person.is_external or person.pk in outsiders,
            unit=person.unit,
            committees=frozenset(boards[person.pk]),
            load=load.get(person.pk, 0),
            cap=person.load_cap,
            absences=tuple(away[person.pk]),
            paired=paired[person.pk],
            asked=answers.get(person.pk, (0, 0))[0],
            answered=answers.get(person.pk, (0, 0))[1],
        )
        for person in everybody
    ]


def _answers(rows: QuerySet[Assignment]) -> dict[int, tuple[int, int]]:
    """How many offers each of these people had, by these seats, and how many of them they answered."""
    asked = rows.exclude(status=AssignmentStatus.OFFERED)
    answered = Count("pk", filter=~Q(status=AssignmentStatus.LAPSED) | Q(answered_at__isnull=False))
    record = asked.values("reviewer").annotate(asked=Count("pk"), given=answered)
    return {one["reviewer"]: (one["asked"], one["given"]) for one in record}


def _paired(cases: Sequence[Submission], rows: QuerySet[Assignment]) -> dict[int, Counter[str]]:
    """How many other cases of each author of these somebody accepted, by these seats."""
    authors = {person.pk: person.public_id for case in cases for person in _authors(case)}
    accepted = rows.filter(no_conflict_at__isnull=False)
    accepted = accepted.exclude(submission__in=[case.pk for case in cases])
    started = accepted.filter(submission__created_by__in=authors).values_list(
        "reviewer_id", "submission_id", "submission__created_by"
    )
    joined = accepted.filter(submission__contributors__user__in=authors).values_list(
        "reviewer_id", "submission_id", "submission__contributors__user"
    )
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for reviewer, _, author in {*started, *joined}:
        if author in authors:
            found[reviewer][authors[author]] += 1
    return found


__all__ = ["SET_ASIDE", "SUSPECTED", "Table", "Wanting", "of_cases", "standing", "table", "without_ties"]
