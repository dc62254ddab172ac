"""The seven cases of the demo as the files describe them: history retold and one invented, people and dates made up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "cases"
# The oldest story first, so that accounts and mails are in the order in which things happened.
ORDER = ("gpt2", "criminality", "bert", "megasyn", "llama", "stable_diffusion", "plain_words")


@dataclass(frozen=True)
class Step:
    """One thing that happened: when, which verb of ``story``, and the rest of its words."""

    at: str
    do: str
    words: Mapping[str, Any]


@dataclass(frozen=True)
class CaseData:
    """One case with its answers and artifacts, and its way so far."""

    title: str
    label: str
    author: str
    contributors: tuple[Mapping[str, str], ...]
    venue: str
    planned_in_days: int
    answers: Mapping[str, Any]
    artifacts: tuple[Mapping[str, Any], ...]
    steps: tuple[Step, ...]


def read(key: str) -> CaseData:
    """One case from its file."""
    row: dict[str, Any] = yaml.safe_load((FOLDER / f"{key}.yaml").read_text(encoding="utf-8"))
    steps = tuple(Step(step.pop("at"), step.pop("do"), step) for step in row.pop("steps"))
    return CaseData(
        contributors=tuple(row.pop("contributors")), artifacts=tuple(row.pop("artifacts")), steps=steps, **row
    )


def read_all() -> Iterator[CaseData]:
    """All seven, the oldest first."""
    return (read(key) for key in ORDER)


def content(artifact: Mapping[str, Any]) -> bytes:
    """The bytes of a small file: its text, or as many made-up bytes as it says, the same at every load."""
    if "text" in artifact:
        return str(artifact["text"]).encode()
    made, size = bytearray(), int(artifact["bytes"])
    while len(made) < size:
        made += hashlib.sha256(f"{artifact['name']}:{len(made)}".encode()).digest()
    return bytes(made[:size])


def made_up_sha256(artifact: Mapping[str, Any]) -> str:
    """The digest of something that lies elsewhere and, in the demo, nowhere."""
    return hashlib.sha256(str(artifact["location"]).encode()).hexdigest()
