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
from tests.reviews.actions.scenes import decided, put_motion

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
        cases.meet(case, row)
    case.now += timedelta(days=(found.valid_until_date - case.now.date()).days)
    open_it(case, first)
    case.later(days=60)
    assert reason(case, Stage.objects.get(order=2)) == "expired"


def in_force(*conditions: Term) -> tuple[Case, list[Stage]]:
    """A paper in stages, decided under these conditions."""
    scene = put_motion()
    cases.clear_holds(scene.case)
    case, made = scene.case, scene.act(conditions=list(conditions))
    cases.vote(case, made)
    cases.finalise(case, made)
    return case, list(Stage.objects.filter(plan__decision=cases.sign_all(case)).order_by("order"))


def test_condition_past_its_date_keeps_the_next_stage_shut_until_it_is_met() -> None:
    case, (first, second, _third) = in_force(Term("Audit.", date(2026, 3, 20)), Term("Some day."))
    open_it(case, first)
    case.later(days=31)
    assert reason(case, second) == "conditions_late"
    proof = cases.prove_condition(case, Condition.objects.get(order=1))
    assert reason(case, second) == "conditions_late"
    cases.accept_proof(case, proof)
    open_it(case, second, confirmed=True)


def test_stage_waits_for_the_conditions_before_it_and_an_irreversible_one_no_less() -> None:
    case, (first, second, third) = in_force(
        Term("Keep a list.", part="paper", rung="shared_agreement"),
        Term("Read it back.", part="paper", rung="redacted_preprint"),
    )
    pack = case.submission.revision.policy.pack
    assert [pack.rung("paper", stage.rung).irreversible for stage in (first, second, third)] == [False, True, True]
    listed, read_back = Condition.objects.order_by("order")
    assert reason(case, first) == "conditions_required"
    cases.meet(case, listed)
    open_it(case, first)
    case.later(days=31)
    open_it(case, second, confirmed=True)
    case.later(days=31)
    with pytest.raises(NotNow) as refused:
        open_it(case, third, confirmed=True)
    assert (refused.value.code, refused.value.text) == (
        "conditions_required", "1 condition must be met before this stage."
    )  # fmt: skip
    cases.refuse_proof(case, cases.prove_condition(case, read_back))
    assert reason(case, third) == "conditions_required"
    cases.meet(case, read_back)
    open_it(case, third, confirmed=True)


def test_late_conditions_are_counted_in_the_sentence() -> None:
    day = date(2026, 3, 20)
    case, (first, *_rest) = in_force(Term("Audit.", day), Term("Report.", day), Term("Tell.", date(2026, 9, 1)))
    case.later(days=31)
    with pytest.raises(NotNow) as refused:
        open_it(case, first)
    assert refused.value.text == "2 conditions are past their date and not met."
