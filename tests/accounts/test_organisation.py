"""What the organisation calls itself, in pages: its row wins, the environment says the rest."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts import organisation
from tests.factories.people import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_row_wins_over_the_environment(settings: Settings) -> None:
    settings.ORG_NAME = "Environment"
    assert organisation.current() == organisation.Current("Environment", "")
    OrganisationFactory(name="", contact_email="questions@example.org")
    assert organisation.current() == organisation.Current("Environment", "questions@example.org")
    OrganisationFactory._meta.model.objects.update(name="Institute One")
    assert organisation.name() == "Institute One"


def test_name_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        organisation.current()


def test_pages_say_the_name(client: Client) -> None:
    OrganisationFactory(name="Institute One")
    assert "Institute One" in client.get("/accounts/login/").content.decode()
    client.force_login(UserFactory())
    assert client.get("/accounts/").content.decode().count("Institute One") == 1
