"""Every board of one to nine people, every way to vote, every tier of the shipped pack, counted by a second counter.

The second counter is written from the pack's own words and shares nothing with ``rules/quorum.py``: it reads the pack's
text as plain data and compares by multiplying out. Voters of one kind are alike, so of them only the number matters.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
import yaml

from reviews.rules.quorum import Around, Voter, tally
from reviews.rules.states import CommitteeRole, Vote
from tests.rules.packs import PACK, PACK_TEXT

RAW = {row["tier"]: row for row in yaml.safe_load(PACK_TEXT)["tiers"]}
VOTED = [tier for tier, row in RAW.items() if "quorum" in row]
AROUND = Around("cbrn", frozenset({"cbrn", "cyber"}), frozenset({"Lab A"}))
# What somebody on a board can be, as far as any seat of the shipped pack asks: expert, external, of another unit.
KINDS = (
    {"domains": frozenset({"cbrn"}), "role": CommitteeRole.MEMBER, "unit": "Lab A"},
    {"domains": frozenset(), "role": CommitteeRole.EXTERNAL_MEMBER, "unit": "Lab B"},
    {"domains": frozenset(), "role": CommitteeRole.MEMBER, "unit": "Lab A"},
)
FILLS = ({"expert_top_domain"}, {"external", "outside_unit"}, set())
LETTERS = {"+": Vote.FOR, "-": Vote.AGAINST, "o": Vote.ABSTAIN}


@dataclass(frozen=True)
class Found:
    """What the second counter says."""

    eligible: int
    present: int
    quorum_needed: int
    quorum_met: bool
    for_needed: int
    carried: bool


@cache
def enough(number: int, share: str, of: int, strictly_more: bool) -> bool:
    """Whether a number is the share, by multiplying out."""
    above, below = map(int, share.split("/"))
    return number * below > above * of if strictly_more else number * below >= above * of


@cache
def fewest(share: str, of: int, strictly_more: bool) -> int:
    """The smallest number that is the share, by counting up."""
    return next(number for number in itertools.count() if enough(number, share, of, strictly_more))


def by_hand(raw: dict[str, Any], kinds: tuple[int, ...], votes: str, *, override: bool) -> Found:
    """The count as the pack's text says: recused people are not there at all, a blank did not take part."""
    quorum, rule = raw["quorum"], raw["override" if override else "approval"]
    there = [kind for kind, vote in zip(kinds, votes, strict=True) if vote in "+-o"]
    cast = len([vote for vote in votes if vote in "+-"])
    eligible, yes = len(votes), votes.count("+")
    met = len(there) >= quorum["at_least"] and enough(len(there), quorum["share"], eligible, quorum["strictly_more"])
    for seat, wanted in quorum["seats"].items():
        met = met and len([kind for kind in there if seat in FILLS[kind]]) >= wanted
    base = {"votes_cast": cast, "eligible_voters": eligible}[rule["of"]]
    needed = next(
        number
        for number in itertools.count()
        if number >= quorum["at_least"] and enough(number, quorum["share"], eligible, quorum["strictly_more"])
    )
    return Found(
        eligible=eligible,
        present=len(there),
        quorum_needed=needed,
        quorum_met=met,
        for_needed=fewest(rule["share"], base, rule["strictly_more"]),
        carried=met and yes > 0 and enough(yes, rule["share"], base, rule["strictly_more"]),
    )


def ballots(kinds: tuple[int, ...]) -> Iterator[str]:
    """Every way in which people of these kinds can vote, once each: for, against, abstaining, or not."""
    groups = [sum(1 for _ in group) for _kind, group in itertools.groupby(kinds)]
    ways = [["".join(way) for way in itertools.combinations_with_replacement("+-o ", size)] for size in groups]
    yield from ("".join(way) for way in itertools.product(*ways))


def boards(size: int) -> Iterator[tuple[int, ...]]:
    """Boards of a size: none up to as many experts and externals as a seat asks for, the rest plain members."""
    for experts, externals in itertools.product(range(3), range(2)):
        if experts + externals <= size:
            yield (0,) * experts + (1,) * externals + (2,) * (size - experts - externals)


def recused(kinds: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """The board, and what is left of it when one or two stepped aside; who is alike stands for each other."""
    yield kinds
    for number in (1, 2):
        seen = (
            {tuple(left) for left in itertools.combinations(kinds, len(kinds) - number)} if len(kinds) > number else ()
        )
        yield from sorted(seen)


@pytest.mark.parametrize("size", range(1, 10))
@pytest.mark.parametrize("tier", VOTED)
def test_count_of_every_board_is_that_of_the_packs_words(tier: int, size: int) -> None:
    """A recusal leaves a smaller board: so those of each size also stand for larger ones, which the next test says."""
    rules, raw = PACK.tier(tier), RAW[tier]
    for kinds in boards(size):
        people = [Voter(f"p{number}", **KINDS[kind]) for number, kind in enumerate(kinds)]  # type: ignore[arg-type]
        for votes in ballots(kinds):
            given = {f"p{number}": LETTERS[vote] for number, vote in enumerate(votes) if vote != " "}
            for override in (False, True):
                found = tally(rules, people, given, above_ceiling=override, around=AROUND)
                said = Found(
                    found.eligible, found.present, found.quorum_needed, found.quorum_met, found.for_needed,
                    found.carried,
                )  # fmt: skip
                assert said == by_hand(raw, kinds, votes, override=override), (kinds, votes, override)


@pytest.mark.parametrize("tier", VOTED)
@pytest.mark.parametrize("size", range(1, 10))
def test_who_stepped_aside_is_not_there_at_all_whatever_they_voted(tier: int, size: int) -> None:
    rules, raw = PACK.tier(tier), RAW[tier]
    for kinds in boards(size):
        for left in recused(kinds):
            people = [Voter(f"p{number}", **KINDS[kind]) for number, kind in enumerate(left)]  # type: ignore[arg-type]
            for yes in range(len(left) + 1):
                votes = "+" * yes + "-" * (len(left) - yes)
                given = {f"p{number}": LETTERS[vote] for number, vote in enumerate(votes)}
                gone = {f"gone{number}": Vote.FOR for number in range(size - len(left))}
                for override in (False, True):
                    found = tally(rules, people, {**gone, **given}, above_ceiling=override, around=AROUND)
                    hand = by_hand(raw, left, votes, override=override)
                    assert (found.eligible, found.present, found.carried) == (hand.eligible, hand.present, hand.carried)


def test_the_table_meets_every_way_in_which_a_vote_can_end() -> None:
    """Of each tier and rule some boards carry, some miss the quorum by number, by a seat, and some the share."""
    for tier, override in itertools.product(VOTED, (False, True)):
        ends = set()
        for kinds in boards(9):
            for votes in ballots(kinds):
                found = by_hand(RAW[tier], kinds, votes, override=override)
                short = found.present < found.quorum_needed
                ends.add("carried" if found.carried else "number" if short else "share" if found.quorum_met else "seat")
        assert ends == {"carried", "number", "share"} | ({"seat"} if RAW[tier]["quorum"]["seats"] else set())
