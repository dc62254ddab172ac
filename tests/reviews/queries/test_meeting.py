"""What each reader gets of a meeting: who sees it, which items they know, and what the record of a decision says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from reviews.access import meeting as access
from reviews.models import Decision, Meeting
from reviews.queries import chores, minutes
from reviews.queries import meeting as queries
from reviews.queries.meeting import Agenda, Line
from reviews.rules.states import State
from tests.factories import cases, meetings
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.factories.meetings import Sitting
from tests.factories.people import UserFactory
from tests.reviews.actions.scenes import whole_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Board:
    """The board."""
    return board()


def before_board(made: Board, label: str = "Text model") -> Case:
    return cases.submission_in(State.DELIBERATION, made=made, label=label)


def lines(sitting: Sitting, reader: User) -> list[Line]:
    return Agenda(sitting.again()).lines(reader)


@pytest.mark.parametrize("announced", [True, False])
def test_predicate_and_row_filter_agree_on_everybody(announced: bool, made: Board) -> None:
    case = before_board(made)
    other = before_board(made, "Other")
    cases.leave_without_experts(case)
    expert = cases.expert(case, display_name="Stands in")
    cases.appoint_stand_in(case, expert)
    elsewhere = board("Elsewhere")
    sittings = [meetings.planned(made, *on, announced=announced) for on in ((case,), (other,), ())]
    sittings.append(meetings.planned(elsewhere, announced=announced))
    closed = UserFactory(display_name="Closed", is_active=False)
    people = [*whole_cast(case).values(), expert, closed, elsewhere.coordinator, elsewhere.members[0]]
    seen: dict[str, int] = {}
    for person in people:
        rows = {sitting.meeting.pk for sitting in sittings if access.can_see(person, sitting.meeting)}
        assert (person.display_name, set(Meeting.objects.visible_to(person).values_list("pk", flat=True))) == (
            person.display_name, rows,
        )  # fmt: skip
        seen[person.display_name] = len(rows)
    assert seen["Closed"] == seen["Reviewer 0"] == seen["Author One"] == seen["Auditor"] == seen["Administrator"] == 0
    assert seen["Superuser"] == seen["Leader"] == 0
    assert (seen["Member 4"], seen["Stands in"]) == ((3, 1) if announced else (0, 0))


def test_whoever_stands_aside_reads_that_there_is_an_item_and_nothing_of_it(made: Board) -> None:
    case, other = before_board(made, "Canary"), before_board(made, "Other")
    aside = made.members[0]
    cases.declare(case, aside)
    sitting = meetings.planned(made, case, other)
    sitting.meeting.items.update(note="Canary note", minutes=55)
    hidden, seen = lines(sitting, aside)
    assert hidden == Line(sitting.item(case).public_id, 1, "planned", aside=True)
    assert (seen.reference, seen.out) == (other.submission.reference, ())
    shown, _ = lines(sitting, made.members[1])
    assert (shown.reference, shown.label, shown.out, shown.minutes) == (
        case.submission.reference, "Canary", ("Member 0",), 55,
    )  # fmt: skip
    meetings.opened(sitting)
    meetings.begun(sitting, case)
    assert lines(sitting, aside)[0] == Line(hidden.public_id, 1, "running", aside=True)
    meetings.ended(sitting, case)
    assert lines(sitting, aside)[0] == Line(hidden.public_id, 1, "done", aside=True)


def test_an_item_is_hidden_from_the_next_request_on_once_somebody_steps_aside(made: Board) -> None:
    case = before_board(made)
    sitting = meetings.planned(made, case)
    assert lines(sitting, made.members[0])[0].is_seen
    cases.declare(case, made.members[0])
    assert lines(sitting, made.members[0]) == [Line(sitting.item(case).public_id, 1, "planned", aside=True)]


def test_author_on_the_board_reads_no_more_of_their_own_case(made: Board) -> None:
    case = cases.reviewed(cases.submit(cases.draft(made, author=made.members[0], tier=3)))
    sitting = meetings.planned(made, case)
    assert lines(sitting, made.members[0]) == [Line(sitting.item(case).public_id, 1, "planned", aside=True)]
    assert lines(sitting, made.members[1])[0].out == ("Member 0",)


def test_case_that_left_the_board_tells_whoever_stands_aside_nothing(made: Board) -> None:
    case = before_board(made)
    cases.declare(case, made.members[0])
    sitting = meetings.planned(made, case)
    cases.clear_holds(case)
    row = cases.put(case)
    cases.vote(case, row, made.voters[1:])
    cases.finalise(case, row)
    assert [lines(sitting, person)[0].standing for person in made.members[:2]] == ["planned", "dropped"]


@pytest.mark.parametrize("count", [1, 3])
def test_agenda_takes_the_same_queries(
    count: int, made: Board, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    found = [before_board(made, f"Case {number}") for number in range(count)]
    sitting = meetings.opened(meetings.planned(made, *found))
    for case in found:
        meetings.begun(sitting, case)
        meetings.ended(sitting, case)
    agenda = Agenda(sitting.again())
    with django_assert_num_queries(7):
        rows = agenda.lines(made.chair)
    assert len(rows) == count


@pytest.mark.parametrize("count", [1, 3])
def test_candidates_take_the_same_queries(
    count: int, made: Board, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case, *_others = (before_board(made, f"Case {number}") for number in range(count))
    sitting = meetings.planned(made)
    meeting = sitting.again()
    with django_assert_num_queries(20):
        rows = queries.candidates(meeting, made.coordinator, case.now)
    assert len(rows) == count


def test_record_names_the_meeting_in_which_the_ballot_was_closed(made: Board) -> None:
    case = before_board(made)
    cases.declare(case, made.members[0])
    cases.clear_holds(case)
    sitting = meetings.opened(meetings.planned(made, case), absent=[made.members[1]])
    meetings.begun(sitting, case)
    row = cases.put(case)
    cases.vote(case, row, made.voters[1:])
    cases.finalise(case, row)
    meetings.ended(sitting, case)
    meetings.closed(sitting)
    case.now = sitting.now
    cases.sign_all(case)
    kept: dict[str, Any] = json.loads(Decision.objects.get().record)["meeting"]
    assert (kept["title"], kept["starts_at"][:10]) == ("March meeting", sitting.meeting.starts_at.isoformat()[:10])
    there = {person["name"] for person in kept["present"]}
    assert there == {person.display_name for person in sitting.people if person not in made.members[:2]}


def test_record_of_a_decision_by_written_procedure_names_no_meeting(made: Board) -> None:
    case = before_board(made)
    cases.clear_holds(case)
    row = cases.put(case)
    cases.vote(case, row)
    cases.finalise(case, row)
    cases.sign_all(case)
    assert json.loads(Decision.objects.get().record)["meeting"] is None


def test_meeting_that_is_still_going_on_is_named_with_who_is_there_now(made: Board) -> None:
    case = before_board(made)
    cases.declare(case, made.members[0])
    sitting = meetings.opened(meetings.planned(made, case), absent=[made.members[1]])
    row = cases.put(case)
    assert queries.in_which(row, case.again(), now=sitting.now) is None
    meetings.begun(sitting, case)
    found = queries.in_which(row, case.again(), now=sitting.now)
    assert found is not None
    assert set(found.present) == {person for person in sitting.people if person not in made.members[:2]}


def test_who_stands_in_on_another_case_is_not_in_the_room_of_this_one(made: Board) -> None:
    case, other = before_board(made), before_board(made, "Other")
    cases.leave_without_experts(other)
    expert = cases.expert(other, display_name="Stands in")
    cases.appoint_stand_in(other, expert)
    sitting = meetings.opened(meetings.planned(made, case, other))
    assert expert in sitting.people
    meetings.begun(sitting, case)
    row = cases.put(case)
    found = queries.in_which(row, case.again(), now=sitting.now)
    assert found is not None
    assert expert not in found.present
    meetings.ended(sitting, case)
    meetings.begun(sitting, other)
    found = queries.in_which(cases.put(other), other.again(), now=sitting.now)
    assert found is not None
    assert expert in found.present


def kinds(person: User) -> list[tuple[str, int]]:
    held = set(person.memberships.filter(until_at=None).values_list("role", flat=True))
    return [(one.kind, one.count) for one in chores.of(person, held) if one.meeting is not None]


def test_meetings_and_minutes_are_owed_by_those_who_are_asked(made: Board) -> None:
    case = before_board(made)
    sitting = meetings.planned(made, case, announced=False)
    assert kinds(made.coordinator) == kinds(made.members[0]) == []
    queries_of = [made.coordinator, made.chair, made.deputy, made.members[0]]
    meetings.meeting.invite(meeting=sitting.again(), **sitting.acts)
    assert [kinds(person) for person in queries_of] == [[("attend", 1)]] * 4
    assert kinds(made.reviewers[0]) == kinds(case.author) == []
    meetings.closed(meetings.opened(sitting))
    assert [kinds(person) for person in queries_of] == [[("write_minutes", 1)], [], [], []]
    row = meetings.write(sitting)
    assert [kinds(person) for person in queries_of] == [[], [("approve_minutes", 1)], [("approve_minutes", 1)], []]
    meetings.approve(sitting, row)
    assert [kinds(person) for person in queries_of] == [[], [], [], []]


def test_parts_of_the_minutes_are_read_by_those_who_see_the_case(made: Board) -> None:
    case, other = before_board(made, "One"), before_board(made, "Two")
    cases.declare(case, made.members[0])
    sitting = meetings.held(made, case, other)
    row = meetings.write(
        sitting, **{sitting.item(case).public_id: "Canary one.", sitting.item(other).public_id: "Two."}
    )
    agenda = Agenda(sitting.again())
    assert [part.text for part in minutes.parts(row, agenda, made.members[0])] == ["", "Two."]
    assert [part.text for part in minutes.parts(row, agenda, made.members[1])] == ["Canary one.", "Two."]


def test_next_meeting_of_a_case_is_the_one_that_its_reader_sees(made: Board) -> None:
    case = before_board(made)
    assert queries.next_of(case.submission, made.chair) is None
    quiet = meetings.planned(made, case, announced=False)
    assert queries.next_of(case.submission, made.chair) == quiet.meeting
    assert queries.next_of(case.submission, made.members[0]) is None
    meetings.meeting.invite(meeting=quiet.again(), **quiet.acts)
    assert queries.next_of(case.submission, made.members[0]) == quiet.meeting
    meetings.closed(meetings.opened(quiet))
    assert queries.next_of(case.submission, made.chair) is None
