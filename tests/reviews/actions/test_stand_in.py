"""Standing in on one case: only where conflicts leave its board short, for it alone, and by somebody without ties."""

from __future__ import annotations

import pytest

from accounts.actions import change_person
from accounts.models import User
from reviews.access.committee import acting, excluded
from reviews.access.submission import can_view, sight
from reviews.actions import conflict, decision, stand_in, transfer
from reviews.actions.committee import appoint
from reviews.models import Conflict, StandIn, Submission
from reviews.queries import heads, listing
from reviews.queries import motion as board_of
from reviews.queries import stand_in as queries
from reviews.queries.conflict import acting_instead
from reviews.rules.errors import Denied, NotNow, RuleBroken
from reviews.rules.quorum import Lack
from reviews.rules.states import CommitteeRole, State
from reviews.rules.visibility import Level
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.people import TieFactory, UserFactory
from tests.reviews.actions.scenes import mails

pytestmark = pytest.mark.django_db
NO_EXPERT = (Lack("expert_top_domain", 1),)


def short(state: State = State.DELIBERATION) -> Case:
    """A case whose board has nobody left who knows its leading domain."""
    case = cases.submission_in(state, tier=3)
    cases.leave_without_experts(case)
    return case


def voting(case: Case) -> list[str]:
    return [voter.key for voter in board_of.eligible(case.again())]


def code_of(case: Case, person: User, role: str = "member", by: User | None = None) -> str:
    """Why somebody may not stand in."""
    with pytest.raises((RuleBroken, Denied, NotNow)) as refused:
        cases.appoint_stand_in(case, person, role, by)
    return refused.value.code


def test_a_stand_in_counts_in_the_quorum_of_that_case_and_of_no_other() -> None:
    case = short()
    other = cases.submission_in(State.DELIBERATION, made=case.board, tier=3)
    assert queries.lacking(case.again()) == NO_EXPERT
    person, before = cases.expert(case), voting(other)
    cases.appoint_stand_in(case, person)
    assert queries.lacking(case.again()) == ()
    assert (person.public_id in voting(case), voting(other)) == (True, before)
    made = cases.put(case)
    assert person.public_id in made.board["voters"]
    cases.vote(case, made, [*case.board.voters[3:], person])
    assert board_of.tally(made, case.again(), now=case.now).quorum_met
    assert [row.person for row in board_of.sheet(made, case.submission, now=case.now).rows if row.stands_in] == [person]


def test_a_stand_in_sees_that_case_once_the_board_meets_and_nothing_else() -> None:
    case = short(State.SUBMITTED)
    other = cases.submission_in(State.DELIBERATION, made=case.board, tier=3)
    person = cases.expert(case, display_name="Expert")
    cases.appoint_stand_in(case, person)
    assert list(Submission.objects.visible_to(person)) == []
    assert not can_view(person, case.submission)
    assert ("stand_in.appointed", "Expert") not in mails(case)
    cases.reviewed(case)
    assert case.again().state == State.DELIBERATION
    assert list(Submission.objects.visible_to(person, Level.MATERIAL)) == [case.submission]
    seen = sight(person, case.submission)
    assert (seen.level, seen.board, can_view(person, other.submission)) == (Level.MATERIAL, True, False)
    assert ("submission.deliberation_opened", "Expert") in mails(case)


def test_nobody_is_appointed_to_a_board_that_is_whole_nor_somebody_who_does_not_help() -> None:
    case = short()
    whole = cases.submission_in(State.DELIBERATION, made=case.board, tier=3)
    assert code_of(whole, cases.expert(whole)) == "whole"
    assert code_of(case, UserFactory()) == "no_help"
    cases.appoint_stand_in(case, cases.expert(case))
    assert code_of(case, cases.expert(case)) == "whole"


def test_people_with_ties_stand_in_for_nobody() -> None:
    case = short()
    tied, named = cases.expert(case, unit=case.author.unit), cases.expert(case)
    TieFactory(user=named, name=case.author.display_name)
    assert [code_of(case, person) for person in (tied, named, case.author, case.board.members[0])] == [
        "tie", "tie", "conflict", "conflict",
    ]  # fmt: skip
    assert StandIn.objects.count() == 0


def test_only_chair_and_deputy_appoint_and_never_themselves_or_who_votes_already() -> None:
    case = short()
    made, person = case.board, cases.expert(case)
    assert [code_of(case, person, by=by) for by in (made.coordinator, made.members[4], made.administrator)] == [
        "chair_only"
    ] * 3
    assert code_of(case, made.chair) == "oneself"
    assert code_of(case, made.members[4]) == "holds_it"
    assert code_of(case, person, role="legal_officer") == "role"
    cases.declare(case, made.chair)
    assert code_of(case, person, by=made.chair) == "conflicted"
    assert cases.appoint_stand_in(case, person, by=made.deputy).appointed_by == made.deputy


