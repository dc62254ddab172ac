"""People as the pages about them show them, in a fixed number of queries; and what accounts asks about committees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from accounts import sessions, standing
from accounts.above import Above, Subject, subjects
from accounts.models import Absence, Expertise, Invitation, OrganisationRole, User
from accounts.standing import Standing
from reviews.access.people import looks_after, run_by, visible_to
from reviews.models import Membership, PolicyVersion


@dataclass(frozen=True)
class Known:
    """One thing that somebody knows, in words."""

    row: Expertise
    label: str


@dataclass(frozen=True)
class Row:
    """One person of the list, as far as the reader may know of their roles."""

    person: User
    standing: Standing
    invitation: Invitation | None
    organisation_roles: tuple[OrganisationRole, ...]
    memberships: tuple[Membership, ...]
    known: tuple[Known, ...]
    away: Absence | None

    @property
    def confirmed(self) -> tuple[Known, ...]:
        """What counts."""
        return tuple(known for known in self.known if known.row.confirmed_at is not None)

    @property
    def waiting(self) -> int:
        """How much awaits somebody's confirmation."""
        return len(self.known) - len(self.confirmed)


@dataclass(frozen=True)
class Detail:
    """Everything about one person that the reader may see, with what is over."""

    person: User
    standing: Standing
    invitation: Invitation | None
    organisation_roles: tuple[OrganisationRole, ...]
    memberships: tuple[Membership, ...]
    known: tuple[Known, ...]
    absences: tuple[Absence, ...]
    sessions: int


def domains() -> list[Subject]:
    """The hazard domains of all policies in force, each once, in the order of the packs."""
    found: dict[str, Subject] = {}
    for version in PolicyVersion.objects.filter(committees__isnull=False).order_by("pk").distinct():
        for domain in version.pack.domains:
            found.setdefault(domain.key, Subject(Expertise.Kind.DOMAIN, domain.key, domain.label))
    return list(found.values())


def colleagues(person: User) -> QuerySet[User]:
    """Those who serve now on a committee on which this person serves."""
    shared = Membership.objects.filter(user=person, until_at=None).values("committee")
    serving = Membership.objects.filter(committee__in=shared, until_at=None)
    return User.objects.filter(pk__in=serving.values("user"))


ANSWERS = Above(domains=domains, colleagues=colleagues, looks_after=looks_after)


Words = dict[tuple[str, str], str]


def in_words(row: Expertise, labels: Words) -> str:
    """What somebody knows, and how well where they are no expert: “Cyber (basic)”."""
    label = labels.get((row.kind, row.key), row.key)
    return label if row.level == Expertise.Level.EXPERT else f"{label} ({row.level_label.lower()})"


def words(known: Iterable[Subject] = ()) -> Words:
    """What can be known, in words; read anew where it is not given."""
    return {(subject.kind, subject.key): str(subject.label) for subject in known or subjects()}


def listed(user: User, *, administers: bool) -> QuerySet[User]:
    """The people whom this person sees, by name."""
    return visible_to(user, administers=administers).order_by("display_name", "pk")


def units(people: QuerySet[User]) -> list[str]:
    """The units of these people, each once."""
    return list(people.exclude(unit="").order_by("unit").values_list("unit", flat=True).distinct())


def with_words(people: QuerySet[User], text: str) -> QuerySet[User]:
    """Those whose name or address holds these words."""
    return people.filter(Q(display_name__icontains=text) | Q(email__icontains=text))


def with_role(people: QuerySet[User], role: str, committees: QuerySet[Membership] | None) -> QuerySet[User]:
    """Those who hold a role now: of the organisation, or in a committee that the reader may ask about."""
    serving = Membership.objects.filter(role=role, until_at=None)
    if committees is not None:
        return people.filter(pk__in=serving.filter(committee__in=committees.values("committee")).values("user"))
    held = OrganisationRole.objects.filter(role=role, until_at=None)
    return people.filter(Q(pk__in=serving.values("user")) | Q(pk__in=held.values("user")))


def knowing(people: QuerySet[User], kind: str, key: str) -> QuerySet[User]:
    """Those who say that they know this, confirmed or not."""
    return people.filter(pk__in=Expertise.objects.current().filter(kind=kind, key=key).values("user"))


def in_standing(people: QuerySet[User], wanted: str, now: datetime) -> QuerySet[User]:
    """Those who are active, invited, never came, or closed."""
    return standing.within(people, wanted, now)


