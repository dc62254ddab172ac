"""The condition language, operator by operator."""

from __future__ import annotations

from typing import Any

import pytest

from reviews.rules.conditions import OPS, Compare, Every, Negated, Some, holds, names

ANSWERS: dict[str, Any] = {"kind": "paper", "level": 2, "areas": ["a", "b"], "nothing": [], "truth": True}


@pytest.mark.parametrize(
    ("name", "op", "value", "expected"),
    [
        ("kind", "eq", "paper", True),
        ("kind", "eq", "model", False),
        ("kind", "ne", "model", True),
        ("kind", "ne", "paper", False),
        ("kind", "in", ("model", "paper"), True),
        ("kind", "in", ("model",), False),
        ("kind", "answered", None, True),
        ("kind", "not_answered", None, False),
        ("kind", "gte", 1, False),
        ("kind", "contains", "p", False),
        ("level", "gte", 2, True),
        ("level", "gte", 3, False),
        ("level", "lte", 2, True),
        ("level", "lte", 1, False),
        ("areas", "contains", "a", True),
        ("areas", "contains", "c", False),
        ("areas", "contains_any", ("c", "b"), True),
        ("areas", "contains_any", ("c",), False),
        ("areas", "answered", None, True),
        ("nothing", "answered", None, False),
        ("nothing", "not_answered", None, False),
        ("nothing", "contains", "a", False),
        ("truth", "eq", True, True),
        ("truth", "eq", 1, False),
        ("truth", "gte", 1, False),
    ],
)
def test_compare_with_an_answer(name: str, op: str, value: Any, expected: bool) -> None:
    assert holds(Compare(name, op, value), ANSWERS.get) is expected


@pytest.mark.parametrize("op", OPS)
def test_compare_without_an_answer(op: str) -> None:
    value = ("x",) if op in ("in", "contains_any") else 1
    assert holds(Compare("absent", op, value), ANSWERS.get) is (op == "not_answered")


def test_combinations_follow_their_parts() -> None:
    yes, no = Compare("kind", "eq", "paper"), Compare("kind", "eq", "model")
    assert holds(None, ANSWERS.get)
    assert holds(Every((yes, yes)), ANSWERS.get)
    assert not holds(Every((yes, no)), ANSWERS.get)
    assert holds(Some((no, yes)), ANSWERS.get)
    assert not holds(Some((no, no)), ANSWERS.get)
    assert holds(Negated(no), ANSWERS.get)
    assert not holds(Negated(yes), ANSWERS.get)


def test_unknown_operator_is_a_programming_fault() -> None:
    with pytest.raises(ValueError, match="no operator"):
        holds(Compare("kind", "like", "p"), ANSWERS.get)


def test_names_are_listed_once_in_order() -> None:
    condition = Every((Compare("b", "answered"), Negated(Some((Compare("a", "answered"), Compare("b", "answered"))))))
    assert names(condition) == ("b", "a")
    assert names(None) == ()