def test_a_stand_in_who_turns_out_to_be_tied_stands_aside_at_once() -> None:
    case = short()
    person = cases.expert(case)
    cases.appoint_stand_in(case, person)
    change_person(
        user=person, display_name=person.display_name, unit=case.author.unit, time_zone="UTC", is_external=False,
        reports_to=None, load_cap=4, by=case.board.administrator, now=case.later(),
    )  # fmt: skip
    assert (person.pk in excluded(case.submission), can_view(person, case.submission)) == (True, False)
    assert queries.lacking(case.again()) == NO_EXPERT
    assert board_of.set_aside(case.submission)[person.public_id] == "same_unit"


def test_a_stand_in_declares_a_conflict_like_anybody_and_the_coordinator_may_for_them() -> None:
    case = short()
    first, second = cases.expert(case), cases.expert(case)
    cases.appoint_stand_in(case, first)
    cases.declare(case, first)
    cases.appoint_stand_in(case, second)
    conflict.declare_for(
        submission=case.submission, person=second, type_key="personal", note="Cousins.", by=case.board.coordinator,
        now=case.later(),
    )  # fmt: skip
    assert not {first.public_id, second.public_id} & set(voting(case))
    assert Conflict.objects.filter(user__in=[first, second]).count() == 2


def test_who_stood_in_does_no_longer_once_it_ended_but_nobody_leaves_an_open_ballot() -> None:
    case = short()
    person = cases.expert(case)
    row = cases.appoint_stand_in(case, person)
    made = cases.put(case)
    with pytest.raises(NotNow) as refused:
        stand_in.end(stand_in=row, by=case.board.chair, now=case.later())
    assert refused.value.code == "ballot"
    made.status, made.closed_at, made.closed_by = "withdrawn", case.later(), case.board.coordinator
    made.save()
    stand_in.end(stand_in=row, by=case.board.deputy, now=case.later())
    assert (can_view(person, case.again()), person.public_id in voting(case)) == (False, False)
    with pytest.raises(NotNow):
        stand_in.end(stand_in=row, by=case.board.chair, now=case.later())


def test_a_coordinator_can_be_stood_in_for_where_neither_they_nor_the_deputy_may() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    made, person = case.board, UserFactory(display_name="Steps in")
    assert code_of(case, person, role="coordinator") == "whole"
    for one in (made.coordinator, made.deputy):
        cases.declare(case, one)
    assert acting(case.again(), CommitteeRole.COORDINATOR) == []
    cases.appoint_stand_in(case, person, role="coordinator")
    assert acting(case.again(), CommitteeRole.COORDINATOR) == [person]
    (shown,) = [one for one in acting_instead(case.submission) if one.role == CommitteeRole.COORDINATOR]
    assert (shown.people, shown.instead_of) == ((person,), (made.coordinator,))
    assert [row.head.submission for row in listing.queue(person, case.now)] == [case.submission]
    (case_read,) = heads.with_rows(Submission.objects.filter(pk=case.submission.pk))
    assert heads.boards([case_read]).acting("coordinator", case_read) == [person.pk]
    assert ("stand_in.appointed", "Steps in") in mails(case)


def test_a_chair_who_is_stood_in_for_is_signed_for() -> None:
    case = cases.submission_in(State.SIGN_OFF)
    made, person = case.board, UserFactory()
    cases.declare(case, made.chair)
    cases.appoint_stand_in(case, person, role="chair", by=made.deputy)
    made_decision = case.again().decisions.get()
    decision.sign(decision=made_decision, seat="chair", version=case.version, by=person, now=case.later())
    assert [(row.signed_by, row.signed_as) for row in made_decision.sign_offs.filter(seat="chair")] == [
        (person, "chair")
    ]


def test_a_coordinator_who_is_stood_in_for_signs_the_lowest_tier_as_such() -> None:
    case = cases.reviewed(cases.submission_in(State.SUBMITTED, tier=1))
    made, person = case.board, UserFactory()
    for one in (made.coordinator, made.deputy):
        cases.declare(case, one)
    cases.appoint_stand_in(case, person, role="coordinator")
    found = case.again().decisions.get()
    decision.sign(decision=found, seat="coordinator", version=case.version, by=person, now=case.later())
    assert [(row.signed_by, row.signed_as) for row in found.sign_offs.all()] == [(person, "coordinator")]


def test_who_stood_in_does_no_longer_when_the_case_goes_to_another_committee() -> None:
    case = cases.submission_in(State.SUBMITTED)
    for one in (case.board.coordinator, case.board.deputy):
        cases.declare(case, one)
    person = UserFactory()
    row = cases.appoint_stand_in(case, person, role="coordinator")
    target = cases.elsewhere()
    transfer.transfer(
        submission=case.submission, target=target.committee, reason="They know it.", version=case.version, by=person,
        now=case.later(),
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.ended_by, can_view(person, case.again())) == (person, False)


def test_who_joins_the_board_meanwhile_is_no_reason_to_end_it() -> None:
    case = short()
    person = cases.expert(case)
    cases.appoint_stand_in(case, person)
    appoint(
        committee=case.board.committee, user=person, role=CommitteeRole.EXTERNAL_MEMBER,
        by=case.board.administrator, now=case.later(),
    )  # fmt: skip
    assert voting(case).count(person.public_id) == 1
