"""What pages of committees are made of: the same number of queries for one and many, days of the committee's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.actions import confirm_expertise, deactivate, withdraw_expertise
from accounts.models import Expertise
from reviews.actions.committee import close_days, found
from reviews.models import Committee
from reviews.queries import committee as queries
from reviews.queries import policy
from tests.factories.committee import START, board
from tests.factories.people import administrator

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 3])
def test_holders_of_several_committees_take_two_queries(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [board(f"Board {number}", members=2).committee for number in range(count)]
    with django_assert_num_queries(2):
        held = queries.holders_of(rows)
    assert [len(people) for people in held.values()] == [18] * count


def test_holders_are_active_people_with_what_counts_for_seats() -> None:
    made = board(members=1, externals=0, reviewers=0)
    member, by = made.members[0], made.administrator
    confirm_expertise(user=member, kind=Expertise.Kind.SKILL, key="legal", by=by, now=START)
    withdraw_expertise(user=member, kind=Expertise.Kind.DOMAIN, key="cyber", by=by, now=START)
    deactivate(user=made.chair, by=by, now=START)
    people = {person.key: person for person in queries.holders(made.committee)}
    assert made.chair.public_id not in people
    held = people[member.public_id]
    assert (held.roles, held.skills, held.unit) == ({"member"}, {"legal"}, member.unit)
    assert held.domains == {"cbrn", "manipulation", "surveillance", "sexual_abuse", "bias"}


@pytest.mark.parametrize(
    ("now", "ahead"),
    [
        (datetime(2026, 12, 31, 14, 59, tzinfo=UTC), True),  # still the 31st in Tokyo
        (datetime(2026, 12, 31, 15, 0, tzinfo=UTC), False),
    ],
)
def test_day_ends_in_the_zone_of_the_committee(now: datetime, ahead: bool) -> None:
    by = administrator()
    made = found(name="Board", time_zone="Asia/Tokyo", country="JP", by=by, now=START)
    day = date(2026, 12, 31)
    close_days(committee=made, first=day, last=day, label="Party", by=by, now=START)
    calendar = queries.working(made, now)
    assert [stretch.label for stretch in calendar.closures] == (["Party"] if ahead else [])
    assert calendar.country_name == "Japan"
    assert calendar.holidays[0] == (date(2027, 1, 1), "New Year's Day")


def test_country_that_nobody_knows_any_more_breaks_nothing() -> None:
    made = found(name="Board", time_zone="UTC", by=None, now=START)
    Committee.objects.filter(pk=made.pk).update(country="ZZ")
    made.refresh_from_db()
    calendar = queries.working(made, START)
    assert (calendar.country_name, calendar.holidays) == ("ZZ", ())


def test_shipped_pack_is_published_once_its_bytes_are() -> None:
    assert not policy.is_published(policy.shipped())
    made = board()
    assert policy.is_published(policy.shipped())
    assert made.committee.policy_in_force.sha256 == policy.shipped().sha256
