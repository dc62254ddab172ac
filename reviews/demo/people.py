"""The people of the demo and what they hold. Loading twice changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.hashers import make_password

from accounts import actions
from accounts.demo import DemoAccount
from accounts.models import Expertise, OrganisationRole, User

FOLDER = Path(__file__).parent
DOMAIN = "example.org"


@dataclass(frozen=True)
class Person:
    """One made-up person as the file describes them."""

    key: str
    name: str
    unit: str
    roles: tuple[str, ...] = ()
    domains: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    skills: tuple[str, ...] = ()
    listed: str = ""
    outside: bool = False
    invited: bool = False
    away: tuple[Any, ...] = ()

    @property
    def email(self) -> str:
        """An address that belongs to nobody."""
        return f"{self.key}@{DOMAIN}"


@dataclass(frozen=True)
class Cast:
    """Everybody, and the facts of the committee and the sign-in."""

    people: tuple[Person, ...]
    committee: dict[str, str]
    password: str
    users: dict[str, User] = field(default_factory=dict)

    def accounts(self) -> tuple[DemoAccount, ...]:
        """Those named on the sign-in page."""
        return tuple(DemoAccount(one.name, one.listed, one.email) for one in self.people if one.listed)


def read() -> Cast:
    """The cast as it stands in the file."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / "people.yaml").read_text(encoding="utf-8"))
    people = tuple(_person(row) for row in found["people"])
    return Cast(people, found["committee"], found["password"])


def _person(row: dict[str, Any]) -> Person:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Person(**values)


def administrator(cast: Cast) -> Person:
    """Whoever appoints everybody else."""
    return next(person for person in cast.people if OrganisationRole.Role.ADMINISTRATOR in person.roles)


def load(cast: Cast, *, time_zone: str, now: datetime) -> None:
    """Accounts, organisation-wide roles and confirmed expertise; what is there already stays as it is."""
    known = {user.email: user for user in User.objects.filter(email__endswith=f"@{DOMAIN}")}
    # One hash for all: the password is printed on the sign-in page, and hashing it thirty times takes half a minute.
    hashed = make_password(cast.password)
    for person in cast.people:
        user = known.get(person.email)
        if user is None:
            user = actions.create_person(
                email=person.email, display_name=person.name, unit=person.unit, time_zone=time_zone,
                is_external=person.outside, by=None, now=now,
            )  # fmt: skip
        if not user.has_usable_password() and not person.invited:
            user.password = hashed
            user.save(update_fields=["password"])
        cast.users[person.key] = user
    by = cast.users[administrator(cast).key]
    second = cast.users[next(person.key for person in cast.people if "coordinator" in person.roles)]
    first = administrator(cast)
    for person in (first, *(one for one in cast.people if one is not first)):
        _give(cast.users[person.key], person, by=by, second=second, now=now)


def send_away_and_invite(cast: Cast, *, now: datetime) -> None:
    """Who is away these days, who was asked to come and has not, and what somebody says of themselves that waits to be
    confirmed; whatever was before stays so."""
    by = cast.users[administrator(cast).key]
    for person in cast.people:
        user = cast.users[person.key]
        if person.invited and not user.invitations.exists():
            actions.invite_again(user=user, by=by, now=now)
        known = set(user.expertise.values_list("key", flat=True)) if person.says else set()
        for key, word in person.says.items():
            if key not in known:
                kind = Expertise.Kind.DOMAIN
                actions.state_expertise(user=user, kind=kind, key=key, level=_level(word), by=user, now=now)
        if person.away and not user.absences.exists():
            first, last, key = person.away
            days = [(now + timedelta(days=number)).date() for number in (first, last)]
            actions.note_absence(
                user=user, from_date=days[0], until_date=days[1], stand_in=cast.users[key], by=user, now=now
            )


def _give(user: User, person: Person, *, by: User, second: User, now: datetime) -> None:
    organisation = [OrganisationRole.Role(role) for role in person.roles if role in OrganisationRole.Role.values]
    held = set(user.organisation_roles.filter(until_at=None).values_list("role", flat=True)) if organisation else set()
    for role in organisation:
        if role not in held:
            # The first administrator is installed by nobody: nobody gives a role to themselves.
            actions.grant(user=user, role=role, by=None if user.pk == by.pk else by, now=now)
    wanted = [(Expertise.Kind.DOMAIN, key, _level(word)) for key, word in person.domains.items()]
    wanted += [(Expertise.Kind.SKILL, key, Expertise.Level.EXPERT) for key in person.skills]
    confirmed = set(Expertise.objects.filter(user=user, confirmed_at__isnull=False).values_list("kind", "key"))
    for kind, key, level in wanted:
        if (kind, key) not in confirmed:
            vouches = second if user.pk == by.pk else by
            actions.confirm_expertise(user=user, kind=kind, key=key, level=level, by=vouches, now=now)


def _level(word: str) -> Expertise.Level:
    return Expertise.Level[word.upper()]
