"""Counting a board's votes exactly as the pack says. Shares are compared by cross-multiplication, never as floats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from reviews.rules.pack import QuorumRule, ShareRule, Tier
from reviews.rules.seating import Seated, fills
from reviews.rules.states import CommitteeRole, Vote


@dataclass(frozen=True)
class Voter:
    """An eligible voter: a current voting membership without conflict, recusal or absence."""

    key: str
    role: str
    unit: str = ""
    domains: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Around:
    """What of a case decides who fills which seat: its leading domain, every chosen one, and its authors' units."""

    top_domain: str = ""
    chosen: frozenset[str] = frozenset()
    author_units: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SeatCheck:
    """How many of the people present have a property that the tier asks for."""

    key: str
    needed: int
    present: int

    @property
    def met(self) -> bool:
        """Whether enough people with that property took part."""
        return self.present >= self.needed


@dataclass(frozen=True)
class Tally:
    """The result of a ballot with everything that it rests on.

    ``is_settled``: everybody who counts has voted, or no vote that is out can change whether it carries. Nobody waits
    for those who are away, but nothing is lost for good that they could still carry.
    """

    eligible: int
    present: int
    votes_for: int
    votes_against: int
    abstained: int
    quorum_needed: int
    seats: tuple[SeatCheck, ...]
    is_override: bool
    for_needed: int
    also: tuple[str, ...]
    is_settled: bool = False

    @property
    def quorum_met(self) -> bool:
        """Enough eligible voters took part, and every seat that the tier asks for is filled."""
        return self.present >= self.quorum_needed and all(seat.met for seat in self.seats)

    @property
    def carried(self) -> bool:
        """The motion stands: quorum, and the share of the tier."""
        return self.quorum_met and self.votes_for > 0 and self.votes_for >= self.for_needed


def may_carry(count: Tally, *, is_late: bool) -> bool:
    """Whether a ballot that carries may end: no vote that is out can change that, or the days for voting are over."""
    return count.carried and (count.is_settled or is_late)


def may_close_lost(count: Tally, *, is_late: bool, mover_is_out: bool) -> bool:
    """Whether a ballot that did not carry may end: no vote that is out can carry it, or it is late and has its quorum.

    Late and without a quorum it stays open, since too few have spoken to refuse anything; its mover may take it back.
    Where the mover stepped aside, nobody is left to do so.
    """
    return not count.carried and (count.is_settled or (is_late and count.quorum_met) or mover_is_out)


def may_end(rule: QuorumRule | None, *, eligible: int, present: int, mover_is_out: bool) -> bool:
    """Whether a ballot whose time is over can be expected to end: enough have voted, or nobody could take it back.

    Only the number is looked at; the seats that the tier reserves are counted on the ballot's own page.
    """
    if rule is None or mover_is_out:
        return True
    return present >= quorum_needed(rule, eligible)


def least(share: Fraction, of: int, *, strictly_more: bool) -> int:
    """The smallest whole number that is at least (or more than) ``share`` of ``of``."""
    exact = share * of
    whole = floor(exact)
    if strictly_more:
        return whole + 1
    return whole if exact == whole else whole + 1


def quorum_needed(rule: QuorumRule, eligible: int) -> int:
    """How many eligible voters must take part."""
    return max(rule.at_least, least(rule.share, eligible, strictly_more=rule.strictly_more))


def tally(
    tier: Tier,
    voters: Iterable[Voter],
    ballots: Mapping[str, Vote],
    *,
    above_ceiling: bool,
    around: Around,
    away: Iterable[Voter] = (),
) -> Tally:
    """Count the ballots of those who are eligible now; ``away`` are those who would be if they were not absent.

    Ballots of people who are no longer eligible do not exist for the count: a recusal after voting changes the
    quorum. Raises ``ValueError`` for a tier whose policy has no board vote.
    """
    if tier.quorum is None or tier.approval is None:
        raise ValueError(f"Tier {tier.tier} has no board vote.")
    board = tuple(voters)
    counted = {voter.key: ballots[voter.key] for voter in board if voter.key in ballots}
    found = _count(tier, board, counted, above_ceiling=above_ceiling, around=around)

    def carries(everybody: Sequence[Voter], vote: Vote) -> bool:
        whole = {voter.key: counted.get(voter.key, vote) for voter in everybody}
        return _count(tier, everybody, whole, above_ceiling=above_ceiling, around=around).carried

    # Each vote adds to the quorum. Nothing is worse for a motion than that all others vote against it, nothing better
    # than that all vote for it, and every other way of voting or keeping silent lies in between.
    if found.carried:
        is_settled = carries(board, Vote.AGAINST)
    else:
        is_settled = found.present == found.eligible or not carries((*board, *away), Vote.FOR)
    return replace(found, is_settled=is_settled)


def _count(
    tier: Tier, board: Sequence[Voter], counted: Mapping[str, Vote], *, above_ceiling: bool, around: Around
) -> Tally:
    assert tier.quorum is not None
    assert tier.approval is not None
    cast = [vote for vote in counted.values() if vote is not Vote.ABSTAIN]
    votes_for = sum(vote is Vote.FOR for vote in cast)
    is_override = above_ceiling and tier.override is not None
    rule = tier.override if is_override and tier.override is not None else tier.approval
    present = [voter for voter in board if voter.key in counted]
    return Tally(
        eligible=len(board),
        present=len(present),
        votes_for=votes_for,
        votes_against=len(cast) - votes_for,
        abstained=len(counted) - len(cast),
        quorum_needed=quorum_needed(tier.quorum, len(board)),
        seats=tuple(
            SeatCheck(key, needed, sum(has_seat(voter, key, around) for voter in present))
            for key, needed in tier.quorum.seats.items()
        ),
        is_override=is_override,
        for_needed=_for_needed(rule, eligible=len(board), cast=len(cast)),
        also=rule.also,
    )


@dataclass(frozen=True)
class Lack:
    """What a board lacks for any quorum: a seat of the pack, or people at all (an empty key), and how many."""

    key: str
    missing: int


def lacking(rule: QuorumRule, voters: Iterable[Voter], *, around: Around) -> tuple[Lack, ...]:
    """What keeps these voters from a quorum even if all of them took part; empty where they can reach it."""
    board = tuple(voters)
    found = [Lack("", quorum_needed(rule, len(board)) - len(board))]
    for key, needed in rule.seats.items():
        here = sum(has_seat(voter, key, around) for voter in board)
        found.append(Lack(key, needed - here))
    return tuple(lack for lack in found if lack.missing > 0)


def _for_needed(rule: ShareRule, *, eligible: int, cast: int) -> int:
    base = eligible if rule.of == "eligible_voters" else cast
    return least(rule.share, base, strictly_more=rule.strictly_more)


def has_seat(voter: Voter, seat: str, around: Around) -> bool:
    """Whether a person fills a seat of the pack's ``seat_rules``. Unknown seats are filled by nobody.

    What knowledge fills is decided as for reviewers (``rules/seating.py``): where the case names no domain at all,
    nobody can be its expert and anybody fills that seat.
    """
    if seat == "external":
        return voter.role == CommitteeRole.EXTERNAL_MEMBER
    if seat == "outside_unit":
        return bool(voter.unit) and voter.unit not in around.author_units
    return fills(Seated(voter.domains, voter.skills), seat, leading=around.top_domain, chosen=around.chosen)
