"""The pack's condition language: when something is shown, required, fired or asked for.

Only the language stands here. What a name stands for (an answer, a ``$`` value) is the caller's ``lookup``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

OPS = ("eq", "ne", "in", "contains", "contains_any", "gte", "lte", "answered", "not_answered")
OPS_WITHOUT_VALUE = frozenset({"answered", "not_answered"})
OPS_WITH_LIST = frozenset({"in", "contains_any"})

Lookup = Callable[[str], Any]


@dataclass(frozen=True)
class Compare:
    """One question (or ``$`` value), one operator, one value; a list is held as a tuple."""

    q: str
    op: str
    value: Any = None


@dataclass(frozen=True)
class Every:
    """``all``: holds when every part does."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Some:
    """``any``: holds when at least one part does."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Negated:
    """``not``: holds when its part does not."""

    part: Condition


Condition = Compare | Every | Some | Negated


def holds(condition: Condition | None, lookup: Lookup) -> bool:
    """Whether a condition holds; no condition always does.

    ``lookup`` gives the value of a name, None for an unanswered one: "An unanswered question makes every op false
    except not_answered." An empty list is an answer (a confirmed "none of these"), yet "`answered` is false for it".
    """
    if condition is None:
        return True
    if isinstance(condition, Compare):
        return _compare(lookup(condition.q), condition.op, condition.value)
    if isinstance(condition, Negated):
        return not holds(condition.part, lookup)
    # Written out: a replay asks this question millions of times, and a generator costs more than what it asks.
    decisive = isinstance(condition, Some)
    for part in condition.parts:
        if holds(part, lookup) is decisive:
            return decisive
    return not decisive


def _compare(value: Any, op: str, wanted: Any) -> bool:
    if op == "not_answered":
        return value is None
    if value is None:
        return False
    match op:
        case "answered":
            return not _is_list(value) or len(value) > 0
        case "eq":
            return _same(value, wanted)
        case "ne":
            return not _same(value, wanted)
        case "in":
            return any(_same(value, one) for one in wanted)
        case "contains":
            return _is_list(value) and any(_same(one, wanted) for one in value)
        case "contains_any":
            return _is_list(value) and any(_same(one, other) for one in value for other in wanted)
        case "gte":
            return is_number(value) and bool(value >= wanted)
        case "lte":
            return is_number(value) and bool(value <= wanted)
    raise ValueError(f"There is no operator “{op}”.")


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _same(left: Any, right: Any) -> bool:
    """Equal in kind and value: Python's ``True == 1`` is not meant here."""
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def is_number(value: Any) -> bool:
    """Whether a value can be ordered as a number; a truth value cannot."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def names(condition: Condition | None) -> tuple[str, ...]:
    """Every name that a condition asks about, once each, in the order in which they stand."""
    return tuple(dict.fromkeys(one.q for one in compares(condition)))


def compares(condition: Condition | None) -> Iterator[Compare]:
    """Every single comparison in a condition."""
    match condition:
        case Every(parts) | Some(parts):
            for part in parts:
                yield from compares(part)
        case Negated(part):
            yield from compares(part)
        case Compare():
            yield condition


def leaves(condition: Condition | None) -> Iterator[Compare]:
    """Every comparison that can make a condition hold; what stands under ``not`` cannot."""
    match condition:
        case Every(parts) | Some(parts):
            for part in parts:
                yield from leaves(part)
        case Compare():
            yield condition


def deciding(condition: Condition | None, lookup: Lookup, wanted: bool = True) -> Iterator[Compare]:
    """The comparisons that make a condition hold, or with ``wanted`` False fail: of alternatives only those that do.

    Nothing where it does not come out as wanted.
    """
    if condition is None or holds(condition, lookup) is not wanted:
        return
    match condition:
        case Every(parts) | Some(parts):
            for part in parts:
                yield from deciding(part, lookup, wanted)
        case Negated(part):
            yield from deciding(part, lookup, not wanted)
        case Compare():
            yield condition
