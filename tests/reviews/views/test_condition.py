"""The pages of conditions: what they show to whom, giving a proof, checking it, and when it is not for now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.actions.motion import Term
from reviews.models import Condition, ConditionProof, Contributor
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case
from tests.factories.people import UserFactory
from tests.reviews.actions.scenes import put_motion
from tests.reviews.views.pages import client_of, faults_in, get, post, text_of

pytestmark = pytest.mark.django_db


def decided(*conditions: Term, lately: bool = False) -> tuple[Case, list[Condition]]:
    """A paper in stages, decided under these conditions; ``lately`` so that the decision is in force today."""
    scene = put_motion()
    if lately:
        scene.case.now = timezone.now() - timedelta(days=10)
    cases.clear_holds(scene.case)
    case, made = scene.case, scene.act(conditions=list(conditions))
    cases.vote(case, made)
    cases.finalise(case, made)
    return case, list(cases.sign_all(case).conditions.order_by("order"))


def table(page: str) -> str:
    """The part of a page that shows the conditions."""
    return page.partition('<caption class="visually-hidden">Conditions</caption>')[2].partition("</table>")[0]


def test_release_page_shows_who_owes_what_until_when_and_which_stage_waits() -> None:
    scene_author = "Author One"
    case, _rows = decided(
        Term("Read it back.", date(2090, 9, 1), None, "paper", "redacted_preprint", "A signed statement."),
        Term("Keep a log."),
    )
    for person in (case.author, case.board.coordinator, case.board.reviewers[0]):
        shown = table(text_of(get(person, "release-detail", case.submission.reference)))
        for words in ("Read it back.", "To be proven by: A signed statement.", "The authors", "1 Sep 2090",
                      "Paper: Redacted preprint", "open", "always"):  # fmt: skip
            assert words in shown
        assert ("Prove it" in shown) is (person == case.author)
        assert scene_author not in shown


def test_authors_read_of_the_board_and_never_who() -> None:
    scene = put_motion()
    board = scene.case.board
    cases.clear_holds(scene.case)
    case = scene.case
    made = scene.act(conditions=[Term("Tell them.", owner=board.coordinator), Term("Show it.", owner=case.author)])
    cases.vote(case, made)
    cases.finalise(case, made)
    told, shown = cases.sign_all(case).conditions.order_by("order")
    cases.accept_proof(case, cases.prove_condition(case, told, by=board.coordinator), by=board.deputy)
    cases.refuse_proof(case, cases.prove_condition(case, shown))
    for name in ("release-detail", "decision-detail"):
        here = case.submission.reference
        board_reads = table(text_of(get(board.chair, name, here)))
        authors_read = table(text_of(get(case.author, name, here)))
        assert "Coordinator" in board_reads
        assert "The board" in authors_read
        assert "Author One" in authors_read
        for hidden in ("Coordinator", "Deputy"):
            assert hidden not in authors_read
    page = table(text_of(get(case.author, "release-detail", case.submission.reference)))
    for words in (
        "given by the board",
        "seen to be enough by the board",
        "not enough, says the board",
        "The date is missing.",
    ):
        assert words in page
    assert "not enough, says Coordinator" in table(
        text_of(get(board.chair, "release-detail", case.submission.reference))
    )


def test_condition_of_an_author_who_is_gone_is_the_authors_and_what_they_gave_stays_theirs() -> None:
    scene = put_motion()
    case, other = scene.case, UserFactory(display_name="Author Two")
    Contributor.objects.create(submission=case.submission, user=other, name="Author Two", order=2)
    cases.clear_holds(case)
    made = scene.act(conditions=[Term("Show it.", owner=other)])
    cases.vote(case, made)
    cases.finalise(case, made)
    row = cases.sign_all(case).conditions.get()
    cases.refuse_proof(case, cases.prove_condition(case, row, by=other))
    here = case.submission.reference
    for is_active, owes in ((True, "Author Two"), (False, "The authors")):
        other.is_active = is_active
        other.save()
        for person in (case.author, case.board.chair):
            page = table(text_of(get(person, "release-detail", here)))
            assert f'data-label="Who owes it">{owes}<' in page
            assert "given by Author Two" in page
        assert "given by Author Two" in text_of(get(case.author, "condition-prove", row.public_id)) or is_active


def test_breached_condition_is_a_warning_that_ends_nothing() -> None:
    case, (row, _second) = decided(Term("Audit.", timezone.localdate() - timedelta(3)), Term("Some day."), lately=True)
    here = case.submission.reference
    sentence = "1 condition is past its date and not met."
    for name in ("release-detail", "decision-detail", "submission-detail"):
        page = text_of(get(case.author, name, here))
        assert sentence in page, name
        assert "Nothing may rest on it now" not in page
    assert "past its date" in table(text_of(get(case.author, "release-detail", here)))
    cases.meet(case, row)
    for name in ("release-detail", "decision-detail", "submission-detail"):
        assert sentence not in text_of(get(case.author, name, here))


def test_shut_stage_says_how_many_conditions_it_waits_for() -> None:
    wanted = [Term(text, part="paper", rung="shared_agreement") for text in ("Keep a list.", "Sign it.")]
    case, _rows = decided(*wanted, lately=True)
    page = text_of(get(case.board.coordinator, "release-detail", case.submission.reference))
    assert "2 conditions must be met before this stage." in page
    assert 'aria-disabled="true"' in page


def test_proof_is_given_with_a_file_and_handed_out() -> None:
    case, (row,) = decided(Term("Publish the audit.", evidence="The audit."))
    here, author = row.public_id, case.author
    page = text_of(get(author, "condition-prove", here))
    assert "Publish the audit." in page
    assert "The audit." in page
    empty = post(author, "condition-prove", here, text=" ", version=0)
    assert faults_in(text_of(empty)) == {"text": "Write something, or add a file."}
    file = SimpleUploadedFile("audit.txt", b"all is well")
    done = post(author, "condition-prove", here, text="Here it is.", file=file, version=0)
    assert done["Location"] == reverse("reviews:release-detail", args=[case.submission.reference])
    proof = ConditionProof.objects.get()
    for person in (author, case.board.reviewers[0], case.board.members[0]):
        sent = get(person, "condition-proof-download", proof.public_id)
        assert b"".join(sent.streaming_content) == b"all is well"  # type: ignore[attr-defined]
    assert get(case.board.auditor, "condition-proof-download", proof.public_id).status_code == 404
    assert get(author, "condition-prove", here)["Location"] == done["Location"]
    assert "audit.txt</a>" in table(text_of(get(author, "release-detail", case.submission.reference)))


def test_proof_without_a_file_hands_out_nothing() -> None:
    case, (row,) = decided(Term("Keep a log."))
    proof = cases.prove_condition(case, row)
    assert get(case.author, "condition-proof-download", proof.public_id).status_code == 404


def test_form_from_before_another_proof_keeps_what_was_typed() -> None:
    case, (row,) = decided(Term("Keep a log."))
    cases.refuse_proof(case, cases.prove_condition(case, row))
    stale = post(case.author, "condition-prove", row.public_id, text="My own words.", version=0)
    assert stale.status_code == 409
    page = text_of(stale)
    assert "My own words." in page
    assert "The date is missing." in page
    assert ConditionProof.objects.count() == 1


def test_proof_is_checked_by_somebody_who_runs_the_case() -> None:
    case, (row,) = decided(Term("Keep a log."))
    board = case.board
    proof = cases.prove_condition(case, row, text="The log is kept.")
    expected: dict[Any, int] = {
        board.coordinator: 200, board.chair: 200, board.deputy: 200, board.members[0]: 403, board.reviewers[0]: 403,
        case.author: 403, board.leader: 404, board.auditor: 404,
    }  # fmt: skip
    assert {person: get(person, "condition-answer", proof.public_id).status_code for person in expected} == expected
    page = text_of(get(board.coordinator, "condition-answer", proof.public_id))
    assert "The log is kept." in page
    assert "checked" not in page.partition('name="verdict"')[2].partition("</fieldset>")[0]
    empty = text_of(post(board.coordinator, "condition-answer", proof.public_id))
    assert set(faults_in(empty)) == {"verdict"}
    assert "Choose one." in empty
    bare = post(board.coordinator, "condition-answer", proof.public_id, verdict="not_enough", reason=" ")
    assert faults_in(text_of(bare)) == {"reason": "Say what is missing, so that another proof can show it."}
    assert post(board.coordinator, "condition-answer", proof.public_id, verdict="met").status_code == 302
    row.refresh_from_db()
    assert row.met_by == board.coordinator
    assert get(board.coordinator, "condition-answer", proof.public_id).status_code == 302
    assert get(case.author, "condition-prove", row.public_id).status_code == 302


def test_proof_of_a_decision_that_another_took_the_place_of_has_no_form_any_more() -> None:
    case = cases.submit(cases.draft(tier=2))
    for made in cases.seat_reviewers(case):
        cases.file_review(case, made, replace(cases.findings(case), conditions="- Keep a log."))
    cases.settle_evidence(case)
    proof = cases.prove_condition(case, cases.sign_all(case).conditions.get())
    assert get(case.board.coordinator, "condition-answer", proof.public_id).status_code == 200
    cases.decided_anew(case)
    assert get(case.board.coordinator, "condition-answer", proof.public_id).status_code == 302


def test_condition_that_is_not_in_force_is_no_page_for_authors() -> None:
    scene = put_motion()
    cases.clear_holds(scene.case)
    case, made = scene.case, scene.act()
    cases.vote(case, made)
    row = cases.finalise(case, made).conditions.first()
    assert case.again().state == State.SIGN_OFF
    assert get(case.author, "condition-prove", row.public_id).status_code == 404
    assert get(case.board.chair, "condition-prove", row.public_id).status_code == 403


def test_case_page_names_the_condition_as_the_next_step() -> None:
    case, (row,) = decided(Term("Audit.", date(2090, 3, 20)))
    here = case.submission.reference
    prove = reverse("reviews:condition-prove", args=[row.public_id])
    assert prove in text_of(get(case.author, "submission-detail", here))
    proof = cases.prove_condition(case, row)
    answer = reverse("reviews:condition-answer", args=[proof.public_id])
    assert answer not in text_of(get(case.board.chair, "submission-detail", here))
    assert prove not in text_of(get(case.author, "submission-detail", here))


def test_conditions_of_a_full_release_have_their_tab() -> None:
    case = cases.submit(cases.draft(tier=2))
    for made in cases.seat_reviewers(case):
        cases.file_review(case, made, replace(cases.findings(case), conditions="- Keep a log."))
    cases.settle_evidence(case)
    cases.sign_all(case)
    page = text_of(get(case.author, "submission-detail", case.submission.reference))
    assert f'href="{reverse("reviews:release-detail", args=[case.submission.reference])}"' in page
    assert Condition.objects.values_list("owner", "before_rung", "evidence").get() == (None, "", "")


@pytest.mark.parametrize("rows", [1, 3])
def test_release_with_conditions_takes_the_same_queries(
    client: Client, rows: int, django_assert_num_queries: Any
) -> None:
    case, made = decided(*(Term(f"Condition {n}.", date(2090, 1, 1)) for n in range(rows)))
    for row in made:
        cases.refuse_proof(case, cases.prove_condition(case, row))
        cases.prove_condition(case, row)
    client.force_login(case.board.coordinator)
    with django_assert_num_queries(35):
        page = client.get(reverse("reviews:release-detail", args=[case.submission.reference])).content.decode()
    assert page.count("Check the proof") == rows


def test_my_work_leads_to_the_proof() -> None:
    case, (row,) = decided(Term("Audit.", date(2090, 3, 20)))
    page = client_of(case.author).get(reverse("reviews:my-work")).content.decode()
    assert reverse("reviews:condition-prove", args=[row.public_id]) in page
