"""What people know: stated, confirmed by somebody else, withdrawn."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts import actions
from accounts.models import Expertise, User
from audit import log
from reviews.actions.committee import dismiss
from tests.factories.committee import board
from tests.factories.people import UserFactory, administrator

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DOMAIN, SKILL = Expertise.Kind.DOMAIN, Expertise.Kind.SKILL


def types(user: User) -> list[str]:
    return [event.type for event in log.events(f"account:{user.public_id}")]


def test_stated_by_oneself_counts_only_once_somebody_else_confirms_it() -> None:
    admin, person = administrator(), UserFactory()
    actions.state_expertise(user=person, kind=SKILL, key="legal", by=person, now=NOW)
    assert (Expertise.objects.current().count(), Expertise.objects.confirmed().count()) == (1, 0)
    known = actions.confirm_expertise(user=person, kind=SKILL, key="legal", by=admin, now=NOW)
    assert (known.confirmed_by, known.confirmed_at, Expertise.objects.count()) == (admin, NOW, 1)
    assert types(person) == ["account.expertise_stated", "account.expertise_confirmed"]


def test_confirmed_again_changes_nothing() -> None:
    admin, other, person = administrator(), administrator(), UserFactory()
    actions.confirm_expertise(user=person, kind=DOMAIN, key="cbrn", by=admin, now=NOW)
    known = actions.confirm_expertise(user=person, kind=DOMAIN, key="cbrn", by=other, now=NOW)
    assert (known.confirmed_by, types(person)) == (admin, ["account.expertise_confirmed"])


def test_nobody_confirms_what_they_know_themselves() -> None:
    made = board()
    for person in (UserFactory(), administrator(), made.chair, made.coordinator):
        with pytest.raises(actions.Denied) as refused:
            actions.confirm_expertise(user=person, kind=DOMAIN, key="privacy", by=person, now=NOW)
        assert refused.value.code == "oneself"
    assert not Expertise.objects.filter(key="privacy").exists()


def test_those_who_run_a_committee_confirm_for_the_people_on_it_and_for_nobody_else() -> None:
    made, other = board(), board("Another board")
    person = made.reviewers[0]
    for by in (made.coordinator, made.chair, made.deputy):
        actions.confirm_expertise(user=person, kind=DOMAIN, key=f"k{by.pk}", by=by, now=NOW)
    for by in (other.chair, made.members[0], made.officers["executive"], made.leader, made.auditor):
        assert by is not None
        with pytest.raises(actions.Denied):
            actions.confirm_expertise(user=person, kind=DOMAIN, key="privacy", by=by, now=NOW)
    dismiss(membership=person.memberships.get(), by=made.administrator, now=NOW)
    with pytest.raises(actions.Denied):
        actions.confirm_expertise(user=person, kind=DOMAIN, key="privacy", by=made.chair, now=NOW)


def test_withdrawn_stays_as_a_row_and_may_be_stated_again() -> None:
    admin, person = administrator(), UserFactory()
    actions.confirm_expertise(user=person, kind=SKILL, key="legal", by=admin, now=NOW)
    gone = actions.withdraw_expertise(user=person, kind=SKILL, key="legal", by=person, now=NOW)
    assert (gone.withdrawn_at, gone.withdrawn_by, gone.confirmed_by) == (NOW, person, admin)
    assert not Expertise.objects.confirmed().exists()
    with pytest.raises(actions.Refused):
        actions.withdraw_expertise(user=person, kind=SKILL, key="legal", by=person, now=NOW)
    again = actions.state_expertise(user=person, kind=SKILL, key="legal", by=person, now=NOW)
    assert (again.confirmed_at, Expertise.objects.count()) == (None, 2)


def test_only_what_packs_in_force_and_role_skills_name_can_be_stated() -> None:
    person = UserFactory()
    with pytest.raises(actions.Refused) as refused:
        actions.state_expertise(user=person, kind=DOMAIN, key="cbrn", by=person, now=NOW)
    assert (refused.value.code, refused.value.field) == ("subject_unknown", "subject")
    board()
    actions.state_expertise(user=person, kind=DOMAIN, key="cbrn", by=person, now=NOW)
    with pytest.raises(actions.Refused) as refused:
        actions.state_expertise(user=person, kind=DOMAIN, key="cbrn", by=person, now=NOW)
    assert refused.value.code == "stated"


def test_another_level_is_another_statement_which_nobody_has_confirmed() -> None:
    made = board()
    person, by = made.reviewers[0], made.coordinator
    facts = {"user": person, "kind": DOMAIN, "key": "cbrn"}
    actions.state_expertise(**facts, level=1, by=person, now=NOW)
    first = actions.confirm_expertise(**facts, level=1, by=by, now=NOW)
    assert (first.confirmed_by, Expertise.objects.for_seats().filter(user=person).exists()) == (by, False)
    with pytest.raises(actions.Refused) as refused:
        actions.state_expertise(**facts, level=1, by=person, now=NOW)
    assert refused.value.code == "stated"
    second = actions.state_expertise(**facts, level=3, by=person, now=NOW)
    first.refresh_from_db()
    assert (first.confirmed_by, first.withdrawn_by, second.confirmed_at) == (by, person, None)
    assert Expertise.objects.for_seats().filter(user=person).exists() is False
    actions.confirm_expertise(**facts, level=3, by=by, now=NOW)
    assert [row.level for row in Expertise.objects.for_seats().filter(user=person)] == [3]
    told = [(event.type, event.data.get("level")) for event in log.events(f"account:{person.public_id}")][-6:]
    assert told == [
        ("account.expertise_stated", 1), ("account.expertise_confirmed", 1), ("account.expertise_withdrawn", None),
        ("account.expertise_stated", 3), ("account.expertise_confirmed", 3),
    ][-6:]  # fmt: skip


def test_a_level_that_changed_while_somebody_looked_is_not_confirmed() -> None:
    made = board()
    person = made.reviewers[0]
    facts = {"user": person, "kind": DOMAIN, "key": "cbrn"}
    actions.state_expertise(**facts, level=1, by=person, now=NOW)
    actions.state_expertise(**facts, level=3, by=person, now=NOW)
    with pytest.raises(actions.Stale):
        actions.confirm_expertise(**facts, level=1, by=made.coordinator, now=NOW)
    assert not Expertise.objects.confirmed().filter(user=person).exists()
