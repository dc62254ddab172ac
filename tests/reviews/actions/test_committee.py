"""Founding committees, giving and ending roles."""

from __future__ import annotations

from datetime import date

import pytest

from audit import log
from reviews.actions.committee import appoint, dismiss, found
from reviews.models import Committee, Membership
from reviews.rules.errors import Denied, RuleBroken
from reviews.rules.states import CommitteeRole
from tests.factories.committee import START, Board, board
from tests.factories.people import UserFactory
from tests.reviews.actions.scenes import everything

pytestmark = pytest.mark.django_db


def stream(made: Board) -> str:
    return f"committee:{made.committee.public_id}"


def test_found_keeps_calendar_and_policy() -> None:
    made = board()
    other = found(
        name="Second", policy=made.committee.policy, time_zone="Asia/Tokyo", country="JP",
        closures=[date(2026, 12, 24), date(2026, 12, 31)], by=made.administrator, now=START,
    )  # fmt: skip
    assert (other.time_zone, other.country, other.closure_days.count()) == ("Asia/Tokyo", "JP", 2)
    events = log.events(f"committee:{other.public_id}")
    assert [(event.type, event.actor) for event in events] == [("committee.founded", made.administrator.public_id)]


def test_found_with_a_name_in_use() -> None:
    made = board()
    with pytest.raises(RuleBroken) as refused:
        found(name="Board", policy=made.committee.policy, time_zone="UTC", by=None, now=START)
    assert (refused.value.code, refused.value.field) == ("name_taken", "name")
    assert Committee.objects.count() == 1


def test_nobody_gives_a_role_to_themselves() -> None:
    made = board()
    before = everything()
    for person in (made.administrator, made.chair, UserFactory.build(pk=made.coordinator.pk, is_superuser=True)):
        with pytest.raises(Denied) as refused:
            appoint(committee=made.committee, user=person, role=CommitteeRole.EXECUTIVE, by=person, now=START)
        assert refused.value.code == "own_role"
    assert everything() == before


def test_role_is_held_once_at_a_time_and_may_be_given_again() -> None:
    made = board()
    with pytest.raises(RuleBroken) as refused:
        appoint(committee=made.committee, user=made.chair, role=CommitteeRole.CHAIR, by=made.administrator, now=START)
    assert (refused.value.code, refused.value.field) == ("role_held", "role")
    first = Membership.objects.get(user=made.chair)
    dismiss(membership=first, by=made.administrator, now=START)
    appoint(committee=made.committee, user=made.chair, role=CommitteeRole.CHAIR, by=made.administrator, now=START)
    held = [(row.until_at, row.until_by) for row in Membership.objects.filter(user=made.chair).order_by("pk")]
    assert held == [(START, made.administrator), (None, None)]
    assert [event.type for event in log.events(stream(made))][-2:] == ["committee.dismissed", "committee.appointed"]


def test_role_that_ended_does_not_end_again() -> None:
    made = board()
    row = Membership.objects.get(user=made.chair)
    dismiss(membership=row, by=made.administrator, now=START)
    with pytest.raises(RuleBroken) as refused:
        dismiss(membership=row, by=made.administrator, now=START)
    assert refused.value.code == "role_ended"
    assert log.verify(stream(made)).faults == ()
