"""Proofs of answers: asked for where a test is claimed, frozen with the revision, handed out safely."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from reviews.actions import submission
from reviews.models import Proof
from reviews.rules import proofs
from reviews.rules import questionnaire as rules
from tests.factories import cases
from tests.factories.cases import Case, answers_for
from tests.rules.packs import PACK

pytestmark = pytest.mark.django_db
QUESTION = "mit_redteam"


@pytest.fixture
def case() -> Case:
    """A draft that claims a test."""
    return cases.draft(answers={**answers_for(2), QUESTION: "tested"})


def overview(case: Case) -> str:
    return reverse("reviews:questionnaire-overview", args=[case.submission.reference])


def add(client: Client, case: Case, **sent: object) -> object:
    return client.post(reverse("reviews:proof-add", args=[case.submission.reference, QUESTION]), sent)


def attach(client: Client, case: Case) -> Proof:
    client.force_login(case.author)
    add(client, case, file=SimpleUploadedFile("report.pdf", b"%PDF report"))
    return Proof.objects.get()


def test_claim_without_proof_is_listed_and_does_not_keep_from_submitting(client: Client, case: Case) -> None:
    client.force_login(case.author)
    for url in (overview(case), reverse("reviews:submission-submit", args=[case.submission.reference])):
        html = client.get(url).content.decode()
        assert "Asked for: a proof of what you claim" in html
        assert reverse("reviews:proof-add", args=[case.submission.reference, QUESTION]) in html
    cases.submit(case)
    client.force_login(case.board.coordinator)
    assert client.get(overview(case)).content.decode().count("No proof attached") == 2


def test_reviewer_before_filing_reads_proofs_and_does_not_learn_what_claims_one(client: Client, case: Case) -> None:
    without = cases.submit(cases.draft(case.board, answers={**answers_for(2), QUESTION: "tested"}))
    cases.prove(case)
    for one, seen in ((without, False), (cases.submit(case), True)):
        seat = cases.seat_reviewers(one)[0]
        client.force_login(seat.assignment.reviewer)
        html = client.get(overview(one)).content.decode()
        assert ("Report 7 of the red team" in html, "No proof attached" in html) == (seen, False)


def test_proof_is_part_of_what_is_frozen_and_goes_on_to_the_next_revision(client: Client, case: Case) -> None:
    before = case.manifest
    row = attach(client, case)
    assert case.manifest != before
    assert (row.name, row.size_bytes, row.location) == ("report.pdf", 11, "")
    cases.submit(case)
    frozen = case.again().revision
    url = reverse("reviews:proof-download", args=[row.public_id])
    client.force_login(case.board.coordinator)
    answer = client.get(url)
    assert b"".join(answer.streaming_content) == b"%PDF report"
    headers = ("Content-Disposition", "X-Content-Type-Options", "Cache-Control")
    assert [answer[name] for name in headers] == ['attachment; filename="report.pdf"', "nosniff", "no-store"]
    client.force_login(case.author)
    assert client.post(reverse("reviews:proof-remove", args=[row.public_id])).status_code in (200, 302)
    assert list(frozen.proofs.all()) == [row]


def test_returned_case_keeps_its_proofs(case: Case) -> None:
    row = cases.prove(case)
    cases.submit(case)
    submission.return_to_authors(
        submission=case.submission, reason="Add the card.", version=case.version, by=case.board.coordinator,
        now=case.later(),
    )  # fmt: skip
    kept = case.again().revision.proofs.get()
    assert (kept.pk != row.pk, kept.public_id != row.public_id, kept.location) == (True, True, row.location)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose a file, or say where the proof lies; one of both."),
        ({"location": "Report 7 of the red team"}, "This answer has a proof of that name already."),
    ],
)
def test_what_is_refused_is_said(client: Client, case: Case, sent: dict[str, str], sentence: str) -> None:
    cases.prove(case)
    client.force_login(case.author)
    assert sentence in add(client, case, **sent).content.decode()  # type: ignore[attr-defined]
    assert Proof.objects.count() == 1


def test_proof_is_taken_back(client: Client, case: Case) -> None:
    row = attach(client, case)
    response = client.post(reverse("reviews:proof-remove", args=[row.public_id]))
    assert (response["Location"], Proof.objects.count()) == (overview(case), 0)


def test_every_safeguard_that_is_asked_takes_a_proof_and_only_a_claim_asks_for_one(client: Client, case: Case) -> None:
    client.force_login(case.author)
    html = client.get(
        reverse("reviews:questionnaire-section", args=[case.submission.reference, "safeguards"])
    ).content.decode()
    shown = [key for key in rules.shown(PACK, answers_for(2)) if PACK.question(key).role == "mitigation"]
    assert len(shown) > 1
    for key in shown:
        assert html.count(reverse("reviews:proof-add", args=[case.submission.reference, key])) == 1
    assert html.count("Please show that this is so") == len(proofs.wanted(PACK, {**answers_for(2), QUESTION: "tested"}))
    assert "Attach a proof" not in client.get(overview(case)).content.decode()
