"""Days away: noted, refused with a sentence, taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts import actions
from accounts.models import Absence, User
from audit import log
from tests.factories.people import AbsenceFactory, UserFactory, administrator

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def note(user: User, first: int, last: int, **changes: Any) -> Absence:
    """An absence in March, by the person."""
    days = {"from_date": date(2026, 3, first), "until_date": date(2026, 3, last)}
    return actions.note_absence(**{"user": user, "stand_in": None, "by": user, "now": NOW, **days, **changes})


def test_absence_is_noted_with_its_stand_in() -> None:
    person, other = UserFactory(), UserFactory()
    made = note(person, 9, 13, stand_in=other)
    assert (made.stand_in, made.noted_by, made.noted_at) == (other, person, NOW)
    (event,) = log.events(f"account:{person.public_id}")
    assert (event.type, event.data) == ("account.absence_noted", {"absence": made.public_id})


def test_one_day_and_today_are_days() -> None:
    person = UserFactory()
    assert note(person, 2, 2).from_date == date(2026, 3, 2)


def test_today_is_the_day_of_the_person() -> None:
    with pytest.raises(actions.Refused):
        note(UserFactory(), 1, 1)
    west = UserFactory(time_zone="America/Los_Angeles")
    assert note(west, 1, 1, now=datetime(2026, 3, 2, 7, 0, tzinfo=UTC)).user == west


@pytest.mark.parametrize(
    ("first", "last", "code", "field"),
    [
        (13, 9, "ends_before_start", "until_date"), (1, 1, "over", "until_date"),
        (8, 10, "overlaps", "from_date"), (13, 20, "overlaps", "from_date"), (10, 11, "overlaps", "from_date"),
    ],
)  # fmt: skip
def test_days_that_cannot_be_noted(first: int, last: int, code: str, field: str) -> None:
    person = UserFactory()
    note(person, 9, 13)
    with pytest.raises(actions.Refused) as refused:
        note(person, first, last)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert Absence.objects.count() == 1


def test_stand_in_is_somebody_else_whose_account_is_open() -> None:
    person = UserFactory()
    for other in (person, UserFactory(is_active=False)):
        with pytest.raises(actions.Refused) as refused:
            note(person, 9, 13, stand_in=other)
        assert refused.value.field == "stand_in"


def test_taken_back_leaves_the_days_free() -> None:
    admin, person = administrator(), UserFactory()
    made = note(person, 9, 13)
    gone = actions.cancel_absence(absence=made, by=admin, now=NOW)
    assert (gone.cancelled_at, gone.cancelled_by) == (NOW, admin)
    with pytest.raises(actions.Refused):
        actions.cancel_absence(absence=made, by=person, now=NOW)
    note(person, 9, 13)
    assert Absence.objects.count() == 2


def test_what_is_over_is_not_taken_back() -> None:
    made = AbsenceFactory()
    with pytest.raises(actions.Refused):
        actions.cancel_absence(absence=made, by=made.user, now=datetime(2026, 3, 14, 9, tzinfo=UTC))
    actions.cancel_absence(absence=made, by=made.user, now=datetime(2026, 3, 13, 9, tzinfo=UTC))
