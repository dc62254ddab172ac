"""People, made the way Django makes them; roles are given through actions elsewhere."""

from __future__ import annotations

import factory

from accounts.models import User


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody with an account and no role."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person.{n}@example.org")
    display_name = factory.Sequence(lambda n: f"Person {n}")
    unit = factory.Sequence(lambda n: f"Unit {n}")
    password = factory.django.Password("a long pass phrase")
