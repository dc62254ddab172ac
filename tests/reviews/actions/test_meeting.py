"""Planning, announcing, moving, cancelling, opening and closing a meeting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from audit import log
from notifications import outbox
from reviews.actions import agenda, meeting
from reviews.models import Attendance, Meeting
from reviews.rules.errors import Denied, NotNow, RuleBroken, Stale
from reviews.rules.states import State
from tests.factories import cases, meetings
from tests.factories.cases import Case
from tests.factories.committee import START, Board, board
from tests.factories.meetings import AHEAD, Sitting
from tests.factories.people import UserFactory
from tests.reviews.actions.scenes import everything, names

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    """A case before the board."""
    return cases.submission_in(State.DELIBERATION, tier=3)


def events(made: Board) -> list[str]:
    """What the log of the committee says of meetings."""
    found = [event.type for event in log.events(f"committee:{made.committee.public_id}")]
    assert log.verify(f"committee:{made.committee.public_id}").faults == ()
    return [name for name in found if "meeting" in name or "agenda" in name or "minutes" in name or "attend" in name]


def told(event: str) -> list[str]:
    """Who has a mail of that event waiting."""
    who = names()
    return sorted(who[row.recipient] for row in outbox.recent(limit=1000, states=["queued"]) if row.template == event)


def plan(made: Board, **facts: Any) -> Meeting:
    known = {"title": " March ", "starts_at": START + AHEAD, "place": " Room 4 ", "by": made.coordinator}
    return meeting.plan(**{"committee": made.committee, "now": START, **known, **facts})


ASKED = sorted(
    [f"Member {n}" for n in range(5)] + ["External 0", "External 1", "Chair", "Deputy", "Coordinator"]
)  # fmt: skip


def test_planned_meeting_is_known_to_nobody_else() -> None:
    made = board()
    row = plan(made)
    assert (row.title, row.place, row.status, row.version, row.invited_at, row.planned_by) == (
        "March", "Room 4", "planned", 0, None, made.coordinator,
    )  # fmt: skip
    event = log.events(f"committee:{made.committee.public_id}")[-1]
    assert (event.type, event.data) == (
        "committee.meeting_planned",
        {
            "meeting": row.public_id, "starts_at": (START + AHEAD).isoformat(), "title": log.digest("March"),
            "place": log.digest("Room 4"),
        },
    )  # fmt: skip
    assert told("meeting.invited") == []


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"title": " "}, "title", "title"),
        ({"starts_at": START}, "passed", "starts_on"),
        ({"starts_at": START + timedelta(days=4 * 366)}, "far_away", "starts_on"),
    ],
)
def test_meeting_that_is_not_sound_is_not_planned(facts: dict[str, Any], code: str, field: str) -> None:
    made = board()
    before = everything()
    with pytest.raises(RuleBroken) as refused:
        plan(made, **facts)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert everything() == before


def test_announced_meeting_is_told_to_who_votes_and_who_runs_it_and_to_nobody_twice() -> None:
    made = board()
    sitting = meetings.planned(made, announced=False)
    first = meeting.invite(meeting=sitting.again(), **sitting.acts)
    assert told("meeting.invited") == ASKED
    again = meeting.invite(meeting=sitting.again(), **sitting.acts)
    assert (again.invited_at, len(told("meeting.invited"))) == (first.invited_at, len(ASKED))
    with pytest.raises(NotNow) as refused:
        meeting.invite(meeting=sitting.again(), version=again.version, by=made.chair, now=again.starts_at)
    assert refused.value.code == "passed"


def test_moved_meeting_takes_the_old_mails_back_and_says_why_where_it_was_announced() -> None:
    made = board()
    quiet = meetings.planned(made, announced=False)
    later = {"starts_at": quiet.meeting.starts_at + timedelta(days=1), "place": "Room 5", "reason": " Ill. "}
    meeting.move(meeting=quiet.again(), **later, **quiet.acts)
    assert told("meeting.moved") == []
    sitting = meetings.planned(made)
    moved = meeting.move(meeting=sitting.again(), **later, **sitting.acts)
    assert (moved.starts_at, moved.place, moved.move_reason, moved.moved_by) == (
        later["starts_at"], "Room 5", "Ill.", made.coordinator,
    )  # fmt: skip
    assert (told("meeting.invited"), told("meeting.moved")) == ([], ASKED)
    meeting.move(meeting=sitting.again(), **{**later, "place": "Room 6"}, **sitting.acts)
    assert len(told("meeting.moved")) == len(ASKED)


@pytest.mark.parametrize(
    ("facts", "code"),
    [({"reason": " "}, "reason"), ({"starts_at": START}, "passed"), ({}, "same")],
)
def test_meeting_is_moved_with_a_reason_to_another_moment_ahead(facts: dict[str, Any], code: str) -> None:
    sitting = meetings.planned(board())
    known = {"starts_at": sitting.meeting.starts_at, "place": "Room 4", "reason": "Ill.", **facts}
    before = everything()
    with pytest.raises(RuleBroken) as refused:
        meeting.move(meeting=sitting.again(), **known, **sitting.acts)
    assert refused.value.code == code
    assert everything() == before


def test_cancelled_meeting_is_told_and_takes_no_more() -> None:
    made = board()
    sitting = meetings.planned(made)
    with pytest.raises(RuleBroken):
        meeting.cancel(meeting=sitting.again(), reason=" ", **sitting.acts)
    row = meeting.cancel(meeting=sitting.again(), reason="Too few can come.", **sitting.acts)
    assert (row.status, row.cancel_reason, row.is_ahead) == ("cancelled", "Too few can come.", False)
    assert (told("meeting.invited"), told("meeting.cancelled")) == ([], ASKED)
    before = everything()
    for again in (
        lambda: meeting.cancel(meeting=sitting.again(), reason="Again.", **sitting.acts),
        lambda: meeting.invite(meeting=sitting.again(), **sitting.acts),
        lambda: agenda.order(meeting=sitting.again(), **sitting.acts),
        lambda: meeting.note_attendance(meeting=sitting.again(), presence={}, **sitting.acts),
        lambda: meeting.close(meeting=sitting.again(), **sitting.acts),
    ):
        with pytest.raises(NotNow):
            again()
    assert everything() == before


def test_nobody_is_told_that_a_meeting_nobody_knew_of_is_cancelled() -> None:
    sitting = meetings.planned(board(), announced=False)
    meeting.cancel(meeting=sitting.again(), reason="Too few can come.", **sitting.acts)
    assert told("meeting.cancelled") == []


def test_attendance_opens_the_meeting_and_is_of_everybody_who_is_asked(case: Case) -> None:
    made = case.board
    sitting = meetings.planned(made, case)
    sheet = meetings.presence(sitting, absent=made.members[:1], excused=made.members[1:2])
    for missing in (made.chair, made.externals[0]):
        part = {key: word for key, word in sheet.items() if key != missing.public_id}
        with pytest.raises(RuleBroken) as refused:
            meeting.note_attendance(meeting=sitting.again(), presence=part, **sitting.acts)
        assert refused.value.field == f"presence_{missing.public_id}"
    with pytest.raises(RuleBroken) as refused:
        meeting.note_attendance(meeting=sitting.again(), presence=dict.fromkeys(sheet, "absent"), **sitting.acts)
    assert refused.value.code == "nobody"
    row = meeting.note_attendance(meeting=sitting.again(), presence=sheet, **sitting.acts)
    assert (row.is_open, row.is_ahead, row.opened_by) == (True, False, made.coordinator)
    found = {one.user.display_name: one.presence for one in Attendance.objects.select_related("user")}
    assert sorted(found) == ASKED
    assert {name: word for name, word in found.items() if word != "present"} == {
        "Member 0": "absent", "Member 1": "excused",
    }  # fmt: skip
    opened_at = row.opened_at
    late = {**sheet, made.members[0].public_id: "present"}
    row = meeting.note_attendance(meeting=sitting.again(), presence=late, **sitting.acts)
    noted = Attendance.objects.get(user=made.members[0])
    assert (noted.presence, noted.noted_at, row.opened_at) == ("present", sitting.now, opened_at)
    assert Attendance.objects.get(user=made.members[2]).noted_at == opened_at
    assert events(made)[-2:] == ["committee.meeting_opened", "committee.attendance_changed"]


def test_meeting_that_has_begun_is_neither_moved_nor_cancelled_nor_ordered(case: Case) -> None:
    sitting = meetings.opened(meetings.planned(case.board, case))
    before = everything()
    for late in (
        lambda: meeting.move(
            meeting=sitting.again(), starts_at=sitting.now + AHEAD, place="", reason="Ill.", **sitting.acts
        ),
        lambda: meeting.cancel(meeting=sitting.again(), reason="Ill.", **sitting.acts),
        lambda: meeting.invite(meeting=sitting.again(), **sitting.acts),
        lambda: agenda.order(meeting=sitting.again(), **sitting.acts),
        lambda: agenda.take_off(item=sitting.item(case), **sitting.acts),
        lambda: agenda.shift(item=sitting.item(case), up=True, **sitting.acts),
    ):
        with pytest.raises(NotNow) as refused:
            late()
        assert refused.value.code == "begun"
    assert everything() == before


def test_closing_ends_what_is_under_way_and_happens_once(case: Case) -> None:
    sitting = meetings.opened(meetings.planned(case.board, case))
    meetings.begun(sitting, case)
    row = meeting.close(meeting=sitting.again(), **sitting.acts)
    item = sitting.item(case)
    assert (row.status, row.closed_at, item.ended_at, item.ended_by) == (
        "held", sitting.now, sitting.now, case.board.coordinator,
    )  # fmt: skip
    assert len(item.room["present"]) == len(ASKED)
    assert [event.type for event in log.events(case.submission.stream)][-1] == "meeting.discussed"
    for again in (meeting.close, lambda **facts: meeting.note_attendance(presence={}, **facts)):
        with pytest.raises(NotNow):
            again(meeting=sitting.again(), **sitting.acts)


ACTIONS: dict[str, Callable[[Sitting, dict[str, Any]], object]] = {
    "invite": lambda sitting, facts: meeting.invite(meeting=sitting.meeting, **facts),
    "move": lambda sitting, facts: meeting.move(
        meeting=sitting.meeting, starts_at=sitting.now + 2 * AHEAD, place="", reason="Ill.", **facts
    ),
    "cancel": lambda sitting, facts: meeting.cancel(meeting=sitting.meeting, reason="Ill.", **facts),
    "order": lambda sitting, facts: agenda.order(meeting=sitting.meeting, **facts),
    "note_attendance": lambda sitting, facts: meeting.note_attendance(
        meeting=sitting.meeting, presence=meetings.presence(sitting), **facts
    ),
}


@pytest.mark.parametrize("name", [*ACTIONS, "close", "plan"])
def test_meetings_are_kept_by_those_who_run_the_committee_and_by_nobody_else(name: str, case: Case) -> None:
    made = case.board
    sitting = meetings.planned(made, case)
    if name == "close":
        meetings.opened(sitting)
    known = {
        **ACTIONS,
        "close": lambda sitting, facts: meeting.close(meeting=sitting.meeting, **facts),
        "plan": lambda sitting, facts: plan(made, by=facts["by"]),
    }
    others = [
        made.members[0], made.externals[0], made.reviewers[0], made.administrator, made.auditor, made.leader,
        made.officers["legal_officer"], case.author, UserFactory(is_superuser=True), board("Elsewhere").coordinator,
    ]  # fmt: skip
    before = everything()
    for person in others:
        facts = {**sitting.acts, "by": person}
        with pytest.raises(Denied):
            known[name](sitting, facts)
    assert everything() == before
    assert known[name](sitting, {**sitting.acts, "by": made.deputy})


@pytest.mark.parametrize("name", [*ACTIONS])
@pytest.mark.parametrize("off", [-1, 1])
def test_form_shown_before_a_change_is_stale(name: str, off: int, case: Case) -> None:
    sitting = meetings.planned(case.board, case)
    facts = sitting.acts
    before = everything()
    with pytest.raises(Stale):
        ACTIONS[name](sitting, {**facts, "version": facts["version"] + off})
    assert everything() == before


def test_closed_account_runs_nothing() -> None:
    made = board()
    User.objects.filter(pk=made.chair.pk).update(is_active=False)
    made.chair.refresh_from_db()
    with pytest.raises(Denied):
        plan(made, by=made.chair)
