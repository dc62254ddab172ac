"""The navigation: only what the person may open, with the current place marked."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import include, path
from pytest_django import Settings

from accounts.models import OrganisationRole, User
from reviews.models import Membership
from reviews.rules.states import CommitteeRole
from reviews.urls import urlpatterns
from reviews.views import navigation
from tests.factories.committee import board

NOW = datetime(2026, 11, 23, 8, 40, tzinfo=UTC)
PLACES = [("", "my-work"), ("submissions/", "submission-list"), ("queue/", "queue"), ("leadership/", "leadership")]


def blank(request: object) -> HttpResponse:
    """A page without anything."""
    return HttpResponse()


addresses = (path("", include(([path(where, blank, name=name) for where, name in PLACES], "reviews"))),)


@pytest.fixture
def person(db: None, settings: Settings) -> User:
    """A person of no role, among four places; there is no page for operations."""
    settings.ROOT_URLCONF = addresses
    return User.objects.create_user("one@example.org", "x", display_name="Author One")


def places(rf: RequestFactory, person: User, at: str) -> list[tuple[str, bool]]:
    """The labels that this person sees there, and whether each is the current place."""
    request = rf.get(at)
    request.user = person
    return [(str(item.label), item.current) for item in navigation.items(request)]


def test_person_without_a_role_sees_own_work_and_submissions(rf: RequestFactory, person: User) -> None:
    assert places(rf, person, "/") == [("My work", True), ("Submissions", False)]


def test_leadership_and_administrators_see_their_pages_where_they_exist(rf: RequestFactory, person: User) -> None:
    for role in ("leadership", "administrator"):
        OrganisationRole.objects.create(user=person, role=role, from_at=NOW)
    assert places(rf, person, "/submissions/RB-2026-K7Q4X/") == [
        ("My work", False),
        ("Submissions", True),
        ("Leadership", False),
    ]


def test_role_that_ended_opens_nothing(rf: RequestFactory, person: User) -> None:
    OrganisationRole.objects.create(user=person, role="leadership", from_at=NOW, until_at=NOW, until_by=person)
    assert ("Leadership", False) not in places(rf, person, "/")


@pytest.mark.django_db
def test_every_page_lies_behind_an_entry_but_the_first_steps(rf: RequestFactory) -> None:
    """Whoever may open everything is told of each page where it lies, and of no page twice."""
    person = User.objects.create_user("all@example.org", "x", display_name="Everybody")
    for role in ("leadership", "administrator"):
        OrganisationRole.objects.create(user=person, role=role, from_at=NOW)
    made = board()
    Membership.objects.create(committee=made.committee, user=person, role=CommitteeRole.COORDINATOR, from_at=NOW)
    marked: dict[str, set[str]] = {}
    for page in urlpatterns:
        address = "/" + re.sub("<[^>]+>", "x", str(page.pattern))
        here = [label for label, current in places(rf, person, address) if current]
        assert len(here) == (0 if address.startswith("/setup/") else 1), address
        marked.setdefault("".join(here), set()).add(address.split("/")[1])
    assert marked["Committees"] == {"committees", "policies", "adoptions"}
    assert marked["People"] == {"people", "absences"}
    assert marked["Queue"] == {"queue"}
