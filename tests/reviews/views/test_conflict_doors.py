"""Whoever stands aside from a case finds no door to it: no page, list, count, search, export or mail tells of it.

One person who holds every role that sees something looks at everything before a case comes and after it went its way.
"""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts.actions import grant
from accounts.models import OrganisationRole, User
from notifications import outbox
from reviews.actions import conflict
from reviews.actions.committee import appoint
from reviews.models import Decision, Submission, Tie
from reviews.queries import motion as board_of
from reviews.rules.states import CommitteeRole, Outcome, State
from reviews.rules.visibility import Level
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.people import UserFactory
from tests.reviews.views.pages import client_of, text_of

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r"[A-Za-z0-9]{64}|nonce-\S+")
LISTS = (
    "my-work", "own-work", "submission-list", "queue", "leadership", "people", "people-export", "committee-list",
)  # fmt: skip


def everything(person: User, case: Case) -> dict[str, list[str]]:
    """All that this person reads without naming a case, and where one asks reviewers for another case."""
    client = client_of(person)
    paths = [reverse(f"reviews:{name}") for name in LISTS]
    paths.append(reverse("reviews:committee-detail", args=[case.board.committee.public_id]))
    paths.append(reverse("reviews:assignment-assign", args=[case.submission.reference]))
    paths.append(reverse("reviews:submission-list") + "?q=Hidden")
    return {path: TOKEN.sub("", text_of(client.get(path))).splitlines() for path in paths}


def omniscient(case: Case) -> User:
    """Somebody with every role by which one sees cases, people and numbers."""
    made, person = case.board, UserFactory(display_name="Omniscient")
    for role in (CommitteeRole.COORDINATOR, CommitteeRole.MEMBER, CommitteeRole.LEGAL_OFFICER):
        appoint(committee=made.committee, user=person, role=role, by=made.administrator, now=case.now)
    for organisation in OrganisationRole.Role:
        grant(user=person, role=organisation, by=made.administrator, now=case.now)
    return person


@pytest.mark.parametrize("how", ["declared by themselves", "declared by the coordinator", "detected", "settled"])
def test_nothing_that_one_reads_changes_because_of_a_case_from_which_one_stands_aside(how: str) -> None:
    shown = cases.submission_in(State.IN_REVIEW)
    person, author = omniscient(shown), UserFactory(display_name="Author Two")
    before = everything(person, shown)

    case = cases.draft(shown.board, author=author, tier=3, label="Hidden case")
    case.now = shown.now
    if how == "detected":
        Tie.objects.create(
            user=person, fact="adviser", email=author.email, noted_at=case.now, noted_by=case.board.administrator
        )
    cases.submit(case)
    stand_aside(how, case, person)
    decide(case)

    assert everything(person, shown) == before
    assert not Submission.objects.visible_to(person, Level.SUMMARY).filter(pk=case.submission.pk).exists()
    assert person.public_id not in {
        row.recipient for row in outbox.recent(limit=2000, states=["queued"]) if row.about == case.submission.reference
    }
    decision = Decision.objects.get(submission=case.submission)
    assert person.public_id not in decision.board["voters"]
    assert [row["person"] for row in decision.board["excluded"]] == [person.public_id]
    assert person.public_id not in {voter.key for voter in board_of.eligible(case.submission)}


def stand_aside(how: str, case: Case, person: User) -> None:
    """Each way in which one can come to stand aside."""
    if how == "declared by themselves":
        cases.declare(case, person)
    elif how == "declared by the coordinator":
        conflict.declare_for(
            submission=case.submission, person=person, type_key="personal", note="Siblings.", by=case.board.coordinator,
            now=case.later(),
        )  # fmt: skip
    elif how == "settled":
        cases.settle(case, cases.suspect(case, person), "stands")


def decide(case: Case) -> None:
    """All the way to a decision that waits for its signatures."""
    cases.reviewed(case, outcome=Outcome.WITHHELD)
    cases.clear_holds(case)
    put = cases.put(case)
    cases.vote(case, put)
    cases.finalise(case, put)


def test_open_reviews_of_a_case_from_which_one_stands_aside_are_in_nobodys_load() -> None:
    shown = cases.submission_in(State.IN_REVIEW)
    person = omniscient(shown)
    hidden = cases.draft(shown.board, author=UserFactory(display_name="Author Two"), label="Hidden case")
    cases.submit(hidden)
    cases.declare(hidden, person)
    before = everything(person, shown)
    cases.seat_reviewers(hidden, 4)
    assert everything(person, shown) == before
