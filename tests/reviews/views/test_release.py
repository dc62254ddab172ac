"""Stages that open one after the other, and conditions that are noted as met."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.models import Stage
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.views.pages import get, post, text_of

pytestmark = pytest.mark.django_db


def staged(rungs: dict[str, str] | None = None) -> Case:
    """A tier 2 case whose reviewers recommend stages, decided just now."""
    case = cases.submit(cases.draft(tier=2))
    wanted = rungs or {}
    for made in cases.seat_reviewers(case):
        verdict = {
            part.kind: ("staged", wanted.get(part.kind, part.requested_rung))
            for part in case.again().revision.parts.all()
        }
        content = replace(cases.findings(case), verdict=verdict, conditions="- Keep a log")
        cases.file_review(case, made, content)
    cases.settle_evidence(case)
    cases.sign_all(case)
    return case


def stages(case: Case, part: str = "model") -> list[Stage]:
    return list(Stage.objects.filter(plan__part=part, plan__decision__submission=case.submission).order_by("order"))


def opened(stage: Stage, case: Case, *, days_ago: int) -> None:
    """As if the stage had been opened that long ago; the action's own clock is the view's."""
    at = timezone.now() - timedelta(days=days_ago)
    Stage.objects.filter(pk=stage.pk).update(opened_at=at, opened_by=case.board.coordinator)


def test_release_is_for_those_who_see_the_case() -> None:
    case = staged()
    board, reference = case.board, case.submission.reference
    expected = {
        board.coordinator: 200, board.chair: 200, board.reviewers[0]: 200, case.author: 200,
        board.members[0]: 404, board.leader: 404, board.auditor: 404,
    }  # fmt: skip
    assert {person: get(person, "release-detail", reference).status_code for person in expected} == expected


def test_release_before_a_decision_goes_back_to_the_case() -> None:
    case = cases.submission_in(State.SIGN_OFF)
    for person in (case.author, case.board.chair):
        response = get(person, "release-detail", case.submission.reference)
        assert response["Location"] == case.submission.get_absolute_url()


def test_release_without_stages_says_so() -> None:
    case = cases.submission_in(State.DECIDED, tier=2)
    assert "Nothing is released in stages here." in text_of(
        get(case.author, "release-detail", case.submission.reference)
    )


def test_stages_open_in_their_order_and_after_their_time() -> None:
    case = staged()
    first, second, *_ = stages(case)
    coordinator, reference = case.board.coordinator, case.submission.reference
    assert post(coordinator, "release-open-stage", second.public_id).status_code == 200
    assert get(coordinator, "release-open-stage", second.public_id).status_code == 302
    assert get(coordinator, "release-open-stage", first.public_id).status_code == 200
    assert post(coordinator, "release-open-stage", first.public_id).status_code == 302
    page = text_of(get(coordinator, "release-detail", reference))
    assert "Open now" in page
    assert "must stand for 30 days" in page
    again = post(coordinator, "release-open-stage", second.public_id)
    assert "must stand for 30 days" in text_of(again)
    opened(first, case, days_ago=31)
    assert post(coordinator, "release-open-stage", second.public_id).status_code == 302
    first.refresh_from_db()
    assert first.closed_at is not None


def test_opening_is_the_coordinators() -> None:
    case = staged()
    first = stages(case)[0]
    board = case.board
    expected: dict[Any, int] = {
        board.coordinator: 200, board.chair: 403, board.reviewers[0]: 403, case.author: 403,
        board.members[0]: 404, board.leader: 404,
    }  # fmt: skip
    assert {person: get(person, "release-open-stage", first.public_id).status_code for person in expected} == expected


def test_what_cannot_be_undone_is_confirmed_a_second_time() -> None:
    case = staged()
    pack = case.submission.revision.policy.pack
    ladder = stages(case)
    last = next(stage for stage in ladder if pack.rung("model", stage.rung).irreversible)
    for stage in ladder[: ladder.index(last)]:
        at = timezone.now() - timedelta(days=40)
        Stage.objects.filter(pk=stage.pk).update(opened_at=at, opened_by=case.board.coordinator, closed_at=at)
    coordinator = case.board.coordinator
    assert "cannot be undone" in text_of(get(coordinator, "release-open-stage", last.public_id))
    response = post(coordinator, "release-open-stage", last.public_id)
    assert response.status_code == 200
    assert "This rung cannot be undone. Confirm" in text_of(response)
    last.refresh_from_db()
    assert last.opened_at is None
    assert post(coordinator, "release-open-stage", last.public_id, again_confirmed="on").status_code == 302


def test_authors_do_not_read_who_opened_a_stage() -> None:
    case = staged()
    post(case.board.coordinator, "release-open-stage", stages(case)[0].public_id)
    page = text_of(get(case.author, "release-detail", case.submission.reference))
    assert "Open now" in page
    assert "Coordinator" not in page.partition("rb-stages")[2].partition("</ol>")[0]
    for person in case.board.reviewers:
        assert person.display_name not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_release_takes_the_same_queries(client: Client, rows: int, django_assert_num_queries: Any) -> None:
    case = staged()
    first, *others = stages(case)
    assert len(others) == 3
    for stage in others[rows - 1 :]:
        stage.delete()
    opened(first, case, days_ago=1)
    client.force_login(case.board.coordinator)
    with django_assert_num_queries(36):
        page = client.get(reverse("reviews:release-detail", args=[case.submission.reference])).content.decode()
    assert page.count('<li class="rb-stage ') == rows + len(stages(case, "paper"))
