"""The bytes of a record: one text for one set of facts, and a digest that notices every other one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from reviews.rules.record import digest, is_whole, text_of
from reviews.rules.states import Outcome


def test_same_facts_give_the_same_bytes_however_they_are_written() -> None:
    there = datetime(2026, 3, 2, 10, tzinfo=timezone(timedelta(hours=1)))
    first = text_of({"at": there, "on": date(2026, 3, 2), "outcome": Outcome.FULL, "flops": 3.14e23, "rows": (1.0,)})
    here = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert first == text_of(
        {"rows": [1], "flops": 314_000_000_000_000_000_000_000, "outcome": "full", "on": "2026-03-02", "at": here}
    )
    assert first.isascii()


def test_names_in_any_script_are_kept() -> None:
    assert "\\u0416" in text_of({"name": "Жанна 王"})


@pytest.mark.parametrize(
    ("text", "sha256", "noted", "found"),
    [
        ("{}", digest("{}"), digest("{}"), True),
        ("{} ", digest("{}"), digest("{}"), False),
        ("{ }", digest("{ }"), digest("{}"), False),
        ("{}", digest("{ }"), digest("{}"), False),
        ("{}", digest("{}"), "", False),
        ("", digest(""), digest(""), False),
        ("é", digest("{}"), digest("{}"), False),
    ],
)
def test_record_is_whole_only_if_all_three_agree(text: str, sha256: str, noted: str, found: bool) -> None:
    assert is_whole(text, sha256, noted) is found
