"""The chain notices every change of what was recorded, except that its own end is missing."""

from __future__ import annotations

import dataclasses
import enum
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import chain
from audit.chain import Checked, Fault, Link

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LENGTH = 6
POSITIONS = st.integers(0, LENGTH - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
DATA = st.dictionaries(st.text(max_size=8), VALUES, max_size=4)


def grow(data: list[dict[str, Any]], stream: str = "submission:RB-2026-AAAAA") -> list[Link]:
    links: list[Link] = []
    for number, item in enumerate(data):
        last = links[-1] if links else None
        at = START + timedelta(seconds=number)
        links.append(chain.follow(last, stream=stream, event="note.made", actor="person-one", at=at, data=item))
    return links


def six() -> list[Link]:
    return grow([{"number": number} for number in range(LENGTH)])


def check(links: list[Link]) -> Checked:
    return chain.verify(links, "submission:RB-2026-AAAAA")


def in_order(links: list[Link]) -> list[Link]:
    return sorted(links, key=lambda link: link.sequence)


def test_hash_of_a_known_event_never_changes() -> None:
    link = chain.follow(
        None,
        stream="submission:RB-2026-AAAAA",
        event="submission.submitted",
        actor="person-one",
        at=START,
        data={"to": "submitted", "from": "draft", "score": 2.5},
    )

    assert link.data == '{"from":"draft","score":2.5,"to":"submitted"}'
    assert (link.sequence, link.previous) == (1, "0" * 64)
    assert link.hash == "62bde3d39c4f093f21cf5297c9630a9756ab8c5a47ef2ed9841a6e95b28abcad"


@given(st.lists(DATA, max_size=6))
def test_untouched_chain_holds(data: list[dict[str, Any]]) -> None:
    links = grow(data)

    assert check(links) == Checked(
        "submission:RB-2026-AAAAA", len(data), links[-1].hash if links else chain.GENESIS, None
    )


@given(
    POSITIONS,
    st.sampled_from(["stream", "type", "actor", "data", "previous", "hash"]),
    st.text(min_size=1, max_size=70),
)
def test_changed_text_is_noticed_at_its_row(position: int, column: str, text: str) -> None:
    links = six()
    change: dict[str, Any] = {column: text}
    changed = dataclasses.replace(links[position], **change)
    links[position] = changed

    fault = check(links).fault

    assert fault is not None
    assert fault.sequence == position + 1


@given(POSITIONS, st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=900)))
def test_changed_moment_is_noticed_at_its_row(position: int, shift: timedelta) -> None:
    links = six()
    links[position] = dataclasses.replace(links[position], at=links[position].at - shift)

    assert check(links).fault == Fault(links[0].stream, position + 1, "content differs from what was recorded")


@given(POSITIONS, st.integers(1, 12))
def test_changed_sequence_is_noticed(position: int, sequence: int) -> None:
    links = six()
    if sequence == position + 1:
        return
    links[position] = dataclasses.replace(links[position], sequence=sequence)

    assert check(in_order(links)).fault is not None


@given(st.integers(0, LENGTH - 2))
def test_deleted_event_before_the_last_is_noticed(position: int) -> None:
    links = six()
    del links[position]

    fault = check(links).fault

    assert fault == Fault(links[0].stream, position + 2, f"follows a gap: event {position + 1} is missing")


@given(st.integers(0, LENGTH - 2))
def test_deleted_event_with_the_rest_renumbered_is_noticed(position: int) -> None:
    links = six()
    del links[position]
    links = [dataclasses.replace(link, sequence=number) for number, link in enumerate(links, start=1)]

    fault = check(links).fault

    assert fault is not None
    assert fault.sequence == position + 1


@given(POSITIONS, POSITIONS)
def test_two_events_that_changed_places_are_noticed(one: int, other: int) -> None:
    links = six()
    if one == other:
        return
    moved = (
        dataclasses.replace(links[one], sequence=other + 1),
        dataclasses.replace(links[other], sequence=one + 1),
    )
    links[one], links[other] = moved

    fault = check(in_order(links)).fault

    assert fault is not None
    assert fault.sequence == min(one, other) + 1


@given(POSITIONS)
def test_inserted_event_is_noticed_where_the_old_ones_go_on(position: int) -> None:
    links = six()
    before = links[position - 1] if position else None
    forged = chain.follow(
        before, stream=links[0].stream, event="note.made", actor="person-two", at=START, data={"forged": True}
    )
    later = [dataclasses.replace(link, sequence=link.sequence + 1) for link in links[position:]]

    fault = check([*links[:position], forged, *later]).fault

    assert fault == Fault(links[0].stream, position + 2, "does not continue the event before it")


@given(POSITIONS)
def test_duplicated_event_is_noticed(position: int) -> None:
    links = six()

    fault = check(in_order([*links, links[position]])).fault

    assert fault == Fault(links[0].stream, position + 1, "appears twice")


@given(st.integers(1, LENGTH))
def test_missing_tail_is_not_noticed_which_is_why_checkpoints_exist(kept: int) -> None:
    assert check(six()[:kept]).fault is None


def test_only_the_first_bad_row_is_named_and_all_are_counted() -> None:
    links = six()
    links[2] = dataclasses.replace(links[2], actor="person-two")
    links[4] = dataclasses.replace(links[4], actor="person-two")

    assert check(links) == Checked(
        links[0].stream, 6, links[1].hash, Fault(links[0].stream, 3, "content differs from what was recorded")
    )


def test_event_of_another_stream_is_noticed() -> None:
    strangers = grow([{}], stream="account:person-one")

    assert check(strangers).fault == Fault("submission:RB-2026-AAAAA", 1, "belongs to stream account:person-one")


def test_streams_are_checked_one_by_one() -> None:
    first, second = grow([{}, {}], stream="account:a"), grow([{}, {}, {}], stream="account:b")
    second[1] = dataclasses.replace(second[1], data="{}  ")

    assert list(chain.verify_all([*first, *second])) == [
        Checked("account:a", 2, first[-1].hash, None),
        Checked("account:b", 3, second[0].hash, Fault("account:b", 2, "content differs from what was recorded")),
    ]


@given(DATA)
def test_canonical_text_does_not_depend_on_the_order_of_keys(data: dict[str, Any]) -> None:
    assert chain.canonical(data) == chain.canonical(dict(reversed(data.items())))


class Colour(enum.StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    "value",
    [
        {"a": (1, 2)},
        {1: "a"},
        {"a": {1, 2}},
        {"a": START},
        {"a": Colour.RED},
        {"a": b"bytes"},
        {"a": [object()]},
    ],
)
def test_canonical_refuses_what_json_would_turn_into_something_else(value: Any) -> None:
    with pytest.raises(TypeError):
        chain.canonical(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_canonical_refuses_numbers_that_are_none(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        chain.canonical({"a": value})


def test_moment_is_the_same_in_every_zone() -> None:
    elsewhere = START.astimezone(timezone(timedelta(hours=5, minutes=30)))

    assert chain.moment(START) == chain.moment(elsewhere) == "2026-03-02T09:00:00.000000+00:00"


def test_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        chain.moment(datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001 - that is the point


def test_digest_names_its_algorithm() -> None:
    assert chain.digest("a reason") == "sha256:3ee53722b0c15a5ef66587785347eaf510155b446ab6665d7bf2ac830c322af2"
