"""What a revision consists of, as one digest. Two revisions have the same digest only if nothing differs."""

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
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def by_value(value: Any) -> Any:
    """An answer in which a number stands as its value, whatever it was written as."""
    if isinstance(value, float) and value.is_integer():
        return int(Decimal(repr(value)))
    if isinstance(value, dict):
        return {key: by_value(one) for key, one in value.items()}
    return [by_value(one) for one in value] if isinstance(value, list | tuple) else value
