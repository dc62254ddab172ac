"""Who sees whom: the question to one person and the row filter say the same, for everybody about everybody."""

from __future__ import annotations

import pytest

from accounts.models import OrganisationRole, User
from reviews.access import people as access
from reviews.access.twin import can
from reviews.actions.committee import dismiss
from reviews.models import Membership
from tests.factories.committee import START, board
from tests.factories.people import UserFactory, administrator

pytestmark = pytest.mark.django_db


def seen_by(user: User) -> set[User]:
    """Everybody whom the row filter shows."""
    return set(access.visible_to(user, administers=access.administers(user)))


def test_predicate_equals_row_filter_for_everybody() -> None:
    made, other = board(), board("Another board", members=1, externals=0, reviewers=1)
    former = other.chair
    dismiss(membership=Membership.objects.get(user=former), by=other.administrator, now=START)
    UserFactory(is_superuser=True, is_staff=True)
    User.objects.filter(pk=made.deputy.pk).update(is_active=False)
    everybody = list(User.objects.all())
    for user in everybody:
        shown = seen_by(user)
        assert {person for person in everybody if access.can_see(user, person)} == shown
        assert can(access.check_can_list, user) == bool(shown)


def test_those_who_run_a_committee_see_the_people_on_it_and_nobody_else() -> None:
    made, other = board(), board("Another board")
    serving = {made.chair, made.deputy, made.coordinator, *made.voters, *made.reviewers, *made.officers.values()}
    for user in (made.chair, made.deputy, made.coordinator):
        assert seen_by(user) == serving
    assert other.chair not in serving
    for stranger in (made.members[0], made.reviewers[0], made.officers["executive"], made.leader, made.auditor):
        assert stranger is not None
        assert seen_by(stranger) == set()


def test_administrators_see_everybody_while_they_administer() -> None:
    made = board()
    assert seen_by(made.administrator) == set(User.objects.all())
    OrganisationRole.objects.filter(user=made.administrator).update(until_at=START, until_by=made.administrator)
    assert seen_by(made.administrator) == set()


def test_closed_account_sees_nobody() -> None:
    made = board()
    for person in (made.chair, made.administrator):
        User.objects.filter(pk=person.pk).update(is_active=False)
        person.refresh_from_db()
        assert seen_by(person) == set()


def test_who_confirms() -> None:
    made = board()
    person = made.reviewers[0]
    everybody = [
        made.chair,
        made.deputy,
        made.coordinator,
        made.administrator,
        administrator(),
        made.members[0],
        person,
    ]
    assert [can(access.check_can_confirm, user, person) for user in everybody] == [True] * 5 + [False] * 2
    assert not can(access.check_can_confirm, made.chair, made.chair)
    assert not can(access.check_can_confirm, made.administrator, made.administrator)
