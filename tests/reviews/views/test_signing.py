"""Several decisions signed at once: what the page shows, what it signs, and what it leaves and names."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from reviews.actions import decision
from reviews.models import Decision
from reviews.rules.states import Outcome, State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.committee import Board, board
from tests.reviews.views.pages import client_of, get, post, text_of

pytestmark = pytest.mark.django_db


def waiting(made: Board, label: str, tier: int = 2) -> tuple[Case, Decision]:
    case = cases.submission_in(State.SIGN_OFF, made=made, tier=tier, label=label)
    return case, Decision.objects.get(submission=case.submission)


def several(count: int = 2) -> tuple[Board, list[tuple[Case, Decision]]]:
    made = board()
    return made, [waiting(made, f"Model {number}") for number in range(count)]


def box(case: Case, row: Decision, seat: str = "chair") -> str:
    return f"{row.public_id}:{seat}:{case.version}:{case.submission.reference}"


def test_page_lists_what_waits_with_nothing_ticked() -> None:
    made, rows = several()
    page = text_of(get(made.chair, "signing-together"))
    for case, row in rows:
        assert f'value="{box(case, row)}"' in page
        assert case.submission.title in page
        assert f"/cases/{case.submission.reference}/decision/" in page
        assert f"/decisions/{row.public_id}/letter/" in page
    assert page.count('name="pick"') == 2
    assert " checked" not in page
    assert "sign as Chair" in page


def test_page_names_outcome_level_and_number_of_conditions() -> None:
    made = board()
    case = cases.submission_in(State.DELIBERATION, made=made, tier=3)
    cases.clear_holds(case)
    motion = cases.put(case, conditions=("One.", "Two."))
    cases.vote(case, motion)
    cases.finalise(case, motion)
    page = text_of(get(made.officers["head_of_research"], "signing-together"))
    assert "nothing above Internal report" in page
    assert '<td role="cell" class="num" data-label="Conditions">2</td>' in page


def test_others_and_those_without_a_seat_see_that_nothing_waits() -> None:
    made, _rows = several()
    for person in (made.coordinator, made.deputy, made.members[0], made.reviewers[0], made.leader, made.administrator):
        assert person is not None
        page = text_of(get(person, "signing-together"))
        assert "No decision waits for your signature." in page
        assert "Model" not in page


def test_ticked_ones_are_signed_and_the_others_are_not() -> None:
    made, rows = several(3)
    picked = [box(case, row) for case, row in rows[:2]]
    answer = client_of(made.chair).post("/work/signatures/", {"pick": picked}, follow=True)
    assert answer.redirect_chain == [("/work/signatures/", 302)]
    assert [case.again().state for case, _row in rows] == ["decided", "decided", "sign_off"]
    first, second = sorted((case for case, _row in rows[:2]), key=lambda case: case.submission.pk)
    said = f"You have signed 2 decisions: {first.submission.reference} and {second.submission.reference}."
    assert said in text_of(answer)


def test_nothing_ticked_is_said_beside_the_boxes() -> None:
    made, rows = several()
    answer = post(made.chair, "signing-together")
    assert answer.status_code == 200
    assert "Tick at least one that you have read." in text_of(answer)
    assert {case.again().state for case, _row in rows} == {"sign_off"}


def test_one_that_went_back_meanwhile_is_left_and_named_and_the_other_is_signed() -> None:
    made, rows = several()
    picked = [box(case, row) for case, row in rows]
    (gone, sent), (kept, _row) = rows
    decision.send_back(decision=sent, reason="No.", version=gone.version, by=made.chair, now=gone.later())
    answer = client_of(made.chair).post("/work/signatures/", {"pick": picked}, follow=True)
    page = text_of(answer)
    assert f"You have signed {kept.submission.reference}." in page
    assert f"{gone.submission.reference} was left unsigned. Somebody changed this case while you were looking" in page
    assert kept.again().state == "decided"
    assert gone.again().state != "decided"


def test_one_that_is_no_longer_for_this_person_is_left_and_named() -> None:
    made, rows = several()
    picked = [box(case, row) for case, row in rows]
    cases.declare(rows[0][0], made.chair)
    page = text_of(client_of(made.chair).post("/work/signatures/", {"pick": picked}, follow=True))
    assert f"{rows[0][0].submission.reference} was left unsigned. This signature belongs to another role." in page
    assert [case.again().state for case, _row in rows] == ["sign_off", "decided"]


@pytest.mark.parametrize(
    "value",
    ["", "x", "a:chair:1", "a:king:1:RB-2026-ABCDE", "a:chair:one:RB-2026-ABCDE", "a:chair:1:RB-2026-ABCDE\n<b>"],
)
def test_box_that_is_not_of_the_page_signs_nothing(value: str) -> None:
    made, rows = several()
    answer = post(made.chair, "signing-together", pick=value)
    assert answer.status_code == 200
    assert {case.again().state for case, _row in rows} == {"sign_off"}


def test_seat_of_somebody_else_is_not_signed_by_naming_it() -> None:
    made, rows = several()
    (case, row) = rows[0]
    page = text_of(client_of(made.coordinator).post("/work/signatures/", {"pick": [box(case, row)]}, follow=True))
    assert "was left unsigned" in page
    assert case.again().state == "sign_off"


def test_open_hold_keeps_the_box_away_and_says_which() -> None:
    made = board()
    case = cases.draft(made, tier=3)
    cases.reviewed(cases.submit(case))
    cases.clear_holds(case)
    motion = cases.put(case, outcome=Outcome.FULL, rung=case.again().revision.parts.get().requested_rung)
    cases.vote(case, motion)
    cases.finalise(case, motion)
    case.again().revision.holds.update(cleared_at=None, cleared_by=None, clearance_text="")
    page = text_of(get(made.officers["head_of_research"], "signing-together"))
    assert "A hold is open: legal officer." in page
    assert 'name="pick"' not in page
    assert "None of these can be signed while its hold is open." in page


def test_my_work_leads_there_once_two_wait() -> None:
    made = board()
    waiting(made, "Model 0")
    assert "/work/signatures/" not in text_of(get(made.chair, "own-work"))
    waiting(made, "Model 1")
    assert "/work/signatures/" in text_of(get(made.chair, "own-work"))


@pytest.mark.parametrize("count", [1, 3])
def test_page_asks_the_same_for_any_number_of_rows(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made, _rows = several(count)
    client = client_of(made.chair)
    client.get("/work/signatures/")
    with django_assert_num_queries(26):
        page = client.get("/work/signatures/").content.decode()
    assert page.count('name="pick"') == count
