"""One reason for a case that does not move, in the order in which reasons have to be cleared."""

from __future__ import annotations

from itertools import product

from reviews.rules.standstill import STILL_DAYS, Why, why


def test_every_combination() -> None:
    found = {
        facts: why(vacant=facts[0], late=facts[1], paused=facts[2], days=facts[3])
        for facts in product((False, True), (False, True), (False, True), (STILL_DAYS - 1, STILL_DAYS))
    }
    assert {facts for facts, reason in found.items() if reason is Why.VACANT} == {f for f in found if f[0]}
    assert {facts for facts, reason in found.items() if reason is Why.LATE} == {f for f in found if not f[0] and f[1]}
    assert {facts: reason for facts, reason in found.items() if not facts[0] and not facts[1]} == {
        (False, False, False, 4): None, (False, False, True, 4): None,
        (False, False, False, 5): Why.STILL, (False, False, True, 5): Why.PAUSED,
    }  # fmt: skip
