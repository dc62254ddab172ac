"""Who opens the page of a committee: the predicate and the row filter are one rule."""

from __future__ import annotations

import pytest

from accounts.actions import deactivate
from reviews.access import committee as access
from reviews.access.twin import can
from reviews.actions.committee import appoint, dismiss, found
from reviews.models import Committee, Membership
from reviews.rules.states import RUNNING, CommitteeRole
from tests.factories.committee import START, board
from tests.factories.people import UserFactory, administrator

pytestmark = pytest.mark.django_db


def test_filter_gives_the_committees_that_the_predicate_allows() -> None:
    made = board()
    elsewhere = found(name="Second", time_zone="UTC", by=made.administrator, now=START)
    people = {str(role): UserFactory() for role in CommitteeRole}
    for role, person in people.items():
        appoint(committee=elsewhere, user=person, role=CommitteeRole(role), by=made.administrator, now=START)
    former, closed = administrator(), administrator()
    deactivate(user=closed, by=made.administrator, now=START)
    closed.refresh_from_db()
    ended = appoint(committee=elsewhere, user=former, role=CommitteeRole.CHAIR, by=made.administrator, now=START)
    dismiss(membership=ended, by=made.administrator, now=START)
    people |= {
        "administrator": made.administrator, "closed": closed, "stranger": UserFactory(is_superuser=True),
        "leader": made.leader or UserFactory(), "chair of the other": made.chair,
    }  # fmt: skip
    sees = {name: set() for name in people}
    for name, person in people.items():
        for committee in (made.committee, elsewhere):
            allowed = access.can_see(person, committee)
            assert allowed is Committee.objects.visible_to(person).filter(pk=committee.pk).exists(), name
            sees[name] |= {committee.name} if allowed else set()
        assert can(access.check_can_list, person) is bool(sees[name]), name
    assert {name for name, committees in sees.items() if committees == {"Second"}} == {str(role) for role in RUNNING}
    assert {name for name, committees in sees.items() if committees == {"Board", "Second"}} == {"administrator"}
    assert sees["chair of the other"] == {"Board"}
    assert Membership.objects.filter(user=former).count() == 1