def rows(viewer: User, people: Sequence[User], now: datetime, *, administers: bool, labels: Words) -> list[Row]:
    """One page of the list."""
    keys = [person.pk for person in people]
    held: dict[int, list[OrganisationRole]] = defaultdict(list)
    if administers:
        for role in OrganisationRole.objects.filter(user__in=keys, until_at=None).order_by("pk"):
            held[role.user_id].append(role)
    serves: dict[int, list[Membership]] = defaultdict(list)
    for membership in _memberships(viewer, administers=administers).filter(user__in=keys, until_at=None):
        serves[membership.user_id].append(membership)
    knows: dict[int, list[Known]] = defaultdict(list)
    for expertise in Expertise.objects.current().filter(user__in=keys).order_by("kind", "key"):
        knows[expertise.user_id].append(Known(expertise, in_words(expertise, labels)))
    away = _away(keys, now)
    asked = {row.user_id: row for row in Invitation.objects.filter(user__in=keys).order_by("invited_at", "pk")}
    return [
        Row(
            person=person,
            standing=standing.of(person, asked.get(person.pk), now),
            invitation=asked.get(person.pk),
            organisation_roles=tuple(held[person.pk]),
            memberships=tuple(serves[person.pk]),
            known=tuple(knows[person.pk]),
            away=away.get(person.pk),
        )
        for person in people
    ]


def _memberships(viewer: User, *, administers: bool) -> QuerySet[Membership]:
    """Roles in committees as far as the reader may know of them: everywhere, or where they run things."""
    found = Membership.objects.select_related("committee").order_by("committee__name", "pk")
    return found if administers else found.filter(committee__in=run_by(viewer).values("committee"))


def _away(keys: Sequence[int], now: datetime) -> dict[int, Absence]:
    """Who is away today; a day is wide enough for every time zone."""
    first, last = (now - timedelta(hours=14)).date(), (now + timedelta(hours=14)).date()
    found = Absence.objects.filter(user__in=keys).within(first, last).select_related("stand_in")
    return {absence.user_id: absence for absence in reversed(found)}


def away_between(people: Iterable[int], first: date, last: date) -> dict[int, Absence]:
    """The first absence of each person that touches these days."""
    found = Absence.objects.filter(user__in=list(people)).within(first, last)
    return {absence.user_id: absence for absence in reversed(found.select_related("stand_in"))}


def get_visible(viewer: User, public_id: str, *, administers: bool) -> User | None:
    """The person, if this reader sees them; otherwise None, as if there were nobody."""
    people = visible_to(viewer, administers=administers).select_related("reports_to")
    return people.filter(public_id=public_id).first()


def detail(viewer: User, person: User, now: datetime, *, administers: bool) -> Detail:
    """One person with everything that the reader may see."""
    labels = words()
    known = Expertise.objects.current().filter(user=person).select_related("confirmed_by").order_by("kind", "key")
    invitation = Invitation.objects.filter(user=person).select_related("invited_by").first()
    held = OrganisationRole.objects.filter(user=person).select_related("from_by", "until_by").order_by("-from_at")
    memberships = _memberships(viewer, administers=administers).filter(user=person)
    absences = Absence.objects.filter(user=person).select_related("stand_in").order_by("-from_date", "-pk")
    return Detail(
        person=person,
        standing=standing.of(person, invitation, now),
        invitation=invitation,
        organisation_roles=tuple(held) if administers else (),
        memberships=tuple(memberships.select_related("from_by", "until_by")),
        known=tuple(Known(row, labels.get((row.kind, row.key), row.key)) for row in known),
        absences=tuple(absences),
        sessions=len(sessions.live(person, now)) if administers else 0,
    )


def everybody(now: datetime) -> QuerySet[User]:
    """All accounts with what the exported list says of them; absences that are over are left out."""
    yesterday = (now - timedelta(days=1)).date()
    return User.objects.select_related("reports_to").order_by("display_name", "pk").prefetch_related(
        Prefetch("organisation_roles", OrganisationRole.objects.filter(until_at=None).order_by("pk"), "roles_now"),
        Prefetch(
            "memberships",
            Membership.objects.filter(until_at=None).select_related("committee").order_by("committee__name", "pk"),
            "serves_now",
        ),
        Prefetch("invitations", Invitation.objects.order_by("invited_at", "pk"), "asked"),
        Prefetch("expertise", Expertise.objects.current().order_by("kind", "key"), "knows_now"),
        Prefetch("absences", Absence.objects.within(yesterday, date.max).select_related("stand_in"), "away_now"),
    )  # fmt: skip
