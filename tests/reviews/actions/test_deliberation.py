"""Questions to the authors: no new revision, no new state, and the clock is stopped."""

from __future__ import annotations

import pytest

from reviews.actions import deliberation
from reviews.models import Inquiry, Pause, Review
from reviews.queries import deadline
from reviews.queries.deliberation import questions
from reviews.rules.errors import NotNow, RuleBroken
from reviews.rules.questionnaire import shown
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.actions.scenes import SCENES, watch
from tests.rules.packs import PACK

pytestmark = pytest.mark.django_db


def ask(case: Case) -> Inquiry:
    return deliberation.ask(
        submission=case.submission, text="Which data?", by=case.board.coordinator, now=case.later()
    )  # fmt: skip


def answer(case: Case, row: Inquiry) -> Inquiry:
    return deliberation.answer(inquiry=row, text="Public data.", by=case.author, now=case.later())


@pytest.mark.parametrize("scene", ["ask_authors", "answer_board"])
def test_empty_text(scene: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        SCENES[scene]().act(text="  ")
    assert (refused.value.code, refused.value.field) == ("text", "text")


def test_question_about_an_answer_that_the_case_was_not_asked_for() -> None:
    case = cases.submission_in(State.SUBMITTED)
    revision = case.again().revision
    hidden = {q.key for q in PACK.questions} - set(shown(revision.policy.pack, revision.response.answers))
    with pytest.raises(RuleBroken) as refused:
        deliberation.ask(
            submission=case.submission, text="How?", question=min(hidden), by=case.board.coordinator, now=case.later()
        )
    assert (refused.value.code, refused.value.field) == ("question", "question")


@pytest.mark.parametrize(
    ("state", "may"),
    [
        (State.DRAFT, False), (State.SUBMITTED, True), (State.RETURNED, False), (State.IN_REVIEW, True),
        (State.DELIBERATION, True), (State.SIGN_OFF, False), (State.DECIDED, False), (State.WITHDRAWN, False),
    ],
)  # fmt: skip
def test_ask_in_each_state(state: State, may: bool) -> None:
    case = cases.submission_in(state)
    before = (case.version, case.submission.revision)
    if may:
        ask(case)
    else:
        with pytest.raises(NotNow):
            ask(case)
    assert (case.version, case.submission.revision) == before
    assert Inquiry.objects.exists() is may


def test_clock_is_stopped_from_the_question_to_the_answer() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    working = deadline.calendar(case.board.committee)
    before = deadline.decision_due(case.submission, 10, working)
    row = ask(case)
    assert deadline.decision_due(case.again(), 10, working) is None
    case.later(days=3)
    answer(case, row)
    after = deadline.decision_due(case.again(), 10, working)
    assert before is not None
    assert after is not None
    assert (after - before).days == 3
    assert [(p.why, p.until_at) for p in Pause.objects.all()] == [("asked", case.now)]


def test_clock_is_stopped_until_the_last_question_is_answered() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    first, second = ask(case), ask(case)
    answer(case, first)
    assert deadline.decision_due(case.again(), 10, deadline.calendar(case.board.committee)) is None
    answer(case, second)
    assert deadline.decision_due(case.again(), 10, deadline.calendar(case.board.committee)) is not None


def test_answered_question_is_closed() -> None:
    scene = SCENES["answer_board"]()
    row = scene.act()
    assert (row.answer, row.answered_by, row.answered_at) == ("Public data.", scene.case.author, scene.case.now)
    with pytest.raises(NotNow) as refused:
        scene.act()
    assert refused.value.code == "answered"


def test_open_question_keeps_the_case_in_review_and_its_answer_moves_it() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    cases.settle_evidence(case)
    row = ask(case)
    for made in Review.objects.order_by("pk"):
        cases.file_review(case, made)
    assert case.again().state == State.IN_REVIEW
    with watch(case) as seen:
        answer(case, row)
    assert seen.events == [("inquiry.answered", "Author One"), ("submission.recommended", "system")]


def test_decision_ends_the_pause_of_a_question_that_nobody_answered() -> None:
    case = cases.submission_in(State.DELIBERATION)
    row = ask(case)
    made = cases.put(case)
    cases.vote(case, made)
    cases.finalise(case, made)
    assert [pause.until_at for pause in Pause.objects.all()] == [None]
    cases.sign_all(case)
    assert [pause.until_at for pause in Pause.objects.all()] == [case.now]
    assert [one.is_open for one in questions(case.submission, as_author=True)] == [False]
    with pytest.raises(NotNow) as refused:
        answer(case, row)
    assert refused.value.code == "closed"
