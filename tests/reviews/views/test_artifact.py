"""Files: digested while they stream in, refused with a sentence, handed out to the right people only."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from reviews.actions import artifact as actions
from reviews.models import Artifact, blobs
from reviews.rules.states import PartKind, State
from reviews.views.upload import safe_name
from tests.factories import cases
from tests.factories.cases import Case

pytestmark = pytest.mark.django_db
BYTES = b"Some bytes of a paper.\n" * 50_000
SHA256 = hashlib.sha256(BYTES).hexdigest()


def url(name: str, case: Case) -> str:
    return reverse(f"reviews:artifact-{name}", args=[case.submission.reference])


def upload(
    client: Client, case: Case, content: bytes = BYTES, *, name: str = "paper.pdf", **more: str
) -> tuple[int, str]:
    sent = {"part": "paper", "file": SimpleUploadedFile(name, content), "version": "0", **more}
    response = client.post(url("add-file", case), sent)
    return response.status_code, response.content.decode()


def stored_files() -> set[str]:
    return {f"{file.parent.name}/{file.name}" for file in blobs.root().glob("??/*")}


def drafted(client: Client) -> Case:
    case = cases.draft(tier=0)
    client.force_login(case.author)
    return case


def test_upload_is_kept_with_the_digest_of_what_arrived(client: Client) -> None:
    case = drafted(client)
    assert upload(client, case)[0] == 302
    row = Artifact.objects.get(name="paper.pdf")
    assert (row.sha256, row.size_bytes, row.is_external) == (SHA256, len(BYTES), False)
    assert blobs.stored_sha256(row.blob) == SHA256


def test_upload_with_the_right_digest_is_kept(client: Client) -> None:
    case = drafted(client)
    assert upload(client, case, sha256=f"  {SHA256.upper()} ")[0] == 302


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0123456789abcdef", "This has 16 characters; a SHA-256 has 64."),
        ("z" * 64, "A SHA-256 consists of the digits 0"),
        ("0" * 64, "The file that arrived has another SHA-256"),
    ],
)
def test_wrong_digest_is_told_beside_the_field_and_kept_as_typed(client: Client, typed: str, sentence: str) -> None:
    case = drafted(client)
    before = stored_files()
    status, html = upload(client, case, sha256=typed)
    assert status == 200
    assert sentence in html
    assert f'value="{typed}"' in html
    assert 'value="paper"' in html
    assert not Artifact.objects.filter(name="paper.pdf").exists()
    assert stored_files() == before


def test_empty_file_is_told(client: Client) -> None:
    case = drafted(client)
    assert "This file is empty." in upload(client, case, b"")[1]


def test_file_beyond_the_limit_is_dropped_on_the_way_and_the_rest_is_kept(client: Client, settings: Any) -> None:
    settings.MAX_UPLOAD_MIB = 1
    case = drafted(client)
    before = stored_files()
    digest = "a" * 64
    status, html = upload(client, case, b"x" * (1024 * 1024 + 1), sha256=digest)
    assert status == 200
    assert "This file is larger than 1 MiB. Add it as an external reference instead." in html
    assert digest in html
    assert stored_files() == before
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload")) == []


def test_file_of_exactly_the_limit_is_kept(client: Client, settings: Any) -> None:
    settings.MAX_UPLOAD_MIB = 1
    case = drafted(client)
    assert upload(client, case, b"x" * (1024 * 1024))[0] == 302


def test_no_file_chosen_is_told(client: Client) -> None:
    case = drafted(client)
    response = client.post(url("add-file", case), {"part": "paper", "version": "0"})
    assert "Choose a file." in response.content.decode()


def test_name_taken_is_told_and_its_bytes_are_removed(client: Client) -> None:
    case = drafted(client)
    upload(client, case)
    before = stored_files()
    assert "There is an artifact of that name already." in upload(client, case)[1]
    assert stored_files() == before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sha256": "abc"}, "This has 3 characters; a SHA-256 has 64."),
        ({"size_bytes": "0"}, "The size must be more than 0 bytes."),
        ({"size_bytes": "4 GB"}, "Write the size as a whole number of bytes"),
        ({"size_bytes": str(2**63)}, "less than or equal to"),
        ({"location": ""}, "Please fill this in."),
    ],
)
def test_reference_with_a_fault_is_told_and_kept_as_typed(
    client: Client, change: dict[str, str], sentence: str
) -> None:
    case = drafted(client)
    sent = {
        "part": "paper", "name": "weights.bin", "location": "https://example.org/w", "size_bytes": "12",
        "sha256": "a" * 64, "version": "0", **change,
    }  # fmt: skip
    html = client.post(url("add-reference", case), sent).content.decode()
    assert sentence in html
    assert 'value="weights.bin"' in html
    assert not Artifact.objects.filter(name="weights.bin").exists()


def test_reference_is_added_and_listed(client: Client) -> None:
    case = drafted(client)
    sent = {
        "part": "paper", "name": "weights.bin", "location": "https://example.org/w", "size_bytes": "12",
        "sha256": "A" * 64, "version": "0",
    }  # fmt: skip
    assert client.post(url("add-reference", case), sent).status_code == 302
    html = client.get(url("list", case)).content.decode()
    assert "weights.bin" in html
    assert Artifact.objects.get(name="weights.bin").sha256 == "a" * 64


def with_file(state: State, name: str = "Bericht “1”.pdf") -> tuple[Case, Artifact]:
    case = cases.draft(tier=1)
    actions.add_file(
        submission=case.submission, part=PartKind.MODEL, name=name, blob=actions.receive([BYTES]), by=case.author,
        now=case.later(),
    )  # fmt: skip
    if state is not State.DRAFT:
        cases.submit(case)
    if state is State.DECIDED:
        cases.reviewed(case)
        cases.sign_all(case)
    return case, Artifact.objects.get(name=name)


def download(row: Artifact) -> str:
    return reverse("reviews:artifact-download", args=[row.public_id])


def status(client: Client, row: Artifact) -> int:
    response = client.get(download(row))
    response.close()
    return int(response.status_code)


def test_download_is_an_attachment_that_no_browser_interprets_or_keeps(client: Client) -> None:
    case, row = with_file(State.SUBMITTED)
    client.force_login(case.board.coordinator)
    response = client.get(download(row))
    assert b"".join(response.streaming_content) == BYTES
    headers = {name: response[name] for name in ("Content-Type", "X-Content-Type-Options", "Cache-Control")}
    assert headers == {
        "Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
    }  # fmt: skip
    assert response["Content-Disposition"].startswith("attachment; filename")


def test_download_of_what_one_cannot_see_is_not_there(client: Client) -> None:
    case, row = with_file(State.DRAFT)
    found = {}
    for person in (case.author, case.board.coordinator, case.board.members[0], case.board.auditor, case.board.leader):
        client.force_login(person)
        found[person.display_name] = status(client, row)
    assert found == {"Author One": 200, "Coordinator": 404, "Member 0": 404, "Auditor": 404, "Leader": 404}
    assert client.get(reverse("reviews:artifact-download", args=["unknown"])).status_code == 404


def test_file_of_a_decision_that_changed_on_disk_is_refused(client: Client) -> None:
    case, row = with_file(State.DECIDED)
    client.force_login(case.author)
    assert status(client, row) == 200
    (blobs.root() / row.blob).write_bytes(b"other bytes")
    response = client.get(download(row))
    assert response.status_code == 409
    assert "no longer has the SHA-256 that the decision was made on" in response.content.decode()
    blobs.discard(row.blob)
    response = client.get(download(row))
    assert response.status_code == 409
    assert "not where they were stored" in response.content.decode()


def test_remove_takes_it_out_of_the_draft_alone(client: Client) -> None:
    case, row = with_file(State.DRAFT)
    client.force_login(case.author)
    address = reverse("reviews:artifact-remove", args=[row.public_id])
    assert row.name.replace("“", "“") in client.get(address).content.decode()
    assert client.post(address, {"version": "0"}).status_code == 302
    assert not Artifact.objects.filter(pk=row.pk).exists()


def test_frozen_files_cannot_be_changed(client: Client) -> None:
    case, row = with_file(State.SUBMITTED)
    client.force_login(case.author)
    assert client.get(reverse("reviews:artifact-remove", args=[row.public_id])).status_code == 302
    client.post(reverse("reviews:artifact-remove", args=[row.public_id]), {"version": "1"})
    assert Artifact.objects.filter(pk=row.pk).exists()
    client.force_login(case.board.coordinator)
    assert client.get(url("add-file", case)).status_code == 403


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("paper.pdf", "paper.pdf"), ("../../etc/passwd", "_.._etc_passwd"), ("a\r\nb.txt", "a__b.txt"),
        ("invoice\u202efdp.exe", "invoice_fdp.exe"), ("...", "file"), ("", "file"), ('a"b.txt', "a_b.txt"),
    ],
)  # fmt: skip
def test_names_of_downloads_lead_nowhere(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize("rows", [1, 3])
def test_list_needs_the_same_queries_for_one_and_three(
    client: Client, rows: int, django_assert_num_queries: Any
) -> None:
    case = drafted(client)
    for number in range(rows - 1):
        upload(client, case, name=f"more-{number}.pdf")
    client.get(url("list", case))
    with django_assert_num_queries(QUERIES):
        client.get(url("list", case))


QUERIES = 17
