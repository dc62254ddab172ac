"""The digest of a revision: the same for the same content in any order, another for any difference."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.manifest import ArtifactFacts, digest

WEIGHTS = ArtifactFacts("model", "weights.bin", "a" * 64, 10, "https://example.org/weights")
PAPER = ArtifactFacts("paper", "paper.pdf", "b" * 64, 20, "")
ANSWERS = {"kind": "model", "domains": ["cyber"], "level": 2}
POLICY = "c" * 64


def test_digest_of_nothing_is_known() -> None:
    # printf '{"answers":{},"artifacts":[],"policy":""}' | sha256sum
    assert digest([], {}, "") == "32fe0e5fcea205047e243b73a8b16e96ccf1b301b61c4e59faf8e4ec7126f5ad"


def test_order_does_not_matter() -> None:
    turned = dict(reversed(ANSWERS.items()))
    assert digest([WEIGHTS, PAPER], ANSWERS, POLICY) == digest([PAPER, WEIGHTS], turned, POLICY)


@pytest.mark.parametrize(
    "changes",
    [
        {"part": "paper"},
        {"name": "weights2.bin"},
        {"sha256": "d" * 64},
        {"size_bytes": 11},
        {"location": "https://example.org/other"},
    ],
)
def test_any_change_of_an_artifact_changes_the_digest(changes: dict[str, object]) -> None:
    changed = replace(WEIGHTS, **changes)  # type: ignore[arg-type]
    assert digest([changed, PAPER], ANSWERS, POLICY) != digest([WEIGHTS, PAPER], ANSWERS, POLICY)


@pytest.mark.parametrize(
    "answers",
    [
        {**ANSWERS, "level": 3},
        {**ANSWERS, "level": "2"},
        {**ANSWERS, "domains": []},
        {**ANSWERS, "more": None},
        {"kind": "model", "level": 2},
    ],
)
def test_any_change_of_an_answer_changes_the_digest(answers: dict[str, object]) -> None:
    assert digest([WEIGHTS], answers, POLICY) != digest([WEIGHTS], ANSWERS, POLICY)


def test_artifact_more_or_twice_or_another_policy_changes_the_digest() -> None:
    found = {
        digest([WEIGHTS], ANSWERS, POLICY),
        digest([], ANSWERS, POLICY),
        digest([WEIGHTS, PAPER], ANSWERS, POLICY),
        digest([WEIGHTS, WEIGHTS], ANSWERS, POLICY),
        digest([WEIGHTS], ANSWERS, "d" * 64),
    }
    assert len(found) == 5


@pytest.mark.parametrize(
    ("typed", "given_back"),
    [(5.0, 5), (3.14e23, 314_000_000_000_000_000_000_000), (1e300, 10**300), (-0.0, 0), ([2.0], [2]), ((2.0,), [2])],
)
def test_number_counts_by_its_value(typed: object, given_back: object) -> None:
    assert digest([], {"compute": typed}, POLICY) == digest([], {"compute": given_back}, POLICY)


@pytest.mark.parametrize("other", [3.1400000001e23, 314_000_000_000_000_000_000_001, "3.14e23", 2.5])
def test_other_number_changes_the_digest(other: object) -> None:
    assert digest([], {"compute": 3.14e23}, POLICY) != digest([], {"compute": other}, POLICY)


artifacts = st.builds(
    ArtifactFacts,
    st.sampled_from(["model", "paper"]),
    st.text(max_size=8),
    st.sampled_from(["a" * 64, "b" * 64]),
    st.integers(1, 3),
    st.sampled_from(["", "there"]),
)
lists = st.lists(artifacts, max_size=4)
answers_of_any_kind = st.dictionaries(st.text(max_size=4), st.integers() | st.text(max_size=4) | st.none(), max_size=3)


@given(lists, lists, answers_of_any_kind, answers_of_any_kind)
def test_equal_digests_mean_equal_content(
    first: list[ArtifactFacts], second: list[ArtifactFacts], some: dict[str, object], other: dict[str, object]
) -> None:
    same = sorted(first) == sorted(second) and some == other
    assert (digest(first, some, POLICY) == digest(second, other, POLICY)) is same
    assert len(digest(first, some, POLICY)) == 64
