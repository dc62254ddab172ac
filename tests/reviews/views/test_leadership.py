"""Leadership's page: every case in summary, nothing else, and for nobody else."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.actions import grant
from accounts.models import OrganisationRole
from reviews.actions import conflict, release, submission
from reviews.models import Stage, Submission
from reviews.queries import dashboard
from reviews.rules.states import Outcome, State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import board
from tests.reviews.views.pages import get, text_of

pytestmark = pytest.mark.django_db


def navigation_of(page: HttpResponse) -> list[tuple[str, str]]:
    """The entries beside a page, each with where it leads."""
    found = re.search(r'<nav class="rb-nav".*?</nav>', text_of(page), re.DOTALL)
    assert found is not None
    links = re.findall(r'href="([^"]*)"[^>]*>(?:<svg.*?</svg>)?([^<]*)', found[0])
    return [(label.strip(), url) for url, label in links]


def staged(case: Case) -> Case:
    """A decided case with a plan whose first stage is open."""
    full = cases.findings(case)
    verdict = {**full.verdict, "model": (str(Outcome.STAGED), "vetted_api")}
    for made in cases.seat_reviewers(case):
        cases.file_review(case, made, replace(full, verdict=verdict))
    cases.settle_evidence(case)
    cases.sign_all(case)
    stage = Stage.objects.filter(plan__part="model").order_by("order")[0]
    release.open_stage(stage=stage, again_confirmed=True, by=case.board.coordinator, now=case.later())
    return case


def test_page_is_there_for_leadership_alone() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    made = case.board
    assert get(made.leader, "leadership").status_code == 200
    others = [case.author, made.coordinator, made.chair, made.members[0], made.reviewers[0], made.auditor]
    others += [made.administrator, *made.officers.values()]

    assert {get(person, "leadership").status_code for person in others} == {404}


def test_former_leadership_sees_nothing() -> None:
    made = board()
    OrganisationRole.objects.filter(user=made.leader).update(until_at=cases.START, until_by=made.administrator)

    assert get(made.leader, "leadership").status_code == 404


def test_every_submitted_case_is_one_line() -> None:
    made = board()
    states = (State.SUBMITTED, State.IN_REVIEW, State.RETURNED, State.DELIBERATION, State.SIGN_OFF, State.DECIDED)
    labels = [cases.submission_in(state, made=made, label=f"Case {state}").submission.label for state in states]
    cases.draft(made, label="Secret draft")
    found = dashboard.snapshot(made.leader, now=cases.START)

    assert sorted(case.label for case in found.cases) == sorted(labels)
    assert (found.open, found.decided) == (5, 1)
    assert {case.label: case.tier for case in found.cases}["Case returned"] == 2


def test_page_tells_no_title_person_or_hazard() -> None:
    case = cases.submission_in(State.DECIDED, tier=3)
    Submission.objects.filter(pk=case.submission.pk).update(title="Canary title", venue="Canary venue")
    page = text_of(get(case.board.leader, "leadership"))
    names = [
        person.display_name for person in [*case.board.voters, *case.board.reviewers, case.board.chair, case.author]
    ]

    assert case.submission.reference in page
    assert case.submission.label in page
    assert "Paper: Withheld" in page
    assert [word for word in ["Canary", "Surveillance", "legal officer", "The reasons.", *names] if word in page] == []
    assert case.submission.get_absolute_url() not in page


def test_outcome_waits_for_the_last_signature() -> None:
    case = cases.submission_in(State.SIGN_OFF, tier=3)
    assert dashboard.snapshot(case.board.leader, now=case.now).withheld == 0
    cases.sign_all(case)

    found = dashboard.snapshot(case.board.leader, now=case.now)
    assert (found.withheld, found.cases[0].outcomes) == (1, (("paper", "withheld"),))


def test_stage_of_a_staged_release_is_named() -> None:
    case = staged(cases.submit(cases.draft(tier=2)))
    summary = dashboard.snapshot(case.board.leader, now=case.now).cases[0]

    assert summary.stage == "Trusted testers under agreement"


def test_leader_with_a_conflict_does_not_see_that_case() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    assert case.board.leader is not None
    conflict.declare(submission=case.submission, type_key="financial", by=case.board.leader, now=case.later())

    assert dashboard.snapshot(case.board.leader, now=case.now).cases == ()
    assert "No case yet." in text_of(get(case.board.leader, "leadership"))


def test_leadership_alone_begins_on_its_page_and_keeps_its_own_work() -> None:
    made = cases.submission_in(State.IN_REVIEW).board
    assert made.leader is not None
    for name in ("my-work", "submission-list"):
        assert get(made.leader, name)["Location"] == reverse("reviews:leadership")
    page = get(made.leader, "own-work")
    assert page.status_code == 200
    assert navigation_of(page) == [("My work", "/work/"), ("Leadership", "/leadership/")]
    assert 'role="search"' not in text_of(page)


def test_leadership_with_a_case_of_its_own_sees_it_first_and_lists_cases() -> None:
    made = cases.submission_in(State.IN_REVIEW).board
    own = cases.draft(made, author=made.leader, label="Own model")
    page = get(made.leader, "my-work")
    assert "Finish your draft and submit it" in text_of(page)
    assert [label for label, _url in navigation_of(page)] == ["My work", "Submissions", "Leadership"]
    assert own.submission.title in text_of(get(made.leader, "submission-list"))
    assert 'role="search"' in text_of(page)
    submission.withdraw(submission=own.submission, version=own.version, by=made.leader, now=own.later())
    assert get(made.leader, "my-work").status_code == 302
    assert own.submission.title in text_of(get(made.leader, "submission-list"))


@pytest.mark.parametrize("other", ["auditor", "coordinator"])
def test_leadership_with_another_role_begins_with_its_work(other: str) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    person = getattr(case.board, other)
    grant(user=person, role=OrganisationRole.Role.LEADERSHIP, by=case.board.administrator, now=case.now)
    for name in ("my-work", "submission-list"):
        assert get(person, name).status_code == 200
    assert navigation_of(get(person, "leadership"))[0] == ("My work", "/")


def test_page_says_what_is_stuck_and_what_comes_without_a_person() -> None:
    case = cases.submission_in(State.SUBMITTED, tier=3)
    page = text_of(get(case.board.leader, "leadership"))
    listed = page[page.index('id="stuck"') : page.index('id="coming"')]
    assert ("Its date has passed" in listed, "Coordinator" in listed, case.submission.label in listed) == (True,) * 3
    assert [person for person in (case.board.coordinator, case.author) if person.email in page] == []
    cases.declare(case, case.board.coordinator)
    cases.declare(case, case.board.deputy)
    page = text_of(get(case.board.leader, "leadership"))
    assert "Nobody may fill a role that it waits for" in page
    assert "Administrators" in page


def test_page_says_when_a_decision_ends() -> None:
    case = cases.submission_in(State.SIGN_OFF)
    months = case.submission.revision.policy.pack.tier(2).review_valid_months
    case.now = timezone.now() - timedelta(days=30 * months - 30)
    ends = cases.sign_all(case).valid_until_date
    page = text_of(get(case.board.leader, "leadership"))
    listed = page[page.index('id="coming"') :].split("</section>")[0]
    assert ("The decision ends" in listed, f"{ends.day} {ends:%b}" in listed) == (True, True)
    assert "Nothing is stuck." in page


def test_other_roles_of_a_leader_do_not_widen_this_page() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    grant(user=case.board.coordinator, role=OrganisationRole.Role.LEADERSHIP, by=case.board.administrator, now=case.now)
    page = text_of(get(case.board.coordinator, "leadership"))

    assert case.submission.title not in page
    assert case.submission.get_absolute_url() not in page


def test_one_part_is_counted_in_the_singular() -> None:
    case = cases.submission_in(State.DECIDED, tier=3)
    shown = get(case.board.leader, "leadership").context_data["figures"]
    assert [(one.label, one.value, one.note) for one in shown[3:]] == [
        ("Full", 0, "parts"), ("Staged", 0, "parts"), ("Withheld", 1, "part"),
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_queries(
    count: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = board()
    for number in range(count):
        cases.submission_in(State.IN_REVIEW, made=made, label=f"Model {number}")
    assert made.leader is not None
    client.force_login(made.leader)

    with django_assert_num_queries(26):
        lines = client.get("/leadership/").context_data["lines"]
    assert len(lines) == count
