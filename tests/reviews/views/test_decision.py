"""Finalising, the record for each kind of reader, signing and sending back."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from reviews.actions import motion as motions
from reviews.models import Decision, Motion
from reviews.rules.findings import Findings
from reviews.rules.states import Outcome, State, Vote
from tests.factories import cases
from tests.factories.cases import Case
from tests.reviews.views.pages import get, post, text_of

pytestmark = pytest.mark.django_db
DISSENT = "I would wait for the advisory."
SAYS_WHY = re.compile(r'class="rb-why" id="[^"]*">(?:<[^>]*>)*([^<]*)')
ADVICE = "Please name the data in the summary."


def carried(*, dissenter: bool = False) -> tuple[Case, Motion]:
    case = cases.submission_in(State.DELIBERATION)
    cases.clear_holds(case)
    made = cases.put(case)
    against = case.board.members[:1] if dissenter else []
    for person in against:
        motions.cast(motion=made, vote=Vote.AGAINST, reason=DISSENT, is_dissent=True, by=person, now=case.later())
    cases.vote(case, made, [person for person in case.board.voters if person not in against])
    return case, made


def finalised(*, dissenter: bool = False) -> tuple[Case, Decision]:
    case, made = carried(dissenter=dissenter)
    return case, cases.finalise(case, made)


def test_finalising_is_the_chairs() -> None:
    case, made = carried()
    board = case.board
    expected = {
        board.chair: 200, board.deputy: 403, board.coordinator: 403, board.members[0]: 403,
        case.author: 404, board.leader: 404, board.reviewers[4]: 404,
    }  # fmt: skip
    assert {person: get(person, "decision-finalise", made.public_id).status_code for person in expected} == expected


def test_the_preview_says_whose_signature_it_is() -> None:
    case, made = carried()
    page = text_of(get(case.board.chair, "decision-finalise", made.public_id))
    assert "signs as Chair" in page
    assert "Preview: not in force before the last signature." in page
    assert case.submission.revision.manifest_digest in page


def test_finalising_waits_for_the_quorum_the_vote_and_the_holds_and_says_for_which() -> None:
    case = cases.submission_in(State.DELIBERATION, tier=4)
    made = cases.put(case, outcome=Outcome.STAGED, rung="redacted_preprint", first_rung="shared_agreement")
    said = []
    for voters, choice in (([], Vote.FOR), (case.board.voters, Vote.AGAINST), (case.board.voters, Vote.FOR)):
        cases.vote(case, made, voters, choice)
        page = text_of(get(case.board.chair, "decision-finalise", made.public_id))
        assert re.search(r'<button [^>]*aria-disabled="true"[^>]*>(<[^>]*>)*Finalise and sign', page)
        assert 'type="submit">Finalise' not in page
        said.append(SAYS_WHY.findall(page)[0][:26])
    assert said == ["The quorum is not reached ", "The motion has not carried", "A hold is open: biosecurit"]
    cases.clear_holds(case)
    page = text_of(get(case.board.chair, "decision-finalise", made.public_id))
    assert 'type="submit">Finalise and sign' in page
    assert "aria-disabled" not in page


def test_a_ballot_that_has_not_carried_is_not_finalised() -> None:
    case = cases.submission_in(State.DELIBERATION)
    cases.clear_holds(case)
    made = cases.put(case)
    response = post(case.board.chair, "decision-finalise", made.public_id, version=case.version)
    assert response.status_code == 200
    assert "The quorum is not reached yet." in text_of(response)
    assert Decision.objects.count() == 0


def test_the_second_to_finalise_is_told_so() -> None:
    case, made = carried()
    seen = case.version
    first = post(case.board.chair, "decision-finalise", made.public_id, version=seen)
    second = post(case.board.chair, "decision-finalise", made.public_id, version=seen)
    assert first["Location"] == reverse("reviews:decision-detail", args=[case.submission.reference])
    assert second.status_code == 409
    assert "Somebody finalised this case a moment ago" in text_of(second)
    assert Decision.objects.count() == 1


def test_before_the_last_signature_the_record_is_the_boards() -> None:
    case, _ = finalised()
    board, reference = case.board, case.submission.reference
    expected = {
        board.chair: 200, board.members[0]: 200, board.coordinator: 200, board.officers["head_of_research"]: 200,
        case.author: 404, board.auditor: 404, board.leader: 404, board.reviewers[4]: 404,
    }  # fmt: skip
    assert {person: get(person, "decision-detail", reference).status_code for person in expected} == expected
    assert "Waits for signatures" in text_of(get(board.chair, "decision-detail", reference))


def test_in_force_the_record_is_there_for_authors_and_auditors() -> None:
    case, _ = finalised()
    cases.sign_all(case)
    board, reference = case.board, case.submission.reference
    expected = {
        board.chair: 200, case.author: 200, board.auditor: 200, board.officers["head_of_research"]: 200,
        board.leader: 404, board.reviewers[4]: 404, board.officers["executive"]: 404,
    }  # fmt: skip
    assert {person: get(person, "decision-detail", reference).status_code for person in expected} == expected


def test_authors_read_the_record_without_anybody_who_judged() -> None:
    case = cases.submit(cases.draft(tier=3))
    signers = [case.board.chair, case.board.officers["head_of_research"]]
    for number, person in enumerate(signers):
        person.display_name = f"Signatory {number}"  # a name that is no role
        person.save()
    made = cases.seat_reviewers(case)
    for row in made:
        content = Findings(**{**cases.findings(case).__dict__, "to_authors": ADVICE, "to_board": "For the board."})
        cases.file_review(case, row, content)
    cases.settle_evidence(case)
    cases.clear_holds(case)
    motion = cases.put(case)
    dissenter = case.board.members[0]
    motions.cast(motion=motion, vote=Vote.AGAINST, reason=DISSENT, is_dissent=True, by=dissenter, now=case.later())
    cases.vote(case, motion, case.board.voters[1:])
    cases.finalise(case, motion)
    cases.sign_all(case)
    page = text_of(get(case.author, "decision-detail", case.submission.reference))
    for person in [*case.board.voters, *case.board.reviewers, *signers]:
        assert person.display_name not in page
        assert person.email not in page
    assert DISSENT in page
    assert ADVICE in page
    assert "For the board." not in page
    assert " against," not in page
    assert "7 voting members" not in page
    assert case.submission.revision.manifest_digest in page


def test_the_board_and_auditors_read_names_and_dissent() -> None:
    case, _ = finalised(dissenter=True)
    cases.sign_all(case)
    for person in (case.board.chair, case.board.auditor):
        page = text_of(get(person, "decision-detail", case.submission.reference))
        assert "Dissent, Member 0" in page
        assert DISSENT in page
        assert "6 for, 1 against, 0 abstained, of 7 voting members." in page
        assert "Head of research" in page
    assert case.submission.title not in text_of(get(case.board.auditor, "decision-detail", case.submission.reference))


def test_a_tier_two_record_does_not_count_reviewers_for_authors() -> None:
    case = cases.submission_in(State.DECIDED, tier=2)
    page = text_of(get(case.author, "decision-detail", case.submission.reference))
    assert "Decided on independent review" in page
    assert "equal recommendations" not in page


def test_a_case_without_a_decision_has_no_record() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    assert get(case.board.chair, "decision-detail", case.submission.reference).status_code == 404


def test_each_seat_is_signed_by_its_holder_and_nobody_signs_twice() -> None:
    case, made = finalised()
    board, officer = case.board, case.board.officers["head_of_research"]
    key, seat = made.public_id, "head_of_research"
    assert get(officer, "decision-sign", key, seat).status_code == 200
    assert get(board.chair, "decision-sign", key, seat).status_code == 403
    assert get(board.members[-1], "decision-sign", key, "chair").status_code == 403
    assert get(officer, "decision-sign", key, "no-seat").status_code == 404
    for person in (case.author, board.officers["executive"], board.leader, board.auditor):
        assert get(person, "decision-sign", key, seat).status_code == 404
    assert post(officer, "decision-sign", key, seat, version=case.version - 1).status_code == 409
    response = post(officer, "decision-sign", key, seat, version=case.version)
    assert response["Location"] == reverse("reviews:decision-detail", args=[case.submission.reference])
    assert case.again().state == State.DECIDED
    assert get(officer, "decision-detail", case.submission.reference).status_code == 200


def test_sending_back_needs_a_reason_and_keeps_it() -> None:
    case, made = finalised()
    officer = case.board.officers["head_of_research"]
    assert get(case.board.members[0], "decision-send-back", made.public_id).status_code == 403
    assert get(case.author, "decision-send-back", made.public_id).status_code == 404
    empty = post(officer, "decision-send-back", made.public_id, reason=" ", version=case.version)
    assert "Say why; the board works with it." in text_of(empty)
    stale = post(officer, "decision-send-back", made.public_id, reason="Kept as typed.", version=0)
    assert stale.status_code == 409
    assert "Kept as typed." in text_of(stale)
    done = post(officer, "decision-send-back", made.public_id, reason="Look again.", version=case.version)
    assert done["Location"] == reverse("reviews:my-work")
    assert case.again().state == State.DELIBERATION
    assert get(case.board.chair, "decision-detail", case.submission.reference).status_code == 404
