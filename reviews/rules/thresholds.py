"""The amounts of compute at which the policy begins to look: read from its conditions, never written down here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reviews.rules.conditions import Condition, is_number, leaves
from reviews.rules.pack import Pack
from reviews.rules.questionnaire import Answers, read

COMPUTE = "$compute"


@dataclass(frozen=True)
class Line:
    """One amount, and what looks at it. ``is_passed`` is about the amount alone: each may ask for more besides."""

    amount: float
    reasons: tuple[str, ...]
    is_passed: bool


def lines(pack: Pack, answers: Answers) -> tuple[Line, ...]:
    """Every amount that a trigger or an enabled legal flag compares the compute with, smallest first."""
    compute = read(pack, answers).value(COMPUTE)
    found: dict[float, list[str]] = {}
    for amount, reason in _compared(pack):
        reasons = found.setdefault(amount, [])
        if reason not in reasons:
            reasons.append(reason)
    return tuple(
        Line(amount, tuple(reasons), compute is not None and compute >= amount)
        for amount, reasons in sorted(found.items())
    )


def _compared(pack: Pack) -> Iterator[tuple[float, str]]:
    for trigger in pack.triggers:
        yield from _in(pack, trigger.when, trigger.reason)
    for flag in pack.legal_flags:
        if flag.enabled:
            yield from _in(pack, flag.when, flag.label)


def _in(pack: Pack, condition: Condition, reason: str) -> Iterator[tuple[float, str]]:
    for leaf in leaves(condition):
        if leaf.q in (COMPUTE, pack.bindings.compute) and leaf.op == "gte" and is_number(leaf.value):
            yield float(leaf.value), reason
