"""The pages about standing in: what is short, who is appointed, and that both are to be seen where the board looks."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.actions import deactivate
from accounts.models import User
from reviews.actions.committee import appoint
from reviews.models import StandIn
from reviews.queries.conflict import acting_instead
from reviews.queries.stand_in import short
from reviews.rules.states import CommitteeRole, State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.people import AbsenceFactory, UserFactory
from tests.reviews.views.pages import client_of, get, post, text_of

pytestmark = pytest.mark.django_db
SHORT = "The board cannot reach its quorum on this case. Missing: expert in the leading domain (1)."


@pytest.fixture
def case() -> Case:
    """A case in deliberation whose board has no expert left."""
    found = cases.submission_in(State.DELIBERATION, tier=3)
    cases.leave_without_experts(found)
    return found


def page(person: User, name: str, case: Case) -> str:
    return text_of(get(person, name, case.submission.reference))


def test_what_is_short_stands_where_the_board_looks_and_the_way_out_for_who_may_take_it(case: Case) -> None:
    made = case.board
    way = f"/cases/{case.submission.reference}/stand-ins/new/"
    for name in ("motion-list", "conflict-list"):
        assert (SHORT in page(made.chair, name, case), way in page(made.chair, name, case)) == (True, True)
    shown = page(made.members[4], "motion-list", case)
    assert (SHORT in shown, way in shown) == (True, False)
    assert "The chair or the deputy appoints who stands in." in page(made.coordinator, "conflict-list", case)


def test_a_whole_board_says_nothing_of_standing_in() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=3)
    for name in ("motion-list", "conflict-list"):
        assert "stand in" not in page(case.board.chair, name, case)
    assert "there is nobody to stand in for" in page(case.board.chair, "stand-in-appoint", case)


def test_somebody_of_another_committee_is_appointed_by_address_and_shown(case: Case) -> None:
    person = cases.expert(case, display_name="Expert From Elsewhere")
    sent = {"role": "member", "email": person.email.upper(), "reason": "Knows the field."}
    answer = post(case.board.deputy, "stand-in-appoint", case.submission.reference, **sent)
    assert answer.headers["Location"] == f"/cases/{case.submission.reference}/conflicts/#stand-ins"
    shown = page(case.board.coordinator, "conflict-list", case)
    assert ("Expert From Elsewhere" in shown, "appointed by Deputy" in shown, SHORT in shown) == (True, True, False)
    cases.put(case)
    assert "stands in on this case" in page(case.board.chair, "motion-list", case)
    overview = page(case.board.chair, "submission-detail", case)
    assert ("Stand in on this case" in overview, "Expert From Elsewhere" in overview) == (True, True)
    assert "Expert From Elsewhere" not in page(case.author, "submission-detail", case)
    assert "appointed Expert From Elsewhere to stand in on this case" in page(
        case.board.chair, "submission-record", case
    )


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"person": "", "email": ""}, "Choose somebody here, or give an address below; not both."),
        ({"email": "nobody@example.org"}, "Nobody with an open account has this address."),
        ({"email": "{member}"}, "This person acts in that role already."),
        ({"email": "{reviewer}"}, "This person does not bring what is missing."),
        ({"email": "{author}"}, "conflict of interest with the case"),
        ({"role": ""}, "Choose one."),
    ],
)
def test_who_cannot_stand_in_is_said_beside_the_field(case: Case, sent: dict[str, str], words: str) -> None:
    made = case.board
    known = {"member": made.members[4].email, "reviewer": made.reviewers[0].email, "author": case.author.email}
    fields = {"role": "member", "reason": "Knows the field.", **{k: v.format(**known) for k, v in sent.items()}}
    assert words in text_of(post(made.chair, "stand-in-appoint", case.submission.reference, **fields))
    assert not StandIn.objects.exists()


def test_it_is_ended_on_its_own_page(case: Case) -> None:
    row = cases.appoint_stand_in(case, cases.expert(case))
    assert f"/stand-ins/{row.public_id}/end/" in page(case.board.chair, "conflict-list", case)
    post(case.board.chair, "stand-in-end", row.public_id)
    row.refresh_from_db()
    assert row.ended_by == case.board.chair
    assert "ended by Chair" in page(case.board.chair, "conflict-list", case)
    assert get(row.user, "stand-in-end", row.public_id).status_code == 404


def test_who_is_away_is_said_with_who_stands_in_for_them_at_work(case: Case) -> None:
    made, today = case.board, case.board.committee.day_of(timezone.now())
    for person in (made.coordinator, made.members[4]):
        AbsenceFactory(user=person, stand_in=made.chair, from_date=today, until_date=today)
    cases.put(case)
    assert page(made.chair, "motion-list", case).count("Chair stands in") == 1
    assert page(made.chair, "submission-detail", case).count("Chair stands in") == 1


@pytest.mark.parametrize("state", [state for state in State if state not in (State.DRAFT, State.WITHDRAWN)])
def test_the_page_of_conflicts_opens_in_every_state_and_tells_of_a_short_board_only_before_one(state: State) -> None:
    found = cases.submission_in(state, tier=3)
    cases.leave_without_experts(found)
    is_before_a_board = state in (State.SUBMITTED, State.IN_REVIEW, State.DELIBERATION, State.SIGN_OFF)
    assert (SHORT in page(found.board.chair, "conflict-list", found)) is is_before_a_board


def test_who_stands_in_for_the_chair_signs_as_the_chair_and_the_record_says_that_they_stood_in() -> None:
    case = cases.submission_in(State.DELIBERATION)
    cases.clear_holds(case)
    made, person = case.board, UserFactory(display_name="Steps In")
    cases.declare(case, made.chair)
    cases.appoint_stand_in(case, person, role="chair", by=made.deputy)
    ballot = cases.put(case)
    cases.vote(case, ballot)
    assert "signs as Chair" in text_of(get(person, "decision-finalise", ballot.public_id))
    cases.finalise(case, ballot, person)
    assert "Chair, stands in on this case" in page(person, "decision-detail", case)
    cases.sign_all(case)
    assert "stands in on this case" not in page(case.author, "decision-detail", case)


def people_on(case: Case, reader: User) -> dict[str, list[tuple[str, str]]]:
    """The groups of people on the page of a case, each person with their note."""
    context = client_of(reader).get(case.submission.get_absolute_url()).context_data
    return {str(group.label): [(one.name, one.note) for one in group.people] for group in context["groups"]}


def test_the_case_shows_who_acts_and_in_whose_place(case: Case) -> None:
    made, reader = case.board, case.board.members[4]
    assert people_on(case, reader)["Chair"] == [("Chair", "")]
    cases.declare(case, made.chair)
    cases.declare(case, made.coordinator)
    seen = people_on(case, reader)
    assert (seen["Chair"], seen["Coordinator"]) == (
        [("Deputy", "instead of Chair, who stands outside this case")],
        [("Deputy", "instead of Coordinator, who stands outside this case")],
    )
    cases.declare(case, made.deputy)
    assert (people_on(case, reader)["Chair"], people_on(case, reader)["Coordinator"]) == ([], [])
    assert page(reader, "submission-detail", case).count("Nobody may act now") == 2


def test_a_closed_account_is_no_holder(case: Case) -> None:
    made = case.board
    second = UserFactory(display_name="Second chair")
    appoint(committee=made.committee, user=second, role=CommitteeRole.CHAIR, by=made.administrator, now=case.later())
    deactivate(user=second, by=made.administrator, now=case.later())
    assert people_on(case, made.members[4])["Chair"] == [("Chair", "")]
    cases.declare(case, made.chair)
    (shown,) = acting_instead(case.again())
    assert (shown.instead_of, shown.people) == ((made.chair,), (made.deputy,))
    for person in (made.chair, made.deputy):
        type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert CommitteeRole.CHAIR not in short(case.again()).roles


def test_where_neither_chair_nor_deputy_may_act_the_page_says_who_appoints(case: Case) -> None:
    made, words = case.board, "Neither chair nor deputy may act on this case"
    assert words not in page(made.coordinator, "conflict-list", case)
    cases.declare(case, made.chair)
    assert words not in page(made.coordinator, "conflict-list", case)
    cases.declare(case, made.deputy)
    assert words in page(made.coordinator, "conflict-list", case)
