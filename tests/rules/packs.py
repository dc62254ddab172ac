"""The shipped pack, the historical cases, and answers of every kind for properties."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from reviews.rules.pack import Question
from reviews.rules.policy import load

ROOT = Path(__file__).resolve().parents[2]
PACK_PATH = ROOT / "reviews" / "policies" / "default-dual-use.yaml"
PACK_TEXT = PACK_PATH.read_text(encoding="utf-8")
PACK = load(PACK_TEXT)
CASES = yaml.safe_load((Path(__file__).parent / "data" / "examples.yaml").read_text(encoding="utf-8"))["cases"]

SCALES = [q.key for q in PACK.questions if q.role in ("enablement", "modifier")]
SAFEGUARDS = [q.key for q in PACK.questions if q.role == "mitigation"]


def historical() -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Each case and each follow-up: its name, its answers, what is expected."""
    found = []
    for case in CASES:
        found.append((case["key"], case["answers"], case["computed"] | {"tier": case["expected_tier"]}))
        for later in case.get("followups", ()):
            answers = case["answers"] | later["answers_override"]
            expected = later["computed"] | {"tier": later["expected_tier"]}
            found.append((f"{case['key']}-{later['key']}", answers, expected))
    return found


def case_answers(key: str) -> dict[str, Any]:
    """A copy of the answers of one historical case."""
    return dict(next(case["answers"] for case in CASES if case["key"] == key))


def edited(old: str, new: str) -> str:
    """The shipped pack with one passage replaced."""
    assert old in PACK_TEXT
    return PACK_TEXT.replace(old, new, 1)


def line_of(text: str, passage: str) -> int:
    """The line on which a passage starts."""
    return text[: text.index(passage)].count("\n") + 1


def values(question: Question) -> st.SearchStrategy[Any]:
    """Answers of the right shape."""
    amounts = st.floats(min_value=0, max_value=1e30, allow_nan=False)
    match question.type:
        case "multi_choice":
            return st.lists(st.sampled_from(question.values), unique=True, max_size=6)
        case "text":
            return st.sampled_from(["A short text.", "", "  "])
        case "number":
            return amounts
        case "compute_flop":
            return st.sampled_from([0, 1e22, 1e23, 1e25, 1e26]) | amounts
    return st.sampled_from(question.values)


_all: dict[str, st.SearchStrategy[Any]] = {q.key: values(q) for q in PACK.questions}
_all |= {h.key: st.sampled_from([1e9, 65e9, 1e12]) for q in PACK.questions for h in q.helper_inputs}

partial_answers = st.fixed_dictionaries({}, optional=_all)
full_answers = st.fixed_dictionaries(_all)
any_answers = partial_answers | full_answers
