"""Proposals: what no proposal may break, what is optimal, what is short, and that order says nothing."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.rules import matching
from reviews.rules.matching import Proposal, propose, total
from reviews.rules.matching_facts import Case, Facts, Person, Weights, bar, worth
from reviews.rules.matching_seats import opening

DAY = date(2026, 3, 2)
TRIED = 40
DOMAINS = ("bio", "cyber", "chem")
SEATS = ("expert_top_domain", "expert_other_domain", "security_or_policy", "legal", "generalist")

people = st.builds(
    Person,
    key=st.just(""),
    domains=st.dictionaries(st.sampled_from(DOMAINS), st.integers(1, 3), max_size=2),
    skills=st.frozensets(st.sampled_from(["security", "legal"]), max_size=1),
    is_external=st.booleans(),
    unit=st.sampled_from(["", "north", "south"]),
    load=st.integers(0, 2),
    cap=st.integers(1, 3),
    absences=st.sampled_from([(), (), ((DAY, DAY),)]),
    paired=st.dictionaries(st.just("ann"), st.integers(1, 4), max_size=1),
    asked=st.just(4),
    answered=st.integers(0, 4),
)
cases = st.builds(
    Case,
    key=st.just(""),
    seats=st.lists(st.sampled_from(SEATS), min_size=1, max_size=3).map(tuple),
    first=st.just(DAY),
    last=st.just(DAY),
    external=st.integers(0, 2),
    leading=st.sampled_from(DOMAINS),
    chosen=st.frozensets(st.sampled_from(DOMAINS), max_size=2),
    tier=st.integers(1, 4),
    units=st.frozensets(st.sampled_from(["north"]), max_size=1),
    authors=st.just(frozenset({"ann"})),
    seated=st.frozensets(st.sampled_from(["p0", "p1"]), max_size=1),
    barred=st.dictionaries(st.sampled_from(["p1", "p2", "p3"]), st.just("conflict"), max_size=2),
)


@st.composite
def facts(draw: st.DrawFn, most_cases: int = 4, most_people: int = 7) -> Facts:
    found = draw(st.lists(cases, min_size=1, max_size=most_cases))
    known = draw(st.lists(people, min_size=0, max_size=most_people))
    return Facts(
        tuple(replace(case, key=f"c{n}") for n, case in enumerate(found)),
        tuple(replace(person, key=f"p{n}") for n, person in enumerate(known)),
    )


def load_after(given_facts: Facts, pairs: set[tuple[str, str]]) -> dict[str, int]:
    return {one.key: one.load + sum(key == one.key for _, key in pairs) for one in given_facts.people}


def is_allowed(given_facts: Facts, pairs: set[tuple[str, str]]) -> bool:
    """The hard rules, written down a second time."""
    by_key = {one.key: one for one in given_facts.people}
    load = load_after(given_facts, pairs)
    if any(load[key] > by_key[key].cap for _, key in pairs):
        return False
    for case in given_facts.cases:
        new = [by_key[key] for reference, key in pairs if reference == case.key]
        if any(bar(case, person) for person in new) or not opening(case, by_key).takes(new):
            return False
    return True


def pairs_of(found: Proposal) -> set[tuple[str, str]]:
    return {(seat.case, seat.person) for seat in found.seats}


@settings(max_examples=TRIED)
@given(facts())
def test_no_proposal_breaks_a_hard_rule(given_facts: Facts) -> None:
    found = propose(given_facts)
    assert len(pairs_of(found)) == len(found.seats)
    assert is_allowed(given_facts, pairs_of(found))
    assert found.worth == total(given_facts, pairs_of(found))
    assert found.is_proven


@settings(max_examples=TRIED)
@given(facts(most_cases=2, most_people=4))
def test_no_allowed_assignment_fills_more_or_is_worth_more(given_facts: Facts) -> None:
    every = [(case.key, person.key) for case in given_facts.cases for person in given_facts.people]
    best = max(
        (len(chosen), total(given_facts, chosen))
        for marks in product((False, True), repeat=len(every))
        if is_allowed(given_facts, chosen := {pair for pair, mark in zip(every, marks, strict=True) if mark})
    )
    found = propose(given_facts)
    assert (len(found.seats), found.worth) == best


@settings(max_examples=TRIED)
@given(facts(), people)
def test_another_reviewer_never_lowers_the_bound(given_facts: Facts, another: Person) -> None:
    more = replace(given_facts, people=(*given_facts.people, replace(another, key="x")))
    before, after = propose(given_facts), propose(more)
    assert (len(before.seats), before.bound) <= (len(after.seats), after.bound)


@settings(max_examples=TRIED)
@given(facts())
def test_each_shortage_taken_away_leaves_every_seat_filled(given_facts: Facts) -> None:
    """An expert from outside with all that is known, for each seat that was said to be short, is enough."""
    found = propose(given_facts)
    missing = sum(opening(one, {p.key: p for p in given_facts.people}).open for one in given_facts.cases)
    assert len(found.seats) + len(found.shortages) == missing
    new = tuple(
        Person(f"n{n}", dict.fromkeys(DOMAINS, 3), frozenset({"security", "legal"}), is_external=True)
        for n in range(len(found.shortages))
    )
    after = propose(replace(given_facts, people=(*given_facts.people, *new)))
    assert after.shortages == ()


@settings(max_examples=TRIED)
@given(facts(), st.randoms(use_true_random=False))
def test_the_order_of_the_facts_says_nothing(given_facts: Facts, chance: random.Random) -> None:
    mixed = list(given_facts.people)
    chance.shuffle(mixed)
    found = propose(given_facts, seed=3)
    turned = propose(replace(given_facts, cases=given_facts.cases[::-1], people=tuple(mixed)), seed=3)
    assert pairs_of(turned) == pairs_of(found)
    assert set(turned.seats) == set(found.seats)
    assert turned.bound == found.bound


@settings(max_examples=TRIED)
@given(facts())
def test_every_seed_leads_to_the_same_worth(given_facts: Facts) -> None:
    first, second = propose(given_facts, seed=1), propose(given_facts, seed=2)
    assert (len(first.seats), first.worth) == (len(second.seats), second.worth)


@settings(max_examples=TRIED)
@given(facts())
def test_what_would_be_next_keeps_the_rules_and_costs_what_is_said(given_facts: Facts) -> None:
    found = propose(given_facts)
    for seat in found.seats:
        for other in seat.next_best:
            swapped = pairs_of(found) - {(seat.case, seat.person)} | {(seat.case, other.person)}
            assert is_allowed(given_facts, swapped)
            assert total(given_facts, swapped) == found.worth - other.cost


def test_a_shortage_names_the_rule_and_counts_why() -> None:
    case = Case("RB", ("expert_top_domain", "expert_top_domain"), DAY, DAY, leading="bio", barred={"b": "adviser"})
    away = Person("c", {"bio": 3}, absences=((DAY, DAY),))
    found = propose(Facts((case,), (Person("a", {"bio": 3}), Person("b", {"bio": 3}), away, Person("d", {"chem": 3}))))
    assert [seat.person for seat in found.seats] == ["a"]
    short = matching.Shortage("RB", "expert_top_domain", False, 3, (("absent", 1), ("adviser", 1), ("seated", 1)))
    assert found.shortages == (short,)
    assert short.needed_elsewhere == 0


def test_an_external_seat_stays_open_for_somebody_external() -> None:
    case = Case("RB", ("generalist", "generalist"), DAY, DAY, external=1)
    found = propose(Facts((case,), (Person("a"), Person("b"))))
    assert len(found.seats) == 1
    assert [(one.external, one.known) for one in found.shortages] == [(True, 0)]


def test_who_is_needed_for_a_higher_tier_is_counted_as_needed_elsewhere() -> None:
    low = Case("A", ("generalist",), DAY, DAY, tier=1)
    high = replace(low, key="B", tier=3)
    found = propose(Facts((low, high), (Person("a", cap=1),)))
    assert [(seat.case, seat.person) for seat in found.seats] == [("B", "a")]
    assert [(one.case, one.known, one.needed_elsewhere) for one in found.shortages] == [("A", 1, 1)]


def test_work_is_spread_over_equal_people() -> None:
    wanted = tuple(Case(f"c{n}", ("generalist",), DAY, DAY) for n in range(4))
    found = propose(Facts(wanted, (Person("a"), Person("b"), Person("c", load=3))))
    assert sorted(seat.person for seat in found.seats) == ["a", "a", "b", "b"]


def test_a_fit_that_is_given_is_taken_as_it_is() -> None:
    case = Case("A", ("generalist",), DAY, DAY)
    only_fit = Weights(load=0)
    found = propose(Facts((case,), (Person("a"), Person("b")), only_fit, {("A", "a"): 3, ("A", "b"): 7}))
    assert [(seat.person, seat.worth) for seat in found.seats] == [("b", 7)]
    assert found.worth == 7


@settings(max_examples=TRIED)
@given(facts(), st.sets(st.tuples(st.sampled_from(["c0", "c1"]), st.sampled_from(["p0", "p1", "p2"])), max_size=3))
def test_what_is_kept_stands_where_it_may_and_costs_no_less_than_nothing(
    given_facts: Facts, kept: set[tuple[str, str]]
) -> None:
    free, around = propose(given_facts), propose(given_facts, kept=kept)
    assert is_allowed(given_facts, pairs_of(around))
    assert (len(around.seats), around.worth) <= (len(free.seats), free.worth)
    again = propose(given_facts, kept=pairs_of(free))
    assert pairs_of(again) == pairs_of(free)
    assert again.worth == free.worth


def test_what_may_not_be_kept_is_left_out() -> None:
    case = Case("A", ("generalist", "generalist"), DAY, DAY, barred={"b": "adviser"})
    found = propose(Facts((case,), (Person("a"), Person("b"), Person("c"))), kept={("A", "b"), ("A", "c"), ("B", "a")})
    assert pairs_of(found) == {("A", "a"), ("A", "c")}


def test_confirmed_knowledge_is_worth_more_than_ones_own_word() -> None:
    case = Case("c", ("generalist",), DAY, DAY, leading="bio")
    people = [
        Person("confirmed", {"bio": 3}), Person("working", {"bio": 2}), Person("says", stated={"bio": 3}),
        Person("basic", {"bio": 1}), Person("says little", stated={"bio": 1}), Person("nothing"),
    ]  # fmt: skip
    found = Facts((case,), tuple(people))
    worths = [worth(found, case, person) for person in people]
    assert worths == [750, 516, 400, 282, 166, 50]


def test_only_confirmed_experts_fill_the_seats_of_experts() -> None:
    case = Case("c", ("expert_top_domain",), DAY, DAY, leading="bio")
    people = [Person("says", stated={"bio": 3}), Person("working", {"bio": 2}), Person("expert", {"bio": 3}, load=3)]
    found = propose(Facts((case,), tuple(people)))
    assert [seat.person for seat in found.seats] == ["expert"]
    (short,) = propose(Facts((case,), tuple(people[:2]))).shortages
    assert (short.seat, short.known) == ("expert_top_domain", 0)
