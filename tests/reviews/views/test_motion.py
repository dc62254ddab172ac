"""The board's page, motions and votes: who may, what comes back, what nobody outside the board learns."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.actions import motion
from reviews.actions.committee import appoint
from reviews.models import Ballot, Motion, Review
from reviews.rules.states import CommitteeRole, MotionStatus, Outcome, State, Vote
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.views.pages import faults_in, get, post, text_of

pytestmark = pytest.mark.django_db
PAGES_OF_A_CASE = (
    "submission-detail", "review-list", "evidence-list", "questionnaire-overview", "assessment-detail",
    "submission-record", "inquiry-list",
)  # fmt: skip


def deliberating(tier: int = 3) -> Case:
    case = cases.submission_in(State.DELIBERATION, tier=tier)
    cases.clear_holds(case)
    return case


def typed(case: Case, **changes: object) -> dict[str, object]:
    return {
        "paper_outcome": "withheld", "rationale": "The reasons.", "valid_months": "6", "rows": "3",
        "version": case.version, **changes,
    }  # fmt: skip


def test_deliberation_is_the_boards() -> None:
    case = deliberating()
    board, reference = case.board, case.submission.reference
    expected = {
        board.coordinator: 200, board.chair: 200, board.deputy: 200, board.members[0]: 200, board.externals[0]: 200,
        board.reviewers[0]: 404, case.author: 404, board.reviewers[4]: 404, board.leader: 404, board.auditor: 404,
    }  # fmt: skip
    assert {person: get(person, "motion-list", reference).status_code for person in expected} == expected


def test_who_only_reviews_reads_the_reviews_and_no_ballot_anywhere() -> None:
    case = deliberating()
    board, reference, reviewer = case.board, case.submission.reference, case.board.reviewers[0]
    made = cases.put(case)
    cases.vote(case, made, [board.members[0]], Vote.AGAINST)
    of_another = Review.objects.order_by("pk")[1].public_id
    for name, key in (*((name, reference) for name in PAGES_OF_A_CASE), ("review-edit", of_another)):
        page = text_of(get(reviewer, name, key))
        assert not re.search(r"Member \d|put a motion|motion \d|voted|A reason\.|/deliberation/", page), name
    assert "A reason." in text_of(get(board.members[1], "motion-list", reference))
    assert "put a motion" in text_of(get(board.members[1], "submission-record", reference))
    assert "What was found, in plain words." in text_of(get(reviewer, "review-list", reference))
    cases.vote(case, made)
    cases.finalise(case, made)
    assert "Member 0" in text_of(get(reviewer, "decision-detail", reference))


def test_a_reviewer_who_votes_sees_the_ballot() -> None:
    case = deliberating()
    person = case.board.reviewers[0]
    appoint(
        committee=case.board.committee, user=person, role=CommitteeRole.MEMBER, by=case.board.administrator,
        now=case.later(),
    )  # fmt: skip
    assert get(person, "motion-list", case.submission.reference).status_code == 200


def test_deliberation_before_it_opens() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    reference = case.submission.reference
    assert get(case.board.coordinator, "motion-list", reference).status_code == 302
    assert get(case.board.members[0], "motion-list", reference).status_code == 404
    assert get(case.board.reviewers[0], "motion-list", reference).status_code == 404


def test_deliberation_shows_the_motion_the_needs_and_the_votes() -> None:
    case = deliberating()
    made = cases.put(case)
    cases.vote(case, made, [case.board.members[0]], Vote.AGAINST)
    page = text_of(get(case.board.members[1], "motion-list", case.submission.reference))
    assert "nothing above" in page
    assert "4 of 7 voting members take part" in page
    assert "1 voted" in page
    assert "Member 0" in page
    assert "A reason." in page
    assert "Cast my vote" in page
    assert "Finalise the decision" not in page


def test_the_chair_sees_why_finalising_is_shut() -> None:
    case = deliberating()
    made = cases.put(case)
    page = text_of(get(case.board.chair, "motion-list", case.submission.reference))
    assert f"The quorum is not reached yet: 0 of {len(case.board.voters) // 2 + 1} have voted" in page
    assert "Close as lost" not in page
    assert reverse("reviews:decision-finalise", args=[made.public_id]) not in page
    cases.vote(case, made)
    page = text_of(get(case.board.chair, "motion-list", case.submission.reference))
    assert reverse("reviews:decision-finalise", args=[made.public_id]) in page


def test_an_open_hold_keeps_a_release_shut() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=4)
    assert case.submission.revision.holds.filter(cleared_at=None).exists()
    made = cases.put(case, outcome=Outcome.STAGED, rung="redacted_preprint", first_rung="shared_agreement")
    cases.vote(case, made)
    page = text_of(get(case.board.chair, "motion-list", case.submission.reference))
    assert "A hold is open" in page
    response = post(case.board.chair, "decision-finalise", made.public_id, version=case.version)
    assert response.status_code == 200
    assert "must clear it before anything is released" in text_of(response)
    assert case.again().state == State.DELIBERATION


def test_putting_a_motion_is_for_the_coordinator_and_voters() -> None:
    case = deliberating()
    board, reference = case.board, case.submission.reference
    expected = {
        board.coordinator: 200, board.members[0]: 200, board.externals[0]: 200, board.chair: 403,
        board.reviewers[0]: 404, case.author: 404, board.leader: 404,
    }  # fmt: skip
    for name in ("motion-put", "motion-put-return"):
        assert {person: get(person, name, reference).status_code for person in expected} == expected


def test_a_motion_is_put_with_conditions() -> None:
    case = deliberating()
    data = typed(case, condition_0_text="Keep it inside.", condition_0_due="2090-01-02", condition_2_text="Tell them.")
    response = post(case.board.members[0], "motion-put", case.submission.reference, **data)
    made = Motion.objects.get()
    assert response["Location"] == reverse("reviews:motion-list", args=[case.submission.reference])
    assert [(c.text, str(c.due_date)) for c in made.conditions.all()] == [
        ("Keep it inside.", "2090-01-02"),
        ("Tell them.", "None"),
    ]
    assert (made.put_by, made.valid_months) == (case.board.members[0], 6)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"paper_outcome": ""}, "Choose an outcome for each part"),
        ({"paper_outcome": "staged"}, "Choose the highest rung"),
        ({"rationale": " "}, "Give the reasons"),
        ({"valid_months": "soon"}, "Give a whole number of months"),
        ({"valid_months": "0"}, "Give at least one month"),
        ({"condition_1_due": "2090-01-02"}, "Write the condition, or clear its date"),
        ({"condition_1_text": "Do it.", "condition_1_due": "2001-01-02"}, "This day has passed"),
        ({"condition_1_text": "Do it.", "condition_1_due": "soon"}, "Give a day, such as"),
        ({"paper_outcome": "full"}, "needs the override vote"),
    ],
)
def test_a_motion_with_bad_input_keeps_what_was_typed(changes: dict[str, object], message: str) -> None:
    case = deliberating()
    data = typed(case, condition_0_text="Kept as typed.", **changes)
    response = post(case.board.members[0], "motion-put", case.submission.reference, **data)
    page = text_of(response)
    assert response.status_code == 200
    assert message in page
    assert "Kept as typed." in page
    assert Motion.objects.count() == 0


def test_a_motion_with_several_faults_names_all_of_them_beside_their_fields() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=4)
    assert {part.kind for part in case.submission.revision.parts.all()} == {"paper"}
    data = typed(case, paper_outcome="staged", rationale="", valid_months="soon", condition_1_due="2090-01-02")
    page = text_of(post(case.board.members[0], "motion-put", case.submission.reference, **data))
    assert faults_in(page) == {
        "paper_rung": "Choose the highest rung.",
        "condition_1_text": "Write the condition, or clear its date.",
        "valid_months": "Give a whole number of months.",
        "rationale": "Give the reasons; they go into the decision record.",
    }
    data = typed(case, paper_outcome="full", rationale="", valid_months="3")
    page = text_of(post(case.board.members[0], "motion-put", case.submission.reference, **data))
    assert set(faults_in(page)) == {"rationale", "override_reason"}
    assert Motion.objects.count() == 0


def test_more_rows_keep_what_was_typed() -> None:
    case = deliberating()
    data = typed(case, condition_0_text="Kept as typed.", do="more")
    page = text_of(post(case.board.members[0], "motion-put", case.submission.reference, **data))
    assert 'name="condition_5_text"' in page
    assert "Kept as typed." in page
    assert "The reasons." in page
    assert "invalid-feedback" not in page
    assert Motion.objects.count() == 0


def test_a_motion_from_an_old_form_is_stale() -> None:
    case = deliberating()
    data = typed(case, version=case.version - 1)
    response = post(case.board.members[0], "motion-put", case.submission.reference, **data)
    assert response.status_code == 409
    assert "Somebody changed this case" in text_of(response)
    assert "The reasons." in text_of(response)


def test_a_second_motion_waits_and_its_text_is_kept() -> None:
    case = deliberating()
    data = typed(case)
    cases.put(case)
    response = post(case.board.members[0], "motion-put", case.submission.reference, **data)
    assert response.status_code == 200
    assert "Another motion is being voted on" in text_of(response)
    assert "The reasons." in text_of(response)
    assert get(case.board.members[0], "motion-put", case.submission.reference).status_code == 302


def test_voting_is_for_voting_members() -> None:
    case = deliberating()
    made = cases.put(case)
    board = case.board
    expected = {board.members[0]: 302, board.coordinator: 403, board.chair: 403, case.author: 404, board.leader: 404}
    found = {person: post(person, "motion-cast", made.public_id, vote="for").status_code for person in expected}
    assert found == expected
    assert Ballot.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"reason": "Kept as typed."}, "Choose one."),
        ({"vote": "perhaps", "reason": "Kept as typed."}, "not one of the available choices"),
        ({"vote": "for", "reason": "Kept as typed.", "is_dissent": "on"}, "A dissent goes with a vote against"),
        ({"vote": "against"}, "Please say why"),
        ({"vote": "abstain"}, "Please say why"),
    ],
)
def test_a_bad_vote_is_said_beside_the_field(data: dict[str, str], message: str) -> None:
    case = deliberating()
    made = cases.put(case)
    response = post(case.board.members[0], "motion-cast", made.public_id, **data)
    assert response.status_code == 200
    assert message in text_of(response)
    assert data.get("reason", "") in text_of(response)
    assert Ballot.objects.count() == 0


def test_a_vote_may_be_changed_until_the_ballot_closes() -> None:
    case = deliberating()
    made = cases.put(case)
    person = case.board.members[0]
    post(person, "motion-cast", made.public_id, vote="for")
    post(person, "motion-cast", made.public_id, vote="against", reason="I read it again.")
    assert [(b.vote, b.reason) for b in Ballot.objects.all()] == [("against", "I read it again.")]
    cases.vote(case, made, [p for p in case.board.voters if p != person])
    cases.finalise(case, made)
    response = post(person, "motion-cast", made.public_id, vote="abstain", reason="Too late, but kept.")
    assert response.status_code == 200
    assert "The ballot was closed while you were writing" in text_of(response)
    assert "Too late, but kept." in text_of(response)


def test_taking_back_is_the_movers() -> None:
    case = deliberating()
    made = cases.put(case)
    mover = case.board.members[-1]
    assert get(mover, "motion-take-back", made.public_id).status_code == 200
    assert get(case.board.members[0], "motion-take-back", made.public_id).status_code == 403
    assert get(case.author, "motion-take-back", made.public_id).status_code == 404
    assert post(mover, "motion-take-back", made.public_id).status_code == 302
    made.refresh_from_db()
    assert made.status == MotionStatus.WITHDRAWN
    assert get(mover, "motion-take-back", made.public_id).status_code == 302
    assert "Taken back" in text_of(get(mover, "motion-list", case.submission.reference))


def test_a_lost_ballot_is_closed_by_the_chair() -> None:
    case = deliberating()
    made = cases.put(case)
    response = post(case.board.chair, "motion-close", made.public_id, do="lost", version=case.version)
    assert "The quorum is not reached yet" in text_of(response)
    cases.vote(case, made, choice=Vote.AGAINST)
    assert get(case.board.members[0], "motion-close", made.public_id).status_code == 403
    assert get(case.author, "motion-close", made.public_id).status_code == 404
    assert post(case.board.chair, "motion-close", made.public_id, do="lost", version=case.version).status_code == 302
    made.refresh_from_db()
    assert made.status == MotionStatus.LOST


def test_a_ballot_that_can_still_carry_says_until_when_it_is_open() -> None:
    case = deliberating()
    case.now = timezone.now() - timedelta(hours=6)
    made = cases.put(case)
    cases.vote(case, made, case.board.voters[:3], choice=Vote.AGAINST)
    cases.vote(case, made, case.board.voters[3:4])
    page = text_of(get(case.board.chair, "motion-list", case.submission.reference))
    assert "The motion has not carried: 1 for" in page
    assert "3 have not voted." in page
    assert "3 votes are out and could change the result. The ballot stays open for them until" in page
    assert reverse("reviews:motion-close", args=[made.public_id]) not in page
    assert get(case.board.chair, "motion-close", made.public_id).status_code == 302


def test_a_late_ballot_with_its_quorum_may_be_closed_as_lost() -> None:
    case = deliberating()
    made = cases.put(case)
    cases.vote(case, made, case.board.voters[:3], choice=Vote.AGAINST)
    cases.vote(case, made, case.board.voters[3:4])
    assert reverse("reviews:motion-close", args=[made.public_id]) in text_of(
        get(case.board.chair, "motion-list", case.submission.reference)
    )
    answer = post(case.board.chair, "motion-close", made.public_id, do="lost", version=case.version)
    assert answer.status_code == 302
    made.refresh_from_db()
    assert made.status == MotionStatus.LOST


def test_a_ballot_that_cannot_carry_any_more_may_be_closed_before_everybody_has_voted() -> None:
    case = deliberating()
    made = cases.put(case)
    cases.vote(case, made, case.board.voters[:-1], choice=Vote.AGAINST)
    page = text_of(get(case.board.chair, "motion-list", case.submission.reference))
    assert "the motion cannot carry any more" in page
    assert "Close as lost" in page


def test_a_motion_that_carries_so_far_is_finalised_once_nobody_can_undo_it() -> None:
    case = deliberating()
    cases.clear_holds(case)
    case.now = timezone.now() - timedelta(hours=8)
    made = cases.put(case)
    cases.vote(case, made, case.board.voters[:3])
    cases.vote(case, made, case.board.voters[3:4], choice=Vote.AGAINST)
    url = reverse("reviews:decision-finalise", args=[made.public_id])
    page = text_of(get(case.board.chair, "motion-list", case.submission.reference))
    assert "3 votes are out and could change the result. The ballot stays open for them until" in page
    assert url not in page
    assert "Votes that are still out could change" in text_of(
        post(case.board.chair, "decision-finalise", made.public_id, version=case.version)
    )
    cases.vote(case, made, case.board.voters[4:5])
    assert url in text_of(get(case.board.chair, "motion-list", case.submission.reference))
    assert cases.finalise(case, made).tally["is_settled"] is True


def test_a_ballot_that_everybody_left_without_a_quorum_can_only_be_closed() -> None:
    case = deliberating()
    made = cases.put(case, by=case.board.members[0])
    for person in case.board.voters[2:]:
        cases.declare(case, person)
    page = text_of(get(case.board.chair, "motion-list", case.submission.reference))
    assert ("Close as lost" in page, "Finalise the decision" in page) == (True, False)
    assert "the motion cannot carry any more" in page
    cases.vote(case, made, case.board.voters[:2])

    page = text_of(get(case.board.chair, "motion-list", case.submission.reference))
    assert ("Close as lost" in page, "Finalise the decision" in page) == (True, False)
    assert "everybody has voted, and the motion has not carried" in page
    assert get(case.board.chair, "motion-close", made.public_id).status_code == 200
    assert post(case.board.chair, "motion-close", made.public_id, do="lost", version=case.version).status_code == 302
    made.refresh_from_db()
    assert made.status == MotionStatus.LOST


def test_a_ballot_whose_mover_stepped_aside_can_be_closed() -> None:
    case = deliberating()
    mover = case.board.coordinator  # who does not vote, so that the board stays as it is
    made = cases.put(case, by=mover)
    assert "Close as lost" not in text_of(get(case.board.chair, "motion-list", case.submission.reference))
    cases.declare(case, mover)
    assert "Close as lost" in text_of(get(case.board.chair, "motion-list", case.submission.reference))
    assert post(case.board.chair, "motion-close", made.public_id, do="lost", version=case.version).status_code == 302


def test_a_ballot_that_carries_is_not_closed_as_lost() -> None:
    case = deliberating()
    made = cases.put(case)
    cases.vote(case, made)
    page = text_of(get(case.board.chair, "motion-list", case.submission.reference))
    assert ("Close as lost" in page, "Finalise the decision" in page) == (False, True)
    assert get(case.board.chair, "motion-close", made.public_id).status_code == 302
    answer = post(case.board.chair, "motion-close", made.public_id, do="lost", version=case.version)
    assert "This motion carries; finalise it instead." in text_of(answer)


def test_a_carried_motion_to_return_gives_the_case_back() -> None:
    case = deliberating()
    reference, mover = case.submission.reference, case.board.members[0]
    empty = post(mover, "motion-put-return", reference, rationale="", version=case.version)
    assert "Tell the authors what to change" in text_of(empty)
    assert post(mover, "motion-put-return", reference, rationale="Add it.", version=case.version).status_code == 302
    made = Motion.objects.get()
    cases.vote(case, made)
    assert "The motion has carried" in text_of(get(case.board.chair, "motion-close", made.public_id))
    stale = post(case.board.chair, "motion-close", made.public_id, do="return", version=0)
    assert stale.status_code == 409
    done = post(case.board.chair, "motion-close", made.public_id, do="return", version=case.version)
    assert (done.status_code, case.again().state) == (302, State.RETURNED)
    page = text_of(get(case.board.chair, "motion-list", reference))
    assert "Return the case to its authors." in page
    assert get(case.author, "motion-list", reference).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_deliberation_takes_the_same_queries(client: Client, rows: int, django_assert_num_queries: Any) -> None:
    case = deliberating()
    for _ in range(rows):
        made = cases.put(case)
        cases.vote(case, made, case.board.voters[:rows])
        motion.take_back(motion=made, by=case.board.members[-1], now=case.later())
    cases.vote(case, cases.put(case), case.board.voters[:rows])
    client.force_login(case.board.coordinator)
    with django_assert_num_queries(68):
        page = client.get(reverse("reviews:motion-list", args=[case.submission.reference])).content.decode()
    assert f"Motion {rows + 1}" in page
