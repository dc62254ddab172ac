"""Every state is reached by real actions, and each tier comes to its decision on its own path."""

from __future__ import annotations

import pytest

from audit import log
from reviews.models import Decision
from reviews.rules.states import Basis, Outcome, State
from tests.factories import cases

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", list(State))
def test_submission_in_every_state(state: State) -> None:
    assert cases.submission_in(state).again().state == state


@pytest.mark.parametrize(
    ("tier", "basis", "outcome"),
    [
        (0, Basis.SYSTEM, Outcome.FULL),
        (1, Basis.REVIEWER, Outcome.FULL),
        (2, Basis.REVIEWERS, Outcome.FULL),
        (3, Basis.BOARD, Outcome.WITHHELD),
        (4, Basis.BOARD, Outcome.WITHHELD),
    ],
)
def test_decision_on_the_path_of_its_tier(tier: int, basis: Basis, outcome: Outcome) -> None:
    case = cases.submission_in(State.DECIDED, tier=tier)
    decision = Decision.objects.get(submission=case.submission)
    revision = case.submission.revision
    assert (case.submission.state, decision.tier, decision.basis) == (State.DECIDED, tier, basis)
    assert {part.outcome for part in decision.parts.all()} == {outcome}
    assert (decision.manifest_digest, decision.revision) == (revision.manifest_digest, revision)
    assert decision.effective_at is not None
    assert log.verify(case.submission.stream).faults == ()


def test_reviewers_who_agree_above_the_ceiling_leave_it_to_the_board() -> None:
    case = cases.submit(cases.draft(answers=cases.example_answers("gpt2_2019")))
    cases.reviewed(case, outcome=Outcome.FULL)
    assert case.again().state == State.DELIBERATION
    assert Decision.objects.filter(submission=case.submission).count() == 0
