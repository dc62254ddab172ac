"""Adding and removing what a case is to release."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from reviews.actions import artifact, submission
from reviews.models import Artifact, blobs
from reviews.rules.errors import NotNow, RuleBroken, Stale
from reviews.rules.states import PartKind, State
from tests.factories import cases
from tests.reviews.actions.scenes import SCENES, SHA

pytestmark = pytest.mark.django_db


def stored() -> set[str]:
    return {str(path.relative_to(blobs.root())) for path in blobs.root().rglob("*") if path.is_file()}


def test_received_bytes_are_hashed_and_kept_once() -> None:
    before = stored()
    blob = artifact.receive([b"wei", b"", b"ghts"])
    assert (blob.sha256, blob.size_bytes) == (SHA, 7)
    assert stored() - before == {blob.path}
    with blobs.open_blob(blob.path) as kept:
        assert kept.read() == b"weights"


@pytest.mark.parametrize("chunks", [[], [b""], [b"", b""]])
def test_empty_file_is_refused_and_leaves_nothing(chunks: list[bytes]) -> None:
    before = stored()
    with pytest.raises(RuleBroken) as refused:
        artifact.receive(chunks)
    assert (refused.value.code, refused.value.field, stored()) == ("empty", "file", before)


def test_oversized_file_is_refused_and_leaves_nothing(settings: Settings) -> None:
    settings.MAX_UPLOAD_MIB = 1
    before = stored()
    assert artifact.receive([b"x" * 1024 * 1024]).size_bytes == 1024 * 1024
    with pytest.raises(RuleBroken) as refused:
        artifact.receive([b"x" * 1024 * 1024, b"x"])
    assert (refused.value.code, refused.value.field) == ("too_large", "file")
    assert len(stored() - before) == 1


def test_add_file_keeps_digest_and_size() -> None:
    scene = SCENES["add_file"]()
    row = scene.act()
    assert (row.part, row.name, row.sha256, row.size_bytes, row.is_external, row.added_by) == (
        "model", "small.bin", SHA, 7, False, scene.case.author,
    )  # fmt: skip


@pytest.mark.parametrize("claimed", [SHA, SHA.upper(), f"  {SHA}\n"])
def test_add_file_with_the_right_digest(claimed: str) -> None:
    assert SCENES["add_file"]().act(claimed_sha256=claimed).sha256 == SHA


@pytest.mark.parametrize(
    ("claimed", "code"),
    [(hashlib.sha256(b"other").hexdigest(), "wrong_digest"), ("abc", "digest_length"), ("g" * 64, "digest_digits")],
)
def test_add_file_with_a_wrong_digest(claimed: str, code: str) -> None:
    scene = SCENES["add_file"]()
    with pytest.raises(RuleBroken) as refused:
        scene.act(claimed_sha256=claimed)
    assert (refused.value.code, refused.value.field) == (code, "sha256")
    assert not Artifact.objects.filter(name="small.bin").exists()


@pytest.mark.parametrize(
    ("facts", "code", "at"),
    [
        ({"sha256": "a" * 63}, "digest_length", "sha256"),
        ({"sha256": "x" * 64}, "digest_digits", "sha256"),
        ({"sha256": ""}, "digest_length", "sha256"),
        ({"size_bytes": 0}, "empty", "size_bytes"),
        ({"size_bytes": -1}, "empty", "size_bytes"),
        ({"name": "model.bin"}, "name_taken", "name"),
    ],
)
def test_add_reference_with_bad_content(facts: dict[str, Any], code: str, at: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        SCENES["add_reference"]().act(**facts)
    assert (refused.value.code, refused.value.field) == (code, at)


def test_one_name_in_two_parts() -> None:
    assert SCENES["add_reference"]().act(name="model.bin", part=PartKind.PAPER).name == "model.bin"


def test_frozen_revision_takes_no_artifact() -> None:
    scene = SCENES["add_reference"]()
    cases.submit(scene.case)
    with pytest.raises(NotNow) as refused:
        scene.act()
    assert refused.value.code == "frozen"


def test_artifact_of_an_earlier_revision_stays() -> None:
    case = cases.submission_in(State.RETURNED)
    first = case.submission.revisions.get(number=1).artifacts.first()
    with pytest.raises(RuleBroken) as refused:
        artifact.remove(artifact=first, by=case.author, now=case.later())
    assert refused.value.code == "frozen"
    carried = case.submission.revision.artifacts.first()
    artifact.remove(artifact=carried, by=case.author, now=case.later())
    assert (case.submission.revision.artifacts.count(), first.revision.artifacts.count()) == (1, 2)


def test_artifact_removed_in_another_window() -> None:
    scene = SCENES["remove_artifact"]()
    same = Artifact.objects.get(pk=scene.thing.pk)
    scene.act()
    with pytest.raises(Stale):
        artifact.remove(artifact=same, by=scene.case.author, now=scene.case.later())


def test_replaced_artifact_gives_the_revision_another_digest() -> None:
    case = cases.submission_in(State.IN_REVIEW)
    first = case.submission.revision.manifest_digest
    submission.return_to_authors(
        submission=case.submission, reason="Redact.", version=case.version, by=case.board.coordinator, now=case.later()
    )
    case.again()
    artifact.remove(artifact=case.submission.revision.artifacts.get(part="paper"), by=case.author, now=case.later())
    artifact.add_reference(
        submission=case.submission, part=PartKind.PAPER, name="paper.bin", location="https://example.org/paper2",
        size_bytes=1000, sha256=SHA, by=case.author, now=case.later(),
    )  # fmt: skip
    cases.submit(case)
    assert case.submission.revision.manifest_digest not in ("", first)
