"""The list of people, one person, and the file of everybody: what each reader finds there."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import actions, roster
from accounts.models import Expertise, OrganisationRole, User
from reviews.actions.committee import appoint
from reviews.rules.states import CommitteeRole
from tests.factories.committee import START, Board, board
from tests.factories.people import AbsenceFactory, InvitationFactory, UserFactory, administrator
from tests.reviews.views.pages import get, text_of

pytestmark = pytest.mark.django_db


def names(person: User, **query: str) -> list[str]:
    """Who is listed."""
    return [row["person"].display_name for row in get(person, "people", **query).context_data["rows"]]


@pytest.fixture
def made() -> Board:
    """A small board."""
    return board(members=1, externals=1, reviewers=1)


def test_list_is_there_for_administrators_and_those_who_run_a_committee(made: Board) -> None:
    for person in (made.administrator, made.chair, made.deputy, made.coordinator):
        assert get(person, "people").status_code == 200
    others = [made.members[0], made.reviewers[0], made.officers["executive"], made.leader, made.auditor, UserFactory()]
    assert {get(person, "people").status_code for person in others if person} == {404}


def test_those_who_run_a_committee_find_the_people_on_it_and_no_roles_elsewhere(made: Board) -> None:
    other = board("Another board", members=1, externals=0, reviewers=0)
    appoint(committee=other.committee, user=made.chair, role=CommitteeRole.MEMBER, by=other.administrator, now=START)
    actions.grant(user=made.chair, role=OrganisationRole.Role.LEADERSHIP, by=made.administrator, now=START)
    page = text_of(get(made.coordinator, "people"))
    assert [name for name in names(made.coordinator) if name in ("Administrator", "Leader", "Auditor")] == []
    assert len(names(made.coordinator)) == 12
    for hidden in ("Another board", "Leadership", "Invite somebody", "Export as CSV"):
        assert hidden not in page
    everything = text_of(get(made.administrator, "people"))
    assert [word in everything for word in ("Another board", "Leadership", "Invite somebody")] == [True] * 3


def test_list_is_narrowed_by_words_state_role_unit_and_what_people_know(made: Board) -> None:
    admin = made.administrator
    InvitationFactory(user__display_name="Newcomer", user__unit="Vision", invited_at=timezone.now())
    InvitationFactory(user__display_name="Too late", invited_at=timezone.now() - timedelta(days=20))
    gone = UserFactory(display_name="Gone")
    actions.deactivate(user=gone, by=admin, now=timezone.now())
    Expertise.objects.create(user=made.reviewers[0], kind="domain", key="weapons")
    assert names(admin, state="invited") == ["Newcomer"]
    assert names(admin, state="not_invited") == ["Too late"]
    assert names(admin, state="closed") == ["Gone"]
    assert names(admin, q="ewcom") == ["Newcomer"]
    assert names(admin, q=made.chair.email) == ["Chair"]
    assert names(admin, role="legal_officer") == ["Legal officer"]
    assert names(admin, role="administrator") == ["Administrator"]
    assert names(admin, unit="Vision") == ["Newcomer"]
    assert names(admin, knows="domain:weapons") == ["Reviewer 0"]
    assert names(admin, unit="Nowhere", state="nonsense") == names(admin)
    assert "Nobody fits these filters." in text_of(get(admin, "people", q="nobody is called so"))


def test_role_elsewhere_finds_nobody_for_those_who_run_a_committee(made: Board) -> None:
    other = board("Another board", members=1, externals=0, reviewers=0)
    appoint(committee=other.committee, user=made.chair, role=CommitteeRole.MEMBER, by=other.administrator, now=START)
    assert names(made.coordinator, role="member") == ["Member 0"]
    assert names(made.coordinator, role="administrator") == names(made.coordinator)


def test_list_says_who_was_invited_who_is_away_and_what_awaits_confirmation(made: Board) -> None:
    InvitationFactory(invited_at=timezone.now())
    today = timezone.now().date()
    AbsenceFactory(user=made.chair, from_date=today, until_date=today + timedelta(days=9))
    Expertise.objects.create(user=made.chair, kind="skill", key="legal")
    page = text_of(get(made.administrator, "people"))
    for words in ("Invited, has not come yet", "away until", "1 awaits confirmation"):
        assert words in page


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("who", ["administrator", "coordinator"])
def test_list_takes_the_same_queries(
    count: int, who: str, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = board(members=count, externals=count, reviewers=count)
    for _number in range(count):
        InvitationFactory(invited_at=timezone.now())
    AbsenceFactory(user=made.chair, from_date=timezone.now().date(), until_date=timezone.now().date())
    client.force_login(getattr(made, who))
    with django_assert_num_queries({"administrator": 15, "coordinator": 16}[who]):
        client.get("/people/")


def test_person_shows_roles_from_until_absences_and_who_confirmed(made: Board) -> None:
    person = made.members[0]
    actions.grant(user=person, role=OrganisationRole.Role.AUDITOR, by=made.administrator, now=START)
    actions.end_role(user=person, role=OrganisationRole.Role.AUDITOR, by=made.administrator, now=START)
    AbsenceFactory(user=person, stand_in=made.chair, from_date=timezone.now().date(), until_date=timezone.now().date())
    page = text_of(get(made.administrator, "person", person.public_id))
    for words in ("Auditor", "Mon 2 Mar 2026", "by Administrator", "Cyber offence", "Confirmed", "Take back", "never"):
        assert words in page


def test_person_as_those_who_run_the_committee_see_them(made: Board) -> None:
    person = made.members[0]
    actions.grant(user=person, role=OrganisationRole.Role.AUDITOR, by=made.administrator, now=START)
    other = board("Another board", members=1, externals=0, reviewers=0)
    appoint(committee=other.committee, user=person, role=CommitteeRole.REVIEWER, by=other.administrator, now=START)
    Expertise.objects.create(user=person, kind="skill", key="legal")
    page = text_of(get(made.chair, "person", person.public_id))
    for hidden in ("Auditor", "Another board", "Signed in", "Close the account", "Give a role", "Edit"):
        assert hidden not in page
    assert "Confirm" in page
    assert get(made.chair, "person", made.administrator.public_id).status_code == 404


def test_own_page_confirms_nothing_and_says_why(made: Board) -> None:
    Expertise.objects.create(user=made.chair, kind="skill", key="legal")
    page = text_of(get(made.chair, "person", made.chair.public_id))
    assert "Somebody else confirms what you know." in page
    assert "Add something" not in page
    own = text_of(get(made.administrator, "person", made.administrator.public_id))
    assert "Somebody else closes your account." in own
    assert "Give a role" not in own


@pytest.mark.parametrize("count", [1, 3])
def test_person_takes_the_same_queries(
    count: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = board(members=1, externals=0, reviewers=0)
    person = made.members[0]
    for number in range(count):
        Expertise.objects.create(user=person, kind="skill", key=("legal", "policy", "security")[number])
        day = timezone.now().date() + timedelta(days=10 * number)
        AbsenceFactory(user=person, from_date=day, until_date=day)
    client.force_login(made.administrator)
    with django_assert_num_queries(15):
        client.get(f"/people/{person.public_id}/")


def test_export_lists_everybody_with_state_and_roles_and_no_formula(made: Board) -> None:
    boss = UserFactory(display_name="=BOSS()", email="boss@example.org")
    UserFactory(display_name="Low", reports_to=boss, is_external=True, unit="+Unit")
    InvitationFactory(user__display_name="Newcomer", invited_at=timezone.now())
    answer = get(made.administrator, "people-export")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    found = {row["name"]: row for row in rows}
    assert len(rows) == User.objects.count()
    assert "'=BOSS()" in found
    assert {**found["Low"], "email": ""} == {
        "email": "", "name": "Low", "unit": "'+Unit", "external": "yes", "time_zone": "UTC",
        "reports_to": "boss@example.org", "load_cap": "4", "expertise": "", "skills": "", "absences": "",
        "confirmed": "", "roles": "", "state": "Active",
    }  # fmt: skip
    assert (found["Chair"]["roles"], found["Auditor"]["roles"]) == ("Chair (Board)", "Auditor")
    assert found["Newcomer"]["state"] == "Invited, has not come yet"


def test_export_says_what_people_know_and_when_they_are_away_and_is_a_list_that_changes_nothing(made: Board) -> None:
    person, now = made.reviewers[0], timezone.now()
    facts = {"user": person, "by": made.administrator, "now": now}
    actions.confirm_expertise(**facts, kind="domain", key="bias", level=2)
    actions.state_expertise(**facts, kind="domain", key="cyber", level=1)
    actions.state_expertise(**facts, kind="skill", key="legal")
    soon = (now + timedelta(days=9)).date()
    AbsenceFactory(user=person, stand_in=made.chair, from_date=soon, until_date=soon + timedelta(days=2))
    AbsenceFactory(user=person, stand_in=made.chair, from_date=date(2026, 1, 1), until_date=date(2026, 1, 2))
    text = get(made.administrator, "people-export").content.decode("utf-8-sig")
    found = {row["email"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}[person.email]
    assert {name: found[name] for name in ("expertise", "skills", "absences", "confirmed")} == {
        "expertise": "bias=working; cyber=basic", "skills": "legal", "confirmed": "bias",
        "absences": f"{soon}..{soon + timedelta(days=2)} {made.chair.email}",
    }  # fmt: skip
    assert {entry.outcome for entry in roster.plan(text, now).entries} == {"there"}


@pytest.mark.parametrize("count", [1, 3])
def test_export_takes_the_same_queries(
    count: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(count):
        InvitationFactory()
    client.force_login(administrator())
    with django_assert_num_queries(10):
        client.get("/people/export.csv")
