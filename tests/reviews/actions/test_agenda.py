"""Cases put on an agenda and taken off, their order, and the items of a meeting one after the other."""

from __future__ import annotations

from typing import Any

import pytest

from audit import log
from reviews.actions import agenda, submission
from reviews.actions.committee import appoint
from reviews.models import AgendaItem, Submission
from reviews.queries.meeting import Agenda, candidates
from reviews.rules.errors import Denied, NotNow, RuleBroken, Stale
from reviews.rules.states import CommitteeRole, State
from tests.factories import cases, meetings
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.factories.meetings import Sitting
from tests.factories.people import UserFactory
from tests.reviews.actions.scenes import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Board:
    """The board."""
    return board()


def before_board(made: Board, count: int = 1) -> list[Case]:
    """Cases in deliberation, the oldest first."""
    return [cases.submission_in(State.DELIBERATION, made=made, label=f"Case {number}") for number in range(count)]


def step_aside(case: Case, *people: Any) -> None:
    for person in people:
        cases.declare(case, person)


def types(case: Case) -> list[str]:
    return [event.type for event in log.events(case.submission.stream) if event.type.startswith("meeting.")]


def test_cases_stand_at_the_end_the_oldest_first_and_the_case_knows(made: Board) -> None:
    first, second, third = before_board(made, 3)
    for number, case in enumerate((third, second, first)):
        at = case.submission.submitted_at.replace(minute=number)
        Submission.objects.filter(pk=case.submission.pk).update(submitted_at=at)
    sitting = meetings.planned(made)
    assert [one.head.submission for one in candidates(sitting.again(), made.coordinator, first.now)] == [
        third.submission, second.submission, first.submission,
    ]  # fmt: skip
    agenda.add(meeting=sitting.again(), submissions=[first.submission], **sitting.acts)
    agenda.add(meeting=sitting.again(), submissions=[second.submission, third.submission], **sitting.acts)
    assert sitting.references() == [case.submission.reference for case in (first, third, second)]
    assert list(AgendaItem.objects.values_list("order", "minutes")) == [(0, 20), (1, 20), (2, 20)]
    assert types(first) == ["meeting.listed"]
    assert candidates(sitting.again(), made.coordinator, first.now) == []


def test_only_cases_before_the_board_are_put_on_it_and_each_once(made: Board) -> None:
    (case,) = before_board(made)
    early = cases.submission_in(State.IN_REVIEW, made=made, label="Early")
    sitting = meetings.planned(made, case)
    before = everything()
    for chosen, code in (([], "nothing"), ([early.submission], "not_open"), ([case.submission], "listed")):
        with pytest.raises(RuleBroken) as refused:
            agenda.add(meeting=sitting.again(), submissions=chosen, **sitting.acts)
        assert (refused.value.code, refused.value.field) == (code, "cases")
    assert everything() == before


