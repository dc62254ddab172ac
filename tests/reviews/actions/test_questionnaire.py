"""Saving answers page by page."""

from __future__ import annotations

import pytest

from accounts.models import User
from reviews.actions import questionnaire
from reviews.models import AnswerChange
from reviews.rules.errors import NotNow, Stale
from reviews.rules.questionnaire import fingerprint
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.people import UserFactory
from tests.reviews.actions.scenes import SCENES

pytestmark = pytest.mark.django_db


def test_answers_of_one_page_leave_the_others_alone() -> None:
    scene = SCENES["save_answers"]()
    before = dict(scene.case.again().revision.response.answers)
    saved = scene.act(answers={"artifact_summary": "Shorter."}, cleared=frozenset({"modality", "never_asked"}))
    del before["modality"]
    assert saved.answers == {**before, "artifact_summary": "Shorter."}
    assert (saved.version, saved.saved_at) == (2, scene.case.now)


def test_hidden_answers_are_kept() -> None:
    scene = SCENES["save_answers"]()
    saved = scene.act(answers={"artifact_type": "paper"})
    assert saved.answers["release_requested"] == "gated_weights"


def test_second_window_is_told_that_the_first_one_saved() -> None:
    scene = SCENES["save_answers"]()
    scene.act()
    with pytest.raises(Stale) as refused:
        scene.act(answers={"artifact_summary": "Lost."}, version=1)
    assert refused.value.text == questionnaire.CHANGED
    assert scene.act(version=2).version == 3


@pytest.mark.parametrize("state", [s for s in State if s not in (State.DRAFT, State.RETURNED)])
def test_frozen_answers(state: State) -> None:
    case = cases.submission_in(state)
    with pytest.raises(NotNow) as refused:
        questionnaire.save_answers(
            submission=case.submission, answers={}, cleared=frozenset(), version=1, by=case.author, now=case.later()
        )
    assert refused.value.code == "frozen"


def test_saving_does_not_count_as_a_transition() -> None:
    scene = SCENES["save_answers"]()
    before = scene.case.version
    scene.act()
    assert scene.case.version == before


# Who answered what


def changes(case: Case) -> list[tuple[str, object, str]]:
    rows = AnswerChange.objects.filter(response=case.again().revision.response).order_by("pk")
    return [(row.key, row.value, row.changed_by.display_name) for row in rows]


def save(case: Case, by: User, **answers: object) -> None:
    questionnaire.save_answers(
        submission=case.submission, answers={key: value for key, value in answers.items() if value is not None},
        cleared=frozenset(key for key, value in answers.items() if value is None),
        version=case.again().revision.response.version, by=by, now=case.now,
    )  # fmt: skip


def test_each_change_is_kept_and_one_stretch_of_one_person_is_one_row() -> None:
    case = cases.draft(answers={})
    other = UserFactory(display_name="Author Two")
    case.submission.contributors.create(user=other, name="Author Two", order=9)
    case.later(days=1)
    for text in ("A", "A r", "A risk"):
        save(case, case.author, artifact_summary=text)
        case.later(minutes=10)
    case.later(seconds=1)
    save(case, case.author, artifact_summary="A risk.")
    save(case, case.author, artifact_summary="A risk.", artifact_type="paper")
    save(case, other, artifact_summary="No risk.")
    save(case, case.author, artifact_summary="A risk.")
    save(case, case.author, artifact_type=None)
    assert changes(case) == [
        ("artifact_summary", "A risk", "Author One"),
        ("artifact_summary", "A risk.", "Author One"),
        ("artifact_type", None, "Author One"),
        ("artifact_summary", "No risk.", "Author Two"),
        ("artifact_summary", "A risk.", "Author One"),
    ]


def test_form_that_shows_what_was_there_is_merged_question_by_question() -> None:
    scene = SCENES["save_answers"]()
    shown = {"artifact_summary": fingerprint("A plain summary of the work."), "human_subjects": fingerprint("no")}
    scene.act(answers={"artifact_summary": "By a colleague."})
    saved = scene.act(
        answers={"artifact_summary": "A plain summary of the work.", "human_subjects": "yes"}, shown=shown, version=1
    )
    assert (saved.answers["artifact_summary"], saved.answers["human_subjects"]) == ("By a colleague.", "yes")
    with pytest.raises(Stale):
        scene.act(answers={"artifact_summary": "Mine."}, shown=shown, version=1)
