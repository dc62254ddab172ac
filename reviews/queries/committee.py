"""Committees as their pages show them: who serves and served, what the policy asks for, when the committee works."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch

from accounts.models import Expertise, User
from reviews.models import Adoption, ClosureDay, Committee, Membership
from reviews.rules import calendars, staffing
from reviews.rules.calendars import Stretch
from reviews.rules.staffing import Person
from reviews.rules.states import CommitteeRole

YEAR = timedelta(days=365)
ORDER = {str(role): place for place, role in enumerate((
    CommitteeRole.CHAIR, CommitteeRole.DEPUTY_CHAIR, CommitteeRole.COORDINATOR, CommitteeRole.MEMBER,
    CommitteeRole.EXTERNAL_MEMBER, CommitteeRole.REVIEWER, CommitteeRole.LEGAL_OFFICER,
    CommitteeRole.BIOSECURITY_OFFICER, CommitteeRole.SECURITY_OFFICER, CommitteeRole.EXPORT_OFFICER,
    CommitteeRole.HEAD_OF_RESEARCH, CommitteeRole.EXECUTIVE,
))}  # fmt: skip


@dataclass(frozen=True)
class Working:
    """When a committee works: what is closed from today on, and the public holidays of the next twelve months."""

    weekdays: tuple[int, ...]
    country: str
    country_name: str
    closures: tuple[Stretch, ...]
    holidays: tuple[tuple[date, str], ...]


@dataclass(frozen=True)
class Row:
    """A committee in the list."""

    committee: Committee
    people: int
    proposal: Adoption | None


def visible(user: User) -> tuple[Row, ...]:
    """The committees that a person may open, by name, in three queries."""
    waiting = Adoption.objects.filter(approved_at=None, withdrawn_at=None).select_related("version")
    rows = Committee.objects.visible_to(user).select_related("policy").order_by("name")
    serving = Membership.objects.filter(until_at=None, user__is_active=True)
    found = rows.prefetch_related(
        Prefetch("adoptions", queryset=waiting, to_attr="waiting"),
        Prefetch("memberships", queryset=serving, to_attr="serving"),
    )
    return tuple(Row(row, len({held.user_id for held in row.serving}), next(iter(row.waiting), None)) for row in found)


def get_visible(user: User, public_id: str) -> Committee | None:
    """A committee that this person may open, or nothing."""
    return Committee.objects.visible_to(user).select_related("policy").filter(public_id=public_id).first()


def any_takes_cases() -> bool:
    """Whether a case can be started anywhere."""
    return Committee.objects.taking_cases().exists()


def memberships(committee: Committee) -> tuple[list[Membership], list[Membership]]:
    """Roles held now in the order of the page, and roles that ended, the latest first. One query."""
    rows = list(committee.memberships.select_related("user", "from_by", "until_by"))
    now = [row for row in rows if row.until_at is None]
    past = [row for row in rows if row.until_at is not None]
    now.sort(key=lambda row: (ORDER[row.role], row.user.display_name.casefold(), row.pk))
    past.sort(key=lambda row: (row.until_at, row.pk), reverse=True)
    return now, past


def membership(committee: Committee, person: str, role: str) -> Membership | None:
    """The role that somebody holds in a committee now."""
    rows = committee.memberships.select_related("user", "committee")
    return rows.filter(user__public_id=person, role=role, until_at=None).first()


def holders(committee: Committee) -> tuple[Person, ...]:
    """Everybody active who holds a role now, as the rules see them. Two queries."""
    return holders_of([committee])[committee.pk]


def holders_of(committees: Sequence[Committee]) -> dict[int, tuple[Person, ...]]:
    """``holders`` for several committees, in the same two queries."""
    rows = Membership.objects.filter(committee__in=committees, until_at=None, user__is_active=True)
    held: dict[int, dict[int, set[str]]] = {committee.pk: defaultdict(set) for committee in committees}
    people: dict[int, User] = {}
    for row in rows.select_related("user").order_by("pk"):
        held[row.committee_id][row.user_id].add(row.role)
        people[row.user_id] = row.user
    known: dict[tuple[int, str], set[str]] = defaultdict(set)
    confirmed = Expertise.objects.for_seats().filter(user__in=people)
    for user_id, kind, key in confirmed.values_list("user_id", "kind", "key"):
        known[user_id, kind].add(key)
    return {
        committee: tuple(
            Person(
                key=people[person].public_id,
                roles=frozenset(roles),
                unit=people[person].unit,
                domains=frozenset(known[person, Expertise.Kind.DOMAIN]),
                skills=frozenset(known[person, Expertise.Kind.SKILL]),
            )
            for person, roles in found.items()
        )
        for committee, found in held.items()
    }


def working(committee: Committee, now: datetime) -> Working:
    """The calendar from today on, as days of the committee's own zone."""
    today = committee.day_of(now)
    rows = ClosureDay.objects.filter(committee=committee, cancelled_at=None, day_date__gte=today)
    country = committee.country
    return Working(
        weekdays=tuple(committee.working_weekdays),
        country=country,
        country_name=calendars.countries().get(country, country),
        closures=calendars.stretches(rows.values_list("day_date", "label")),
        holidays=calendars.public_holidays(country if country in calendars.countries() else "", today, today + YEAR),
    )


def appointable(by: User) -> list[User]:
    """Everybody who can be given a role by this person: active, and somebody else."""
    return list(User.objects.filter(is_active=True).exclude(pk=by.pk).order_by("display_name", "pk"))


def leaves_uncovered(row: Membership, people: Sequence[Person]) -> tuple[str, ...]:
    """Of coordinator and chair, those in which nobody could act once this role ended."""
    return staffing.uncovered_without(people, row.user.public_id, row.role)
