"""Saving answers page by page."""

from __future__ import annotations

import pytest

from reviews.actions import questionnaire
from reviews.rules.errors import NotNow, Stale
from reviews.rules.states import State
from tests.factories import cases
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
