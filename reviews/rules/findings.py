"""What a reviewer writes, as a whole and as one value for each field of its form.

The second shape lets a page save what was touched and leave the rest as it is. Whether a review is whole is asked when
it is filed, not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reviews.rules.judgement import Judgement, Move
from reviews.rules.pack import PARTS
from reviews.rules.sentences import gettext_noop

TEXTS = ("findings", "misuse_paths", "conditions", "to_board", "to_authors")
CHOICES = ("recommendation", "confidence")
PREFIXES = {
    "answer": "answer_",
    "steps": "severity_",
    "severity_reason": "why_severity_",
    "clear_reason": "why_clear_",
    "domain": "finding_",
    "view": "evidence_",
    "note": "missing_",
}
ADDED = "added_areas"
LABELS = {
    "findings": gettext_noop("Findings"),
    "misuse_paths": gettext_noop("Ways to misuse it"),
    "conditions": gettext_noop("Conditions"),
    "to_board": gettext_noop("To the board"),
    "to_authors": gettext_noop("To the authors"),
}


@dataclass(frozen=True)
class Findings:
    """What a reviewer wrote so far. ``verdict`` holds per part the outcome and the highest acceptable rung,
    ``judgement`` their own answers to the questions of risk, ``domains`` what they say of an area of harm, and
    ``evidence`` by type whether it is enough and what is missing.
    """

    recommendation: str = ""
    findings: str = ""
    misuse_paths: str = ""
    conditions: str = ""
    to_board: str = ""
    to_authors: str = ""
    confidence: str = ""
    verdict: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    judgement: Judgement = field(default_factory=Judgement)
    domains: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def field_of(code: str, key: str) -> str:
    """The name that a form gives to the field of a question, a severity, an area, a type of evidence, or a reason."""
    return f"{PREFIXES[code]}{key}"


def flat(content: Findings) -> dict[str, Any]:
    """One value a field, without those that are empty."""
    found: dict[str, Any] = {name: getattr(content, name) for name in (*TEXTS, *CHOICES)}
    for kind, (outcome, rung) in content.verdict.items():
        found[f"{kind}_outcome"], found[f"{kind}_rung"] = outcome, rung
    said = content.judgement
    found |= {field_of("answer", key): value for key, value in said.answers.items()}
    found |= {field_of("clear_reason", key): reason for key, reason in said.cleared.items()}
    for key, move in said.moves.items():
        found[field_of("steps", key)], found[field_of("severity_reason", key)] = move.steps or None, move.reason
    found[ADDED] = list(said.added)
    found |= {field_of("domain", key): text for key, text in content.domains.items()}
    for key, (view, note) in content.evidence.items():
        found[field_of("view", key)], found[field_of("note", key)] = view, note
    return {name: value for name, value in found.items() if value not in ("", None, [])}


def whole(values: Mapping[str, Any]) -> Findings:
    """The review of which these are the fields; the inverse of ``flat``."""
    answers, cleared = _under("answer", values), _under("clear_reason", values)
    steps, reasons = _under("steps", values), _under("severity_reason", values)
    views, notes = _under("view", values), _under("note", values)
    return Findings(
        **{name: values.get(name) or "" for name in (*TEXTS, *CHOICES)},
        verdict={
            kind: (values.get(f"{kind}_outcome") or "", values.get(f"{kind}_rung") or "")
            for kind in PARTS
            if values.get(f"{kind}_outcome") or values.get(f"{kind}_rung")
        },
        judgement=Judgement(
            answers=answers,
            added=tuple(values.get(ADDED) or ()),
            moves={key: Move(steps.get(key) or 0, reasons.get(key) or "") for key in steps | reasons},
            cleared=cleared,
        ),
        domains=_under("domain", values),
        evidence={key: (views.get(key) or "", notes.get(key) or "") for key in views | notes},
    )


def changed(before: Findings, after: Findings) -> tuple[str, ...]:
    """The fields in which two versions differ, in the order of the later one."""
    old, new = flat(before), flat(after)
    return tuple(name for name in (*new, *sorted(old.keys() - new.keys())) if old.get(name) != new.get(name))


def _under(code: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of one kind by their keys, without those that are empty."""
    prefix = PREFIXES[code]
    return {
        name.removeprefix(prefix): value
        for name, value in values.items()
        if name.startswith(prefix) and value not in ("", None)
    }
