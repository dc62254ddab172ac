"""Evidence is given, waived and handed out by the right people; a hold is cleared in writing by its officer."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from reviews.actions import evidence
from reviews.models import Evidence, Hold
from reviews.rules.states import State
from tests.factories import cases
from tests.factories.cases import Case

pytestmark = pytest.mark.django_db


def open_item(case: Case) -> Evidence:
    row = Evidence.objects.filter(revision=case.submission.revision, given_at=None, waived_at=None).first()
    assert row is not None
    return row


def at(name: str, row: Evidence) -> str:
    return reverse(f"reviews:evidence-{name}", args=[row.public_id])


def page(client: Client, case: Case) -> str:
    return client.get(reverse("reviews:evidence-list", args=[case.submission.reference])).content.decode()


def test_evidence_given_as_text_is_there_to_read(client: Client) -> None:
    case = cases.submission_in(State.SUBMITTED, tier=3)
    row = open_item(case)
    client.force_login(case.author)
    assert at("give", row) in page(client, case)
    assert client.post(at("give", row), {"text": "What we tried.", "version": row.version}).status_code == 302
    client.force_login(case.board.coordinator)
    html = page(client, case)
    assert "What we tried." in html
    assert "Given by Author One" in html
    assert at("give", row) not in html


def test_evidence_given_as_file_is_digested_and_handed_out(client: Client) -> None:
    case = cases.submission_in(State.SUBMITTED, tier=3)
    row = open_item(case)
    client.force_login(case.author)
    sent = {"file": SimpleUploadedFile("report.pdf", b"report"), "version": row.version}
    assert client.post(at("give", row), sent).status_code == 302
    row.refresh_from_db()
    assert (row.sha256, row.size_bytes) == (hashlib.sha256(b"report").hexdigest(), 6)
    client.force_login(case.board.coordinator)
    response = client.get(at("download", row))
    assert b"".join(response.streaming_content) == b"report"
    client.force_login(case.board.members[0])
    assert client.get(at("download", row)).status_code == 404


def test_evidence_that_submitting_gave_is_not_offered_anew(client: Client) -> None:
    case = cases.submission_in(State.SUBMITTED, tier=3)
    rows = {row.type_key: row for row in Evidence.objects.filter(revision=case.submission.revision)}
    evidence.give(evidence=rows["rollback_plan_rehearsed"], text="A plan.", by=case.author, now=case.later())
    client.force_login(case.author)
    html = page(client, case)
    assert at("give", rows["rollback_plan_rehearsed"]) in html
    assert at("give", rows["misuse_scenarios"]) in html
    for key in ("plain_summary", "author_attestation"):
        assert at("give", rows[key]) not in html
        assert client.get(at("give", rows[key])).status_code == 302


def test_evidence_with_nothing_in_it_is_told(client: Client) -> None:
    case = cases.submission_in(State.SUBMITTED, tier=3)
    client.force_login(case.author)
    response = client.post(at("give", open_item(case)), {"text": " ", "version": 0})
    assert "Write something, or add a file." in response.content.decode()


def test_evidence_file_that_is_empty_is_told_and_the_text_kept(client: Client) -> None:
    case = cases.submission_in(State.SUBMITTED, tier=3)
    client.force_login(case.author)
    sent = {"text": "Kept words.", "file": SimpleUploadedFile("r.pdf", b""), "version": 0}
    html = client.post(at("give", open_item(case)), sent).content.decode()
    assert "This file is empty." in html
    assert "Kept words." in html


def test_evidence_given_meanwhile_by_another_author_stands_beside_what_was_typed(client: Client) -> None:
    case = cases.submission_in(State.SUBMITTED, tier=3)
    row = open_item(case)
    evidence.give(evidence=row, text="Given meanwhile.", by=case.author, now=case.later())
    client.force_login(case.author)
    response = client.post(at("give", row), {"text": "Typed here.", "version": 0})
    html = response.content.decode()
    assert response.status_code == 409
    assert evidence.CHANGED in html
    assert html.index("Given meanwhile.") < html.index("Typed here.</textarea>")
    assert 'name="version" value="1"' in html
    row.refresh_from_db()
    assert row.text == "Given meanwhile."
    assert client.post(at("give", row), {"text": "Typed here.", "version": 1}).status_code == 302


def test_waiver_needs_a_reason_and_the_coordinator(client: Client) -> None:
    case = cases.submission_in(State.SUBMITTED, tier=3)
    row = open_item(case)
    client.force_login(case.author)
    assert client.get(at("waive", row)).status_code == 403
    client.force_login(case.board.coordinator)
    sent = {"reason": "", "version": case.version}
    assert "Please fill this in." in client.post(at("waive", row), sent).content.decode()
    sent = {"reason": "Nothing to test here.", "version": case.version}
    assert client.post(at("waive", row), sent).status_code == 302
    client.force_login(case.author)
    html = page(client, case)
    assert "Waived by the board" in html
    assert "Nothing to test here." in html
    assert "Waived by Coordinator" not in html


def test_evidence_cannot_be_given_once_the_round_is_closed(client: Client) -> None:
    case = cases.submission_in(State.DELIBERATION)
    row = Evidence.objects.filter(revision=case.submission.revision).first()
    assert row is not None
    client.force_login(case.author)
    assert at("give", row) not in page(client, case)
    assert client.get(at("give", row)).status_code == 302
    response = client.post(at("give", row), {"text": "Late.", "version": row.version})
    assert "Evidence can be given and waived until the reviews are closed." in response.content.decode()


def test_hold_is_cleared_in_writing_by_its_officer_alone(client: Client) -> None:
    case = cases.submission_in(State.SUBMITTED, tier=4)
    hold = Hold.objects.filter(revision=case.submission.revision).first()
    assert hold is not None
    address = reverse("reviews:hold-clear", args=[hold.public_id])
    officer = case.board.officers[hold.role]
    others = [person for role, person in case.board.officers.items() if role != hold.role]
    found = []
    for person in (case.author, case.board.coordinator, others[0], officer):
        client.force_login(person)
        found.append(client.get(address).status_code)
    assert found == [403, 403, 404, 200]
    assert "Please fill this in." in client.post(address, {"text": "", "version": "1"}).content.decode()
    sent = {"text": "Checked line by line.", "version": case.version}
    response = client.post(address, sent, follow=True)
    assert response.redirect_chain[-1][0] == reverse("reviews:submission-record", args=[case.submission.reference])
    client.force_login(case.board.coordinator)
    assert "Checked line by line." in page(client, case)
    client.force_login(case.author)
    html = page(client, case)
    assert "Checked line by line." not in html
    assert officer.display_name not in html.replace(f"Hold by the {officer.display_name.lower()}", "")


@pytest.mark.parametrize("tier", [1, 4])
def test_list_needs_the_same_queries_for_few_and_many(
    client: Client, tier: int, django_assert_num_queries: Any
) -> None:
    case = cases.submission_in(State.SUBMITTED, tier=tier)
    Hold.objects.all().delete()
    client.force_login(case.author)
    with django_assert_num_queries(21):
        page(client, case)
