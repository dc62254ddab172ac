"""The facts from which ties between a committee and the authors of a case are found; a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q

from accounts.models import User
from reviews.access.committee import excluded
from reviews.models import (
    Committee,
    Conflict,
    Contributor,
    Membership,
    Objection,
    PolicyVersion,
    StandIn,
    Submission,
    Tie,
)
from reviews.queries.conflict import Known
from reviews.rules import ties
from reviews.rules.ties import CaseFacts, Fact, Named, Other, Person, Strength, Writer


def found(submission: Submission, now: datetime) -> tuple[ties.Tie, ...]:
    """What ties everybody who serves on the committee of the case, or stands in on it, to its authors now."""
    return found_together([submission], serving([submission]), now)[submission.pk]


def found_together(
    cases: Collection[Submission],
    people: Mapping[int, Collection[int]],
    now: datetime,
    *,
    at: Mapping[int, datetime] | None = None,
) -> dict[int, tuple[ties.Tie, ...]]:
    """What ties these people, by the key of each case, to its authors; the same few queries for any number of cases.

    ``at`` names, by case, another moment whose day counts: that of a decision that was taken. What people began
    together later says nothing about it.
    """
    written: dict[int, list[Contributor]] = {case.pk: [] for case in cases}
    for row in Contributor.objects.filter(submission__in=written).order_by("order", "pk"):
        written[row.submission_id].append(row)
    writing = {case.pk: {case.created_by_id, *(row.user_id or 0 for row in written[case.pk])} for case in cases}
    typed = {row.email.lower() for rows in written.values() for row in rows if row.user_id is None and row.email}
    known = _people({key for keys in (*people.values(), *writing.values()) for key in keys}, typed)
    holder = {address: person for person in known.values() for address in person.addresses if address in typed}
    for case in cases:
        rows = (row for row in written[case.pk] if row.user_id is None)
        writing[case.pk] |= {holder[row.email.lower()].key for row in rows if row.email.lower() in holder}
    past = _past_cases(known, {key for keys in writing.values() for key in keys})
    named: dict[int, list[Named]] = {case.pk: [] for case in cases}
    for said in Objection.objects.filter(submission__in=named):
        named[said.submission_id].append(Named(said.type_key, said.name, said.email, said.pk))
    policies = PolicyVersion.objects.in_bulk({case.revision.policy_id for case in cases if case.revision is not None})
    boards = Committee.objects.in_bulk({case.committee_id for case in cases})
    result = {}
    for case in cases:
        assert case.revision is not None
        kinds = policies[case.revision.policy_id].pack.decision.conflict_types
        then = (at or {}).get(case.pk)
        today = boards[case.committee_id].day_of(then or now)
        facts = CaseFacts(
            writers=tuple(
                Writer(
                    row.name,
                    row.email,
                    row.orcid,
                    row.unit,
                    known.get(row.user_id or 0),
                    holder.get(row.email.lower()) if row.user_id is None else None,
                )
                for row in written[case.pk]
            ),
            named=tuple(named[case.pk]),
            types=frozenset(kind.key for kind in kinds),
            today=today,
            latest=ties.in_print_until(today) if then is not None else date.max,
        )
        asked = sorted(key for key in people[case.pk] if key in known)
        theirs = [
            replace(known[key], wrote_with=past.with_authors(key, case.pk, writing[case.pk], until=then))
            for key in asked
        ]
        result[case.pk] = ties.find(theirs, facts)
    return result


def barred(
    cases: Collection[Submission], people: Mapping[int, Collection[int]], now: datetime
) -> dict[int, dict[int, str]]:
    """Of these people those who get no offer, by case and by person; the same few queries for any number of cases.

    ``conflict``: who stands outside the case. ``tie``: of whom something is suspected, or would be if one looked now.
    """
    found, before = found_together(cases, people, now), _known(cases)
    result = {}
    for case in cases:
        known = before[case.pk]
        waiting = {row.user_id for row in known.rows if row.is_open and row.strength == Strength.SUSPECTED}
        waiting |= {tie.person for tie in found[case.pk] if not known.has(tie)}
        asked = set(people[case.pk])
        result[case.pk] = dict.fromkeys(asked & waiting, "tie") | dict.fromkeys(asked & known.outside, "conflict")
    return result


def fresh(
    cases: Collection[Submission],
    people: Mapping[int, Collection[int]],
    now: datetime,
    *,
    at: Mapping[int, datetime] | None = None,
) -> dict[int, list[ties.Tie]]:
    """Of what ``found_together`` finds, what nobody wrote down yet; cases without any are left out."""
    found, before = found_together(cases, people, now, at=at), _known(cases)
    news = {case.pk: [tie for tie in found[case.pk] if not before[case.pk].has(tie)] for case in cases}
    return {key: rows for key, rows in news.items() if rows}


def serving(cases: Collection[Submission]) -> dict[int, set[int]]:
    """Everybody who serves now on the committee of a case or stands in on it, by the key of the case."""
    here: dict[int, set[int]] = {case.committee_id: set() for case in cases}
    rows = Membership.objects.filter(committee__in=here, until_at=None, user__is_active=True)
    for committee, user in rows.values_list("committee_id", "user_id"):
        here[committee].add(user)
    found = {case.pk: set(here[case.committee_id]) for case in cases}
    joined = StandIn.objects.live().filter(submission__in=found, user__is_active=True)
    for case, user in joined.values_list("submission_id", "user_id"):
        found[case].add(user)
    return found


def _known(cases: Collection[Submission]) -> dict[int, Known]:
    rows: dict[int, list[Conflict]] = {case.pk: [] for case in cases}
    for row in Conflict.objects.filter(submission__in=rows):
        rows[row.submission_id].append(row)
    return {case.pk: Known(tuple(rows[case.pk]), frozenset(excluded(case))) for case in cases}


def _people(keys: Collection[int], addresses: Collection[str]) -> dict[int, Person]:
    """These people, and whoever has one of these addresses."""
    accounts = list(User.objects.filter(Q(pk__in=keys) | Q(email__in=addresses)).order_by("pk"))
    known: dict[int, list[Other]] = defaultdict(list)
    for row in Tie.objects.filter(user__in=[user.pk for user in accounts]):
        known[row.user_id].append(Other(Fact(row.fact), row.name, row.email, row.orcid, row.on_date))
    return {
        user.pk: Person(
            key=user.pk,
            name=user.display_name,
            addresses=frozenset({user.email}),
            orcid=user.orcid,
            unit=user.unit,
            manager=user.reports_to_id,
            known=tuple(known[user.pk]),
        )
        for user in accounts
    }


@dataclass(frozen=True)
class _PastCases:
    """Cases that were submitted here: when, and who of those asked about wrote them; and by person, which."""

    cases: dict[int, tuple[datetime, set[int]]]
    of: dict[int, set[int]]

    def with_authors(
        self, key: int, case: int, authors: set[int], *, until: datetime | None = None
    ) -> tuple[tuple[int, date], ...]:
        """With whom of these authors somebody had another case than this, and when that was submitted last; up to a
        moment, where one is given."""
        found: dict[int, date] = {}
        for other in self.of.get(key, set()) - {case}:
            at, people = self.cases[other]
            if until is not None and at > until:
                continue
            on = at.date()
            for author in (people & authors) - {key}:
                found[author] = max(on, found.get(author, on))
        return tuple(sorted(found.items()))


def _past_cases(keys: Collection[int], writing: Collection[int]) -> _PastCases:
    theirs = Contributor.objects.filter(user__in=writing).values("submission")
    rows = Contributor.objects.filter(user__in=keys, submission__in=theirs, submission__submitted_at__isnull=False)
    cases: dict[int, tuple[datetime, set[int]]] = {}
    of: dict[int, set[int]] = defaultdict(set)
    for case, at, user in rows.values_list("submission_id", "submission__submitted_at", "user_id"):
        assert at is not None
        assert user is not None
        cases.setdefault(case, (at, set()))[1].add(user)
        of[user].add(case)
    return _PastCases(cases, dict(of))
