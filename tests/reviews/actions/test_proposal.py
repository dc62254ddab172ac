"""Confirming a proposal: all seats or none, in few statements, with one mail a person."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import confirm_expertise
from accounts.models import User
from audit import log
from notifications import delivery, outbox
from reviews.actions import assignment, conflict
from reviews.actions.proposal import Pick, offer_all
from reviews.models import Assignment, Conflict
from reviews.queries import proposal
from reviews.rules.errors import Denied, NotNow, RuleBroken, Stale
from reviews.rules.matching import propose
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import DOMAINS, board
from tests.factories.people import AbsenceFactory
from tests.reviews.actions.scenes import everything

pytestmark = pytest.mark.django_db


def several(count: int, *, reviewers: int = 4) -> list[Case]:
    made = board(reviewers=reviewers)
    return [cases.submission_in(State.SUBMITTED, made=made, tier=3) for _ in range(count)]


def picks(found: list[Case], people: int) -> list[Pick]:
    reviewers = found[0].board.reviewers
    return [Pick(case.submission, case.version, reviewers[number], 20) for case in found for number in range(people)]


def test_seats_on_several_cases_are_offered_together_and_each_person_is_written_to_once() -> None:
    found = several(2)
    made = offer_all(picks=picks(found, 3), by=found[0].board.coordinator, now=found[1].later())
    assert len(made) == Assignment.objects.count() == 6
    assert {case.again().state for case in found} == {State.IN_REVIEW}
    for case in found:
        assert [event.type for event in log.events(case.submission.stream)][-4:] == [
            *["assignment.offered"] * 3, "submission.review_started",
        ]  # fmt: skip
        assert log.verify(case.submission.stream).faults == ()
    asked = [row for row in outbox.recent(limit=500) if row.template.startswith(("offers.", "assignment."))]
    assert sorted((row.template, row.address) for row in asked) == sorted(
        ("offers.several", person.email) for person in found[0].board.reviewers[:3]
    )


def test_the_mail_about_several_cases_names_none_and_leaves_only_while_one_waits() -> None:
    found = several(2)
    one, two = found[0].board.reviewers[:2]
    offer_all(picks=picks(found, 2), by=found[0].board.coordinator, now=found[1].later())
    for case in found:
        conflict.declare(submission=case.submission, type_key="personal", by=two, now=found[1].later())
    delivery.deliver_due(now=found[1].now + timedelta(minutes=5))
    sent = [letter for letter in mail.outbox if "2 cases" in letter.subject]
    assert [letter.to for letter in sent] == [[one.email]]
    assert not any(case.submission.reference in sent[0].body for case in found)
    assert "Hello " in sent[0].body


@pytest.mark.parametrize("count", [2, 6])
def test_the_statements_do_not_grow_with_the_seats(count: int) -> None:
    found = several(count, reviewers=4)
    for person in found[0].board.reviewers:
        person.load_cap = 20
        person.save(update_fields=["load_cap"])
    given = picks(found, 3)
    with CaptureQueriesContext(connection) as seen:
        offer_all(picks=given, by=found[0].board.coordinator, now=found[-1].later())
    assert len(seen) == STATEMENTS


STATEMENTS = 29


def declared(case: Case, person: User) -> None:
    Conflict.objects.create(
        submission=case.submission,
        user=person,
        type_key="personal",
        strength="declared",
        source="oneself",
        declared_at=case.now,
        declared_by=person,
    )


def refused(found: list[Case], given: list[Pick], *, by: str = "coordinator") -> RuleBroken | NotNow | Stale | Denied:
    before = everything()
    with pytest.raises((RuleBroken, NotNow, Stale, Denied)) as seen:
        offer_all(picks=given, by=getattr(found[0].board, by), now=found[-1].later())
    assert everything() == before
    return seen.value


def test_a_tie_that_is_to_be_settled_refuses_all_and_is_named() -> None:
    found = several(2)
    given = picks(found, 2)
    person = found[0].board.reviewers[1]
    User.objects.filter(pk=person.pk).update(unit=found[1].author.unit)
    said = refused(found, given)
    assert (said.code, f"{found[1].submission.reference}, {person}: There may be a tie" in said.text) == ("tie", True)


def test_one_conflict_since_then_refuses_all_and_is_named() -> None:
    found = several(2)
    given = picks(found, 2)
    person = found[0].board.reviewers[1]
    declared(found[1], person)
    error = refused(found, given)
    assert (error.code, error.text.split(":")[0]) == ("conflict", f"{found[1].submission.reference}, {person}")


def test_a_desk_that_is_full_within_the_batch_refuses_it() -> None:
    found = several(2)
    person = found[0].board.reviewers[0]
    person.load_cap = 1
    person.save(update_fields=["load_cap"])
    assert refused(found, picks(found, 1)).code == "full"


@pytest.mark.parametrize("way", ["declined", "taken back", "lapsed"])
def test_whoever_did_not_keep_a_seat_is_not_asked_again_by_a_proposal(way: str) -> None:
    found = several(1)
    row = cases.offer(found[0], found[0].board.reviewers[0])
    if way == "declined":
        assignment.decline(assignment=row, reason="Away.", by=row.reviewer, now=found[0].later())
    elif way == "lapsed":
        assignment.lapse(assignment=row, now=found[0].later())
    else:
        assignment.take_back(assignment=row, reason="Ill.", by=found[0].board.coordinator, now=found[0].later())
    assert refused(found, picks(found, 1)).code == "gave_back"
    facts = proposal.table(found[0].board.coordinator, found[0].now).facts
    assert row.reviewer.public_id in facts.cases[0].barred
    assert row.reviewer.public_id not in {seat.person for seat in propose(facts).seats}


def test_a_seat_that_was_filled_meanwhile_is_not_offered_once_more() -> None:
    """One seat is taken and one is open on the page, when another reviewer is asked for it."""
    case = cases.submission_in(State.SUBMITTED, tier=2)
    reviewers = case.board.reviewers
    for person, key in product(reviewers[:4], DOMAINS):
        confirm_expertise(user=person, kind="domain", key=key, by=case.board.administrator, now=case.now)
    cases.offer(case, reviewers[0])
    given = [Pick(case.submission, case.version, reviewers[2], 20)]
    cases.offer(case, reviewers[3])
    assert given[0].version == case.version
    said = refused([case], given)
    assert (said.code, "fewer open seats" in said.text) == ("stale", True)


def test_no_more_seats_are_offered_together_than_are_open() -> None:
    found = several(2)
    said = refused(found, picks(found, 4))
    assert (said.code, f"{found[0].submission.reference} has fewer open seats" in said.text) == ("stale", True)
    assert len(offer_all(picks=picks(found, 3), by=found[0].board.coordinator, now=found[-1].later())) == 6


def test_who_is_away_while_the_review_would_run_is_refused_and_named() -> None:
    found = several(2)
    person = found[0].board.reviewers[1]
    given = picks(found, 2)
    first = (found[0].now + timedelta(days=20)).date()
    AbsenceFactory(user=person, from_date=first, until_date=first + timedelta(days=3))
    said = refused(found, given)
    assert (said.code, str(person) in said.text) == ("absent", True)
    short = [Pick(pick.submission, pick.version, pick.reviewer, 3) for pick in given]
    assert len(offer_all(picks=short, by=found[0].board.coordinator, now=found[-1].later())) == 4


def test_the_same_seat_twice_refuses_the_batch() -> None:
    found = several(1)
    assert refused(found, [*picks(found, 1), *picks(found, 1)]).code == "seated"


def test_a_case_that_moved_meanwhile_refuses_the_batch() -> None:
    found = several(2)
    given = picks(found, 2)
    cases.offer(found[1], found[1].board.reviewers[3])
    assert refused(found, given).code == "stale"


def test_only_who_coordinates_every_case_confirms() -> None:
    found = several(2)
    given = picks(found, 1)
    assert refused(found, given, by="chair").code == "coordinator_only"


def test_a_closed_round_takes_no_seats() -> None:
    case = cases.submission_in(State.DELIBERATION)
    assert refused([case], [Pick(case.submission, case.version, case.board.reviewers[4], 5)]).code == "wrong_state"


@pytest.mark.parametrize("days", [0, 91])
def test_the_time_for_a_review_has_limits(days: int) -> None:
    found = several(1)
    pick = Pick(found[0].submission, found[0].version, found[0].board.reviewers[0], days)
    assert refused(found, [pick]).code == "days"


def test_who_stepped_aside_can_be_proposed_once_the_conflict_is_settled_as_none() -> None:
    case = several(1)[0]
    row = cases.offer(case, case.board.reviewers[0])
    found = conflict.declare_for(
        submission=case.submission, person=row.reviewer, type_key="personal", note="Siblings.",
        by=case.board.coordinator, now=case.later(),
    )  # fmt: skip

    def barred() -> bool:
        facts = proposal.table(case.board.coordinator, case.now).facts
        return row.reviewer.public_id in facts.cases[0].barred

    assert barred()
    cases.settle(case, found, "none", case.board.chair)
    assert not barred()
    given = [Pick(case.submission, case.version, row.reviewer, 20)]
    assert len(offer_all(picks=given, by=case.board.coordinator, now=case.later())) == 1
