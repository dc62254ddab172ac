"""A disk that takes no more: a sentence beside the file, nothing typed lost, nothing half kept."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit import log
from reviews.models import Artifact, Evidence, blobs
from reviews.rules.states import State
from reviews.tasks import sweep_blobs
from tests.factories import cases
from tests.factories.cases import Case

pytestmark = pytest.mark.django_db
MIB = 1024 * 1024
SENTENCE = "The server has no room for this file just now."
DIGEST = "a" * 64


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    """Nobody else writes into these folders."""
    settings.DATA_DIR = tmp_path
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "uploads")
    (tmp_path / "uploads").mkdir()


def left(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def send(client: Client, case: Case, content: bytes) -> str:
    address = reverse("reviews:artifact-add-file", args=[case.submission.reference])
    sent = {"part": "paper", "file": SimpleUploadedFile("paper.pdf", content), "sha256": DIGEST, "version": "0"}
    response = client.post(address, sent)
    assert response.status_code == 200
    return response.content.decode()


def drafted(client: Client) -> Case:
    case = cases.draft(tier=0)
    client.force_login(case.author)
    return case


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The system itself refuses to let any file of this process grow beyond this."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def full(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A disk on which no byte is left; opening a file works, writing does not."""
    monkeypatch.setattr(
        "django.core.files.uploadedfile.tempfile.NamedTemporaryFile",
        lambda **kwargs: os.fdopen(os.open("/dev/full", os.O_RDWR), "w+b"),
    )


def without_uploads(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A folder that is not there, as when a disk was not mounted."""
    (folder / "uploads").rmdir()


def without_blobs(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """The upload arrives, and its lasting place cannot be made."""
    (folder / "blobs").write_text("in the way")


def full_on_the_way(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Uploads and blobs lie on two disks, and the second one fills up during the copy."""

    def move(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "move", move)


FAULTS: list[Callable[[pytest.MonkeyPatch, Path], None]] = [full, without_uploads, without_blobs, full_on_the_way]


@pytest.mark.parametrize("content", [b"small", b"x" * (MIB + 1)], ids=["small", "large"])
@pytest.mark.parametrize("fault", FAULTS)
def test_file_that_cannot_be_kept_is_told_beside_the_field(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    fault: Callable[[pytest.MonkeyPatch, Path], None],
    content: bytes,
) -> None:
    case = drafted(client)
    before, artifacts = log.events(case.submission.stream), Artifact.objects.count()
    fault(monkeypatch, tmp_path)
    already = left(tmp_path)

    html = send(client, case, content)

    assert SENTENCE in html.partition('id="div_id_file"')[2].partition('id="div_id_sha256"')[0]
    assert f'value="{DIGEST}"' in html
    assert left(tmp_path) == already
    assert (log.events(case.submission.stream), Artifact.objects.count()) == (before, artifacts)


def test_file_that_the_system_stops_in_the_middle_leaves_nothing(client: Client, tmp_path: Path) -> None:
    case = drafted(client)
    with files_of_at_most(MIB):
        html = send(client, case, b"x" * (2 * MIB))

    assert SENTENCE in html
    assert f'value="{DIGEST}"' in html
    assert left(tmp_path) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_evidence_that_cannot_be_kept_keeps_the_words(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fault: Callable[[pytest.MonkeyPatch, Path], None]
) -> None:
    case = cases.submission_in(State.IN_REVIEW)
    row = Evidence.objects.filter(revision=case.again().revision, given_at=None).earliest("pk")
    client.force_login(case.author)
    fault(monkeypatch, tmp_path)
    already = left(tmp_path)

    sent = {"text": "What we measured.", "file": SimpleUploadedFile("e.txt", b"evidence"), "version": str(row.version)}
    html = client.post(reverse("reviews:evidence-give", args=[row.public_id]), sent).content.decode()

    assert SENTENCE in html
    assert "What we measured." in html
    assert left(tmp_path) == already
    row.refresh_from_db()
    assert (row.given_at, row.text) == (None, "")


def test_upload_of_a_process_that_died_is_swept_after_a_day(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    half = tmp_path / "uploads" / "half.upload"
    half.write_bytes(b"half of a file")

    sweep_blobs()
    assert half.exists()
    later = timezone.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr("reviews.tasks.timezone.now", lambda: later)
    sweep_blobs()
    assert not half.exists()


def test_bytes_whose_case_was_not_saved_are_swept_after_a_day(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    case = drafted(client)

    def broken(**facts: Any) -> None:
        raise MemoryError

    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr("reviews.actions._transition.note", lambda *args, **facts: broken())
        address = reverse("reviews:artifact-add-file", args=[case.submission.reference])
        sent = {"part": "paper", "file": SimpleUploadedFile("paper.pdf", b"bytes"), "version": "0"}
        assert client.post(address, sent).status_code == 500
    assert not Artifact.objects.filter(name="paper.pdf").exists()
    assert len(left(blobs.root())) == 1

    later = timezone.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr("reviews.tasks.timezone.now", lambda: later)
    sweep_blobs()
    assert left(blobs.root()) == []
