"""Two people who sign several decisions at the same moment: each seat is signed once, and nothing else is lost."""

from __future__ import annotations

from typing import Any

import pytest

from audit import log
from reviews.actions import decision
from reviews.actions.decision import Pick
from reviews.models import Decision, Letter, Membership, SignOff
from reviews.rules.errors import Refused
from reviews.rules.states import CommitteeRole, State
from tests.databases import FreshDatabase
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.factories.people import UserFactory
from tests.reviews.races.conftest import Trials
from tests.reviews.races.racing import race


@pytest.fixture
def made(fresh_database: FreshDatabase) -> Board:
    """One board with two chairs in a database of its own."""
    found = board()
    second = UserFactory(display_name="Second chair")
    Membership.objects.create(committee=found.committee, user=second, role=CommitteeRole.CHAIR, from_at=cases.START)
    return found


def waiting(made: Board) -> list[tuple[Case, Decision]]:
    found = [cases.submission_in(State.SIGN_OFF, made=made, label=f"Model {number}") for number in range(3)]
    return [(case, Decision.objects.get(submission=case.submission)) for case in found]


def picks(rows: list[tuple[Case, Decision]]) -> list[Pick]:
    return [Pick(row, "chair", case.version) for case, row in rows]


def test_two_chairs_sign_overlapping_decisions_in_opposite_orders(made: Board, trials: Trials[Any]) -> None:
    second = Membership.objects.get(user__display_name="Second chair").user
    for _number, rows in trials(lambda _: waiting(made)):
        first, other = picks(rows[:2]), picks(rows[1:])[::-1]
        now = rows[-1][0].later()
        outcomes = race(
            rows[1][0],
            lambda first=first, now=now: decision.sign_together(picks=first, by=made.chair, now=now),
            lambda other=other, now=now: decision.sign_together(picks=other, by=second, now=now),
        )
        assert [found for found in outcomes if isinstance(found, Refused)] == []
        signed = sorted(row.pk for found in outcomes for row in found.signed)
        left = [row.pk for found in outcomes for row, _why in found.left]
        assert signed == sorted(row.pk for _case, row in rows)
        assert left == [rows[1][1].pk]
        assert [case.again().state for case, _row in rows] == ["decided"] * 3
        assert SignOff.objects.filter(signed_at=None).count() == 0
        assert Letter.objects.count() == 6
        assert {len(log.verify(case.submission.stream).faults) for case, _row in rows} == {0}


def test_signing_several_against_sending_one_back(made: Board, trials: Trials[Any]) -> None:
    seen = set()
    for _number, rows in trials(lambda _: waiting(made)):
        case, row = rows[1]
        version, now, chosen = case.version, case.later(), picks(rows)
        together, _back = race(
            case,
            lambda chosen=chosen, now=now: decision.sign_together(picks=chosen, by=made.chair, now=now),
            lambda row=row, version=version, now=now: decision.send_back(
                decision=row, reason="No.", version=version, by=made.chair, now=now
            ),
        )
        row.refresh_from_db()
        went_back = row.sent_back_at is not None
        seen.add(went_back)
        assert [found.pk for found, _why in together.left] == ([row.pk] if went_back else [])
        assert (row.effective_at is None) is went_back
        assert [one.again().state == "decided" for one, _row in rows] == [True, not went_back, True]
    assert seen
