"""The facts from which ties between a committee and the authors of a case are found; a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db.models import Q

from accounts.models import User
from reviews.models import Contributor, Membership, Objection, Submission, Tie
from reviews.queries.conflict import Known, suspected
from reviews.rules import ties
from reviews.rules.ties import CaseFacts, Fact, Named, Other, Person, Writer


def of_case(
    submission: Submission, now: datetime, *, only: Collection[int] | None = None
) -> tuple[list[Person], CaseFacts]:
    """Everybody who serves on the committee of the case, and its authors. ``only`` are the keys of some of them."""
    rows = list(Contributor.objects.filter(submission=submission).order_by("order", "pk"))
    writing = {submission.created_by_id, *(row.user_id for row in rows if row.user_id is not None)}
    serving = Membership.objects.filter(committee=submission.committee_id, until_at=None).values("user")
    chosen = Q(pk__in=only) if only is not None else Q(pk__in=serving, is_active=True)
    people = _people(chosen | Q(pk__in=writing), submission, writing, committee_day(submission, now))
    asked = set(only) if only is not None else set(people) - writing
    assert submission.revision is not None
    case = CaseFacts(
        writers=tuple(
            Writer(row.name, row.email, row.orcid, row.unit, people.get(row.user_id) if row.user_id else None)
            for row in rows
        ),
        named=tuple(
            Named(row.type_key, row.name, row.email, row.pk) for row in Objection.objects.filter(submission=submission)
        ),
        types=frozenset(kind.key for kind in submission.revision.policy.pack.decision.conflict_types),
        today=committee_day(submission, now),
    )
    return [people[key] for key in sorted(asked & set(people))], case


def committee_day(submission: Submission, now: datetime) -> date:
    """The day in the zone of the committee."""
    return submission.committee.day_of(now)


def found(submission: Submission, now: datetime, *, only: Collection[int] | None = None) -> tuple[ties.Tie, ...]:
    """What ties them to the authors now."""
    return ties.find(*of_case(submission, now, only=only))


def barred(submission: Submission, now: datetime, people: Collection[int]) -> dict[int, str]:
    """Of these people those who get no offer, by key; a fixed number of queries.

    ``conflict``: who stands outside the case. ``tie``: of whom something is suspected, or would be if one looked now.
    """
    known = Known.of(submission)
    fresh = {tie.person for tie in found(submission, now, only=people) if not known.has(tie)}
    waiting = fresh | suspected(submission)
    found_out = {key: "tie" for key in people if key in waiting}
    return found_out | {key: "conflict" for key in people if key in known.outside}


def _people(which: Q, submission: Submission, writing: Iterable[int], today: date) -> dict[int, Person]:
    accounts = list(User.objects.filter(which).order_by("pk"))
    keys = [user.pk for user in accounts]
    known: dict[int, list[Other]] = defaultdict(list)
    for row in Tie.objects.filter(user__in=keys):
        known[row.user_id].append(Other(Fact(row.fact), row.name, row.email, row.orcid, row.on_date))
    together = _past_cases(keys, submission, set(writing))
    return {
        user.pk: Person(
            key=user.pk,
            name=user.display_name,
            addresses=frozenset({user.email}),
            orcid=user.orcid,
            unit=user.unit,
            manager=user.reports_to_id,
            known=tuple(known[user.pk]),
            wrote_with=tuple(sorted(together[user.pk].items())),
        )
        for user in accounts
    }


def _past_cases(keys: list[int], submission: Submission, writing: set[int]) -> dict[int, dict[int, date]]:
    """With whom of the authors each of these people had a case here, and when that was submitted."""
    cases: dict[int, tuple[date, set[int]]] = {}
    theirs = Contributor.objects.filter(user__in=writing).exclude(submission=submission).values("submission")
    rows = Contributor.objects.filter(
        user__in=keys, submission__in=theirs, submission__submitted_at__isnull=False
    ).values_list("submission_id", "submission__submitted_at", "user_id")
    for case, at, user in rows:
        assert at is not None
        assert user is not None
        cases.setdefault(case, (at.date(), set()))[1].add(user)
    found: dict[int, dict[int, date]] = defaultdict(dict)
    for on, people in cases.values():
        for one in people:
            for other in (people & writing) - {one}:
                found[one][other] = max(on, found[one].get(other, on))
    return found
