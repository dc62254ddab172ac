"""Every state is reached by real actions, and each tier comes to its decision on its own path."""

from __future__ import annotations

import pytest

from audit import log
from reviews.actions import artifact, motion, questionnaire, submission
from reviews.models import Decision
from reviews.rules.states import Basis, MotionStatus, Outcome, State
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


def test_lower_answers_after_a_return_do_not_take_the_case_from_people() -> None:
    case = cases.submission_in(State.RETURNED)
    for row in case.submission.revision.artifacts.filter(part="model"):
        artifact.remove(artifact=row, by=case.author, now=case.later())
    answers = cases.answers_for(0)
    response = case.again().revision.response
    questionnaire.save_answers(
        submission=case.submission,
        answers=answers,
        cleared=frozenset(),
        version=response.version,
        by=case.author,
        now=case.later(),
    )
    cases.submit(case)
    assert (case.submission.revision.assessments.get().tier, case.submission.state) == (0, State.SUBMITTED)


def test_an_author_of_a_submitted_case_stays_on_its_list() -> None:
    made = cases.board()
    case = cases.draft(made)
    member = made.members[0]
    fields = {"title": "T", "label": "L", "venue": "", "planned_date": None, "by": case.author}
    writer = submission.Writer(member.display_name, member.email)
    submission.describe(submission=case.submission, contributors=[writer], version=0, now=case.later(), **fields)
    cases.submit(case)
    submission.return_to_authors(
        submission=case.submission, reason="R", version=case.version, by=made.coordinator, now=case.later()
    )
    submission.describe(submission=case.submission, contributors=[], version=1, now=case.later(), **fields)
    assert set(case.submission.contributors.values_list("user", flat=True)) == {case.author.pk, member.pk}


def test_a_ballot_whose_mover_stepped_aside_can_be_closed() -> None:
    case = cases.submission_in(State.DELIBERATION)
    put = cases.put(case)
    cases.declare(case, put.put_by)
    assert motion.close_lost(motion=put, by=case.board.chair, now=case.later()).status == MotionStatus.LOST