def test_agenda_has_an_end(made: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = before_board(made, 2)
    sitting = meetings.planned(made, first)
    monkeypatch.setattr(agenda, "MOST_ITEMS", 1)
    with pytest.raises(RuleBroken) as refused:
        agenda.add(meeting=sitting.again(), submissions=[second.submission], **sitting.acts)
    assert refused.value.code == "too_many"


def test_whoever_stands_aside_has_no_hand_in_an_item(made: Board) -> None:
    listed, other = before_board(made, 2)
    sitting = meetings.planned(made, listed)
    for case in (listed, other):
        step_aside(case, made.coordinator)
    item = sitting.item(listed)
    before = everything()
    for call in (
        lambda facts: agenda.add(meeting=sitting.again(), submissions=[other.submission], **facts),
        lambda facts: agenda.take_off(item=item, **facts),
        lambda facts: agenda.shift(item=item, up=True, **facts),
        lambda facts: agenda.change(item=item, minutes=5, note="", keeps_place=False, **facts),
        lambda facts: agenda.start(item=item, **facts),
        lambda facts: agenda.end(item=item, **facts),
    ):
        with pytest.raises(Denied) as refused:
            call(sitting.acts)
        assert refused.value.code == "conflicted"
    assert everything() == before
    assert candidates(sitting.again(), made.coordinator, other.now) == []
    agenda.add(meeting=sitting.again(), submissions=[other.submission], **{**sitting.acts, "by": made.chair})
    assert sitting.references() == [listed.submission.reference, other.submission.reference]


@pytest.mark.parametrize("name", ["member", "reviewer", "administrator", "author"])
def test_items_are_kept_by_those_who_run_the_committee(name: str, made: Board) -> None:
    (case,) = before_board(made)
    sitting = meetings.planned(made, case)
    people = {
        "member": made.members[0], "reviewer": made.reviewers[0], "administrator": made.administrator,
        "author": case.author,
    }  # fmt: skip
    with pytest.raises(Denied):
        agenda.take_off(item=sitting.item(case), **{**sitting.acts, "by": people[name]})


def test_item_taken_off_closes_the_gap(made: Board) -> None:
    found = before_board(made, 3)
    sitting = meetings.planned(made, *found)
    item = sitting.item(found[1])
    agenda.take_off(item=item, **sitting.acts)
    assert sitting.references() == [found[0].submission.reference, found[2].submission.reference]
    assert list(AgendaItem.objects.values_list("order", flat=True)) == [0, 1]
    assert types(found[1]) == ["meeting.listed", "meeting.taken_off"]
    with pytest.raises(NotNow) as refused:
        agenda.take_off(item=item, **sitting.acts)
    assert refused.value.code == "gone"
    agenda.add(meeting=sitting.again(), submissions=[found[1].submission], **sitting.acts)
    assert sitting.references()[-1] == found[1].submission.reference


def test_item_goes_up_and_down_and_no_further(made: Board) -> None:
    found = before_board(made, 3)
    a, b, c = (case.submission.reference for case in found)
    sitting = meetings.planned(made, *found)
    for case, up, order in (
        (found[2], True, [a, c, b]), (found[2], True, [c, a, b]), (found[2], True, [c, a, b]),
        (found[2], False, [a, c, b]), (found[1], False, [a, c, b]),
    ):  # fmt: skip
        agenda.shift(item=sitting.item(case), up=up, **sitting.acts)
        assert sitting.references() == order


def test_agenda_is_ordered_so_that_people_leave_least(made: Board) -> None:
    found = before_board(made, 4)
    for case in (found[0], found[2]):
        step_aside(case, *made.members[:2])
    step_aside(found[1], made.members[2])
    sitting = meetings.planned(made, *found)
    before = Agenda(sitting.again()).leavings()
    agenda.order(meeting=sitting.again(), **sitting.acts)
    after = Agenda(sitting.again()).leavings()
    assert (before, after) == (5, 3)
    places = [sitting.references().index(found[number].submission.reference) for number in (0, 2)]
    assert abs(places[0] - places[1]) == 1
    event = log.events(f"committee:{made.committee.public_id}")[-1]
    assert (event.type, event.data["before"], event.data["after"]) == ("committee.agenda_ordered", 5, 3)
    order = sitting.references()
    agenda.order(meeting=sitting.again(), **sitting.acts)
    assert sitting.references() == order


def test_item_that_keeps_its_place_keeps_it(made: Board) -> None:
    found = before_board(made, 3)
    for case in (found[0], found[2]):
        step_aside(case, made.members[0])
    sitting = meetings.planned(made, *found)
    agenda.change(item=sitting.item(found[1]), minutes=45, note=" Said. ", keeps_place=True, **sitting.acts)
    item = sitting.item(found[1])
    assert (item.minutes, item.note, item.keeps_place) == (45, "Said.", True)
    agenda.order(meeting=sitting.again(), **sitting.acts)
    assert sitting.item(found[1]).order == 1


@pytest.mark.parametrize(("facts", "field"), [({"minutes": 0}, "minutes"), ({"minutes": 481}, "minutes"),
                                              ({"note": "x" * 20_001}, "note")])  # fmt: skip
def test_item_takes_some_time_and_a_note_of_some_length(facts: dict[str, Any], field: str, made: Board) -> None:
    (case,) = before_board(made)
    sitting = meetings.planned(made, case)
    with pytest.raises(RuleBroken) as refused:
        agenda.change(
            item=sitting.item(case), **{"minutes": 5, "note": "", "keeps_place": False, **facts}, **sitting.acts
        )
    assert refused.value.field == field


def test_items_are_talked_about_one_at_a_time_and_once(made: Board) -> None:
    first, second = before_board(made, 2)
    sitting = meetings.planned(made, first, second)
    with pytest.raises(NotNow) as refused:
        agenda.start(item=sitting.item(first), **sitting.acts)
    assert refused.value.code == "not_begun"
    meetings.opened(sitting)
    with pytest.raises(NotNow) as refused:
        agenda.end(item=sitting.item(first), **sitting.acts)
    assert refused.value.code == "not_under_way"
    agenda.start(item=sitting.item(first), **sitting.acts)
    with pytest.raises(NotNow) as refused:
        agenda.start(item=sitting.item(second), **sitting.acts)
    assert refused.value.code == "under_way"
    agenda.end(item=sitting.item(first), **sitting.acts)
    with pytest.raises(NotNow) as refused:
        agenda.start(item=sitting.item(first), **sitting.acts)
    assert refused.value.code == "started"
    agenda.start(item=sitting.item(second), **sitting.acts)
    assert [one.standing for one in Agenda(sitting.again()).lines(made.chair)] == ["done", "running"]
    with pytest.raises(NotNow) as refused:
        agenda.change(item=sitting.item(second), minutes=5, note="", keeps_place=False, **sitting.acts)
    assert refused.value.code == "begun"
    agenda.change(item=sitting.item(second), minutes=20, note="Agreed.", keeps_place=False, **sitting.acts)
    assert sitting.item(second).note == "Agreed."
    meetings.closed(sitting)
    with pytest.raises(NotNow):
        agenda.change(item=sitting.item(second), minutes=20, note="Late.", keeps_place=False, **sitting.acts)


def test_case_is_talked_about_in_one_meeting_at_a_time(made: Board) -> None:
    (case,) = before_board(made)
    one, two = (meetings.opened(meetings.planned(made, case)) for _ in range(2))
    meetings.begun(one, case)
    with pytest.raises(NotNow) as refused:
        agenda.start(item=two.item(case), **two.acts)
    assert refused.value.code == "elsewhere"


def test_end_keeps_who_was_in_the_room_by_what_is_true_then(made: Board) -> None:
    (case,) = before_board(made)
    early, late, away = made.members[:3]
    step_aside(case, early)
    sitting = meetings.opened(meetings.planned(made, case), absent=[away])
    meetings.begun(sitting, case)
    step_aside(case, late)
    item = meetings.ended(sitting, case)
    assert set(item.room["out"]) == {early.public_id, late.public_id}
    assert set(item.room["present"]) == {
        person.public_id for person in sitting.people if person not in (early, late, away)
    }
    assert len(item.room["present"]) == 7
    event = log.events(case.submission.stream)[-1]
    assert (event.type, event.data["out"]) == ("meeting.discussed", item.room["out"])


def test_whoever_stands_in_on_another_case_is_out_of_the_room(made: Board) -> None:
    short, other = before_board(made, 2)
    cases.leave_without_experts(short)
    expert = cases.expert(short, display_name="Stands in")
    cases.appoint_stand_in(short, expert)
    sitting = meetings.opened(meetings.planned(made, short, other))
    assert expert in sitting.people
    for case in (short, other):
        meetings.begun(sitting, case)
        meetings.ended(sitting, case)
    inside = [expert.public_id in sitting.item(case).room["present"] for case in (short, other)]
    assert (inside, expert.public_id in sitting.item(other).room["out"]) == ([True, False], True)


@pytest.mark.parametrize("way", ["withdrawn", "given away", "decided"])
def test_case_that_left_the_board_drops_from_the_agenda_visibly(way: str, made: Board) -> None:
    case, other = before_board(made, 2)
    if way == "given away":
        case = cases.submit(cases.draft(made, tier=3))
        case = cases.reviewed(case)
    sitting = meetings.planned(made, case, other)
    if way == "withdrawn":
        submission.withdraw(submission=case.submission, version=case.version, by=case.author, now=case.later())
    elif way == "decided":
        cases.clear_holds(case)
        row = cases.put(case)
        cases.vote(case, row)
        cases.finalise(case, row)
    else:
        Submission.objects.filter(pk=case.submission.pk).update(committee=cases.elsewhere().committee)
    lines = Agenda(sitting.again()).lines(made.chair)
    assert [(one.standing, one.is_seen) for one in lines] == [("dropped", way != "given away"), ("planned", True)]
    meetings.opened(sitting)
    with pytest.raises((NotNow, Denied)):
        agenda.start(item=sitting.item(case), **sitting.acts)
    meetings.begun(sitting, other)


def test_form_shown_before_a_change_is_stale(made: Board) -> None:
    first, second = before_board(made, 2)
    sitting = meetings.planned(made, first)
    facts = sitting.acts
    item = sitting.item(first)
    before = everything()
    for call in (
        lambda facts: agenda.add(meeting=sitting.again(), submissions=[second.submission], **facts),
        lambda facts: agenda.take_off(item=item, **facts),
        lambda facts: agenda.shift(item=item, up=True, **facts),
        lambda facts: agenda.change(item=item, minutes=5, note="", keeps_place=False, **facts),
    ):
        for off in (-1, 1):
            with pytest.raises(Stale):
                call({**facts, "version": facts["version"] + off})
    assert everything() == before
    meetings.opened(sitting)
    facts = sitting.acts
    with pytest.raises(Stale):
        agenda.start(item=item, **{**facts, "version": facts["version"] - 1})
    meetings.begun(sitting, first)
    with pytest.raises(Stale):
        agenda.end(item=item, **{**facts, "version": facts["version"]})


def run_of(sitting: Sitting) -> list[str]:
    return [row.display_name for row in sitting.people]


def test_who_joined_is_asked_and_who_left_is_not(made: Board) -> None:
    sitting = meetings.planned(made)
    person = UserFactory(display_name="Member new")
    assert "Member new" not in run_of(sitting)
    appoint(
        committee=made.committee, user=person, role=CommitteeRole.MEMBER, by=made.administrator, now=sitting.later()
    )
    assert "Member new" in run_of(sitting)
    assert "Reviewer 0" not in run_of(sitting)
