"""Wherever the outcome of a decision is shown, what its clearance is worth now is shown with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from reviews.actions import release
from reviews.models import Contributor, Decision, Response, Stage
from reviews.rules.clearance import Clearance, ReReview, Standing
from reviews.rules.errors import NotNow
from reviews.rules.states import Outcome, State
from reviews.views import wording
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.views.pages import get, text_of

pytestmark = pytest.mark.django_db

# Every page that prints an outcome, who reads it there, and whether it is a page of one case.
PAGES: dict[str, tuple[str, Callable[[Case], User], bool]] = {
    "list of an author": ("submission-list", lambda case: case.author, False),
    "list of a coordinator": ("submission-list", lambda case: case.board.coordinator, False),
    "work of an author": ("my-work", lambda case: case.author, False),
    "work of a chair": ("my-work", lambda case: case.board.chair, False),
    "leadership": ("leadership", lambda case: case.board.leader, False),
    "case": ("submission-detail", lambda case: case.author, True),
    "case of the board": ("submission-detail", lambda case: case.board.coordinator, True),
    "files": ("artifact-list", lambda case: case.author, True),
    "record": ("submission-record", lambda case: case.board.coordinator, True),
    "release": ("release-detail", lambda case: case.author, True),
    "decision": ("decision-detail", lambda case: case.author, True),
    "decision of an auditor": ("decision-detail", lambda case: case.board.auditor, True),
}


def staged() -> Case:
    """A case that was decided a little while ago, so that the clock of the pages finds it in force."""
    case = cases.submit(cases.draft(tier=2))
    for made in cases.seat_reviewers(case):
        cases.file_review(case, made, cases.findings(case, outcome=Outcome.STAGED))
    cases.settle_evidence(case)
    case.now = timezone.now() - timedelta(days=2)
    cases.sign_all(case)
    return case


def page(case: Case, name: str) -> str:
    view, reader, is_of_case = PAGES[name]
    return text_of(get(reader(case), view, *([case.submission.reference] if is_of_case else [])))


def badges(text: str) -> set[str]:
    found = re.findall(r'<span class="rb-badge[^"]*">(?:<svg.*?</svg>)?([^<]+)</span>', text, re.DOTALL)
    return {str(label) for label, *_ in wording.STANDINGS.values()} & {word.strip() for word in found}


@pytest.mark.parametrize("name", PAGES)
def test_clearance_in_force_says_until_when(name: str) -> None:
    case = staged()
    until = Decision.objects.get().valid_until_date
    text = page(case, name)
    assert "Staged" in text
    assert f"Released until {until:%-d %b %Y}" in text
    assert badges(text) <= {"In force"}


@pytest.mark.parametrize("name", PAGES)
def test_changed_contributors_are_stale_everywhere_at_once(name: str) -> None:
    case = staged()
    Contributor.objects.create(submission=case.submission, name="Somebody New", order=9)
    text = page(case, name)
    assert badges(text) == {"Stale"}
    assert "Released until" not in text
    assert "In force since" not in text or "decision-detail" in PAGES[name][0]


@pytest.mark.parametrize("name", PAGES)
def test_change_in_a_draft_that_follows_is_stale_everywhere_at_once(name: str) -> None:
    case = staged()
    answers = Response.objects.get(revision=cases.reopened(case))
    assert badges(page(case, name)) <= {"In force"}
    answers.answers = {**answers.answers, "artifact_summary": "Another summary."}
    answers.save()
    assert badges(page(case, name)) == {"Stale"}


@pytest.mark.parametrize("name", PAGES)
def test_clearance_that_ran_out_is_expired_everywhere(name: str) -> None:
    case = cases.submit(cases.draft(tier=2))
    for made in cases.seat_reviewers(case):
        cases.file_review(case, made, cases.findings(case, outcome=Outcome.STAGED))
    cases.settle_evidence(case)
    case.now = timezone.now() - timedelta(days=1500)
    cases.sign_all(case)
    text = page(case, name)
    assert badges(text) == {"Expired"}
    assert "Released until" not in text


def test_no_stage_opens_on_a_stale_clearance_and_nobody_is_asked_to() -> None:
    case = staged()
    stage = Stage.objects.earliest("order")
    assert "Open this stage" in text_of(get(case.board.coordinator, "release-detail", case.submission.reference))
    assert "the next stage may open" in text_of(
        get(case.board.coordinator, "submission-detail", case.submission.reference)
    )
    Contributor.objects.create(submission=case.submission, name="Somebody New", order=9)
    text = text_of(get(case.board.coordinator, "release-detail", case.submission.reference))
    assert "The clearance is stale: files, answers or contributors changed since the decision." in text
    assert "the next stage may open" not in text_of(
        get(case.board.coordinator, "submission-detail", case.submission.reference)
    )
    with pytest.raises(NotNow) as refused:
        release.open_stage(stage=stage, again_confirmed=True, by=case.board.coordinator, now=case.later())
    assert refused.value.code == "stale"


def test_superseded_decision_can_still_be_read_and_says_so() -> None:
    case = cases.submission_in(State.DECIDED)
    cases.decided_anew(case, reason="Newer weights.")
    here = case.submission.reference
    newest = text_of(get(case.author, "decision-detail", here))
    assert "In place of the decision on revision 1." in newest
    assert "Newer weights." in newest
    assert badges(newest) == {"In force"}
    assert "/decision/?revision=1" in newest
    before = text_of(get(case.author, "decision-detail", here, revision="1"))
    assert badges(before) == {"Superseded"}
    assert "A later decision on this case took its place." in before
    assert get(case.author, "decision-detail", here, revision="9").status_code == 404


def test_while_a_second_decision_waits_for_signatures_authors_read_the_first() -> None:
    case = cases.submission_in(State.DECIDED)
    cases.decided_anew(case, sign=False)
    here = case.submission.reference
    assert badges(text_of(get(case.author, "decision-detail", here))) == {"In force"}
    assert "Waits for signatures" not in text_of(get(case.author, "decision-detail", here))
    assert "Waits for signatures" in text_of(get(case.board.chair, "decision-detail", here))
    assert get(case.author, "decision-detail", here, revision="2").status_code == 404


@pytest.mark.parametrize("standing", Standing)
@pytest.mark.parametrize("releases", [True, False])
def test_every_standing_has_a_badge_and_a_sentence(standing: Standing, releases: bool) -> None:
    day = timezone.localdate()
    found = {
        wording.standing(Clearance(standing, until, tuple(ReReview)[:3]), releases=releases).text
        for until in (None, day)
    }
    assert all(found)
    assert not any("%(" in text for text in found)
    assert set(wording.CHANGED) == {str(code) for code in tuple(ReReview)[:3]}
    assert set(wording.RE_REVIEW) == {str(code) for code in ReReview}
