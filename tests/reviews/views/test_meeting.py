"""The pages of meetings: what each reader finds on them, and the forms of those who run the committee."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from reviews.actions import meeting as actions
from reviews.models import Attendance, Meeting, Minutes
from reviews.rules.states import State
from tests.factories import cases, meetings
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.factories.meetings import Sitting
from tests.reviews.views.pages import client_of, faults_in, get, post, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Board:
    """The board."""
    return board()


def before_board(made: Board, label: str = "Text model") -> Case:
    """A case before the board at this moment, so that meetings lie ahead of the clock that pages read."""
    case = cases.submission_in(State.DELIBERATION, made=made, label=label)
    case.now = timezone.now()
    return case


def page(person: User, sitting: Sitting, name: str = "meeting-detail") -> str:
    return text_of(get(person, name, sitting.meeting.public_id))


def send(person: User, name: str, key: str, sitting: Sitting, **data: Any) -> HttpResponse:
    """A form of a page that was shown just now."""
    return post(person, name, key, version=sitting.again().version, **data)


def test_meeting_is_planned_in_the_zone_of_the_committee(made: Board) -> None:
    day = timezone.now().date() + timedelta(days=30)
    given = {"title": "Spring", "starts_on": day.isoformat(), "starts_time": "14:30", "place": "Room 4"}
    answer = post(made.coordinator, "meeting-plan", made.committee.public_id, version=0, **given)
    row = Meeting.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, row.get_absolute_url())
    assert row.starts_at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M") == "14:30"
    assert "14:30 CE" in text_of(get(made.coordinator, "meeting-detail", row.public_id))
    assert "In preparation" in text_of(get(made.coordinator, "meeting-list"))


def test_faults_stand_beside_their_fields_and_what_was_typed_is_kept(made: Board) -> None:
    given = {"title": "Spring", "starts_on": "2026-13-01", "starts_time": "late", "place": "Room 4"}
    found = text_of(post(made.coordinator, "meeting-plan", made.committee.public_id, version=0, **given))
    assert faults_in(found) == {
        "starts_on": "Write the date as year-month-day, such as 2026-12-01.",
        "starts_time": "Write the time as hours and minutes, such as 14:30.",
    }
    assert 'value="Spring"' in found
    passed = {**given, "starts_on": "2020-03-02", "starts_time": "09:00"}
    found = text_of(post(made.coordinator, "meeting-plan", made.committee.public_id, version=0, **passed))
    assert faults_in(found) == {"starts_on": "This moment has passed."}
    skipped = {**given, "starts_on": "2027-03-28", "starts_time": "02:30"}
    found = text_of(post(made.coordinator, "meeting-plan", made.committee.public_id, version=0, **skipped))
    assert list(faults_in(found)) == ["starts_time"]
    ancient = {**given, "starts_on": "0001-01-01", "starts_time": "00:00"}
    found = text_of(post(made.coordinator, "meeting-plan", made.committee.public_id, version=0, **ancient))
    assert faults_in(found) == {"starts_on": "No meeting can take place on that day. Is the year right?"}
    assert Meeting.objects.count() == 0


def test_empty_list_says_what_happens_next(made: Board) -> None:
    assert "Plan a meeting" in text_of(get(made.coordinator, "meeting-list"))
    found = text_of(get(made.members[0], "meeting-list"))
    assert "No meeting yet." in found
    assert "Plan a meeting" not in found
    assert get(made.reviewers[0], "meeting-list").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries(
    count: int, made: Board, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        meetings.write(meetings.closed(meetings.opened(meetings.planned(made))))
    client = client_of(made.coordinator)
    with django_assert_num_queries(9):
        lines = client.get("/meetings/").context_data["lines"]
    assert len(lines) == count


@pytest.mark.parametrize("count", [1, 3])
def test_meeting_takes_the_same_queries(
    count: int, made: Board, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sitting = meetings.planned(made, *(before_board(made, f"Case {number}") for number in range(count)))
    client = client_of(made.coordinator)
    with django_assert_num_queries(15):
        entries = client.get(sitting.meeting.get_absolute_url()).context_data["entries"]
    assert len(entries) == count


def test_whoever_stands_aside_finds_a_placeholder_and_no_word_of_the_case(made: Board) -> None:
    case, other = before_board(made, "Canary label"), before_board(made, "Other")
    aside = made.members[0]
    cases.declare(case, aside)
    cases.declare(case, made.members[1])
    case.now = timezone.now()
    sitting = meetings.planned(made, case, other)
    sitting.meeting.items.filter(submission=case.submission).update(minutes=77, note="Canary note")
    found = page(aside, sitting)
    assert "An item that you stand aside from. You leave the room for it." in found
    for hidden in ("Canary", case.submission.reference, "77 minutes", "Leaves the room:", "at about"):
        assert hidden not in found
    shown = page(made.members[2], sitting)
    for said in ("Canary label", case.submission.reference, "77 minutes", "Leaves the room: Member 0, Member 1"):
        assert said in shown
    meetings.opened(sitting)
    meetings.begun(sitting, case)
    assert "Under way" in page(aside, sitting)
    meetings.ended(sitting, case)
    meetings.closed(sitting)
    meetings.write(sitting, **{sitting.item(case).public_id: "Canary part"})
    read = page(aside, sitting, "minutes-detail")
    assert "1. An item that you stand aside from" in read
    for hidden in ("Canary part", "Canary label", case.submission.reference):
        assert hidden not in read
    assert "Canary part" in page(made.members[2], sitting, "minutes-detail")


def test_coordinator_who_stands_aside_orders_without_learning_how_often_others_leave(made: Board) -> None:
    case, other = before_board(made, "One"), before_board(made, "Two")
    cases.declare(case, made.members[0])
    cases.declare(case, made.coordinator)
    case.now = timezone.now()
    sitting = meetings.planned(made, other)
    meetings.agenda.add(meeting=sitting.again(), submissions=[case.submission], **{**sitting.acts, "by": made.chair})
    hidden = page(made.coordinator, sitting, "meeting-order")
    assert "How often people leave is not told to you" in hidden
    assert "Member 0" not in hidden
    shown = page(made.chair, sitting, "meeting-order")
    assert "In this order" in shown
    assert "Member 0" in shown
    assert "In this order somebody leaves the room 2 times." in page(made.chair, sitting)
    assert "somebody leaves the room" not in page(made.coordinator, sitting)
    assert sitting.item(case).public_id not in re.findall(r"/agenda/([^/]+)/", page(made.coordinator, sitting))


def test_cases_are_chosen_with_their_age_and_who_would_leave(made: Board) -> None:
    case = before_board(made, "Candidate")
    cases.declare(case, made.members[0])
    case.now = timezone.now()
    sitting = meetings.planned(made)
    found = page(made.coordinator, sitting, "meeting-cases")
    assert case.submission.reference in found
    assert "leaves the room: Member 0" in found
    assert "business days old" in found
    key = sitting.meeting.public_id
    assert "Choose at least one." in text_of(send(made.coordinator, "meeting-cases", key, sitting))
    chosen = send(made.coordinator, "meeting-cases", key, sitting, cases=[case.submission.reference])
    assert chosen.status_code == 302
    assert sitting.references() == [case.submission.reference]
    assert "No other case is before the board." in page(made.coordinator, sitting, "meeting-cases")


def test_items_move_and_the_agenda_is_ordered_from_the_page(made: Board) -> None:
    first, second, third = (before_board(made, label) for label in ("One", "Two", "Three"))
    for case in (first, third):
        cases.declare(case, made.members[0])
        case.now = timezone.now()
    sitting = meetings.planned(made, first, second, third)
    one, two, three = (case.submission.reference for case in (first, second, third))
    assert send(made.chair, "agenda-place", sitting.item(second).public_id, sitting, to="up").status_code == 302
    assert sitting.references() == [two, one, three]
    send(made.chair, "agenda-place", sitting.item(second).public_id, sitting, to="down")
    assert sitting.references() == [one, two, three]
    found = page(made.chair, sitting, "meeting-order")
    assert "somebody leaves 2 times" in found
    assert "somebody leaves once" in found
    send(made.chair, "meeting-order", sitting.meeting.public_id, sitting)
    assert "In this order somebody leaves the room once." in page(made.chair, sitting)
    given = {"minutes": 45, "keeps_place": "on", "note": "Ask the vendor."}
    send(made.chair, "agenda-item", sitting.item(second).public_id, sitting, **given)
    assert "45 minutes" in page(made.members[1], sitting)
    assert "keeps its place" in page(made.members[1], sitting)
    send(made.chair, "agenda-take-off", sitting.item(second).public_id, sitting)
    assert two not in page(made.members[1], sitting)


def test_meeting_is_announced_moved_and_cancelled_with_a_reason(made: Board) -> None:
    sitting = meetings.planned(made, before_board(made), announced=False)
    key = sitting.meeting.public_id
    assert get(made.members[0], "meeting-detail", key).status_code == 404
    assert "Member 0" in page(made.coordinator, sitting, "meeting-announce")
    send(made.coordinator, "meeting-announce", key, sitting)
    assert "Announced" in page(made.members[0], sitting)
    day = (timezone.now() + timedelta(days=40)).date().isoformat()
    given = {"starts_on": day, "starts_time": "10:00", "place": "Room 5"}
    assert faults_in(text_of(send(made.coordinator, "meeting-move", key, sitting, **given))) == {
        "reason": "Please fill this in."
    }
    send(made.coordinator, "meeting-move", key, sitting, reason="The room is taken.", **given)
    assert "The room is taken." in page(made.members[0], sitting)
    send(made.coordinator, "meeting-cancel", key, sitting, reason="Too few can come.")
    found = page(made.members[0], sitting)
    assert "This meeting does not take place." in found
    assert "Too few can come." in found
    answer = get(made.coordinator, "meeting-move", key)
    assert (answer.status_code, answer["Location"]) == (302, sitting.meeting.get_absolute_url())


def test_meeting_is_held_from_the_first_sheet_to_approved_minutes(made: Board) -> None:
    case = before_board(made)
    sitting = meetings.planned(made, case)
    key, item = sitting.meeting.public_id, sitting.item(case).public_id
    sheet = page(made.coordinator, sitting, "meeting-attendance")
    assert "checked" not in sheet
    found = text_of(send(made.coordinator, "meeting-attendance", key, sitting))
    assert found.count("Say whether they are there.") >= len(sitting.people)
    presence = {f"presence_{person.public_id}": "present" for person in sitting.people}
    presence[f"presence_{made.members[0].public_id}"] = "excused"
    send(made.coordinator, "meeting-attendance", key, sitting, **presence)
    assert Attendance.objects.filter(presence="present").count() == len(presence) - 1
    assert "Being held" in page(made.members[0], sitting)
    send(made.coordinator, "agenda-start", item, sitting)
    row = cases.put(case)
    case.now = timezone.now()
    cases.vote(case, row)
    send(made.coordinator, "agenda-end", item, sitting)
    send(made.coordinator, "meeting-close", key, sitting)
    assert "Held" in page(made.members[0], sitting)
    assert "They are written" not in page(made.coordinator, sitting, "minutes-detail")
    form = text_of(get(made.coordinator, "minutes-write", key))
    assert "Present: " in form
    assert f"1. {case.submission.reference}" in form
    given = {"general": "Short.", f"part_{item}": "Talked about."}
    post(made.coordinator, "minutes-write", key, version="none", **given)
    written = Minutes.objects.get()
    assert "Waits for approval" in page(made.members[0], sitting, "minutes-detail")
    assert "Approve the minutes" not in page(made.coordinator, sitting, "minutes-detail")
    assert get(made.coordinator, "minutes-approve", written.public_id).status_code == 403
    assert "Talked about." in text_of(get(made.chair, "minutes-approve", written.public_id))
    post(made.chair, "minutes-approve", written.public_id, version="1.0.draft")
    written.refresh_from_db()
    assert written.approved_by == made.chair
    post(
        made.coordinator, "minutes-write", key, version="1.0.approved", reason="A slip.", **{**given, "general": "New."}
    )
    found = page(made.members[0], sitting, "minutes-detail")
    assert "A slip." in found
    first = text_of(client_of(made.members[0]).get(f"/meetings/{key}/minutes/", {"version": "1"}))
    assert "This is an earlier version." in first
    assert client_of(made.members[0]).get(f"/meetings/{key}/minutes/", {"version": "9"}).status_code == 404


def test_minutes_shown_before_a_change_are_stale_and_keep_what_was_typed(made: Board) -> None:
    sitting = meetings.closed(meetings.opened(meetings.planned(made)))
    meetings.write(sitting, general="By the coordinator.")
    answer = post(made.chair, "minutes-write", sitting.meeting.public_id, version="none", general="By the chair.")
    assert answer.status_code == 409
    found = text_of(answer)
    assert "By the chair." in found
    assert 'name="version" value="1.0.draft"' in found


def test_what_was_recorded_and_who_was_out_stand_on_the_meeting(made: Board) -> None:
    case = before_board(made)
    cases.declare(case, made.members[0])
    cases.clear_holds(case)
    case.now = timezone.now()
    sitting = meetings.opened(meetings.planned(made, case))
    meetings.begun(sitting, case)
    row = cases.put(case)
    cases.vote(case, row, made.voters[1:])
    cases.finalise(case, row)
    meetings.ended(sitting, case)
    found = page(made.members[1], sitting)
    assert "Recorded in this meeting:" in found
    assert "Motion 1 carried: 6 for, 0 against. Decision: paper withheld." in found
    assert "Was out of the room: Member 0" in found
    hidden = page(made.members[0], sitting)
    assert "Recorded in this meeting:" not in hidden


def test_case_names_its_meeting_to_those_who_see_it(made: Board) -> None:
    case = before_board(made)
    sitting = meetings.planned(made, case)
    reference = case.submission.reference
    assert sitting.meeting.get_absolute_url() in text_of(get(made.members[0], "motion-list", reference))
    assert sitting.meeting.get_absolute_url() not in text_of(get(case.author, "submission-detail", reference))
    assert "meeting" not in text_of(get(case.author, "submission-record", reference)).lower()
    assert "put the case on the agenda of a meeting." in text_of(get(made.chair, "submission-record", reference))
    actions.cancel(meeting=sitting.again(), reason="Too few.", **sitting.acts)
    assert sitting.meeting.get_absolute_url() not in text_of(get(made.members[0], "motion-list", reference))


def test_first_page_leads_to_meetings_and_minutes(made: Board) -> None:
    sitting = meetings.planned(made, before_board(made))
    found = text_of(get(made.members[0], "my-work"))
    assert "Meeting on " in found
    assert "1 item" in found
    assert "Meeting on " not in text_of(get(made.reviewers[0], "my-work"))
    meetings.closed(meetings.opened(sitting))
    assert "Write the minutes of the meeting on" in text_of(get(made.coordinator, "my-work"))
    meetings.write(sitting)
    assert "Approve the minutes of the meeting on" in text_of(get(made.chair, "my-work"))


def test_record_prints_the_meeting_to_those_who_read_names(made: Board) -> None:
    case = before_board(made)
    cases.clear_holds(case)
    sitting = meetings.opened(meetings.planned(made, case, title="Spring meeting"))
    meetings.begun(sitting, case)
    row = cases.put(case)
    cases.vote(case, row)
    cases.finalise(case, row)
    cases.sign_all(case)
    reference = case.submission.reference
    said = "The ballot was closed in the meeting “Spring meeting”"
    assert said in text_of(get(made.auditor, "decision-detail", reference))
    assert "Spring meeting" not in text_of(get(case.author, "decision-detail", reference))
    assert "Spring meeting" not in text_of(get(made.officers["head_of_research"], "decision-detail", reference))
