"""Two who keep the same meeting at the same moment: one is first, the other is told, and every chain stays whole."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from audit import log
from reviews.actions import agenda, conflict, meeting, minutes
from reviews.models import AgendaItem, Minutes
from reviews.queries.meeting import Agenda
from reviews.rules.errors import Denied, NotNow, Refused, Stale
from reviews.rules.states import State
from tests.databases import FreshDatabase, at_once
from tests.factories import cases, meetings
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.factories.meetings import Sitting
from tests.reviews.races.conftest import Trials

Call = Callable[[], Any]
Made = tuple[Sitting, Case, Case]


@pytest.fixture
def made(fresh_database: FreshDatabase) -> Board:
    """The board, the same in every trial."""
    return board()


def race(*calls: Call) -> list[Any]:
    """Run the calls at once; nothing but refusals may come out, and every chain stays whole."""
    outcomes = at_once(*calls)
    assert [found for found in outcomes if isinstance(found, Exception) and not isinstance(found, Refused)] == []
    assert log.verify().faults == ()
    return outcomes


def told(outcomes: list[Any]) -> list[tuple[type[Exception], str]]:
    """What those who did not come through were told."""
    return [(type(found), found.code) for found in outcomes if isinstance(found, Refused)]


def two_cases(made: Board) -> Made:
    """A meeting with two cases on its agenda."""
    first, second = (cases.submission_in(State.DELIBERATION, made=made, label=label) for label in ("One", "Two"))
    return meetings.planned(made, first, second), first, second


def orders(sitting: Sitting) -> list[int]:
    """The places of the items."""
    return list(AgendaItem.objects.filter(meeting=sitting.meeting).order_by("order").values_list("order", flat=True))


def test_two_who_change_the_agenda_at_once(made: Board, trials: Trials[Made]) -> None:
    for _number, (sitting, first, second) in trials(lambda _: two_cases(made)):
        facts = {"version": sitting.again().version, "now": sitting.now}
        outcomes = race(
            partial(agenda.order, meeting=sitting.meeting, by=made.chair, **facts),
            partial(agenda.take_off, item=sitting.item(first), by=made.coordinator, **facts),
            partial(agenda.shift, item=sitting.item(second), up=True, by=made.deputy, **facts),
        )
        assert told(outcomes) == [(Stale, "stale")] * 2
        assert orders(sitting) == list(range(len(orders(sitting))))


def test_two_who_close_at_once(made: Board, trials: Trials[Made]) -> None:
    def prepare(_: int) -> Made:
        sitting, first, second = two_cases(made)
        meetings.begun(meetings.opened(sitting), first)
        return sitting, first, second

    for _number, (sitting, first, _second) in trials(prepare):
        facts = {"version": sitting.again().version, "now": sitting.now}
        outcomes = race(
            *(partial(meeting.close, meeting=sitting.meeting, by=by, **facts) for by in (made.chair, made.deputy)),
            partial(agenda.end, item=sitting.item(first), by=made.coordinator, **facts),
        )
        assert len(told(outcomes)) == 2
        assert {kind for kind, _code in told(outcomes)} <= {Stale, NotNow}
        ended = [event.type for event in log.events(first.submission.stream) if event.type == "meeting.discussed"]
        assert (sitting.item(first).ended_at is not None, len(ended)) == (True, 1)


def test_two_items_begun_at_once(made: Board, trials: Trials[Made]) -> None:
    def prepare(_: int) -> Made:
        sitting, first, second = two_cases(made)
        return meetings.opened(sitting), first, second

    for _number, (sitting, first, second) in trials(prepare):
        facts = {"version": sitting.again().version, "now": sitting.now}
        outcomes = race(
            partial(agenda.start, item=sitting.item(first), by=made.chair, **facts),
            partial(agenda.start, item=sitting.item(second), by=made.deputy, **facts),
        )
        assert told(outcomes) in ([(Stale, "stale")], [(NotNow, "under_way")])
        assert AgendaItem.objects.filter(meeting=sitting.meeting, started_at__isnull=False).count() == 1


def test_ending_an_item_against_stepping_aside(made: Board, trials: Trials[Made]) -> None:
    """Whoever stepped aside first is noted as out of the room; in either order they read no more of the item."""

    def prepare(_: int) -> Made:
        sitting, first, second = two_cases(made)
        meetings.begun(meetings.opened(sitting), first)
        return sitting, first, second

    for _number, (sitting, first, _second) in trials(prepare):
        person = made.members[0]
        facts = {"version": sitting.again().version, "now": sitting.now}
        outcomes = race(
            partial(agenda.end, item=sitting.item(first), by=made.coordinator, **facts),
            partial(conflict.declare, submission=first.submission, type_key="personal", by=person, now=sitting.now),
        )
        assert told(outcomes) == []
        events = [event.type for event in log.events(first.submission.stream)]
        was_out = events.index("conflict.declared") < events.index("meeting.discussed")
        room = sitting.item(first).room
        assert (person.public_id in room["out"], person.public_id in room["present"]) == (was_out, not was_out)
        assert Agenda(sitting.again()).lines(person)[0].is_seen is False


def test_coordinator_who_steps_aside_against_their_own_hand_in_the_item(made: Board, trials: Trials[Made]) -> None:
    for _number, (sitting, first, _second) in trials(lambda _: two_cases(made)):
        facts = {"version": sitting.again().version, "now": sitting.now}
        outcomes = race(
            partial(agenda.take_off, item=sitting.item(first), by=made.coordinator, **facts),
            partial(
                conflict.declare, submission=first.submission, type_key="personal", by=made.coordinator,
                now=sitting.now,
            ),
        )  # fmt: skip
        left = AgendaItem.objects.filter(meeting=sitting.meeting, submission=first.submission).count()
        assert (left, told(outcomes)) in [(0, []), (1, [(Denied, "conflicted")])]


def test_approving_against_writing(made: Board, trials: Trials[tuple[Sitting, Minutes]]) -> None:
    """What is approved is what was shown, or the approval is refused; nobody changes it afterwards."""

    def prepare(_: int) -> tuple[Sitting, Minutes]:
        sitting = meetings.closed(meetings.opened(meetings.planned(made)))
        return sitting, meetings.write(sitting)

    for _number, (sitting, row) in trials(prepare):
        known = minutes.state_of(row)
        outcomes = race(
            partial(minutes.approve, minutes=row, seen=known, by=made.chair, now=sitting.now),
            partial(
                minutes.write, meeting=sitting.again(), general="Other.", parts={}, seen=known, by=made.deputy,
                now=sitting.now,
            ),
        )  # fmt: skip
        assert told(outcomes) == [(Stale, "stale")]
        found = Minutes.objects.get(meeting=sitting.meeting)
        assert (found.approved_at is None) is (found.general == "Other.")
