"""Counting votes: literal boards, and an oracle that tries every number instead of computing one."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.pack import QuorumRule, ShareRule, Tier
from reviews.rules.policy_schema import SEATS
from reviews.rules.quorum import (
    Around,
    SeatCheck,
    Tally,
    Voter,
    has_seat,
    least,
    may_carry,
    may_close_lost,
    may_end,
    quorum_needed,
    tally,
)
from reviews.rules.states import CommitteeRole, Vote
from tests.rules.packs import PACK

FOR, AGAINST, ABSTAIN = Vote.FOR, Vote.AGAINST, Vote.ABSTAIN
HALF, TWO_THIRDS, THREE_QUARTERS = Fraction(1, 2), Fraction(2, 3), Fraction(3, 4)
NO_SEATS: Mapping[str, int] = {}
CASE = Around("cbrn", frozenset({"cbrn", "cyber"}), frozenset({"Lab A"}))


def tier(
    *, quorum: QuorumRule | None = None, approval: ShareRule | None = None, override: ShareRule | None = None
) -> Tier:
    """The shipped tier 3 with other rules of voting."""
    return replace(
        PACK.tier(3),
        quorum=quorum or QuorumRule("eligible_voters", HALF, True, 1, NO_SEATS),
        approval=approval or ShareRule("votes_cast", HALF, True),
        override=override,
    )


def people(count: int, **facts: object) -> list[Voter]:
    """So many voters, alike but for their names."""
    return [Voter(f"p{number}", CommitteeRole.MEMBER, **facts) for number in range(count)]  # type: ignore[arg-type]


def count(
    rules: Tier,
    board: list[Voter],
    ballots: Mapping[str, Vote],
    *,
    above_ceiling: bool = False,
    around: Around = CASE,
) -> Tally:
    return tally(rules, board, ballots, above_ceiling=above_ceiling, around=around)


def cast(votes: str) -> dict[str, Vote]:
    """``"++-o "``: for, against, abstained, absent, one letter a person."""
    known = {"+": FOR, "-": AGAINST, "o": ABSTAIN}
    return {f"p{number}": known[letter] for number, letter in enumerate(votes) if letter in known}


@pytest.mark.parametrize(
    ("share", "of", "at_least", "more"),
    [
        (HALF, 0, 0, 1), (HALF, 1, 1, 1), (HALF, 2, 1, 2), (HALF, 3, 2, 2), (HALF, 4, 2, 3), (HALF, 9, 5, 5),
        (TWO_THIRDS, 3, 2, 3), (TWO_THIRDS, 4, 3, 3), (TWO_THIRDS, 6, 4, 5), (TWO_THIRDS, 7, 5, 5),
        (TWO_THIRDS, 9, 6, 7), (THREE_QUARTERS, 4, 3, 4), (THREE_QUARTERS, 5, 4, 4), (THREE_QUARTERS, 8, 6, 7),
        (Fraction(1), 5, 5, 6), (Fraction(0), 5, 0, 1),
    ],
)  # fmt: skip
def test_least_by_hand(share: Fraction, of: int, at_least: int, more: int) -> None:
    assert least(share, of, strictly_more=False) == at_least
    assert least(share, of, strictly_more=True) == more


shares = st.builds(Fraction, st.integers(0, 12), st.integers(1, 12)).filter(lambda share: share <= 1)


@given(shares, st.integers(0, 200), st.booleans())
def test_least_is_what_counting_up_finds(share: Fraction, of: int, strictly_more: bool) -> None:
    for number in range(of + 2):
        mine, theirs = number * share.denominator, share.numerator * of
        if (mine > theirs) if strictly_more else (mine >= theirs):
            assert least(share, of, strictly_more=strictly_more) == number
            return
    raise AssertionError("no number is enough")


@given(shares, st.booleans(), st.integers(0, 9), st.integers(0, 30))
def test_quorum_needed_is_never_below_its_floor(share: Fraction, more: bool, at_least: int, eligible: int) -> None:
    needed = quorum_needed(QuorumRule("eligible_voters", share, more, at_least, NO_SEATS), eligible)
    assert needed == max(at_least, least(share, eligible, strictly_more=more))


def test_abstentions_count_in_the_quorum_and_not_among_the_votes() -> None:
    rules = tier(quorum=QuorumRule("eligible_voters", HALF, True, 3, NO_SEATS))
    found = count(rules, people(7), cast("++-oo"))
    assert (found.eligible, found.present, found.votes_for, found.votes_against, found.abstained) == (7, 5, 2, 1, 2)
    assert (found.quorum_needed, found.for_needed, found.quorum_met, found.carried) == (4, 2, True, True)


def test_zero_votes_cast_carry_nothing() -> None:
    for share in (Fraction(0), HALF, Fraction(1)):
        for more in (False, True):
            rules = tier(approval=ShareRule("votes_cast", share, more))
            found = count(rules, people(3), cast("ooo"))
            assert (found.quorum_met, found.carried) == (True, False)


def test_empty_board_carries_nothing() -> None:
    assert count(tier(), [], {}).carried is False


def test_tie_does_not_carry_where_more_than_half_is_asked() -> None:
    assert count(tier(), people(4), cast("++--")).carried is False
    assert count(tier(approval=ShareRule("votes_cast", HALF, False)), people(4), cast("++--")).carried is True


@pytest.mark.parametrize(("votes", "carried"), [("++++--", True), ("+++--", False), ("++-", True), ("+-", False)])
def test_two_thirds_exactly_is_enough(votes: str, carried: bool) -> None:
    rules = tier(approval=ShareRule("votes_cast", TWO_THIRDS, False))
    assert count(rules, people(len(votes)), cast(votes)).carried is carried


def test_share_of_eligible_voters_counts_the_absent_as_not_for() -> None:
    rules = tier(approval=ShareRule("eligible_voters", TWO_THIRDS, False))
    assert count(rules, people(9), cast("+++++ooo")).carried is False
    assert count(rules, people(9), cast("++++++")).carried is True
    assert count(rules, people(9), cast("++++++---")).carried is True


def test_recusal_takes_ballot_and_seat_away() -> None:
    rules = tier(quorum=QuorumRule("eligible_voters", HALF, True, 3, NO_SEATS))
    board = people(5)
    assert count(rules, board, cast("++-")).carried is True
    after = count(rules, board[1:], cast("++-"))
    assert (after.eligible, after.present, after.votes_for, after.carried) == (4, 2, 1, False)


def test_ballot_of_a_stranger_does_not_exist() -> None:
    rules = tier()
    assert count(rules, people(3), {**cast("+-"), "stranger": FOR, "other": FOR}) == count(rules, people(3), cast("+-"))


def test_above_the_ceiling_the_override_share_applies() -> None:
    override = ShareRule("votes_cast", THREE_QUARTERS, False, ("executive",))
    rules = tier(override=override)
    below = count(rules, people(5), cast("+++--"))
    above = count(rules, people(5), cast("+++--"), above_ceiling=True)
    assert (below.is_override, below.for_needed, below.carried, below.also) == (False, 3, True, ())
    assert (above.is_override, above.for_needed, above.carried, above.also) == (True, 4, False, ("executive",))


def test_above_the_ceiling_without_an_override_rule_the_usual_share_applies() -> None:
    found = count(tier(override=None), people(3), cast("++-"), above_ceiling=True)
    assert (found.is_override, found.for_needed, found.carried) == (False, 2, True)


def test_tier_without_a_board_vote() -> None:
    with pytest.raises(ValueError, match=r"Tier 1 has no board vote\."):
        count(PACK.tier(1), people(3), cast("+++"))


def voter(key: str, **facts: object) -> Voter:
    return Voter(key, **{"role": CommitteeRole.MEMBER, **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seat", "fills", "does_not"),
    [
        ("generalist", voter("a"), None),
        ("expert_top_domain", voter("a", domains=frozenset({"cbrn"})), voter("b", domains=frozenset({"cyber"}))),
        ("expert_other_domain", voter("a", domains=frozenset({"cyber"})), voter("b", domains=frozenset({"cbrn"}))),
        ("expert_other_domain", voter("a", domains=frozenset({"cyber"})), voter("b", domains=frozenset({"bias"}))),
        ("security", voter("a", skills=frozenset({"security"})), voter("b", skills=frozenset({"policy"}))),
        ("legal", voter("a", skills=frozenset({"legal"})), voter("b", skills=frozenset({"security"}))),
        ("security_or_policy", voter("a", skills=frozenset({"policy"})), voter("b", skills=frozenset({"legal"}))),
        ("security_or_policy", voter("a", skills=frozenset({"security"})), voter("b")),
        ("external", voter("a", role=CommitteeRole.EXTERNAL_MEMBER), voter("b")),
        ("outside_unit", voter("a", unit="Lab B"), voter("b", unit="Lab A")),
        ("outside_unit", voter("a", unit="Lab B"), voter("b", unit="")),
    ],
)
def test_seat(seat: str, fills: Voter, does_not: Voter | None) -> None:
    assert has_seat(fills, seat, CASE) is True
    assert does_not is None or has_seat(does_not, seat, CASE) is False


def test_expert_seat_where_the_case_names_no_domain_is_filled_by_anybody() -> None:
    assert has_seat(voter("a"), "expert_top_domain", Around()) is True
    assert has_seat(voter("a"), "expert_other_domain", Around()) is True


def test_where_one_domain_alone_is_chosen_its_experts_are_the_other_experts_too() -> None:
    alone = replace(CASE, chosen=frozenset({"cbrn"}))
    assert has_seat(voter("a", domains=frozenset({"cbrn"})), "expert_other_domain", alone) is True
    assert has_seat(voter("a", domains=frozenset({"cyber"})), "expert_other_domain", alone) is False


@pytest.mark.parametrize("seat", SEATS)
def test_every_seat_that_a_pack_may_ask_a_quorum_for_can_be_filled(seat: str) -> None:
    everything = voter(
        "a",
        role=CommitteeRole.EXTERNAL_MEMBER,
        unit="Lab B",
        domains=CASE.chosen,
        skills=frozenset({"security", "legal", "policy"}),
    )
    rules = tier(quorum=QuorumRule("eligible_voters", HALF, True, 1, {seat: 1}))
    assert count(rules, [everything], {"a": FOR}).carried is True


def test_unknown_seat_is_filled_by_nobody() -> None:
    assert has_seat(voter("a", skills=frozenset({"wizard"})), "wizard", CASE) is False


def test_seats_are_filled_by_those_present_alone() -> None:
    rules = tier(quorum=QuorumRule("eligible_voters", HALF, True, 1, {"expert_top_domain": 2, "external": 1}))
    expert = frozenset({"cbrn"})
    board = [
        voter("p0", domains=expert),
        voter("p1", domains=expert),
        voter("p2", role=CommitteeRole.EXTERNAL_MEMBER),
        voter("p3"),
    ]
    whole = count(rules, board, cast("+++"))
    assert whole.seats == (SeatCheck("expert_top_domain", 2, 2), SeatCheck("external", 1, 1))
    assert (whole.quorum_met, whole.carried) == (True, True)
    without_external = count(rules, board, cast("++ +"))
    assert without_external.seats == (SeatCheck("expert_top_domain", 2, 2), SeatCheck("external", 1, 0))
    assert (without_external.quorum_met, without_external.carried) == (False, False)


def test_one_person_may_fill_several_seats() -> None:
    rules = tier(quorum=QuorumRule("eligible_voters", HALF, True, 1, {"expert_top_domain": 1, "external": 1}))
    both = [voter("p0", role=CommitteeRole.EXTERNAL_MEMBER, domains=frozenset({"cbrn"}))]
    assert count(rules, both, cast("+")).carried is True


@pytest.mark.parametrize(
    ("number", "eligible", "quorum"),
    [(2, 9, 5), (2, 4, 3), (3, 9, 5), (3, 3, 3), (4, 9, 6), (4, 6, 5), (4, 8, 6)],
)
def test_quorum_of_the_shipped_tiers(number: int, eligible: int, quorum: int) -> None:
    rule = PACK.tier(number).quorum
    assert rule is not None
    assert quorum_needed(rule, eligible) == quorum


rules_of_share = st.builds(
    ShareRule, st.sampled_from(["votes_cast", "eligible_voters"]), shares, st.booleans(), st.just(("executive",))
)


@st.composite
def boards(draw: st.DrawFn) -> tuple[Tier, list[Voter], dict[str, Vote], bool]:
    """A tier, its board, ballots of some of them and of strangers, and whether the ceiling is passed."""
    board = [
        Voter(
            f"p{number}",
            draw(st.sampled_from([CommitteeRole.MEMBER, CommitteeRole.EXTERNAL_MEMBER])),
            draw(st.sampled_from(["", "Lab A", "Lab B"])),
            draw(st.frozensets(st.sampled_from(["cbrn", "cyber"]))),
            draw(st.frozensets(st.sampled_from(["legal", "security", "policy"]))),
        )
        for number in range(draw(st.integers(0, 9)))
    ]
    seats = draw(st.dictionaries(st.sampled_from(["external", "outside_unit", "expert_top_domain"]), st.integers(0, 3)))
    rules = tier(
        quorum=QuorumRule("eligible_voters", draw(shares), draw(st.booleans()), draw(st.integers(0, 5)), seats),
        approval=draw(rules_of_share),
        override=draw(st.none() | rules_of_share),
    )
    keys = [f"p{number}" for number in range(12)]
    ballots = draw(st.dictionaries(st.sampled_from(keys), st.sampled_from(list(Vote))))
    return rules, board, ballots, draw(st.booleans())


@given(boards())
def test_tally_equals_a_count_by_hand(given_board: tuple[Tier, list[Voter], dict[str, Vote], bool]) -> None:
    rules, board, ballots, above = given_board
    found = count(rules, board, ballots, above_ceiling=above)
    present = [person for person in board if person.key in ballots]
    votes = [ballots[person.key] for person in present]
    yes, no = votes.count(FOR), votes.count(AGAINST)
    assert (found.eligible, found.present, found.votes_for, found.votes_against, found.abstained) == (
        len(board), len(present), yes, no, votes.count(ABSTAIN),
    )  # fmt: skip
    quorum, approval = rules.quorum, rules.approval
    assert quorum is not None
    assert approval is not None
    rule = rules.override if above and rules.override is not None else approval

    def reaches(number: int, share: Fraction, of: int, more: bool) -> bool:
        left, right = number * share.denominator, share.numerator * of
        return left > right if more else left >= right

    enough = len(present) >= quorum.at_least and reaches(len(present), quorum.share, len(board), quorum.strictly_more)
    seated = all(
        sum(has_seat(person, seat, CASE) for person in present) >= needed for seat, needed in quorum.seats.items()
    )
    base = len(board) if rule.of == "eligible_voters" else yes + no
    assert found.quorum_met is (enough and seated)
    assert found.carried is (enough and seated and yes > 0 and reaches(yes, rule.share, base, rule.strictly_more))


@given(boards(), st.integers(0, 8))
def test_one_more_vote_for_never_undoes_a_carried_motion(
    given_board: tuple[Tier, list[Voter], dict[str, Vote], bool], number: int
) -> None:
    rules, board, ballots, above = given_board
    if count(rules, board, ballots, above_ceiling=above).carried:
        more = {**ballots, f"p{number}": FOR}
        assert count(rules, board, more, above_ceiling=above).carried


@pytest.mark.parametrize(
    ("votes", "mover_is_out", "in_time", "late"),
    [
        ("+++++", False, False, False),  # carries
        ("-----", False, True, True),  # everybody voted, with quorum
        ("--   ", False, False, False),  # no quorum yet, and three could carry it
        ("---  ", False, True, True),  # two cannot carry it any more
        ("+--  ", False, False, True),  # they could, until the days for voting are over
        ("--o  ", False, True, True),  # two for would be a tie
        ("     ", False, False, False),
        ("     ", True, True, True),  # nobody is left to take it back
        ("+++  ", True, False, False),  # carries, whoever put it
    ],
)
def test_a_ballot_is_closed_as_lost_where_it_cannot_come_out_any_more(
    votes: str, mover_is_out: bool, in_time: bool, late: bool
) -> None:
    found = count(tier(quorum=QuorumRule("eligible_voters", HALF, True, 3, NO_SEATS)), people(5), cast(votes))
    assert may_close_lost(found, is_late=False, mover_is_out=mover_is_out) is in_time
    assert may_close_lost(found, is_late=True, mover_is_out=mover_is_out) is late


@pytest.mark.parametrize(
    ("votes", "in_time", "late"),
    [
        ("+++++", True, True),
        ("+++  ", True, True),  # two against would not undo it
        ("++-  ", False, True),  # they would
        ("+oo  ", False, True),
        ("++   ", False, False),  # no quorum
        ("---++", False, False),
        ("++-o ", False, True),  # a tie would
    ],
)
def test_a_motion_is_carried_for_good_where_nobody_who_is_out_could_undo_it(
    votes: str, in_time: bool, late: bool
) -> None:
    found = count(tier(quorum=QuorumRule("eligible_voters", HALF, True, 3, NO_SEATS)), people(5), cast(votes))
    assert (may_carry(found, is_late=False), may_carry(found, is_late=True)) == (in_time, late)


def test_a_ballot_that_can_never_have_its_quorum_is_lost_at_once() -> None:
    rules = tier(quorum=QuorumRule("eligible_voters", HALF, True, 5, NO_SEATS))
    assert [count(rules, people(number), {}).is_settled for number in (4, 5)] == [True, False]


def test_nothing_is_lost_for_good_that_those_who_are_away_could_carry() -> None:
    rules = tier(quorum=QuorumRule("eligible_voters", HALF, True, 3, NO_SEATS))
    here, away = people(2), [voter("away")]

    def settled(votes: str, away: list[Voter]) -> bool:
        return tally(rules, here, cast(votes), above_ceiling=False, around=CASE, away=away).is_settled

    assert settled("+ ", []) is True
    assert settled("+ ", away) is False
    assert settled("++", away) is True  # but nobody waits for them once everybody else has voted


@given(boards())
def test_settled_is_what_every_way_to_go_on_says(
    given_board: tuple[Tier, list[Voter], dict[str, Vote], bool],
) -> None:
    rules, board, ballots, above = given_board
    board = board[:5]
    found = count(rules, board, ballots, above_ceiling=above)
    out = [person.key for person in board if person.key not in ballots]
    ends = set()
    for choice in itertools.product((None, *Vote), repeat=len(out)):
        more = {key: vote for key, vote in zip(out, choice, strict=True) if vote is not None}
        ends.add(count(rules, board, {**ballots, **more}, above_ceiling=above).carried)
        if len(ends) == 2:
            break
    assert found.is_settled is (len(ends) == 1)


@pytest.mark.parametrize(
    ("present", "mover_is_out", "expected"), [(3, False, False), (4, False, True), (0, True, True), (7, False, True)]
)
def test_late_ballot_may_end_with_its_number_or_without_its_mover(
    present: int, mover_is_out: bool, expected: bool
) -> None:
    rule = tier().quorum
    assert rule is not None
    assert quorum_needed(rule, 7) == 4
    assert may_end(rule, eligible=7, present=present, mover_is_out=mover_is_out) is expected


def test_late_ballot_of_a_tier_without_a_quorum_may_end() -> None:
    assert may_end(None, eligible=7, present=0, mover_is_out=False) is True
