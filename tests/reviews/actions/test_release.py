"""Opening stages in order, after their dwell, and noting conditions as met."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from reviews.actions import release
from reviews.actions.motion import Term
from reviews.models import Condition, Decision, Stage
from reviews.rules.errors import NotNow, RuleBroken
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.actions.scenes import SCENES, decided, put_motion

pytestmark = pytest.mark.django_db


def staged() -> tuple[Case, list[Stage]]:
    case, found = decided()
    return case, list(Stage.objects.filter(plan__decision=found).order_by("order"))


def open_it(case: Case, stage: Stage, *, confirmed: bool = False) -> Stage:
    return release.open_stage(stage=stage, again_confirmed=confirmed, by=case.board.coordinator, now=case.now)


def reason(case: Case, stage: Stage) -> str:
    with pytest.raises(NotNow) as refused:
        open_it(case, stage, confirmed=True)
    return refused.value.code


def test_stages_open_in_order_and_each_takes_the_place_of_the_one_before() -> None:
    case, (first, second, third) = staged()
    assert [reason(case, second), reason(case, third)] == ["not_next", "not_next"]
    open_it(case, first)
    opened_at = case.now
    assert [reason(case, first), reason(case, second), reason(case, third)] == ["already_open", "dwell", "not_next"]
    case.later(days=30)
    open_it(case, second, confirmed=True)
    first.refresh_from_db()
    assert (first.opened_at, first.closed_at, first.opened_by) == (opened_at, case.now, case.board.coordinator)
    assert list(Stage.objects.filter(opened_at__isnull=False, closed_at=None)) == [second]


def test_dwell_is_kept_to_the_second() -> None:
    case, (first, second, _third) = staged()
    open_it(case, first)
    case.later(days=30, seconds=-1)
    assert reason(case, second) == "dwell"
    case.later(seconds=1)
    open_it(case, second, confirmed=True)


def test_rung_that_cannot_be_undone_is_confirmed_twice() -> None:
    case, (first, second, _third) = staged()
    open_it(case, first)
    case.later(days=30)
    with pytest.raises(RuleBroken) as refused:
        open_it(case, second)
    assert (refused.value.code, refused.value.field) == ("confirm", "again_confirmed")
    second.refresh_from_db()
    assert second.opened_at is None


def test_nothing_opens_after_the_decision_ran_out() -> None:
    case, (first, *_rest) = staged()
    found = Decision.objects.get()
    for row in found.conditions.all():
        release.settle_condition(condition=row, proof="Seen.", by=case.board.coordinator, now=case.now)
    case.now += timedelta(days=(found.valid_until_date - case.now.date()).days)
    open_it(case, first)
    case.later(days=60)
    assert reason(case, Stage.objects.get(order=2)) == "expired"


def test_condition_past_its_date_keeps_the_next_stage_shut_until_it_is_met() -> None:
    scene = put_motion()
    do = scene.do
    scene.do = lambda **facts: do(**{"conditions": [Term("Audit.", date(2026, 3, 20)), Term("Some day.")], **facts})
    cases.clear_holds(scene.case)
    case, made = scene.case, scene.act()
    cases.vote(case, made)
    cases.finalise(case, made)
    found = cases.sign_all(case)
    first, second, _third = Stage.objects.filter(plan__decision=found).order_by("order")
    open_it(case, first)
    case.later(days=31)
    assert reason(case, second) == "conditions_open"
    release.settle_condition(
        condition=Condition.objects.get(order=1), proof="Seen.", by=case.board.coordinator, now=case.now
    )
    open_it(case, second, confirmed=True)


def test_condition_without_a_proof() -> None:
    with pytest.raises(RuleBroken) as refused:
        SCENES["settle_condition"]().act(proof=" ")
    assert (refused.value.code, refused.value.field) == ("proof", "proof")


def test_condition_met_twice() -> None:
    scene = SCENES["settle_condition"]()
    row = scene.act()
    assert (row.met_by, row.met_at, row.proof) == (scene.case.board.coordinator, scene.case.now, "Seen on the site.")
    with pytest.raises(NotNow) as refused:
        scene.act()
    assert refused.value.code == "met"


def test_condition_of_a_decision_that_is_not_in_force() -> None:
    scene = SCENES["sign"]()
    row = scene.thing.conditions.first()
    with pytest.raises(NotNow) as refused:
        release.settle_condition(condition=row, proof="Seen.", by=scene.case.board.coordinator, now=scene.case.later())
    assert refused.value.code == "not_in_force"
