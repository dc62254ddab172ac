"""People, made the way Django makes them; roles are given through actions elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory

from accounts.actions import grant
from accounts.models import Absence, Invitation, Organisation, OrganisationRole, User
from reviews.models import Tie
from reviews.rules.ties import Fact

SINCE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody with an account and no role."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person.{n}@example.org")
    display_name = factory.Sequence(lambda n: f"Person {n}")
    unit = factory.Sequence(lambda n: f"Unit {n}")
    password = factory.django.Password("a long pass phrase")


class InvitationFactory(factory.django.DjangoModelFactory):
    """Somebody who was asked to come, and the open invitation."""

    class Meta:
        model = Invitation

    user = factory.SubFactory(UserFactory, password=None)
    invited_at = SINCE
    expires_at = factory.LazyAttribute(lambda row: row.invited_at + timedelta(days=14))


class AbsenceFactory(factory.django.DjangoModelFactory):
    """A week away, with somebody who stands in."""

    class Meta:
        model = Absence

    user = factory.SubFactory(UserFactory)
    stand_in = factory.SubFactory(UserFactory)
    from_date = date(2026, 3, 9)
    until_date = date(2026, 3, 13)
    noted_at = SINCE
    noted_by = factory.SelfAttribute("user")


class TieFactory(factory.django.DjangoModelFactory):
    """Somebody with whom one published lately."""

    class Meta:
        model = Tie

    user = factory.SubFactory(UserFactory)
    fact = Fact.COAUTHOR
    name = factory.Sequence(lambda n: f"Elsewhere Person {n}")
    on_date = date(2026, 1, 15)
    noted_at = SINCE
    noted_by = factory.SubFactory(UserFactory)


class OrganisationFactory(factory.django.DjangoModelFactory):
    """The one row about the organisation."""

    class Meta:
        model = Organisation
        django_get_or_create = ("id",)

    id = Organisation.ONLY
    name = "Institute One"
    contact_email = "questions@example.org"


def administrator(**fields: Any) -> User:
    """Somebody who administers, installed by the program itself."""
    person: User = UserFactory(**fields)
    grant(user=person, role=OrganisationRole.Role.ADMINISTRATOR, by=None, now=SINCE)
    return person
