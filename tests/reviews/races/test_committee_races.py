"""Two administrators at the same moment: one is first, the other is told, and every chain stays whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from audit import log
from reviews.actions import committee as committees
from reviews.actions import policy
from reviews.models import Adoption, ClosureDay, Committee, Membership, PolicyVersion
from reviews.rules.errors import NotNow, Refused, RuleBroken, Stale
from reviews.rules.states import CommitteeRole, State
from tests.databases import FreshDatabase, at_once
from tests.factories import cases
from tests.factories.committee import CLOSED, PACK, START, Board, board
from tests.factories.people import UserFactory, administrator
from tests.sizes import TRIALS

Call = Callable[[], Any]
TEXT = PACK.read_text(encoding="utf-8")


@pytest.fixture
def made(fresh_database: FreshDatabase) -> Iterator[Board]:
    """One board in a database of its own, in which every chain is whole at the end."""
    yield board()
    assert log.verify().faults == ()


@pytest.fixture
def second(made: Board) -> User:
    """Another administrator."""
    return administrator(display_name="Second administrator")


@pytest.fixture
def third(made: Board) -> User:
    """Who proposes what the others decide about."""
    return administrator(display_name="Third administrator")


def version_of(number: int) -> str:
    """The pack under a version of its own."""
    return TEXT.replace('version: "2026.11"', f'version: "2027.{number}"', 1)


def race(*calls: Call) -> list[Any]:
    """Run the calls at once; nothing but refusals may come out."""
    outcomes = at_once(*calls)
    assert [found for found in outcomes if isinstance(found, Exception) and not isinstance(found, Refused)] == []
    return outcomes


def told(outcomes: list[Any]) -> list[tuple[type[Exception], str]]:
    """What those who did not come through were told."""
    return [(type(found), found.code) for found in outcomes if isinstance(found, Refused)]


def test_two_who_approve_at_once(made: Board, second: User, third: User) -> None:
    for number in range(TRIALS):
        version = policy.publish(text=version_of(number), by=third, now=START)
        waiting = Adoption.objects.get(version=version)
        outcomes = race(
            lambda row=waiting: policy.approve(adoption=row, by=made.administrator, now=START),
            lambda row=waiting: policy.approve(adoption=row, by=second, now=START),
        )
        assert told(outcomes) == [(NotNow, "settled")]
        assert Committee.objects.get().policy == version
        told_once = [event for event in log.events(f"committee:{made.committee.public_id}") if
                     event.type == "policy.adopted" and event.data["version"] == version.version]  # fmt: skip
        assert len(told_once) == 1


def test_approval_against_taking_back(made: Board, second: User, third: User) -> None:
    before = made.committee.policy
    for number in range(TRIALS):
        version = policy.publish(text=version_of(number), by=third, now=START)
        waiting = Adoption.objects.get(version=version)
        outcomes = race(
            lambda row=waiting: policy.approve(adoption=row, by=made.administrator, now=START),
            lambda row=waiting: policy.take_back(adoption=row, by=second, now=START),
        )
        assert told(outcomes) == [(NotNow, "settled")]
        approved = not isinstance(outcomes[0], Exception)
        assert (Committee.objects.get().policy == version) is approved
        if not approved:
            assert Committee.objects.get().policy == before
        before = Committee.objects.get().policy


def test_two_who_propose_at_once_what_the_program_published(made: Board, second: User) -> None:
    """One becomes its proposer; the other is told, and has approved nothing."""
    before = made.committee.policy
    for number in range(TRIALS):
        version = policy.publish(text=version_of(number), by=None, now=START)
        waiting = Adoption.objects.get(version=version)
        calls = [partial(policy.stand_for, adoption=waiting, by=by, now=START) for by in (made.administrator, second)]
        assert told(race(*calls)) == [(Stale, "proposed")]
        waiting.refresh_from_db()
        assert (waiting.is_open, Committee.objects.get().policy) == (True, before)
        policy.take_back(adoption=waiting, by=second, now=START)


def check_one_is_first(committee: Committee, outcomes: list[Any]) -> None:
    """Nobody was refused: one version is in force, and the later one has become a proposal."""
    assert told(outcomes) == []
    rows = list(Adoption.objects.filter(committee=committee).order_by("pk"))
    assert [(row.is_first, row.is_open) for row in rows] == [(True, False), (False, True)]
    committee.refresh_from_db()
    assert committee.policy == rows[0].version


def test_two_who_adopt_the_first_version_at_once(made: Board, second: User) -> None:
    for number in range(TRIALS):
        fresh = committees.found(name=f"Board {number}", time_zone="UTC", by=second, now=START)
        text = version_of(100 + number)
        outcomes = race(
            lambda row=fresh, text=text: policy.adopt_pack(committee=row, text=text, by=made.administrator, now=START),
            lambda row=fresh: policy.adopt(committee=row, version=made.committee.policy_in_force, by=second, now=START),
        )
        check_one_is_first(fresh, outcomes)


def test_first_versions_of_two_packs_adopted_at_once(made: Board, second: User) -> None:
    """Two packs share no lock, so that only the one on the committee keeps the first from being overwritten."""
    other = policy.publish(text=TEXT.replace("id: default-dual-use", "id: other", 1), by=second, now=START)
    for number in range(TRIALS):
        fresh = committees.found(name=f"Board {number}", time_zone="UTC", by=second, now=START)
        outcomes = race(
            lambda row=fresh: policy.adopt(committee=row, version=other, by=made.administrator, now=START),
            lambda row=fresh: policy.adopt(committee=row, version=made.committee.policy_in_force, by=second, now=START),
        )
        check_one_is_first(fresh, outcomes)


def test_same_bytes_published_at_once_are_one_version(made: Board, second: User) -> None:
    for number in range(TRIALS):
        text = version_of(number).replace("id: default-dual-use", f"id: pack-{number}", 1)
        outcomes = race(
            lambda text=text: policy.publish(text=text, by=second, now=START),
            lambda text=text: policy.publish(text=text, by=made.administrator, now=START),
        )
        assert outcomes[0] == outcomes[1]
        assert PolicyVersion.objects.filter(pack_id=f"pack-{number}").count() == 1


def test_publishing_against_adopting_in_two_committees(made: Board, second: User) -> None:
    for number in range(TRIALS):
        other = board(f"Board {number}", members=1, externals=0, reviewers=1)
        earlier, first, later = PolicyVersion.objects.earliest("pk"), version_of(number), version_of(500 + number)
        outcomes = race(
            lambda text=first: policy.publish(text=text, by=second, now=START),
            lambda row=other.committee, text=later: policy.adopt_pack(
                committee=row, text=text, by=made.administrator, now=START
            ),
        )
        assert told(outcomes) in ([], [(NotNow, "proposal_open")])
        assert Adoption.objects.filter(committee=other.committee, approved_at=None).count() == 1
        assert Committee.objects.get(pk=other.committee.pk).policy == earlier


def test_same_role_given_twice_at_once(made: Board, second: User) -> None:
    for _number in range(TRIALS):
        person = UserFactory()
        outcomes = race(*(
            lambda by=by, person=person: committees.appoint(
                committee=made.committee, user=person, role=CommitteeRole.MEMBER, by=by, now=START
            )
            for by in (made.administrator, second)
        ))  # fmt: skip
        assert told(outcomes) == [(RuleBroken, "role_held")]
        assert Membership.objects.filter(user=person, until_at=None).count() == 1


def test_chair_and_deputy_who_leave_at_once_leave_somebody(made: Board, second: User) -> None:
    cases.submission_in(State.SUBMITTED, made=made)
    for _number in range(TRIALS):
        held = {row.role: row for row in Membership.objects.filter(role__in=["chair", "deputy_chair"], until_at=None)}
        outcomes = race(
            lambda row=held["chair"]: committees.dismiss(membership=row, by=made.administrator, now=START),
            lambda row=held["deputy_chair"]: committees.dismiss(membership=row, by=second, now=START),
        )
        assert told(outcomes) == [(RuleBroken, "last_of_role")]
        for role, row in held.items():
            if not Membership.objects.filter(role=role, until_at=None).exists():
                committees.appoint(
                    committee=made.committee, user=row.user, role=CommitteeRole(role), by=second, now=START
                )


def test_settings_and_days_changed_at_once(made: Board, second: User) -> None:
    for number in range(TRIALS):
        version = Committee.objects.get().version
        outcomes = race(*(
            lambda by=by, name=name, version=version: committees.change_settings(
                committee=made.committee, name=name, time_zone="UTC", country="", weekdays=[0], version=version,
                by=by, now=START,
            )
            for by, name in ((made.administrator, f"One {number}"), (second, f"Two {number}"))
        ))  # fmt: skip
        assert told(outcomes) == [(Stale, "stale")]
        day = CLOSED + timedelta(days=number + 1)
        outcomes = race(*(
            lambda by=by, day=day: committees.close_days(
                committee=made.committee, first=day, last=day, by=by, now=START
            )
            for by in (made.administrator, second)
        ))  # fmt: skip
        assert told(outcomes) == [(RuleBroken, "closed")]
        assert ClosureDay.objects.filter(day_date=day, cancelled_at=None).count() == 1


def test_two_committees_of_one_name_founded_at_once(made: Board, second: User) -> None:
    for number in range(TRIALS):
        outcomes = race(*(
            lambda by=by, number=number: committees.found(name=f"Same {number}", time_zone="UTC", by=by, now=START)
            for by in (made.administrator, second)
        ))  # fmt: skip
        assert told(outcomes) == [(RuleBroken, "name_taken")]
