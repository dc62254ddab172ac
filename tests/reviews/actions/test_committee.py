"""Founding committees, their settings and closure days, giving and ending roles."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.actions import deactivate
from audit import log
from reviews.actions import committee as actions
from reviews.actions.committee import appoint, close_days, dismiss, found, reopen_days
from reviews.models import ClosureDay, Committee, Membership
from reviews.queries import deadline
from reviews.rules.errors import Denied, RuleBroken, Stale
from reviews.rules.states import CommitteeRole, State
from tests.factories import cases
from tests.factories.committee import START, Board, board
from tests.factories.people import UserFactory, administrator
from tests.reviews.actions.scenes import everything

pytestmark = pytest.mark.django_db

EVE, SILVESTER = date(2026, 12, 24), date(2026, 12, 31)


def stream(made: Board) -> str:
    return f"committee:{made.committee.public_id}"


def change(made: Board, **facts: Any) -> Committee:
    known = {
        "name": "Board", "time_zone": "Europe/Berlin", "country": "", "weekdays": [0, 1, 2, 3, 4], "version": 0,
        "by": made.administrator,
    }  # fmt: skip
    return actions.change_settings(committee=made.committee, now=START, **{**known, **facts})


def dismissed(made: Board, person: Any, role: str) -> Membership:
    row = Membership.objects.get(committee=made.committee, user=person, role=role, until_at=None)
    return dismiss(membership=row, by=made.administrator, now=START + timedelta(days=90))


# founding and settings -----------------------------------------------------------------------------------------------


def test_found_keeps_its_calendar_and_has_no_policy() -> None:
    by = administrator()
    made = found(name=" Second ", time_zone="Asia/Tokyo", country="JP", weekdays={6, 0, 2}, by=by, now=START)
    made.refresh_from_db()
    assert (made.name, made.time_zone, made.country, made.working_weekdays, made.policy, made.version) == (
        "Second", "Asia/Tokyo", "JP", [0, 2, 6], None, 0,
    )  # fmt: skip
    event = log.events(f"committee:{made.public_id}")[0]
    assert (event.type, event.actor, event.data) == (
        "committee.founded",
        by.public_id,
        {"name": log.digest("Second"), "time_zone": "Asia/Tokyo", "country": "JP", "working_weekdays": [0, 2, 6]},
    )


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"name": "board"}, "name_taken", "name"),
        ({"name": " "}, "name_missing", "name"),
        ({"time_zone": "Europe/Nowhere"}, "zone_unknown", "time_zone"),
        ({"country": "XX"}, "country_unknown", "country"),
        ({"weekdays": []}, "no_weekday", "weekdays"),
        ({"weekdays": [7]}, "no_weekday", "weekdays"),
    ],
)
def test_found_and_settings_refuse_what_is_not_sound(facts: dict[str, Any], code: str, field: str) -> None:
    made = board()
    other = found(name="Second", time_zone="UTC", by=made.administrator, now=START)
    before = everything()
    with pytest.raises(RuleBroken) as refused:
        found(**{"name": "Third", "time_zone": "UTC", "by": made.administrator, "now": START, **facts})
    assert (refused.value.code, refused.value.field) == (code, field)
    made.committee = other
    with pytest.raises(RuleBroken) as refused:
        change(made, **{"name": "Second", **facts})
    assert (refused.value.code, refused.value.field) == (code, field)
    assert everything() == before


def test_settings_change_what_differs_and_say_so() -> None:
    made = board()
    changed = change(made, name="Review board", country="DE", weekdays=[0, 1, 2])
    assert (changed.name, changed.country, changed.working_weekdays, changed.version) == (
        "Review board", "DE", [0, 1, 2], 1,
    )  # fmt: skip
    event = log.events(stream(made))[-1]
    assert (event.type, event.data) == (
        "committee.changed",
        {"name": log.digest("Review board"), "country": "DE", "working_weekdays": [0, 1, 2]},
    )
    assert deadline.calendar(changed).weekdays == frozenset({0, 1, 2})


def test_settings_with_nothing_new_leave_no_event() -> None:
    made = board()
    before = everything()
    change(made)
    assert everything() == before


def test_settings_shown_before_a_change_are_stale() -> None:
    made = board()
    change(made, country="DE")
    before = everything()
    with pytest.raises(Stale):
        change(made, country="FR")
    assert everything() == before


# closure days --------------------------------------------------------------------------------------------------------


def test_days_are_closed_together_and_once() -> None:
    made = board()
    rows = close_days(
        committee=made.committee, first=EVE, last=SILVESTER, label=" Winter ", by=made.administrator, now=START
    )
    assert [row.day_date.day for row in rows] == [24, 25, 26, 27, 28, 29, 30]  # the 31st was closed before
    assert {row.label for row in rows} == {"Winter"}
    event = log.events(stream(made))[-1]
    assert (event.type, event.data) == (
        "committee.days_closed",
        {"first": "2026-12-24", "last": "2026-12-31", "days": 7, "label": log.digest("Winter")},
    )
    assert deadline.calendar(made.committee).closures == {EVE + timedelta(days=n) for n in range(8)}


def test_days_reopened_stay_as_rows_and_may_be_closed_again() -> None:
    made = board()
    by = made.administrator
    later = START + timedelta(days=1)
    assert reopen_days(committee=made.committee, first=EVE, last=SILVESTER, by=by, now=later) == 1
    assert deadline.calendar(made.committee).closures == frozenset()
    close_days(committee=made.committee, first=SILVESTER, last=SILVESTER, by=by, now=later)
    kept = [(row.cancelled_at, row.cancelled_by) for row in ClosureDay.objects.order_by("pk")]
    assert kept == [(later, by), (None, None)]
    assert [event.type for event in log.events(stream(made))][-2:] == [
        "committee.days_reopened", "committee.days_closed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "code", "field"),
    [
        (SILVESTER, EVE, "backwards", "last"),
        (EVE, EVE + timedelta(days=60), "too_many", "last"),
        (date(2062, 1, 1), date(2062, 1, 1), "far_away", "first"),
        (SILVESTER, SILVESTER, "closed", "first"),
    ],
)
def test_days_that_cannot_be_closed(first: date, last: date, code: str, field: str) -> None:
    made = board()
    before = everything()
    with pytest.raises(RuleBroken) as refused:
        close_days(committee=made.committee, first=first, last=last, by=made.administrator, now=START)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert everything() == before


def test_sixty_days_at_once_are_allowed() -> None:
    made = board()
    rows = close_days(
        committee=made.committee, first=EVE, last=EVE + timedelta(days=59), by=made.administrator, now=START
    )
    assert len(rows) == 59  # one was closed before


def test_days_that_are_open_are_not_reopened() -> None:
    made = board()
    with pytest.raises(RuleBroken) as refused:
        reopen_days(committee=made.committee, first=EVE, last=EVE, by=made.administrator, now=START)
    assert refused.value.code == "not_closed"


# roles ---------------------------------------------------------------------------------------------------------------


def test_committees_belong_to_administrators() -> None:
    made = board()
    row = Membership.objects.get(user=made.chair)
    newcomer = UserFactory()
    before = everything()
    for by in (made.coordinator, made.deputy, made.leader, UserFactory.build(pk=made.members[0].pk, is_superuser=True)):
        assert by is not None
        at = {"by": by, "now": START}
        for act in (
            lambda at=at: found(name="Third", time_zone="UTC", **at),
            lambda at=at: change(made, name="Third", by=at["by"]),
            lambda at=at: close_days(committee=made.committee, first=EVE, last=EVE, **at),
            lambda at=at: reopen_days(committee=made.committee, first=SILVESTER, last=SILVESTER, **at),
            lambda at=at: appoint(committee=made.committee, user=newcomer, role=CommitteeRole.CHAIR, **at),
            lambda at=at: dismiss(membership=row, **at),
        ):
            with pytest.raises(Denied) as refused:
                act()
            assert refused.value.code == "administrator_only"
    assert everything() == before


def test_nobody_gives_or_ends_a_role_of_their_own() -> None:
    made = board()
    second = administrator()
    own = appoint(committee=made.committee, user=made.administrator, role=CommitteeRole.MEMBER, by=second, now=START)
    before = everything()
    for person in (made.administrator, made.chair, UserFactory.build(pk=made.coordinator.pk, is_superuser=True)):
        with pytest.raises(Denied) as refused:
            appoint(committee=made.committee, user=person, role=CommitteeRole.EXECUTIVE, by=person, now=START)
        assert refused.value.code == "own_role"
    with pytest.raises(Denied) as refused:
        dismiss(membership=own, by=made.administrator, now=START)
    assert refused.value.code == "own_role"
    assert everything() == before
    assert dismiss(membership=own, by=second, now=START).until_by == second


def test_role_is_held_once_at_a_time_and_may_be_given_again() -> None:
    made = board()
    with pytest.raises(RuleBroken) as refused:
        appoint(committee=made.committee, user=made.chair, role=CommitteeRole.CHAIR, by=made.administrator, now=START)
    assert (refused.value.code, refused.value.field) == ("role_held", "roles")
    first = Membership.objects.get(user=made.chair)
    dismiss(membership=first, by=made.administrator, now=START)
    appoint(committee=made.committee, user=made.chair, role=CommitteeRole.CHAIR, by=made.administrator, now=START)
    held = [(row.until_at, row.until_by) for row in Membership.objects.filter(user=made.chair).order_by("pk")]
    assert held == [(START, made.administrator), (None, None)]
    assert [event.type for event in log.events(stream(made))][-2:] == ["committee.dismissed", "committee.appointed"]


def test_closed_account_gets_no_role() -> None:
    made = board()
    person = UserFactory()
    deactivate(user=person, by=made.administrator, now=START)
    person.refresh_from_db()
    with pytest.raises(RuleBroken) as refused:
        appoint(committee=made.committee, user=person, role=CommitteeRole.MEMBER, by=made.administrator, now=START)
    assert refused.value.code == "inactive"


def test_role_that_ended_does_not_end_again() -> None:
    made = board()
    row = Membership.objects.get(user=made.chair)
    dismiss(membership=row, by=made.administrator, now=START)
    with pytest.raises(RuleBroken) as refused:
        dismiss(membership=row, by=made.administrator, now=START)
    assert refused.value.code == "role_ended"
    assert log.verify(stream(made)).faults == ()


def test_last_who_acts_as_chair_or_coordinator_stays_while_cases_are_open() -> None:
    case = cases.submission_in(State.SUBMITTED)
    made = case.board
    dismissed(made, made.coordinator, "coordinator")  # the deputy stands in
    for person, role in ((made.deputy, "deputy_chair"),):
        with pytest.raises(RuleBroken) as refused:
            dismissed(made, person, role)
        assert refused.value.code == "last_of_role"
        assert "nobody acts as coordinator" in refused.value.text
    appoint(
        committee=made.committee, user=made.members[0], role=CommitteeRole.COORDINATOR, by=made.administrator,
        now=START,
    )  # fmt: skip
    dismissed(made, made.deputy, "deputy_chair")
    with pytest.raises(RuleBroken) as refused:
        dismissed(made, made.chair, "chair")
    assert "nobody acts as chair" in refused.value.text


def test_closed_account_does_not_count_as_somebody_who_remains() -> None:
    case = cases.submission_in(State.SUBMITTED)
    made = case.board
    deactivate(user=made.deputy, by=made.administrator, now=case.now)
    with pytest.raises(RuleBroken) as refused:
        dismissed(made, made.coordinator, "coordinator")
    assert refused.value.code == "last_of_role"


@pytest.mark.parametrize("state", [None, State.DRAFT, State.DECIDED, State.WITHDRAWN])
def test_everybody_may_go_where_no_case_is_open(state: State | None) -> None:
    made = board()
    if state is not None:
        cases.submission_in(state, made=made, tier=0 if state is State.DECIDED else 2)
    for person, role in ((made.coordinator, "coordinator"), (made.deputy, "deputy_chair"), (made.chair, "chair")):
        dismissed(made, person, role)
    assert not Membership.objects.filter(user=made.chair, until_at=None).exists()


def test_officer_may_go_although_cases_are_open() -> None:
    case = cases.submission_in(State.IN_REVIEW, tier=3)
    dismissed(case.board, case.board.officers["legal_officer"], "legal_officer")
