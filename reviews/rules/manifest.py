"""What a revision consists of, and what a clearance is about, as digests: the same only if nothing differs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, order=True)
class ArtifactFacts:
    """What identifies one artifact: its bytes (SHA-256 and size), its name and place."""

    part: str
    name: str
    sha256: str
    size_bytes: int
    location: str


@dataclass(frozen=True, order=True)
class ProofFacts:
    """What identifies the proof of one answer: the question, its name, its bytes or its place."""

    question: str
    name: str
    sha256: str
    location: str


def digest(
    artifacts: Iterable[ArtifactFacts], answers: Mapping[str, Any], policy_sha256: str,
    proofs: Iterable[ProofFacts] = (),
) -> str:  # fmt: skip
    """SHA-256 (64 hex digits) over the sorted artifacts, the answers that count, and the policy they answer.

    Proofs of answers are in it where there are any; without them the digest is what it was before there were proofs.

    A number counts by its value: 5 and 5.0 are the same answer, and so are 3.14e23 and its 24 digits, which is how one
    database gives back what another keeps as it was written.
    """
    manifest: dict[str, Any] = {
        "answers": by_value(dict(answers)),
        "artifacts": [asdict(artifact) for artifact in sorted(artifacts)],
        "policy": policy_sha256,
    }
    if shown := [asdict(proof) for proof in sorted(proofs)]:
        manifest["proofs"] = shown
    return _sha256(manifest)


@dataclass(frozen=True, order=True)
class ContributorFacts:
    """What identifies one contributor. Neither their account here nor their place in the list is in it."""

    name: str
    email: str
    orcid: str


@dataclass(frozen=True)
class Content:
    """What a clearance is about, as one digest for each thing that can change."""

    artifacts: str
    answers: str
    contributors: str


def content(
    artifacts: Iterable[ArtifactFacts], answers: Mapping[str, Any], contributors: str,
    proofs: Iterable[ProofFacts] = (),
) -> Content:  # fmt: skip
    """The digests of what a clearance is about: without the policy, and with hidden answers.

    So a revision that was opened under another policy is the same as the one before until somebody changes it. Proofs
    count with the answers that they prove. ``contributors`` is what ``contributors_digest`` gives.
    """
    given = {"answers": by_value(dict(answers)), "proofs": [asdict(proof) for proof in sorted(proofs)]}
    return Content(_sha256([asdict(artifact) for artifact in sorted(artifacts)]), _sha256(given), contributors)


def content_digest(found: Content) -> str:
    """One digest over all of it."""
    return _sha256(asdict(found))


def contributors_digest(people: Iterable[ContributorFacts]) -> str:
    """The digest of a list of contributors, in whatever order; an address counts without its capitals."""
    rows = sorted(ContributorFacts(person.name, person.email.lower(), person.orcid) for person in people)
    return _sha256([asdict(row) for row in rows])


def _sha256(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def by_value(value: Any) -> Any:
    """An answer in which a number stands as its value, whatever it was written as."""
    if isinstance(value, float) and value.is_integer():
        return int(Decimal(repr(value)))
    if isinstance(value, dict):
        return {key: by_value(one) for key, one in value.items()}
    return [by_value(one) for one in value] if isinstance(value, list | tuple) else value
