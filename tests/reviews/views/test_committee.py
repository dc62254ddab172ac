"""The pages of committees: what each shows to whom, and that every form does its one thing or says why not."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.actions import deactivate
from accounts.models import User
from reviews.actions.committee import appoint, close_days, dismiss, found
from reviews.models import Committee, Membership
from reviews.rules.states import CommitteeRole, State
from reviews.views.committee import words
from tests.factories import cases
from tests.factories.committee import START, Board, board
from tests.factories.people import UserFactory, administrator
from tests.reviews.views.pages import client_of, get, post, text_of

pytestmark = pytest.mark.django_db

SETTINGS = {"name": "Second", "time_zone": "Asia/Tokyo", "weekdays": ["0", "1", "6"], "country": "JP"}


def page(person: User, made: Board) -> str:
    return html.unescape(text_of(get(person, "committee-detail", made.committee.public_id)))


def at(made: Board) -> str:
    return made.committee.public_id


def said(person: User, made: Board, name: str, /, *more: str, **data: Any) -> str:
    return html.unescape(text_of(post(person, name, at(made), *more, **data)))


# the list ------------------------------------------------------------------------------------------------------------


def test_list_shows_everything_to_administrators_and_their_own_to_those_who_run_one() -> None:
    made = board()
    found(name="Second", time_zone="UTC", by=made.administrator, now=START)
    everything = text_of(get(made.administrator, "committee-list"))
    assert ("Second" in everything, "Takes no cases yet" in everything, "New committee" in everything) == (True,) * 3
    own = text_of(get(made.coordinator, "committee-list"))
    assert ("Board" in own, "Second" in own, "New committee" in own) == (True, False, False)
    assert get(made.members[0], "committee-list").status_code == 404


def test_list_without_any_committee_leads_to_the_first() -> None:
    shown = text_of(get(administrator(), "committee-list"))
    assert "No committee yet." in shown
    assert 'href="/committees/new/"' in shown


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_whatever_it_holds(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    by = administrator()
    for number in range(count):
        made = found(name=f"Board {number}", time_zone="UTC", by=by, now=START)
        for role in (CommitteeRole.CHAIR, CommitteeRole.MEMBER):
            appoint(committee=made, user=UserFactory(), role=role, by=by, now=START)
    client.force_login(by)
    with django_assert_num_queries(10):
        client.get("/committees/")


# founding and settings -----------------------------------------------------------------------------------------------


def test_new_committee_leads_to_its_page() -> None:
    by = administrator(time_zone="Europe/Paris")
    shown = text_of(get(by, "committee-new"))
    assert '<option value="Europe/Paris" selected>' in shown
    response = post(by, "committee-new", **SETTINGS)
    made = Committee.objects.get()
    assert response["Location"] == made.get_absolute_url()
    assert (made.name, made.working_weekdays, made.country, made.policy) == ("Second", [0, 1, 6], "JP", None)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"name": "BOARD"}, "There is a committee of that name."),
        ({"weekdays": []}, "Choose at least one."),
        ({"country": "XX"}, "Select a valid choice."),
        ({"time_zone": "Nowhere"}, "Select a valid choice."),
    ],
)
def test_fault_stands_beside_its_field_and_nothing_typed_is_lost(change: dict[str, Any], sentence: str) -> None:
    made = board()
    shown = html.unescape(text_of(post(made.administrator, "committee-new", **{**SETTINGS, **change})))
    assert sentence in shown
    assert ('value="Second"' in shown) is ("name" not in change)
    assert Committee.objects.count() == 1


def test_settings_are_saved_and_a_stale_form_keeps_what_was_typed() -> None:
    made = board()
    first = post(made.administrator, "committee-settings", at(made), version=0, **SETTINGS)
    assert first["Location"] == made.committee.get_absolute_url()
    late = post(made.administrator, "committee-settings", at(made), version=0, **{**SETTINGS, "name": "Typed"})
    shown = html.unescape(text_of(late))
    assert (late.status_code, 'value="Typed"' in shown, 'name="version" value="1"' in shown) == (409, True, True)
    assert Committee.objects.get().name == "Second"


def test_those_who_run_the_committee_read_and_change_nothing() -> None:
    made = board()
    for person in (made.chair, made.deputy, made.coordinator):
        shown = page(person, made)
        assert "Give a role" not in shown
        assert ">End<" not in shown
        assert "Choose another version" not in shown
        assert post(person, "committee-settings", at(made), version=0, **SETTINGS).status_code == 403
    assert Committee.objects.get().name == "Board"


# the page ------------------------------------------------------------------------------------------------------------


def test_page_names_everybody_in_their_roles_since_when() -> None:
    made = board()
    shown = page(made.coordinator, made)
    for person in (made.chair, *made.voters, *made.reviewers, *made.officers.values()):
        assert person.display_name in shown
    assert 'since <time datetime="2026-03-02">Mon 2 Mar 2026</time>' in shown


def test_page_says_what_the_policy_asks_for_and_what_is_lacking() -> None:
    made = board(externals=1)
    person = Membership.objects.get(role="legal_officer", until_at=None)
    dismiss(membership=person, by=made.administrator, now=START + timedelta(days=1))
    shown = page(made.administrator, made)
    assert "Everybody is here whom it asks for: 1 reviewer." in shown
    assert "Needs 2 reviewers who are external members too: nobody here." in shown
    assert "Legal officer" in shown
    assert "rules of the policy hold a case until this role clears it; it stays held." in shown
    assert "1 role that ended" in shown
    assert "ended by Administrator" in shown


def test_closed_account_is_marked_and_counts_for_nothing() -> None:
    made = board()
    deactivate(user=made.officers["executive"], by=made.administrator, now=START)
    shown = page(made.administrator, made)
    assert "Account closed" in shown
    assert "Needs somebody who signs as executive: nobody here." in shown


def test_page_shows_the_calendar_ahead_and_nothing_behind() -> None:
    made = board()
    today = timezone.now().date()
    by = made.administrator
    past, soon = today - timedelta(days=9), today + timedelta(days=9)
    close_days(committee=made.committee, first=past, last=past, label="Moved house", by=by, now=timezone.now())
    close_days(
        committee=made.committee, first=soon, last=soon + timedelta(days=4), label="Retreat", by=by, now=timezone.now()
    )
    post(by, "committee-settings", at(made), version=0, **{**SETTINGS, "country": "DE"})
    shown = page(by, made)
    assert ("Retreat" in shown, "Moved house" in shown, "5 days" in shown) == (True, False, True)
    assert f"/closures/reopen/?first={soon}&last={soon + timedelta(days=4)}" in shown
    assert "public holidays in the next twelve months" in shown
    assert "Monday, Tuesday and Sunday" in shown


def test_page_takes_the_same_queries_whoever_serves(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for name, members in (("One", 1), ("Two", 5)):
        made = board(name, members=members)
        client.force_login(made.administrator)
        with django_assert_num_queries(15):
            client.get(made.committee.get_absolute_url())


def test_page_says_which_role_open_cases_wait_for_in_vain() -> None:
    case = cases.submission_in(State.SUBMITTED)
    made = case.board
    assert "Cases that wait for somebody" not in page(made.administrator, made)
    cases.declare(case, made.coordinator)
    cases.declare(case, made.deputy)
    shown = page(made.administrator, made)
    assert "Cases that wait for somebody" in shown
    assert "1 open case waits for this role, and nobody may act in it there" in shown
    assert "?role=coordinator" in shown[shown.index('id="waiting"') :]
    assert case.submission.reference not in shown
    assert case.submission.label not in shown
    assert "Cases that wait for somebody" not in page(made.coordinator, made)  # who stands outside that very case


# closure days --------------------------------------------------------------------------------------------------------


def test_days_are_closed_and_opened_again() -> None:
    made = board()
    day = timezone.now().date() + timedelta(days=30)
    post(made.administrator, "committee-closure-add", at(made), first=day, last="", label="Move")
    assert [(row.day_date, row.label) for row in made.committee.closure_days.filter(label="Move")] == [(day, "Move")]
    shown = text_of(get(made.administrator, "committee-closure-reopen", at(made), first=day, last="soon"))
    assert f'value="{day}"' in shown
    post(made.administrator, "committee-closure-reopen", at(made), first=day, last=day)
    assert made.committee.closure_days.get(label="Move").cancelled_by == made.administrator


def test_days_at_fault_are_said_beside_their_field() -> None:
    made = board()
    day = timezone.now().date()
    by, late = made.administrator, day + timedelta(days=90)
    assert "At most 60 days at once." in said(by, made, "committee-closure-add", first=day, last=late)
    assert "The last day lies before the first." in said(by, made, "committee-closure-add", first=late, last=day)
    assert "Write the date as year-month-day" in said(by, made, "committee-closure-add", first="soon")
    assert "None of these days is a closure day." in said(by, made, "committee-closure-reopen", first=day)


# roles ---------------------------------------------------------------------------------------------------------------


def test_several_roles_are_given_at_once_or_none() -> None:
    made = board()
    person = UserFactory(display_name="Newcomer")
    by = made.administrator
    response = post(by, "committee-member-add", at(made), person=person.public_id, roles=["member", "reviewer"])
    assert response["Location"] == made.committee.get_absolute_url()
    held = Membership.objects.filter(user=person).order_by("pk")
    assert [(row.role, row.from_by) for row in held] == [("member", by), ("reviewer", by)]
    twice = said(by, made, "committee-member-add", person=person.public_id, roles=["chair", "member"])
    assert "This person holds that role already: member." in twice
    assert Membership.objects.filter(user=person).count() == 2


def test_next_person_follows_on_an_empty_form() -> None:
    made = board()
    sent = {"person": UserFactory().public_id, "roles": ["member"], "another": "1"}
    response = post(made.administrator, "committee-member-add", at(made), **sent)
    assert response["Location"] == f"/committees/{at(made)}/members/add/"


def test_people_to_choose_from_are_others_with_an_open_account() -> None:
    made = board()
    gone = UserFactory(display_name="Gone")
    deactivate(user=gone, by=made.administrator, now=START)
    shown = text_of(get(made.administrator, "committee-member-add", at(made), role="chair"))
    assert made.chair.public_id in shown
    assert (gone.public_id in shown, made.administrator.public_id in shown) == (False, False)
    (box,) = re.findall(r'<input[^>]*value="chair"[^>]*>', shown)
    assert "checked" in box
    own = said(made.administrator, made, "committee-member-add", person=made.administrator.public_id, roles=["chair"])
    assert "Select a valid choice." in own


def test_role_ends_with_a_word_about_what_follows() -> None:
    made = board()
    by, head = made.administrator, made.officers["head_of_research"]
    where = ("committee-member-end", at(made), head.public_id, "head_of_research")
    shown = html.unescape(text_of(get(by, *where)))
    assert "Nobody else holds this role." in shown
    assert "Decisions of tiers 3 and 4 wait for this signature." in shown
    assert post(by, *where)["Location"] == made.committee.get_absolute_url()
    assert Membership.objects.get(user=head).until_by == by
    assert get(by, *where).status_code == 404


def test_last_coordinator_stays_while_cases_are_open() -> None:
    case = cases.submission_in(State.SUBMITTED)
    made = case.board
    deactivate(user=made.deputy, by=made.administrator, now=case.now)
    shown = said(made.administrator, made, "committee-member-end", made.coordinator.public_id, "coordinator")
    assert "without Coordinator nobody acts as coordinator. Appoint somebody else first." in shown


def test_role_of_ones_own_is_ended_by_somebody_else() -> None:
    made = board()
    second = administrator()
    appoint(committee=made.committee, user=second, role=CommitteeRole.MEMBER, by=made.administrator, now=START)
    assert "Somebody else ends a role of yours." in page(second, made)
    own = client_of(second).post(f"/committees/{at(made)}/members/{second.public_id}/member/end/")
    assert own.status_code == 403
    assert Membership.objects.get(user=second).until_at is None


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([0, 1, 2, 3, 4], "Monday to Friday"),
        ([0, 1], "Monday and Tuesday"),
        ([6], "Sunday"),
        ([0, 2, 4], "Monday, Wednesday and Friday"),
    ],
)
def test_working_days_are_said_as_one_says_them(days: list[int], said: str) -> None:
    assert words.weekdays(days) == said
